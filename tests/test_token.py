"""The token is in nothing of ours: no repr, log, warning, traceback, notebook, pickle or chain of causes."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import subprocess
import sys
import textwrap

import nbformat
import pandas as pd
import pytest
from IPython.core.ultratb import VerboseTB
from nbclient import NotebookClient

import hubframe
from hubframe import connection as connections
from hubframe.connection import Connection, Token
from hubframe.delivery.transport import Transport
from hubframe.widgets import rich

SECRET = "pat-na1-70ken-never-shown"


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(token=SECRET) as server:
        yield server


def connect(local, **settings):
    return hubframe.connect(SECRET, base_url=local.url, **settings)


def frame(local):
    return pd.DataFrame({"hs_object_id": [local.portal.add("contacts", {"firstname": "juniper"})], "firstname": ["R"]})


def verbose(error):
    """What ``%xmode Verbose`` says of the frames of ours: their variables, not the tests' own."""
    traceback = error.__traceback__
    while traceback is not None and "hubframe" not in str(traceback.tb_frame.f_globals.get("__name__")):
        traceback = traceback.tb_next
    shown = VerboseTB(theme_name="nocolor", include_vars=True).text(type(error), error, traceback)
    return shown + "".join(error._render_traceback_() if hasattr(error, "_render_traceback_") else [])


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def raised(kind, call):
    with pytest.raises(kind) as caught:
        call()
    for one in chain(caught.value):
        assert SECRET not in repr(one)
    shown = verbose(caught.value)
    assert "hubframe" in shown
    assert SECRET not in shown
    return caught.value


def test_verbose_tracebacks_of_connect(local):
    local.token_expired = True
    raised(hubframe.AuthenticationError, lambda: connect(local))
    local.token_expired = False
    raised(hubframe.HubSpotUnavailable, lambda: hubframe.connect(SECRET, base_url="http://127.0.0.1:9", max_attempts=1))
    raised(hubframe.SettingsError, lambda: connect(local, rows_per_request=1000))
    raised(hubframe.SettingsError, lambda: hubframe.connect(SECRET, base_url="http://hubspot.test"))


def test_verbose_tracebacks_of_an_update(local):
    connection = connect(local)
    df = frame(local)
    raised(hubframe.UnknownObjectType, lambda: df.hubspot.batch_update("no such", connection=connection))
    raised(hubframe.ColumnError, lambda: df[["firstname"]].hubspot.batch_update("contacts", connection=connection))
    local.token_expired = True
    raised(hubframe.AuthenticationError, lambda: df.hubspot.batch_update("contacts", connection=connection))


def test_an_error_nobody_foresaw_comes_without_aiohttps_frames(local, monkeypatch):
    """They hold the header."""
    connection = connect(local)

    def fail(*_, **__):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("aiohttp.client_reqrep.ClientRequest._send", fail, raising=False)
    monkeypatch.setattr("aiohttp.client_reqrep.ClientRequest.send", fail, raising=False)
    error = raised(RuntimeError, lambda: frame(local).hubspot.batch_update("contacts", connection=connection))
    assert "client_reqrep" not in verbose(error)


def test_logs_at_debug_and_asyncios_debug_mode(local, caplog):
    caplog.set_level(logging.DEBUG)
    connection = connect(local)
    df = frame(local)
    local.faults.plan("text_503", times=1)
    local.faults.plan("cut_after_write", at=2, times=1)

    async def main():
        asyncio.get_running_loop().slow_callback_duration = 0  # everything is told
        return await df.hubspot.batch_update_async("contacts", connection=connection, progress=False)

    result = asyncio.run(main(), debug=True)
    assert result["hubspot_status"].tolist() == ["updated"]
    assert "Executing" in caplog.text
    assert SECRET not in caplog.text


def test_reprs_html_and_variables(local, capsys):
    connection = connect(local)
    result = frame(local).hubspot.batch_update("contacts", connection=connection)
    summary = result.hubspot.summary()
    shown = [repr(connection), str(connection), repr(vars(connection)), repr(connection.pacing_key)]
    shown += [repr(summary), rich.summary_html(summary), result.to_csv(), repr(hubframe.last_result().attrs)]
    shown += [*capsys.readouterr(), repr(Transport(connection).__dict__), repr(connections._current)]
    local_only = repr(vars(connection))
    assert not [text for text in shown if SECRET in text]
    assert "***" in local_only


def test_a_connection_is_not_pickled_and_says_so(local):
    connection = connect(local)
    for copied in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match=r"call hubframe\.connect\(\) where it is needed"):
            copied(connection)
    assert SECRET not in repr(copy.copy(connection))
    with pytest.raises(TypeError):
        json.dumps(vars(connection))


def test_an_echo_in_a_header_is_struck_out():
    echo = b"HTTP/1.1 503 no\r\nContent-Length: 0\r\nX-HubSpot-Correlation-Id: Bearer " + SECRET.encode() + b"\r\n\r\n"

    async def speak(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(echo)
        writer.close()

    async def main():
        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        async with server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with Transport(Connection(token=Token(SECRET), base_url=url)) as transport:
                return await transport.request("GET", "/")

    assert asyncio.run(main()).correlation_id == "Bearer ***"


CELLS = [
    "import os, faulthandler, logging, hubframe, pandas as pd\nlogging.basicConfig(level=logging.DEBUG)",
    "%xmode Verbose",
    "local = hubframe.LocalHubSpot(token=os.environ['HUBSPOT_ACCESS_TOKEN'])",
    "connection = hubframe.connect(base_url=local.url)\nconnection",
    "df = pd.DataFrame({'hs_object_id': [local.portal.add('contacts', {})], 'firstname': 'R'})",
    "result = df.hubspot.batch_update('contacts')\nresult.hubspot.summary()",
    "def push(frame):\n    return frame.hubspot.batch_update('no such')\n\npush(df)",
    "hubframe.connect(base_url='http://127.0.0.1:9', max_attempts=1)",
    "local.token_expired = True\nhubframe.connect(base_url=local.url)",
    "await df.hubspot.batch_update_async('contacts', connection=connection)",
    "%who_ls\nvars(connection)",
]


def test_a_notebook_under_xmode_verbose(monkeypatch):
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", SECRET)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=60, allow_errors=True, store_widget_state=True).execute()
    saved = nbformat.writes(notebook)
    assert "application/vnd.jupyter.widget-state+json" in saved
    assert SECRET not in saved
    errors = {
        number: "\n".join(output.traceback)
        for number, cell in enumerate(notebook.cells)
        for output in cell.outputs
        if output.output_type == "error"
    }
    assert set(errors) == {6, 7, 8, 9}
    lines = errors[6].splitlines()  # where the caller's code was, and the sentence
    assert lines[0].startswith("Cell In[7], line 4")
    assert lines[1].startswith("Cell In[7], line 2, in push")
    assert lines[2].startswith("UnknownObjectType: ")
    assert len(lines) == 3


def test_plain_python_shows_a_normal_traceback(tmp_path):
    script = tmp_path / "push.py"
    script.write_text(
        textwrap.dedent("""
        import hubframe, os, faulthandler
        faulthandler.enable()
        hubframe.connect(os.environ["HUBSPOT_ACCESS_TOKEN"], base_url="http://127.0.0.1:9", max_attempts=1)
        """)
    )
    environment = {"HUBSPOT_ACCESS_TOKEN": SECRET, "PATH": ""}
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=30, env=environment
    )
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "push.py" in done.stderr
    assert "hubframe.errors.HubSpotUnavailable: http://127.0.0.1:9 gives no usable answer" in done.stderr
    assert SECRET not in done.stderr + done.stdout
