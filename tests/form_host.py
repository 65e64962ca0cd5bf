"""A form for one panel: what it does is done at once, in the calling thread, and what it says is kept."""

import asyncio
import functools

__all__ = ["FormHost"]


class FormHost:
    """Stands in for the form in tests of a panel: nothing is shown, nothing is caught.

    ``said`` holds (kind, text) of every message, ``ran`` the titles of what was run, ``progress`` what it reported.
    """

    def __init__(self, connection=None):
        self.connection = connection
        self.said, self.ran, self.progress = [], [], []

    def guarded(self, callback):
        """The callback itself: what it raises reaches the test."""

        @functools.wraps(callback)
        def called(event):
            callback(event)

        return called

    def say(self, text, kind="note"):
        self.said.append((kind, text))

    def run(self, title, make, done):
        self.ran.append(title)
        done(asyncio.run(make(self.progress.append)))
