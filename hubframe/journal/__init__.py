"""The journal: what a run is about to write, what it overwrites and what became of each row, on the disk in time.

One SQLite file per run, readable by its owner alone; customers' values stand in it in the clear, the token never.
"""

from hubframe.journal.errors import JournalDamaged, JournalError, JournalFailed, RunIsLive, UnknownRun
from hubframe.journal.folder import journal_folder
from hubframe.journal.listing import forget, forget_old, linked_runs, runs, undos_of
from hubframe.journal.reading import OPEN, JournalReader, old_values
from hubframe.journal.records import OldValues, RowBlock, RunEnd, RunHeader, Sent, SettledRow, StoredRow
from hubframe.journal.run_journal import Journal, create_run, open_run, read_run

__all__ = [
    "OPEN",
    "Journal",
    "JournalDamaged",
    "JournalError",
    "JournalFailed",
    "JournalReader",
    "OldValues",
    "RowBlock",
    "RunEnd",
    "RunHeader",
    "RunIsLive",
    "Sent",
    "SettledRow",
    "StoredRow",
    "UnknownRun",
    "create_run",
    "forget",
    "forget_old",
    "journal_folder",
    "linked_runs",
    "old_values",
    "open_run",
    "read_run",
    "runs",
    "undos_of",
]
