"""Notebooks as an analyst runs them, in a real JupyterLab in Chromium, and headless to save their outputs."""
