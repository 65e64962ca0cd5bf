"""The part of ``df.hubspot`` that is about the result of an update."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from hubframe import retrying, undoing
from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.earlier_runs import are_recorded
from hubframe.results.frame import failed_rows, problems_frame
from hubframe.results.summary import Summary, summarize

__all__ = ["ResultMethods"]


class ResultMethods:
    """What can be asked of a result, whole or any part of it, and done with it."""

    _df: pd.DataFrame

    @property
    def failed(self) -> pd.DataFrame:
        """The rows of a result to look at: invalid, failed, unsent, unconfirmed and skipped ones, whole."""
        return failed_rows(self._df)

    @property
    def problems(self) -> pd.DataFrame:
        """One line per problem of a result; a row may have several, or none.

        Columns ``row`` (the index label), ``id``, ``property``, ``value``, ``code``, ``message`` and ``hint``, all
        but ``row`` of dtype string.
        """
        return problems_frame(self._df)

    def summary(self) -> Summary:
        """Count the rows of a result by status and cause, and name the next line to run."""
        return summarize(self._df, recorded=are_recorded)

    def retry(
        self, *, progress: bool | Callable[[Progress], None] = True, connection: Connection | None = None
    ) -> pd.DataFrame:
        """Send the rows of a result that are not updated or unchanged again, with the cells as they are now.

        Works on the result whole, on any part of it, on several put together, and on one back from a file: each row
        goes as the run in its ``hubspot_run`` sent it, as its journal has it; the connection is to that run's account.

        Returns
        -------
        pandas.DataFrame
            All rows, in their order, with their index. The result columns of those that were sent again are the new
            run's (``hubspot_attempts`` too: its requests alone); of the others, what they were. Rows that are
            updated or unchanged are not sent, whatever was edited in them since; one `HubframeWarning` counts these.
            They are still compared: a row with the id of another and other values is a duplicate as in the first run.
            Of a run with a baseline, and of a plan's, the cells that differed then go, where HubSpot still holds
            what it held.

        Raises
        ------
        PlanError
            No result, nothing on record of a run, or a connection to another account. Nothing was sent.
        AuthenticationError, MissingScope, Interrupted
            As in `hubframe.batch_update`.

        Examples
        --------
        >>> import pandas as pd, hubframe
        >>> with hubframe.LocalHubSpot() as local:
        ...     contact = local.portal.add("contacts", {"email": "juniper@example.com"})
        ...     connection = hubframe.connect(local)
        ...     df = pd.DataFrame({"hs_object_id": [contact], "email": ["juniper"]})
        ...     result = df.hubspot.batch_update("contacts", progress=False)
        ...     result["email"] = ["hazel@example.com"]
        ...     again = result.hubspot.retry(progress=False)
        >>> again["hubspot_status"].tolist()
        ['updated']
        """
        return retrying.retry(self._df, progress=progress, connection=connection)

    async def retry_async(
        self, *, progress: bool | Callable[[Progress], None] = True, connection: Connection | None = None
    ) -> pd.DataFrame:
        """Send the rows of a result that are left again; awaitable, otherwise as `retry`."""
        return await retrying.retry_async(self._df, progress=progress, connection=connection)

    def undo(
        self,
        *,
        dry_run: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> pd.DataFrame:
        """Put back what the rows of a result, or of any part of one, have overwritten.

        Each cell goes back only where HubSpot, looked at just before, still holds what the run wrote; the others are
        left alone (``CHANGED_SINCE``). An undo is a run of its own, and can be undone. See `hubframe.undo`.

        Parameters
        ----------
        dry_run : bool
            Do everything but write; rows of which something would go back have the status ``planned``.
        progress : bool or callable
            As in `hubframe.batch_update`.
        connection : Connection, optional
            Default: the one that `connect` made last. To the account of the run.

        Returns
        -------
        pandas.DataFrame
            The rows as they are, with new result columns: ``updated`` where something was put back, ``unchanged``
            where HubSpot holds the old values already or the run wrote nothing, ``skipped`` where nothing could be.

        Raises
        ------
        PlanError
            No result, one of runs that have nothing to do with each other, or a connection to another account.
        JournalError
            Nothing is on record of the run, or it can't be read.
        AuthenticationError, MissingScope, Interrupted
            As in `hubframe.batch_update`.

        Examples
        --------
        >>> import pandas as pd, hubframe
        >>> with hubframe.LocalHubSpot() as local:
        ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
        ...     connection = hubframe.connect(local)
        ...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
        ...     result = df.hubspot.batch_update("contacts", progress=False)
        ...     undone = result.hubspot.undo(progress=False)
        ...     now = local.portal.record("contacts", contact)["firstname"]
        >>> undone["hubspot_status"].tolist(), now
        (['updated'], 'juniper')
        """
        return undoing.undo_result(self._df, dry_run=dry_run, progress=progress, connection=connection)

    async def undo_async(
        self,
        *,
        dry_run: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> pd.DataFrame:
        """Put back what the rows of a result have overwritten; awaitable, otherwise as `undo`."""
        return await undoing.undo_result_async(self._df, dry_run=dry_run, progress=progress, connection=connection)
