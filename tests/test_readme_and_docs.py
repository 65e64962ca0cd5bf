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

import pytest

import hubframe
from hubframe.__main__ import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(hubframe.__path__, "hubframe.") if "__main__" not in module.name
)


def test_the_readmes_samples_run(capsys):
    namespace = {}
    samples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(samples) == 2
    with contextlib.redirect_stderr(io.StringIO()):
        for sample in samples:
            exec(compile(sample, "README.md", "exec"), namespace)
    namespace["local"].close()
    for line in re.findall(r"^\| (?!\W*---).*\| (?:invalid|failed) \| (.*) \|$", README, re.MULTILINE):
        words = line.split(":")[0].split(" ")[0]
        assert namespace["result"]["hubspot_error"].str.contains(words, regex=False).any(), line


def test_the_first_code_stands_above_line_30():
    assert README.split("```")[0].count("\n") < 30


def test_every_argument_of_batch_update_and_connect_is_in_the_readme():
    for function in (hubframe.batch_update, hubframe.connect):
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
    for name in ("batch_update", "batch_update_async"):
        plain = inspect.signature(getattr(hubframe, name)).parameters
        method = inspect.signature(getattr(hubframe.HubSpotAccessor, name)).parameters
        assert list(plain)[1:] == list(method)[1:]
        for argument in list(plain)[1:]:
            assert plain[argument].default == method[argument].default
            assert plain[argument].kind == method[argument].kind


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
    assert "hubframe.connect()" in told.out.strip().splitlines()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT can't be sent to a child alone on Windows")
def test_local_serves_until_ctrl_c():
    command = [sys.executable, "-m", "hubframe", "local"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().rpartition(" ")[2].strip()
        token = process.stdout.readline().rpartition(" ")[2].strip()
        assert hubframe.connect(token, base_url=url).account.id == "44237313"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
