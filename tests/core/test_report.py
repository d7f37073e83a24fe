"""What result cells say: one state per product, and the words beside it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from sheets_sync import plan as plan_module
from sheets_sync import report
from sheets_sync.desired import Taken
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language, catalogue, text
from sheets_sync.plan import ProductPlan, Step, StepKind, Wait
from sheets_sync.records import Instruction
from sheets_sync.report import (
    LINES,
    Standing,
    Voice,
    action_text,
    drift_text,
    field_names,
    issue_lines,
    planned_text,
    review_text,
    state_of,
    totals,
)
from sheets_sync.review_positions import column_of_position
from sheets_sync.shop import Reason
from sheets_sync.states import Action, Listing, State
from sheets_sync.template_files import load_template
from tests.push.builders import change_sku, listing, shirt, variant

from .listings import decide, linked

JP = load_template("JP")
MISSING = frozenset({"title_missing"})
WANT = listing()
LINK = linked(WANT)
NOW = dt.datetime(2026, 11, 24, 1, 5, tzinfo=dt.UTC)
LANGUAGES: tuple[Language, ...] = ("ja", "en")


def voice(language: Language = "ja") -> Voice:
    return Voice(language, JP, MISSING, "11-25", dt.timezone(dt.timedelta(hours=9)))


def error(code: str = "x", column: str | None = "title", **params: object) -> Issue:
    return Issue(Tab.PRODUCTS, "P1", column, code, params=params)


def _link(**changes: Any) -> dict[str, Any]:
    return {"link": changes}


# What makes each state, in the design's order of precedence; what a later one says must not matter any more.
SIGNS: dict[State, dict[str, Any]] = {
    State.OFF: {"want": {"sync": False}},
    State.INVALID: {"issues": [error("bad")]},
    State.INCOMPLETE: {"issues": [error("title_missing")]},
    State.FAILED: {"failures": [error("refused")]},
    State.UNKNOWN: {"unsettled": True},
    State.PLATFORM_STOPPED: _link(listing=Listing.TAKEN_DOWN),
    State.REVIEW_FAILED: _link(audit="FAILED"),
    State.WAITING: {"plan": {"wait": Wait.ALLOWANCE}},
    State.READY: {"plan": {"steps": (Step(StepKind.PRICE),)}},
    State.IN_REVIEW: _link(audit="AUDITING"),
    State.SYNCED: {},
}


def standing(*signs: dict[str, Any]) -> Standing:
    found: dict[str, Any] = {"issues": [], "failures": [], "want": {}, "link": {}, "plan": {}, "unsettled": False}
    for sign in reversed(signs):
        for name, value in sign.items():
            if isinstance(value, list):
                found[name] = found[name] + value
            elif isinstance(value, dict):
                found[name] = found[name] | value
            else:
                found[name] = value
    return Standing(
        dataclasses.replace(WANT, **found["want"]),
        dataclasses.replace(ProductPlan("P1"), **found["plan"]),
        dataclasses.replace(LINK, **found["link"]),
        found["issues"],
        found["failures"],
        None,
        found["unsettled"],
    )


def test_the_order_is_the_designs() -> None:
    assert list(SIGNS) == list(State)


@pytest.mark.parametrize("state", list(State))
def test_each_state_has_its_sign(state: State) -> None:
    assert state_of(standing(SIGNS[state]), MISSING) is state


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.combinations(State, 2)), ids=lambda state: str(state.value)
)
def test_the_first_of_two_wins(first: State, second: State) -> None:
    assert state_of(standing(SIGNS[first], SIGNS[second]), MISSING) is first


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"listing": Listing.FROZEN}, State.PLATFORM_STOPPED),
        ({"listing": Listing.NONE, "status": "FAILED", "audit": "FAILED"}, State.REVIEW_FAILED),
        ({"audit": "PRE_APPROVED", "listing": Listing.PRE_APPROVED}, State.IN_REVIEW),
        ({"audit": "", "listing": Listing.IN_REVIEW}, State.IN_REVIEW),
        ({"listing": Listing.PAUSED, "audit": "NONE"}, State.SYNCED),
    ],
)
def test_states_of_the_platform(changes: dict[str, Any], state: State) -> None:
    assert state_of(standing(_link(**changes)), MISSING) is state


def test_changes_that_wait_for_a_publish_ask_nothing() -> None:
    plan = {"waiting": ("title",), "wait": Wait.PAUSED}
    assert state_of(standing({"plan": plan}, _link(listing=Listing.PAUSED, audit="NONE")), MISSING) is State.SYNCED


def test_warnings_hold_nothing() -> None:
    issue = Issue(Tab.PRODUCTS, "P1", "title", "x", Severity.WARNING)
    assert state_of(standing({"issues": [issue]}), MISSING) is State.SYNCED


def test_off_a_stop_that_failed_is_told_all_the_same() -> None:
    off = standing(SIGNS[State.OFF], SIGNS[State.FAILED])
    assert state_of(off, MISSING) is State.OFF
    stopping = standing(SIGNS[State.OFF], SIGNS[State.FAILED], {"plan": {"instruction": Action.PAUSE}})
    assert state_of(stopping, MISSING) is State.FAILED
    off.instruction = Instruction("P1", Action.DELETE, NOW, failed="12052901")
    assert state_of(off, MISSING) is State.FAILED


def test_the_sums_add_up() -> None:
    all_of_them = [standing(*pair) for pair in itertools.product(SIGNS.values(), repeat=2)]
    counts = totals(all_of_them, MISSING)
    assert counts.products == len(all_of_them) == sum(counts.states.values()) == sum(counts.listings.values())
    assert counts.skus == len(all_of_them)


# -- error cells


def test_errors_come_first_and_are_told_once() -> None:
    warning = Issue(Tab.PRODUCTS, "P1", "title", "platform_warning", Severity.WARNING, {"words": "w"})
    lines = issue_lines(
        [warning, error("publish_frozen", "action"), error("publish_frozen", "action")], voice(), Tab.PRODUCTS
    )
    first, second = lines.split("\n")
    assert first.startswith("出品指示: ")
    assert first.endswith("[publish_frozen]")
    assert second.startswith("【警告】")


@pytest.mark.parametrize(("count", "last"), [(20, "n=19"), (21, "ほか1件"), (60, "ほか40件")])
def test_twenty_lines_then_the_rest_as_a_number(count: int, last: str) -> None:
    issues = [error("platform_warning", "title", words=f"n={n}") for n in range(count)]
    lines = issue_lines(issues, voice(), Tab.PRODUCTS).split("\n")
    assert len(lines) == min(count, LINES + 1)
    assert last in lines[-1]


def test_a_skus_fault_names_the_sku_where_the_product_is_told_and_not_in_its_own_row() -> None:
    issue = Issue(Tab.SKUS, "T1/w", "price", "publish_frozen", product_key="T1")
    assert issue_lines([issue], voice(), Tab.PRODUCTS, {"T1/w": "TS-W"}).startswith("SKU TS-W TikTok価格")
    assert issue_lines([issue], voice(), Tab.PRODUCTS).startswith("SKU T1/w ")
    assert issue_lines([issue], voice(), Tab.SKUS).startswith("TikTok価格")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "column", ["options", "attributes", "sku_image", "images", "stock", "price", "package_weight_g"]
)
def test_no_cell_speaks_of_a_column_by_its_key(column: str, language: Language) -> None:
    label = issue_lines([error("publish_frozen", column)], voice(language), Tab.PRODUCTS).split(": ")[0]
    assert label != column
    assert language == "en" or not re.search("[a-z]{3}", label)


# -- what is planned


def planned(plan: ProductPlan, *signs: dict[str, Any], language: Language = "ja", want: Any = None) -> str:
    found = standing(*signs)
    found.plan = plan
    found.want = want or found.want
    return planned_text(found, state_of(found, MISSING), voice(language))


@pytest.mark.parametrize(
    ("want", "row", "action", "words"),
    [
        (listing(), None, Action.KEEP, "新規出品（審査通過後に公開）"),
        (listing(), None, Action.DRAFT, "下書きで登録"),
        (listing(title="新しい"), Listing.LIVE, Action.KEEP, "更新: 商品名"),
        (listing(title="新しい"), Listing.DRAFT, Action.KEEP, "下書きを更新: 商品名"),
        (listing(title="新しい"), Listing.PAUSED, Action.KEEP, "出品時に送信: 商品名"),
        (listing(), Listing.LIVE, Action.PAUSE, "停止（非公開にする）"),
        (listing(), Listing.IN_REVIEW, Action.PAUSE, "審査通過後に停止"),
        (listing(), Listing.LIVE, Action.DELETE, "TikTokから削除"),
        (listing(), Listing.LIVE, Action.KEEP, "変更なし"),
    ],
)
def test_plans_in_words(want: Any, row: Listing | None, action: Action, words: str) -> None:
    plan = decide(want, linked(listing(), row) if row else None, action)
    assert planned(plan, want=want) == words


def test_skus_that_come_and_go_are_named() -> None:
    want = change_sku(shirt(), 1, excluded=True)
    want = dataclasses.replace(want, skus=(*want.skus, variant("T1/b", "ブラック", "L")))
    lines = "更新: バリエーション\nSKU追加: ブラック・L\nSKU削除: ホワイト・M"
    assert planned(decide(want, linked(shirt())), want=want) == lines
    publish = decide(want, linked(shirt(), Listing.PAUSED), Action.PUBLISH)
    assert planned(publish, want=want).endswith("SKU追加: ブラック・L\nSKU削除: ホワイト・M")


def test_the_day_of_the_allowance_is_told() -> None:
    assert planned(ProductPlan("P1", wait=Wait.ALLOWANCE)) == "出品上限待ち 11-25"


def test_off_while_live_says_that_selling_goes_on() -> None:
    assert planned(ProductPlan("P1"), SIGNS[State.OFF]).startswith("TikTokでは販売継続")
    assert planned(ProductPlan("P1"), SIGNS[State.OFF], _link(listing=Listing.PAUSED, audit="NONE")) == ""


@pytest.mark.parametrize("row", [Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.SCHEDULED])
def test_off_during_a_review_says_that_it_goes_on_sale(row: Listing) -> None:
    assert planned(ProductPlan("P1"), SIGNS[State.OFF], _link(listing=row)) == text("plan_off_coming", "ja")
    assert planned(ProductPlan("P1"), SIGNS[State.OFF], _link(listing=row, hold=True)) == "", "it will be stopped"


def test_an_instruction_that_an_off_row_does_not_carry_out_is_told() -> None:
    told = {"want": {"sync": False, "action": Action.PUBLISH}}
    live, paused = planned(ProductPlan("P1"), told), planned(ProductPlan("P1"), told, _link(listing=Listing.PAUSED))
    assert live.splitlines() == [text("plan_off_live", "ja"), text("plan_off_action", "ja")]
    assert paused == text("plan_off_action", "ja")


def test_defaults_that_were_taken_are_told() -> None:
    want = dataclasses.replace(WANT, taken={"package_weight_g": Taken("350", "すべて")})
    assert "梱包後の重量(g)=350" in planned(ProductPlan("P1"), want=want)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_wait_and_field_has_its_words(language: Language) -> None:
    for kind in StepKind:
        said = planned(ProductPlan("P1", (Step(kind, ("title", "skus"), (("P1", "1"),)),)), language=language)
        assert said
        assert "plan_" not in said
    for wait in Wait:
        said = planned(ProductPlan("P1", waiting=("title", "price"), wait=wait), language=language)
        assert said
        assert "plan_" not in said
    names = (
        "title",
        "description",
        "category",
        "brand",
        "images",
        "weight",
        "dimensions",
        "attributes",
        "skus",
        "price",
        "stock",
        "search_terms",
        "features",
        "size_chart",
        "scheduled_at",
        "max_order_quantity",
    )
    for name in names:
        assert field_names([name], voice(language)) not in (name, f"field_{name}")


# -- the other cells


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_of_instructions(language: Language) -> None:
    found = standing()
    assert action_text(found, voice(language)) is None
    for action in Action:
        if action is not Action.KEEP:
            found.instruction = Instruction("P1", action, NOW, confirmed_at=NOW)
            assert "11/24 10:05" in str(action_text(found, voice(language)))
    found.instruction = Instruction("P1", Action.PAUSE, NOW, failed="12052901")
    assert action_text(found, voice(language)) == text("action_failed", language)
    found.instruction = Instruction("P1", Action.PAUSE, NOW)
    assert action_text(found, voice(language)) == text("action_open", language)
    found.link = dataclasses.replace(LINK, hold=True)
    assert action_text(found, voice(language)) == text("action_held", language)


def test_reasons_stand_at_their_column() -> None:
    reasons = (Reason("Main Image", ("不鮮明", "文字入り"), ("差し替えてください",)), Reason("Something", ("なにか",)))
    assert review_text(dataclasses.replace(LINK, reasons=reasons), voice()) == (
        "画像1: 不鮮明 / 文字入り\n　改善案: 差し替えてください\nSomething: なにか"
    )
    assert review_text(None, voice()) == ""


@pytest.mark.parametrize(
    ("position", "column"),
    [
        ("Product Name", "title"),
        ("Main Image", "image_1"),
        ("Product Description", "description"),
        ("Category", "category"),
        ("Price", "price"),
        ("size_chart image", "size_chart"),
        ("Variation Image", "sku_image"),
        ("BRAND", "brand"),
        ("商品画像", "image_1"),
        ("サイズ表の画像", "size_chart"),
        ("商品名", "title"),
        ("product", None),
        ("", None),
    ],
)
def test_positions(position: str, column: str | None) -> None:
    assert column_of_position(position) == column


def test_drift_is_told_with_both_values() -> None:
    link = dataclasses.replace(
        LINK, shop={"title": "前", "price:P1": "1980"}, drift={"title": "後", "price:P1": "2480"}
    )
    first, second = drift_text(link, voice()).split("\n")
    assert first.startswith("商品名")
    assert "前" in first
    assert "後" in first
    assert second.startswith("価格 S-P1")
    assert drift_text(None, voice()) == ""


# -- the catalogue


def test_every_code_in_the_source_has_its_words() -> None:
    source = Path(str(report.__file__)).read_text("utf-8") + Path(str(plan_module.__file__)).read_text("utf-8")
    codes = set(re.findall(r'say\("([a-z_]+)"', source)) | set(re.findall(r'impossible="([a-z_]+)"', source))
    codes |= {f"severity_{severity}" for severity in (Severity.WARNING, Severity.INFO)}
    codes |= {f"plan_wait_{wait}" for wait in Wait}
    codes |= {
        "sent_later",
        "publish_in_doubt",
        "platform_warning",
        "gone_from_cart",
        "approval_missing",
        "approval_void",
    }
    missing = {code for code in codes if code not in catalogue()}
    assert not missing


def test_both_languages_have_the_same_places() -> None:
    path = Path(str(report.__file__)).with_name("messages") / "report.toml"
    for code in re.findall(r"^\[(\w+)\]", path.read_text("utf-8"), re.MULTILINE):
        places = [set(re.findall(r"{(\w+)}", catalogue()[code][language])) for language in LANGUAGES]
        assert places[0] == places[1], code
