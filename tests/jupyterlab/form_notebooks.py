"""Notebooks with the form, for the tests of it, and what the first steps in it are."""

# Three cells that HubSpot refuses, of three kinds: an option, a day, yes or no.
FRAME = """
import hubframe
import pandas as pd

local = hubframe.LocalHubSpot.demo(contacts=600, latency_seconds=0.05)
connection = hubframe.connect(local)
ids = local.portal.ids("contacts")[:{rows}]
names = ["firstname", "city", "preferred_channel", "renewal_date", "newsletter"]


def held():
    return [{{name: local.portal.record("contacts", one).get(name, "") for name in names}} for one in ids]


before = held()
df = pd.DataFrame(before).assign(city="Portland Harbour")
df.insert(0, "Record ID", ids)
df = df.rename(columns={{"city": "Town"}})
df.loc[3, "preferred_channel"] = "carrier pigeon"
df.loc[5, "renewal_date"] = "some time next week"
df.loc[8, "newsletter"] = "perhaps"
"""
FORM = """
form = df.hubspot.update_form("contacts")
form
"""


def previewed(form):
    """Map the column that has another name, and look at the preview."""
    form.wait_for_step("Choose")
    choose_property(form, "Town", "City (city)")
    form.press("Preview changes")
    form.wait_for_step("Preview")


def choose_property(form, column, name):
    box = form.form.locator(".hf-row").filter(has_text=column).locator("input:visible").first
    box.fill(name)
    box.press("Tab")


def answer_after(form, seconds):
    """From now on the notebook's HubSpot takes so long for each answer."""
    form.ask(f"setattr(local, 'latency_seconds', {seconds})")
