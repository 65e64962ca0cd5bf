"""What became of each row: outcomes, and the frame that shows them."""
