"""hubframe writes a cleaned DataFrame back to HubSpot's CRM, with every row accounted for.

>>> import pandas as pd, hubframe
>>> with hubframe.LocalHubSpot() as local:                # or: hubframe.connect(), with a Service Key
...     contact = local.portal.add("contacts", {"firstname": "juniper"})
...     _ = hubframe.connect(local)
...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
...     result = df.hubspot.batch_update("contacts", progress=False)
>>> result["hubspot_status"].tolist()
['updated']
"""

from hubframe.accessor import HubSpotAccessor
from hubframe.account_frames import owners, properties
from hubframe.connection import Connection, connect
from hubframe.delivery.run import Progress
from hubframe.errors import (
    AuthenticationError,
    ColumnError,
    HubframeError,
    HubframeWarning,
    HubSpotUnavailable,
    Interrupted,
    MissingScope,
    PlanError,
    SettingsError,
    UnknownObjectType,
)
from hubframe.forms import update_form
from hubframe.journal import (
    JournalDamaged,
    JournalError,
    JournalFailed,
    RunIsLive,
    UnknownRun,
    forget,
    runs,
)
from hubframe.local_hubspot import LocalHubSpot
from hubframe.object_types import object_types
from hubframe.plan_updating import plan_update, plan_update_async
from hubframe.reading_records.read import read, read_async
from hubframe.results.summary import Summary
from hubframe.resuming import resume, resume_async
from hubframe.undoing import undo, undo_async
from hubframe.update_plan import UpdatePlan
from hubframe.updating import batch_update, batch_update_async, last_result

__version__ = "0.1.0"

__all__ = [
    "AuthenticationError",
    "ColumnError",
    "Connection",
    "HubSpotAccessor",
    "HubSpotUnavailable",
    "HubframeError",
    "HubframeWarning",
    "Interrupted",
    "JournalDamaged",
    "JournalError",
    "JournalFailed",
    "LocalHubSpot",
    "MissingScope",
    "PlanError",
    "Progress",
    "RunIsLive",
    "SettingsError",
    "Summary",
    "UnknownObjectType",
    "UnknownRun",
    "UpdatePlan",
    "batch_update",
    "batch_update_async",
    "connect",
    "forget",
    "last_result",
    "object_types",
    "owners",
    "plan_update",
    "plan_update_async",
    "properties",
    "read",
    "read_async",
    "resume",
    "resume_async",
    "runs",
    "undo",
    "undo_async",
    "update_form",
]
