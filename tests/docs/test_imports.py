"""Who may import whom (docs/design.md, section 3), read from the source; what a command loads, seen in a process."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sheets_sync

PACKAGE = Path(sheets_sync.__file__).parent
CORE = (
    "errors", "issue", "states", "products", "template", "tables", "records", "shop", "desired", "content", "plan",
    "drift", "limits", "payload", "payload_parts", "payload_skus", "external_ids", "planning", "observe", "report",
    "approval", "cells", "cell_dates", "cell_lengths", "cell_numbers", "description", "description_nesting",
    "option_pictures",
    "review_positions", "ports", "rows", "cart_policies", "sale_period",
)  # fmt: skip
# What the core may lean on: values and text, nothing that looks at the world. nh3 is a pure function on text.
HARMLESS = {
    "__future__", "abc", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "fractions", "functools", "hashlib", "html", "itertools", "json", "marshal", "math", "nh3", "operator", "re",
    "msgspec", "string", "typing", "unicodedata", "zoneinfo",
}  # fmt: skip
ADAPTERS = ("tiktok", "store", "workbooks", "sources", "shopify", "sandbox", "webhooks")
HEAVY = (
    "pandas", "numpy", "pandera", "openpyxl", "gspread", "requests", "sqlalchemy", "pydantic", "xlsxwriter", "rich",
)  # fmt: skip
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def files_of(*parts: str) -> list[Path]:
    """The modules of a package or the one file of a module."""
    found: list[Path] = []
    for part in parts:
        found += sorted((PACKAGE / part).rglob("*.py")) if (PACKAGE / part).is_dir() else [PACKAGE / f"{part}.py"]
    assert found
    return found


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def dotted(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports anywhere in it, with its full name; of `from a import b` both `a` and `a.b`."""
    here = dotted(file).split(".")
    package = here if file.name == "__init__.py" else here[:-1]
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)


def own(file: Path) -> set[str]:
    """Top-level parts of this package that a file imports."""
    return {name.split(".")[1] for name in imported(file) if name.startswith("sheets_sync.")}


@pytest.mark.parametrize("file", files_of(*CORE), ids=dotted)
def test_the_core_imports_nothing_that_looks_at_the_world(file: Path) -> None:
    outside = {name.split(".")[0] for name in imported(file)} - {"sheets_sync"}
    assert outside <= HARMLESS
    # The catalogue of messages is the one thing of the package's data that the core reads.
    assert own(file) <= {*CORE, "messages"}


@pytest.mark.parametrize("file", files_of(*CORE), ids=dotted)
def test_the_core_asks_no_clock(file: Path) -> None:
    calls = (node.func for node in ast.walk(parsed(file)) if isinstance(node, ast.Call))
    for call in calls:
        if isinstance(call, ast.Attribute):
            owner = call.value.attr if isinstance(call.value, ast.Attribute) else getattr(call.value, "id", "")
            assert (owner, call.attr) not in CLOCKS, f"line {call.lineno}"
        elif isinstance(call, ast.Name):
            assert call.id not in ("open", "input", "print", "exec", "eval", "__import__"), f"line {call.lineno}"


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_adapters_never_import_one_another(adapter: str) -> None:
    shell = {"usecases", "cli", "demo", "push", "validation", "settings", "run_log", "pictures"}
    for file in files_of(adapter):
        assert not own(file) & ({*ADAPTERS, *shell} - {adapter}), dotted(file)


def test_google_sheets_protocol_knows_no_tabs_of_ours() -> None:
    for file in files_of("gsheets"):
        assert own(file) <= {"gsheets", "ooxml", "errors", "ports", "tables"}, dotted(file)


def test_the_sandbox_and_the_engine_know_nothing_of_the_rest() -> None:
    for file in files_of("sandbox", "ooxml"):
        part = dotted(file).split(".")[1]
        # How a file gets to its place is the operating system's matter, and the same for everybody.
        assert own(file) <= ({part, "file_placing"} if part == "ooxml" else {part}), dotted(file)


def test_the_placing_of_files_knows_nothing_of_ours() -> None:
    assert own(*files_of("file_placing")) == set()


def test_push_and_validation_know_ports_and_values_only() -> None:
    for file in files_of("push", "validation"):
        assert own(file) <= {*CORE, "messages", dotted(file).split(".")[1]}, dotted(file)


def test_only_the_command_line_and_the_demo_import_the_command_line() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        if "cli" in own(file):
            assert dotted(file).split(".")[1] in ("cli", "demo", "__main__"), dotted(file)


def test_pandas_and_pandera_live_in_validation_only() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        if {"pandas", "pandera", "numpy"} & {name.split(".")[0] for name in imported(file)}:
            assert dotted(file).startswith("sheets_sync.validation."), dotted(file)


def test_each_library_has_one_home() -> None:
    homes = {
        "requests": ("tiktok", "shopify", "pictures", "gsheets"),
        "sqlalchemy": ("store",),
        "alembic": ("store",),
        "filelock": ("store", "tiktok"),
        "xlsxwriter": ("workbooks",),
        "openpyxl": (),  # judges our workbooks in the tests, and never saves a merchandiser's file
        "PIL": ("pictures", "picture_mending", "demo", "sandbox"),
        "rich": ("cli",),
        "click": ("cli",),
        "pydantic": ("settings", "sources", "usecases"),
        "pydantic_settings": ("settings",),
        "h11": ("webhooks",),
        "nh3": ("description",),
        "tenacity": ("tiktok", "shopify", "gsheets"),
        "gspread": ("gsheets",),
        "google": ("gsheets",),
    }
    for file in sorted(PACKAGE.rglob("*.py")):
        for library in {name.split(".")[0] for name in imported(file)} & set(homes):
            assert dotted(file).split(".")[1] in homes[library], f"{dotted(file)} imports {library}"


def test_nothing_prints_outside_of_the_command_line() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert dotted(file).startswith("sheets_sync.cli"), f"{dotted(file)} line {node.lineno}"


# -- what is loaded when ---------------------------------------------------------------------------------------------


def loaded(code: str, folder: Path) -> set[str]:
    """Heavy libraries in a fresh process after some code."""
    end = f"\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + end], capture_output=True, text=True, check=True, cwd=folder, timeout=60
    )
    return set(ast.literal_eval(done.stderr.splitlines()[-1]))


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded("from sheets_sync.cli.main import run; assert run(['--help']) == 0", tmp_path) == set()
    assert loaded("from sheets_sync.cli.main import run; assert run(['import', '--help']) == 0", tmp_path) == set()


def test_export_and_push_load_neither_pandas_nor_pandera(tmp_path: Path) -> None:
    parts = ("usecases.export", "usecases.send", "usecases.review", "push.run")
    code = "import " + ", ".join(f"sheets_sync.{part}" for part in parts)
    assert not loaded(code, tmp_path) & {"pandas", "pandera", "numpy", "openpyxl"}


def test_a_whole_export_runs_without_them(tmp_path: Path) -> None:
    cart = "Handle,Title,Variant SKU,Variant Price\nao,青いマグカップ,AO,1200\n"
    (tmp_path / "products.csv").write_text(cart, "utf-8")
    (tmp_path / "sheets_sync.toml").write_text("", "utf-8")
    code = "from sheets_sync.cli.main import run; assert run(['export', '--quiet']) in (0, 3)"
    assert not loaded(code, tmp_path) & {"pandas", "pandera", "numpy", "openpyxl", "gspread", "requests"}
    assert (tmp_path / "tiktok_products.xlsx").is_file()
