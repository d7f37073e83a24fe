"""Rows of the tab 使い方, made from the template, so that it never tells of columns or choices that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from sheets_sync.issue import Tab
from sheets_sync.messages import Language, text
from sheets_sync.states import NEEDS_A_PERSON, Action, State
from sheets_sync.template import Column, Owner, Template
from sheets_sync.workbooks.shown_columns import shown_columns


class Look(StrEnum):
    """How a row of the guide is set."""

    TITLE = "title"
    LEAD = "lead"
    SECTION = "section"
    HEAD = "head"
    BODY = "body"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A row of three cells: what, a short remark, the explanation.

    `swatch` names the colour that the first cell is shown in: `owner:<owner>`, `state:<state>`, `missing`, `error`,
    `default`.
    """

    look: Look
    cells: tuple[str, ...] = ()
    swatch: str = ""


_COMMANDS = ("export", "check", "import", "review")
_NOT_SENT = ("guide_list_price", "guide_member_price", "guide_tax", "guide_shipping")
_TIPS = ("guide_tip_clear", "guide_tip_many", "guide_tip_delete", "guide_tip_restore")
_GAP = GuideRow(Look.GAP)


def guide_rows(
    template: Template, language: Language, *, sign_off: bool = False, shared: bool = False
) -> Iterator[GuideRow]:
    """All rows of the guide, top down. `shared`: a workbook that may stay open while results are written."""
    yield GuideRow(Look.TITLE, (text("guide_title", language),))
    yield GuideRow(Look.LEAD, (text("guide_lead", language),))
    yield from _steps(language, shared=shared)
    yield from _colours(template, language)
    yield from _states(template, language)
    yield from _actions(template, language)
    yield from _section("guide_not_sent", language)
    for code in _NOT_SENT:
        yield _body(text(code, language), text("guide_not_sent_mark", language), text(f"{code}_text", language))
    yield from _tips(template, language)
    for tab in (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.HISTORY):
        yield from _section("guide_columns", language, tab=template.tab_name(tab, language))
        for _, alike in groupby(shown_columns(template, tab, sign_off), key=lambda c: (c.owner, c.help(language))):
            yield _columns(list(alike), language)


def _section(code: str, language: Language, **params: object) -> Iterator[GuideRow]:
    yield _GAP
    yield GuideRow(Look.SECTION, (text(code, language, **params),))
    yield GuideRow(Look.HEAD, tuple(text(f"{code}_head", language).split("|")))


def _body(what: str, remark: str, explanation: str, swatch: str = "") -> GuideRow:
    return GuideRow(Look.BODY, (what, remark, explanation), swatch)


def _steps(language: Language, *, shared: bool) -> Iterator[GuideRow]:
    yield from _section("guide_steps", language)
    for command in _COMMANDS:
        code = f"guide_step_{command}"
        yield _body(text(code, language), f"sheets-sync {command}", text(f"{code}_text", language))
    please = "guide_share_first_text" if shared else "guide_close_first_text"
    yield _body(text("guide_close_first", language), "", text(please, language))


def _colours(template: Template, language: Language) -> Iterator[GuideRow]:
    yield from _section("guide_colours", language)
    for owner, style in template.owners.items():
        name = text(f"guide_owner_{owner}", language)
        meaning = style.ja if language == "ja" else style.en
        yield _body(name, text("guide_where_heading", language), meaning, f"owner:{owner}")
    for swatch in ("missing", "error", "default"):
        code = f"guide_colour_{swatch}"
        yield _body(text(code, language), text("guide_where_cell", language), text(f"{code}_text", language), swatch)


def _states(template: Template, language: Language) -> Iterator[GuideRow]:
    yield from _section("guide_states", language)
    for state in State:
        turn = "guide_turn_yes" if state in NEEDS_A_PERSON else "guide_turn_no"
        label = template.choice_label("state", state, language)
        yield _body(label, text(turn, language), text(f"guide_state_{state}", language), f"state:{state}")


def _actions(template: Template, language: Language) -> Iterator[GuideRow]:
    yield from _section("guide_actions", language)
    for action in Action:
        label = template.choice_label("action", action, language) if action else text("guide_action_blank", language)
        code = f"guide_action_{action or 'blank'}"
        yield _body(label, text(f"{code}_when", language), text(f"{code}_text", language))
    yield _body("", "", text("guide_actions_once", language))


def _tips(template: Template, language: Language) -> Iterator[GuideRow]:
    yield from _section("guide_tips", language)
    for code in _TIPS:
        how = text(f"{code}_how", language, tab=template.tab_name(Tab.DEFAULTS, language))
        yield _body(text(code, language), how, text(f"{code}_text", language))


def _columns(columns: Sequence[Column], language: Language) -> GuideRow:
    """One row for neighbours that say the same, such as the nine pictures."""
    column = columns[0]
    names = [column.label(language), *(other.label(language) for other in columns[-1:] if other is not column)]
    writer = "prefill" if column.owner is Owner.EDITOR and column.prefill else column.owner
    required = text("guide_required", language) if column.required else ""
    return _body(
        " … ".join(names),
        text(f"guide_owner_{writer}", language),
        required + (column.help(language) or text("guide_state_count", language)),
        f"owner:{column.owner}",
    )
