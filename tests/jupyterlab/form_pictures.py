"""Pictures of each step of the form in JupyterLab and Voila, both themes, two widths, to be looked at.

`python -m tests.jupyterlab.form_pictures FOLDER` writes them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.jupyterlab import notebook_page
from tests.jupyterlab.chromium import running_chromium
from tests.jupyterlab.form_page import ASK, FormPage
from tests.jupyterlab.lab import running_lab
from tests.jupyterlab.notebook_page import open_lab, open_notebook, write_notebook
from tests.jupyterlab.voila import leave, open_voila, running_voila, voila_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

WIDTHS = (1280, 900)
THEMES = ("light", "dark")
CAUSES = [
    ("Lifecycle Stage", "not one of the options"),
    ("Renewal Date", "not a date"),
    ("Preferred channel", "not one of the options"),
    ("Email", "not an e-mail"),
]
FRAME = """
import hubframe

local = hubframe.LocalHubSpot.demo(contacts=1500, latency_seconds=0.4)
connection = hubframe.connect(local, rows_per_request=50, max_in_flight=2)
df = local.messy_contacts(rows=1200).rename(columns={"city": "Town", "phone": "Ring them"})
"""
FORM = """
form = df.hubspot.update_form("contacts")
form
"""
UPLOAD = """
form = hubframe.update_form()
form
"""


def pictures(form: FormPage, folder: Path, name: str) -> Callable[[str], None]:
    """Function that takes a picture of a step."""
    return lambda step: form.picture(folder / f"{name}-{step}.png")


def steps(form: FormPage, picture: Callable[[str], None]) -> None:
    """Walk through the form of a frame, with a picture of each step."""
    form.wait_for_step("Choose")
    picture("1-choose")
    form.form.get_by_text("More", exact=True).click()
    form.press("Show the code")
    picture("2-choose-more-and-code")
    form.press("Show the code")
    form.press("Preview changes")
    form.button("Stop").wait_for()
    form.page.wait_for_timeout(1500)
    picture("3-reading")
    form.wait_for_step("Preview")
    picture("4-preview")
    form.press("Update")
    form.button("Stop").wait_for()
    form.page.wait_for_timeout(3000)
    picture("5-updating")
    form.press("Stop")
    picture("6-stopping")
    form.wait_for_step("Results")
    picture("7-stopped")
    form.press("Send the")
    form.wait_for_text("written now")
    picture("8-results")
    for number, (label, cause) in enumerate(CAUSES, start=10):
        form.refused(label, cause)
        picture(f"{number}-{cause.replace(' ', '-')}")
    form.press("Undo")
    picture("20-undo-asks")
    form.press("Put back")
    form.wait_for_text("put back.")
    picture("21-undone")


def upload_steps(form: FormPage, picture: Callable[[str], None]) -> None:
    """As `steps`, for the form that asks for a file."""
    form.wait_for_step("File")
    picture("0-file")
    lines = ["Record ID,City,Nobody's column", *(f"{number},Elm Town,=1+{number}" for number in range(171, 190))]
    form.upload("cleaned contacts.csv", "\n".join(lines).encode())
    form.wait_for_text("Elm Town")
    picture("0-file-chosen")
    form.press("Use this file")
    form.wait_for_step("Choose")
    picture("0-no-object-type")


def lab_pictures(browser: Browser, folder: Path, root: Path) -> None:
    with running_lab(root) as lab:
        for width in WIDTHS:
            page = open_lab(browser, lab, width=width, height=2600)
            for theme in THEMES:
                for name, walk in (("form", steps), ("upload", upload_steps)):
                    open_notebook(page, f"{name}.ipynb")
                    notebook_page.set_theme(page, f"JupyterLab {theme.title()}")
                    notebook_page.run_all(page)
                    form = FormPage(page)
                    walk(form, pictures(form, folder, f"lab-{theme}-{width}"))
            page.context.close()


def voila_pictures(browser: Browser, folder: Path, root: Path) -> None:
    with running_voila(root) as voila:
        for width in WIDTHS:
            for theme in THEMES:
                context = voila_context(browser, voila, width=width, height=2600)
                for name, walk in (("form", steps), ("upload", upload_steps)):
                    page = open_voila(context, f"{name}.ipynb", theme=theme)
                    form = FormPage(page)
                    walk(form, pictures(form, folder, f"voila-{theme}-{width}"))
                    leave(page)
                context.close()


def main(folder: Path) -> None:
    """Write the pictures into `folder`."""
    with tempfile.TemporaryDirectory() as made, running_chromium() as browser:
        root = Path(made)
        write_notebook(root / "form.ipynb", FRAME, FORM, ASK)
        write_notebook(root / "upload.ipynb", FRAME, UPLOAD, ASK)
        lab_pictures(browser, folder, root)
        voila_pictures(browser, folder, root)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
