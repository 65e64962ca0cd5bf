"""Pure modules import nothing that waits, sends or draws, nor a module that does; LocalHubSpot stands apart."""

import ast
import pathlib

import pytest

import hubframe

PACKAGE = pathlib.Path(hubframe.__file__).parent
IMPURE = {"asyncio", "aiohttp", "time", "random", "threading", "tqdm", "ipywidgets"}
FORM = (
    *("choices", "code", "corrections", "csv_files", "editor_kinds", "matching", "page_text", "preview_html"),
    *("property_names", "reasons", "refused", "samples", "saving", "uploads", "workbooks"),
)
PURE = [
    *sorted(PACKAGE.glob("planning/*.py")),
    *sorted(PACKAGE.glob("records/*.py")),
    *(
        PACKAGE / "delivery" / f"{name}.py"
        for name in ("messages", "steps", "decide", "evidence", "choosing", "looking", "trouble")
    ),
    *(
        PACKAGE / "results" / f"{name}.py"
        for name in ("outcomes", "sentences", "frame", "plan_columns", "retried", "summary")
    ),
    *(PACKAGE / "reading_records" / f"{name}.py" for name in ("matching", "rows", "stretches")),
    PACKAGE / "errors.py",
    *(PACKAGE / "widgets" / f"{name}.py" for name in ("rich", "plan", "plan_facts")),  # functions that return HTML
    PACKAGE / "options.py",
    *(PACKAGE / "widgets" / "form" / f"{name}.py" for name in FORM),
]
LOCAL = sorted(PACKAGE.glob("local_hubspot/**/*.py"))


def name_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """The full names of all modules a file imports, at its top or anywhere in it."""
    found = set()
    package = path.relative_to(PACKAGE.parent).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            # "from hubframe import connection" may name a module: what it names counts, not the package's __init__
            found |= {f"hubframe.{alias.name}" for alias in node.names} if module == "hubframe" else {module}
    return found


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_pure_modules_import_only_what_is_pure(path):
    named = imports(path)
    assert not {name.partition(".")[0] for name in named} & IMPURE
    ours = {name for name in named if name.partition(".")[0] == "hubframe"}
    assert ours <= {name_of(pure) for pure in PURE}


@pytest.mark.parametrize("path", LOCAL, ids=name_of)
def test_local_hubspot_imports_nothing_from_the_rest_of_hubframe(path):
    ours = {name for name in imports(path) if name.partition(".")[0] == "hubframe"}
    assert all(f"{name}.".startswith("hubframe.local_hubspot.") for name in ours)


def test_the_walk_sees_imports_that_are_there():
    assert "asyncio" in imports(PACKAGE / "delivery" / "driver.py")
    assert "hubframe.delivery.found" in imports(PACKAGE / "delivery" / "driver.py")
    assert len(LOCAL) > 5
