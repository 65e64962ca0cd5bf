"""The attack: frames with everything wrong that can be, sent to a HubSpot in every kind of trouble.

``python -m tests.attack --seeds 200`` prints the table; ``test_attack.py`` runs a few, and many with ``-m soak``.
"""
