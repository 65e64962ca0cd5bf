"""What is promised in words runs: the README's samples, the docstrings' examples, the command line."""

import contextlib
import doctest
import importlib
import inspect
import io
import pkgutil
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import hubframe
from hubframe.__main__ import main
from hubframe.planning.cells import cell_texts
from hubframe.planning.definitions import Property

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(hubframe.__path__, "hubframe.") if "__main__" not in module.name
)


@pytest.fixture(scope="module")
def after_the_samples():
    """The names that the README's samples have made, run one after the other."""
    namespace = {}
    samples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(samples) == 7
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        for number, sample in enumerate(samples):
            exec(compile(sample, "README.md", "exec"), namespace)
            namespace[f"result_{number}"] = namespace["result"]
    assert namespace["form"].wait(60)
    yield namespace
    namespace["local"].close()


def test_the_readmes_table_is_what_the_first_sample_gives(after_the_samples):
    failed = after_the_samples["result_0"].hubspot.failed
    wanted = ["Record ID", "hubspot_status", "hubspot_error"]
    rows = failed[wanted].astype("string").fillna("").to_numpy().tolist()
    told = re.findall(r"^\| (\S+) \| (invalid|failed) \| (.*\S) \|$", README, re.MULTILINE)
    assert len(told) == 4
    for record, *rest in told:
        assert [record, *rest] in rows


def test_the_readmes_plan_is_what_the_second_sample_gives(after_the_samples):
    [told] = re.findall(r"```text\n(.*?)\n```", README, re.DOTALL)
    assert told == str(after_the_samples["plan"])


@pytest.mark.parametrize(
    ("row", "kind"), [("text", "string"), ("number", "number"), ("date", "date"), ("date and time", "datetime")]
)
def test_the_cells_that_the_readme_calls_refused_are(row, kind):
    [told] = re.findall(rf"^\| {row} \| .* \| (.*) \|$", README, re.MULTILINE)
    cells = [cell for cell in re.findall(r"`(.+?)`", told) if cell != "BLANK_AS_TEXT"]
    found = cell_texts(pd.Series(cells), Property("p", type=kind))
    assert cells
    assert {*found.refused, *found.doubted} == set(range(len(cells)))


def test_the_first_code_stands_above_line_30():
    assert README.split("```")[0].count("\n") < 30


def test_every_public_name_is_in_the_readme():
    assert [name for name in hubframe.__all__ if not re.search(rf"`[^`\n]*\b{name}\b|hubframe\.{name}\b", README)] == []


def test_every_argument_is_in_the_readme():
    for function in (hubframe.batch_update, hubframe.plan_update, hubframe.connect, hubframe.read):
        for name in inspect.signature(function).parameters:
            assert name in ("df", "token") or f"`{name}`" in README, name


@pytest.mark.parametrize("name", ["hubframe", *MODULES])
def test_the_examples_of_docstrings_run(name, capsys):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0, capsys.readouterr().out


def test_every_public_name_is_documented():
    for name in hubframe.__all__:
        assert (getattr(hubframe, name).__doc__ or "").strip(), name


def test_the_accessor_takes_the_same_arguments_as_the_plain_functions():
    for name in ("batch_update", "batch_update_async", "plan_update", "plan_update_async"):
        plain = inspect.signature(getattr(hubframe, name)).parameters
        method = inspect.signature(getattr(hubframe.HubSpotAccessor, name)).parameters
        assert list(plain)[1:] == list(method)[1:]
        for argument in list(plain)[1:]:
            assert plain[argument].default == method[argument].default
            assert plain[argument].kind == method[argument].kind


def test_the_accessors_methods_are_told_of_whole():
    told = inspect.getdoc(hubframe.HubSpotAccessor.batch_update)
    assert told == inspect.getdoc(hubframe.batch_update).replace(
        "df : pandas.DataFrame, n rows\n    One row per record. Never modified.\n", ""
    )
    assert "unconfirmed" in told
    for name in ("batch_update_async", "plan_update", "plan_update_async", "update_form"):
        assert inspect.getdoc(getattr(hubframe.HubSpotAccessor, name))


def test_importing_hubframe_imports_neither_widgets_nor_bars():
    code = "import sys, hubframe; print([m for m in ('ipywidgets', 'tqdm.auto', 'IPython') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_demo_updates_rows_and_explains_the_others(capsys):
    main(["demo", "--rows", "400"])
    told = capsys.readouterr()
    assert "400/400" in told.err
    assert re.search(r"400 rows: \d+ updated, \d+ unchanged, \d+ invalid, \d+ failed", told.out)
    assert "is not an e-mail address HubSpot takes" in told.out
    assert re.search(r"^\(blank\) +invalid ", told.out, re.MULTILINE)
    assert not re.search(r"^ +invalid ", told.out, re.MULTILINE)
    last = told.out.strip().splitlines()[-4:]
    compile("\n".join(map(str.strip, last)), "the lines to go on with", "exec")
    assert "hubframe.connect()" in last[1]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT can't be sent to a child alone on Windows")
def test_local_serves_until_ctrl_c():
    command = [sys.executable, "-m", "hubframe", "local"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().rpartition(" ")[2].strip()
        token = process.stdout.readline().rpartition(" ")[2].strip()
        assert hubframe.connect(token, base_url=url).account.id == "44237313"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
