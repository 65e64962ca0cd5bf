"""The form in which a frame is written to HubSpot without code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.blocking import run_blocking
from hubframe.errors import Interrupted, PlanError
from hubframe.object_types import read_object_types
from hubframe.options import checked_object_type

if TYPE_CHECKING:
    from hubframe.widgets.form.form import UpdateForm

__all__ = ["update_form"]


def update_form(
    df: pd.DataFrame | None = None, object_type: str | None = None, *, connection: Connection | None = None
) -> UpdateForm:
    """Return a form that updates HubSpot from a frame: choose, preview, update, correct what was refused, undo.

    Nothing is written before its Update button, which says how many records it writes, is pressed. It does what
    `plan_update`, ``plan.send()``, ``result.hubspot.retry()`` and ``result.hubspot.undo()`` do, and shows the lines of
    code that do the same. What it does takes place in a thread: other cells run meanwhile.

    Parameters
    ----------
    df : pandas.DataFrame, optional
        The rows. Not modified. Without it, the form asks for a CSV or Excel file first.
    object_type : str, optional
        What is chosen at first: ``"contacts"``.
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    UpdateForm
        An ``ipywidgets.VBox``. ``form.plan`` is the plan last looked at, ``form.result`` what became of the rows,
        ``form.code`` the same in code. Saved with a notebook, a form shows what it showed last, customers' values
        included, and never the token.

    Raises
    ------
    PlanError
        ``df`` is no frame, or ``object_type`` no text.
    AuthenticationError, HubSpotUnavailable, Interrupted
        The account could not be asked for its object types.

    Examples
    --------
    >>> import pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
    ...     df = pd.DataFrame({"Record ID": [contact], "First Name": ["Juniper"]})
    ...     form = hubframe.update_form(df, "contacts", connection=hubframe.connect(local))
    ...     ready = form.wait()
    >>> print(form.code)
    result = df.hubspot.batch_update("contacts")

    Notes
    -----
    HubSpot's page: `batch update
    <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/update-objects>`_.
    """
    if df is not None and not isinstance(df, pd.DataFrame):
        raise PlanError(f"df is a {type(df).__name__}, and must be a pandas DataFrame: hubframe.update_form(df)")
    chosen = None if object_type is None else checked_object_type(object_type)
    connection = current_connection(connection)
    try:
        object_types = run_blocking(lambda: read_object_types(connection))
    except KeyboardInterrupt:
        raise Interrupted("Stopped by hand before HubSpot answered. To begin again: hubframe.update_form(df)") from None
    from hubframe.widgets.form.form import UpdateForm  # noqa: PLC0415 - ipywidgets is imported when needed

    return UpdateForm(df, chosen, connection=connection, object_types=object_types)
