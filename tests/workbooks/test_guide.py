"""The tab 使い方 tells of everything in the workbook, and of nothing that is not there."""

from __future__ import annotations

import pytest

from sheets_sync.issue import Tab
from sheets_sync.messages import Language, catalogue, text
from sheets_sync.states import State
from sheets_sync.template_files import load_template
from sheets_sync.workbooks.guide import Look, guide_rows
from sheets_sync.workbooks.shown_columns import DATA_TABS, shown_columns

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@pytest.mark.parametrize("market", ["JP", "US"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_state_and_action_is_explained(market: str, language: Language) -> None:
    template = load_template(market)
    rows = list(guide_rows(template, language))
    explained = {row.cells[0]: row.cells[2] for row in rows if row.look is Look.BODY}
    texts = {row.cells[2].removeprefix(text("guide_required", language)) for row in rows if row.look is Look.BODY}
    for tab in DATA_TABS:
        columns = shown_columns(template, tab, sign_off=False)
        told = {c.help(language) for c in columns if c.help(language)}
        assert told <= texts
    assert {"画像1 … 画像9", "Image 1 … Image 9"} & explained.keys()
    for state in State:
        assert explained[template.choice_label("state", state, language)]
    for action in template.choices["action"]:
        assert explained[action.label(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_left_with_a_place(language: Language) -> None:
    for row in guide_rows(load_template("JP"), language):
        for cell in row.cells:
            assert not cell.startswith("guide_")
            assert "?" not in cell
            for marker in ("{{空}}", "{{clear}}", "{{新規}}", "{{new}}"):
                cell = cell.replace(marker, "")  # noqa: PLW2901
            assert "{" not in cell


def test_a_column_of_a_setting_is_told_of_only_when_it_is_on() -> None:
    template = load_template("JP")
    label = template.column(Tab.PRODUCTS, "approval").ja
    names = [{row.cells[0] for row in guide_rows(template, "ja", sign_off=on) if row.cells} for on in (False, True)]
    assert [label in found for found in names] == [False, True]


def test_all_texts_of_the_workbook_stand_in_both_languages() -> None:
    texts = {code: entry for code, entry in catalogue().items() if code.startswith(("guide_", "workbook_", "cell_"))}
    assert texts
    assert all(entry.keys() == {"ja", "en"} for entry in texts.values())
