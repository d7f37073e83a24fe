"""The documents, held against the code: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import sheets_sync
from sheets_sync.cli.commands import cli
from sheets_sync.errors import ExitCode
from sheets_sync.issue import Severity, Tab
from sheets_sync.messages import catalogue
from sheets_sync.plan import StepKind, Wait
from sheets_sync.settings import Settings
from sheets_sync.states import Action, Listing, State
from sheets_sync.template import Owner, Template
from sheets_sync.template_files import load_template, templates_folder

from ..e2e.shop_folder import ShopFolder, product

PACKAGE = Path(sheets_sync.__file__).parent
ROOT = PACKAGE.parent
READMES = {"ja": ROOT / "README.ja.md", "en": ROOT / "README.md"}
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


@cache
def words(file: Path) -> str:
    return file.read_text("utf-8")


def template() -> Template:
    return load_template("JP")


def commands(group: click.Command = cli, name: str = "") -> dict[str, click.Command]:
    """Every command by its full name, such as `export` or `auth tiktok`."""
    if not isinstance(group, click.Group):
        return {name: group}
    parts = (commands(command, f"{name} {word}".strip()) for word, command in group.commands.items())
    return {full: command for found in parts for full, command in found.items()}


def options_of(command: click.Command) -> set[str]:
    found = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return {name for name in found if name.startswith("--")}


# -- READMEs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", READMES)
def test_every_command_is_in_the_readme_and_no_other(language: str) -> None:
    text = words(READMES[language])
    rows = set(re.findall(r"^\| `sheets-sync ([a-z ]+)` \|", text, re.MULTILINE))
    assert rows == set(commands())
    assert set(re.findall(r"sheets-sync ([a-z]+)", text)) <= {name.split()[0] for name in commands()}


@pytest.mark.parametrize("language", READMES)
def test_every_option_is_in_the_readme_and_no_other(language: str) -> None:
    known = {name for command in commands().values() for name in options_of(command)} | {"--help", "--version"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", words(READMES[language]))) == known


@pytest.mark.parametrize("language", READMES)
def test_options_stand_beside_their_commands(language: str) -> None:
    common = set.intersection(*(options_of(command) for command in commands().values()))
    told: dict[str, set[str]] = {name: set() for name in commands()}
    names: list[str] = []
    rows = re.findall(r"^\| ((?:`[a-z ]+`[、, ]*)*) ?\| (`--[^|]*) \|", words(READMES[language]), re.MULTILINE)
    for first, second in rows:
        names = re.findall(r"`([a-z ]+)`", first) or names
        for name in names:
            told[name] |= set(re.findall(r"--[a-z-]+", second))
    assert told == {name: options_of(command) - common for name, command in commands().items()}


@pytest.mark.parametrize("language", READMES)
def test_every_exit_code_is_in_the_readme_and_no_other(language: str) -> None:
    rows = re.findall(r"^\| (\d+) \|", words(READMES[language]), re.MULTILINE)
    assert [int(code) for code in rows] == [int(code) for code in ExitCode]


@pytest.mark.parametrize("language", READMES)
def test_states_and_listings_are_told_in_their_order(language: str) -> None:
    rows = re.findall(r"^\| ([^|`]+?) \|", words(READMES[language]), re.MULTILINE)
    for kind, closed in (("state", State), ("listing", Listing)):
        labels = [template().choice_label(kind, word, "ja" if language == "ja" else "en") for word in closed]
        first = rows.index(labels[0])
        assert rows[first : first + len(labels)] == labels


@pytest.mark.parametrize("language", READMES)
def test_actions_owners_and_tabs_are_told(language: str) -> None:
    text = words(READMES[language])
    rows = re.findall(r"^\| ([^|`]+?) \|", text, re.MULTILINE)
    for action in Action:
        if action is not Action.KEEP:
            assert template().choice_label("action", action, "ja" if language == "ja" else "en") in rows
    for owner in Owner:
        style = template().owners[owner]
        assert any(row.endswith(f": {style.ja if language == 'ja' else style.en}") for row in rows), owner
    for tab in Tab:
        assert template().tab_name(tab, "ja" if language == "ja" else "en") in rows, tab


@pytest.mark.parametrize("language", READMES)
def test_limits_are_told_as_they_are(language: str) -> None:
    text = words(READMES[language])
    rules = Settings.model_fields["rules"].default
    for value in (rules.max_price_change_percent, rules.max_gone_percent):
        assert re.search(rf"\b{value:g} ?%", text, re.ASCII)
    for value in (rules.max_zero_stock_skus, rules.max_pauses, rules.max_deletes):
        assert re.search(rf"\b{value}\b", text, re.ASCII)


# -- design ----------------------------------------------------------------------------------------------------------


def modules() -> set[str]:
    """Every module of the package as a path below it: `plan.py`, `rows/merge.py`, `rows/`."""
    files = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")}
    named = {file for file in files if not file.endswith("__init__.py")}
    return named | {f"{Path(file).parent.as_posix()}/" for file in files if "/" in file}


def test_the_design_names_every_module_and_no_other() -> None:
    text = words(ROOT / "docs" / "design.md")
    told = set(re.findall(r"`((?:[a-z_0-9]+/)*(?:[a-z_0-9]+\.py|[a-z_0-9]+/))`", text))
    told = {name for name in told if not name.startswith(("templates/", "tests/", "docs/", "sheets_sync/"))}
    here = modules()
    below = ("sandbox/", "store/migrations/")  # their own texts say what is in them
    assert told <= here
    assert {name for name in here if not name.startswith(below) or name in below} <= told


def test_sections_that_the_code_refers_to_are_there() -> None:
    headings = set(re.findall(r"^## (\d+)\.", words(ROOT / "docs" / "design.md"), re.MULTILINE))
    told = [
        number
        for file in [*PACKAGE.rglob("*.py"), *ROOT.glob("tests/**/*.py")]
        for part in re.findall(r"design(?:\.md)?,\s+sections? ([\d and,]+)", words(file))
        for number in re.findall(r"\d+", part)
    ]
    assert told
    assert set(told) <= headings


def test_the_design_tells_every_step_wait_state_and_listing() -> None:
    text = words(ROOT / "docs" / "design.md")
    for word in (*StepKind, *Wait, *State, *Listing):
        assert f"`{word}`" in text, word


# -- settings --------------------------------------------------------------------------------------------------------


def keys() -> Iterator[tuple[str, str]]:
    """Section ("" at the top) and key of every setting."""
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from ((name, key) for key in section.model_fields)
        elif not field.exclude:
            yield "", name


def test_every_setting_is_documented_and_no_other() -> None:
    told: list[tuple[str, str]] = []
    for part in re.split(r"^## ", words(ROOT / "docs" / "settings.md"), flags=re.MULTILINE)[1:]:
        section = re.match(r"`\[(\w+)\]`", part)
        name = section.group(1) if section else ""
        told += [(name, key) for key in re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)]
    assert sorted(told) == sorted(keys())


def test_defaults_are_told_as_they_are() -> None:
    text = words(ROOT / "docs" / "settings.md")
    for section, key in keys():
        field = Settings.model_fields[section or key]
        default = getattr(field.default, key) if section else field.default
        plain = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        shown = {True: "true", False: "false"}[plain] if isinstance(plain, bool) else plain
        shown = f'"{shown}"' if isinstance(plain, str) else str(list(shown) if isinstance(shown, tuple) else shown)
        part = text.split(f"## `[{section}]`")[1].split("\n## ")[0] if section else text
        assert f"| `{key}` | `{shown.removesuffix('.0')}` |" in part, (section, key)


def test_the_sample_settings_hold_known_keys_at_their_defaults() -> None:
    sample = tomllib.loads((templates_folder() / "sheets_sync.toml").read_text("utf-8"))
    assert Settings(**sample) == Settings()


# -- changelog -------------------------------------------------------------------------------------------------------


def test_every_dependency_has_its_reason_in_the_changelog() -> None:
    project = tomllib.loads(words(ROOT / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["keyring"], *extras["postgres"]]
    named = {str(re.split(r"[\[<>=;! ]", line)[0]) for line in asked}
    told = dict(re.findall(r"^- \*\*([\w-]+)\*\*: (.+)", words(ROOT / "CHANGELOG.md"), re.MULTILINE))
    assert set(told) == named
    assert all(len(reason) > 10 for reason in told.values())


def test_the_changelog_names_this_version() -> None:
    assert f"## [{sheets_sync.__version__}]" in words(ROOT / "CHANGELOG.md")


# -- messages --------------------------------------------------------------------------------------------------------

# Where a call takes its message code. ShopConflict and ShopRejected are not among them: they speak to the push alone.
SPEAKERS = {
    "UsageError": 0, "Refused": 0, "Unavailable": 0, "CredentialsError": 0, "Locked": 0, "ShopUnavailable": 0,
    "ShopUnknown": 0, "Issue": 3, "PictureFault": 0, "CellFault": 0, "Fault": 2, "Verdict": 1, "say": 0, "tell": 0,
    "step": 0, "advance": 0, "text": 0, "_section": 0, "_over": 0, "_Unusable": 0, "_unsure": 0, "_say": 0,
}  # fmt: skip
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
PARTS = tuple(file for file in PACKAGE.rglob("*.py") if "sandbox" not in file.relative_to(PACKAGE).parts[:1])


def spoken() -> Iterator[tuple[str, str]]:
    """Message codes that stand literally in the code, with their place."""
    for file in PARTS:
        speaks = re.search(r"^from sheets_sync\.messages import .*\btext\b", words(file), re.MULTILINE)
        for node in ast.walk(ast.parse(words(file))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            place = SPEAKERS.get(name)
            module = getattr(getattr(node.func, "value", None), "id", "")
            if name == "text" and not (speaks if isinstance(node.func, ast.Name) else module == "messages"):
                place = None  # another function of that name
            given = [node.args[place]] if place is not None and len(node.args) > place else []
            given += [word.value for word in node.keywords if word.arg in ("code", "following")]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                    yield value.value, f"{file.relative_to(ROOT)}:{node.lineno}"


def test_every_code_that_is_spoken_is_in_the_catalogue() -> None:
    found = list(spoken())
    assert len(found) > 150, "the reader of the code has gone blind"
    assert {where: code for code, where in found if code not in catalogue()} == {}


def test_codes_that_are_put_together_are_in_the_catalogue() -> None:
    steps = [kind for kind in StepKind if kind not in (StepKind.EDIT, StepKind.PRICE, StepKind.STOCK)]
    codes = [f"plan_{kind}" for kind in steps]
    codes += [f"plan_wait_{wait}" for wait in Wait]
    codes += [f"action_done_{action}" for action in Action if action]
    codes += [f"guide_state_{state}" for state in State]
    codes += [f"guide_owner_{owner}" for owner in Owner]
    codes += [f"severity_{severity}" for severity in Severity]
    codes += [f"wrong_{what}" for what in ("cart", "shop", "workbook")]
    assert [code for code in codes if code not in catalogue()] == []


def places(words: str) -> set[str]:
    """Names of the places in a text; one that comes in both languages (`choices_ja`) counts as one."""
    found = {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(words) if name is not None}
    return {re.sub("_(ja|en)$", "", name) for name in found}


def test_messages_come_in_both_languages_with_the_same_places() -> None:
    for code, entry in catalogue().items():
        assert set(entry) == {"ja", "en"}, code
        assert all(entry.values()), code
        assert places(entry["ja"]) == places(entry["en"]), code


def test_japanese_messages_are_japanese() -> None:
    japanese = re.compile("[ぁ-んァ-ヶ一-龠]")
    bare = {"issue_line", "issue_line_sku", "issue_line_row", "review_line"}
    plain = [code for code, entry in catalogue().items() if not japanese.search(entry["ja"]) and len(entry["ja"]) > 40]
    assert set(plain) <= bare


# -- links and words -------------------------------------------------------------------------------------------------


def slugs(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", words(file)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", words(file))):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        there = (file.parent / name).resolve() if name else file
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if anchor:
            assert anchor in slugs(there), target


def test_every_picture_is_shown_and_made() -> None:
    shown = {name for file in READMES.values() for name in re.findall(r"docs/images/([\w.]+\.png)", words(file))}
    assert shown == {file.name for file in (ROOT / "docs" / "images").glob("*.png")}


def test_files_named_by_documents_exist() -> None:
    for file in DOCUMENTS:
        for name in re.findall(r"`((?:docs|tests|templates|benchmarks|sheets_sync)/[\w./-]+)`", words(file)):
            assert (ROOT / name).exists(), f"{file.name}: {name}"


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_the_documents_speak_of_the_project_alone(file: Path) -> None:
    text = words(file)
    assert not re.search(r"(?<![\w.`:/~])/(home|root|work|tmp|usr|Users|opt|mnt)\b", text), "a path of one machine"
    assert not re.search(r"pypi|crates\.io|npmjs|proxy\.golang|artifactory", text, re.IGNORECASE), "a registry"
    assert not re.search(r"\b(claude|gpt|llm|copilot|anthropic|openai|ai agent|sub-?agent)\b", text, re.IGNORECASE)


# -- JSON ------------------------------------------------------------------------------------------------------------


def test_the_json_has_the_keys_that_the_design_tells(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| ([^|\n]*) \| ((?:`\w+`)[^|\n]*) \|$", words(ROOT / "docs" / "design.md"), re.MULTILINE)
    told = {first.strip(): re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", second)) for first, second in rows}
    always, counts = told["all"], told["`import`, `review`"]
    rated = told["`check`, `plan`, `import`, `review`, `status`, `report`"]
    shop.cart(product("ao"))
    expected = {
        ("export",): told["`export`"],
        ("check",): rated,
        ("plan",): [*rated, "plan"],
        ("status",): rated,
        ("import", "--dry-run"): [*rated, *counts, "plan"],
        ("import", "--yes"): [*rated, *counts],
        ("review",): [*rated, *counts],
        ("report",): rated,
    }
    for arguments, keys in expected.items():
        _, result = shop.json(capsys, *arguments)
        assert set(result) == {*always, *keys}, arguments
    code, result = shop.json(capsys, "import", "--plan", "000000000000")
    assert (code, set(result)) == (ExitCode.REFUSED, {"command", "error", "exit"})


# -- what texts advise -----------------------------------------------------------------------------------------------


def test_messages_advise_commands_and_options_that_exist() -> None:
    known = {name for command in commands().values() for name in options_of(command)}
    first = {name.split()[0] for name in commands()}
    for code, entry in catalogue().items():
        for language, text in entry.items():
            assert set(re.findall(r"sheets-sync ([a-z]+)", text)) <= first, (code, language)
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known, (code, language)


def test_messages_name_settings_that_exist() -> None:
    known = {f"[{section}] {key}" for section, key in keys() if section}
    for code, entry in catalogue().items():
        for text in entry.values():
            named = re.findall(r"[\[［](\w+)[\]］] ([a-z_]+)", text)
            assert {f"[{section}] {key}" for section, key in named} <= known, code


def test_make_targets_in_documents_exist() -> None:
    targets = set(re.findall(r"^(\w+):", words(ROOT / "Makefile"), re.MULTILINE))
    for file in DOCUMENTS:
        assert set(re.findall(r"(?:`|^)make (\w+)", words(file), re.MULTILINE)) <= targets, file.name
