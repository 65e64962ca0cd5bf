"""``python -m hubframe demo`` and ``python -m hubframe local --port N``."""

from __future__ import annotations

import argparse
import shutil
import textwrap
import threading
from collections.abc import Sequence

import hubframe

SHOWN_ROWS = 12


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m hubframe", description="hubframe without an account: against an embedded HubSpot."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="update a messy frame of contacts in an embedded HubSpot")
    demo.add_argument("--rows", type=int, default=3_000, help="rows of the frame (default: %(default)s)")
    local = commands.add_parser("local", help="serve an embedded HubSpot to other tools, until Ctrl-C")
    local.add_argument("--port", type=int, default=0, help="a free one by default")
    chosen = parser.parse_args(arguments)
    if chosen.command == "demo":
        show_demo(chosen.rows)
    else:
        serve(chosen.port)


def show_demo(rows: int) -> None:
    """Update a messy frame of contacts and print what became of its rows."""
    with hubframe.LocalHubSpot.demo(latency_seconds=0.25) as local:
        connection = hubframe.connect(local)
        df = local.messy_contacts(rows)
        columns = [name for name in df.columns if name != "Record ID"]
        _say(f"An embedded HubSpot at {local.url} holds the contacts; a frame of {len(df):,} of them was cleaned:")
        _say(f"  Record ID, {', '.join(columns)}", "  ")
        print('>>> result = df.hubspot.batch_update("contacts")\n', flush=True)
        result = hubframe.batch_update(df, "contacts", connection=connection)
        print()
        _say("Each row came back with what became of it. The first to look at (result.hubspot.failed):\n")
        failed = result.hubspot.failed
        for record, status, error in zip(
            failed["Record ID"].astype("string").str.strip().replace("", None).fillna("(blank)").head(SHOWN_ROWS),
            failed["hubspot_status"].head(SHOWN_ROWS),
            failed["hubspot_error"].head(SHOWN_ROWS),
            strict=True,
        ):
            _say(f"{record:<13} {status:<8} {error}", " " * 23)
        if len(failed) > SHOWN_ROWS:
            print(f"… and {len(failed) - SHOWN_ROWS:,} more\n")
        print("Why, by cause (result.hubspot.summary()):\n")
        for line in str(result.hubspot.summary()).splitlines():
            _say(line, " " * 9)
    print("\nNext, in Python, with your own account (a Service Key in HUBSPOT_ACCESS_TOKEN); a plan writes nothing:\n")
    print("    import pandas as pd, hubframe")
    print("    hubframe.connect()")
    print('    df = pd.read_csv("cleaned-contacts.csv", dtype={"Record ID": str})')
    print('    df.hubspot.plan_update("contacts")')


def serve(port: int) -> None:
    """Serve an embedded HubSpot until Ctrl-C."""
    with hubframe.LocalHubSpot.demo(port=port) as local:
        print(f"An embedded HubSpot is at {local.url}", flush=True)
        print(f"Its token: {local.token}", flush=True)
        print(f"    hubframe.connect({local.token!r}, base_url={local.url!r})", flush=True)
        print("Ctrl-C ends it.", flush=True)
        forever = threading.Event()
        try:
            while not forever.wait(0.5):  # in short waits: Windows delivers Ctrl-C only between them
                pass
        except KeyboardInterrupt:
            print("Ended.")


def _say(text: str, indent: str = "") -> None:
    width = min(118, shutil.get_terminal_size((118, 24)).columns)
    print("\n".join(textwrap.wrap(text, width, subsequent_indent=indent, drop_whitespace=True)) or text)


if __name__ == "__main__":
    main()
