"""Updates killed with SIGKILL at random points, and resumed.

``python -m tests.kill --seeds 60`` prints the table; ``test_kill_and_resume.py`` runs a few, and many with ``-m soak``.
"""
