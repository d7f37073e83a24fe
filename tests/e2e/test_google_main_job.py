"""The main job on a Google Sheet while people work in it and Google has its bad days: no wrong row, nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.gsheets.client import PatientClient
from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.tables import Patch, RowRef
from sheets_sync.usecases.session import open_session
from tests.google_double import GoogleDouble
from tests.google_double.faults import Call, Fault

from .google_folder import GoogleFolder
from .shop_folder import Time, product, variants

KEYS = [f"m{n}" for n in range(5)]
KEY = "カート商品ID"


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble, moving_time: None) -> GoogleFolder:
    return GoogleFolder(tmp_path, sandbox, moved, google)


@pytest.fixture
def filled(shop: GoogleFolder) -> GoogleFolder:
    """Five products, ready to send."""
    shop.cart(*(product(key) for key in KEYS))
    assert shop.run("export") == 0
    shop.fill(*KEYS)
    shop.google.clear_log()
    return shop


def person(shop: GoogleFolder) -> Any:
    return shop.google.merchandiser(shop.sheet.id)


def cost(wanted: str) -> Callable[[Call], bool]:
    return lambda call: call.cost == wanted


def all_listed(shop: GoogleFolder) -> None:
    """Every product is listed once, and its row says so."""
    listed = shop.listings()
    assert sorted(listed) == KEYS
    rows = {row.key(Tab.PRODUCTS): row.cells for row in shop.read().tabs[Tab.PRODUCTS].rows}
    assert sorted(rows) == KEYS
    for key, cells in rows.items():
        assert (cells["state"], cells["tiktok_product_id"]) == ("連携済み", listed[key]["id"]), key


# ---------------------------------------------------------------- people at work


def test_the_whole_job_from_settings_to_review(shop: GoogleFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"), product("aka", title="[NG:title]のマグカップ"), *variants("sara", {"S": "3", "M": "4"}))
    _, told = shop.json(capsys, "export")
    assert (told["products"], told["skus"], told["added"]) == (3, 4, 3)
    assert shop.sheet.id in told["workbook"]
    typed = person(shop)
    for key in ("ao", "aka", "sara"):
        typed.edit_under("商品", KEY, key, "連携対象", "TRUE")
        typed.edit_under("商品", KEY, key, "TikTokカテゴリ", "600024")
        typed.edit_under("商品", KEY, key, "梱包後の重量(g)", "350")
    _, told = shop.json(capsys, "check")
    assert told["states"]["ready"] == 3
    assert shop.run("import", "--yes", "--wait") == 3
    assert {key: shop.row(key)["state"] for key in ("ao", "aka", "sara")} == {
        "ao": "連携済み", "aka": "審査NG", "sara": "連携済み",
    }  # fmt: skip
    assert "商品名" in str(shop.row("aka")["review_reasons"])
    typed.edit_under("商品", KEY, "aka", "商品名", "赤いマグカップ 磁器 300ml")
    assert shop.run("import", "--yes") == 0
    assert shop.run("review") == 0
    assert shop.row("aka")["state"] == "連携済み"
    assert shop.listings()["aka"]["title"] == "赤いマグカップ 磁器 300ml"
    history = [row.cells["command"] for row in shop.read().tabs[Tab.HISTORY].rows]
    assert history == ["export", "check", "import", "import", "review"]


def test_a_second_export_merges_and_keeps_her_edits(filled: GoogleFolder, capsys: pytest.CaptureFixture[str]) -> None:
    typed = person(filled)
    typed.edit_under("商品", KEY, "m1", "商品名", "彼女が直した名前のマグカップ")
    typed.edit_under("商品", KEY, "m2", "商品名", "こちらも直したマグカップ 磁器")
    typed.insert_columns("商品", 3)
    typed.edit("商品", 1, 3, "社内メモ")
    typed.edit_under("商品", KEY, "m4", "社内メモ", "春の分")
    filled.cart(
        *(product(key, stock="9") for key in KEYS if key != "m2"),
        product("m2", title="カートが変えた名前のマグカップ"), product("new"),
    )  # fmt: skip

    def meanwhile() -> None:
        typed.edit_under("商品", KEY, "m3", "商品名", "書き込みの最中に直した名前")
        typed.insert_rows("商品", 3, 2)
        typed.sort("商品", typed.column_of("商品", KEY), descending=True)

    filled.google.between(cost("write"), meanwhile)
    _, told = filled.json(capsys, "export")
    assert (told["added"], told["conflicts"]) == (1, 1)
    assert filled.row("m1")["title"] == "彼女が直した名前のマグカップ"
    assert filled.row("m2")["title"] == "こちらも直したマグカップ 磁器"
    assert "カートが変えた名前" in str(filled.row("m2")["cart_changes"])
    assert filled.row("m3")["title"] == "書き込みの最中に直した名前"
    assert {filled.row(key)["cart_stock"] for key in KEYS} == {9, 5}
    assert filled.row("new")["sync"] is False
    at = typed.row_of("商品", KEY, "m4"), typed.column_of("商品", "社内メモ")
    assert filled.sheet.tab("商品").cell(*at).value == "春の分"
    filled.run("export")
    assert filled.row("m3")["title"] == "書き込みの最中に直した名前", "an edit made while we wrote is an edit"


ACTS: dict[str, Callable[[Any], None]] = {
    "sort": lambda p: p.sort("商品", p.column_of("商品", KEY), descending=True),
    "insert rows": lambda p: p.insert_rows("商品", 2, 3),
    "insert a column": lambda p: p.insert_columns("商品", 2, 1),
    "move a row": lambda p: p.move_row("商品", 2, 6),
    "move a column": lambda p: p.move_column("商品", 2, 6),
    "filter": lambda p: p.filter_by_values("商品", p.column_of("商品", KEY), ["m0", "m1"]),
    "rename a heading": lambda p: p.rename_heading("商品", "商品名", "Title"),
}


@pytest.mark.parametrize(
    ("command", "act"),
    [*(("import", act) for act in ACTS), ("check", "insert a column"), ("check", "sort"), ("review", "move a row")],
)
def test_results_stand_in_the_right_rows_whatever_she_does_before_any_write(
    filled: GoogleFolder, command: str, act: str
) -> None:
    if command == "review":
        assert filled.run("import", "--yes") == 0
        filled.type("m0", errors="いたずら書き")
    filled.google.between(cost("write"), lambda: ACTS[act](person(filled)))
    assert filled.run(command, *(["--yes", "--wait"] if command == "import" else [])) == 0
    if command == "check":
        assert {filled.row(key)["state"] for key in KEYS} == {"同期待ち"}
    else:
        all_listed(filled)


def test_a_row_deleted_in_mid_run_is_told_and_comes_back(
    filled: GoogleFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    def delete() -> None:
        person(filled).delete_rows("商品", person(filled).row_of("商品", KEY, "m2"), 1)

    filled.google.between(cost("write"), delete)
    capsys.readouterr()
    assert filled.run("import", "--yes", "--wait") == 0
    assert "m2" in capsys.readouterr().out
    assert sorted(filled.listings()) == KEYS
    filled.run("export")
    filled.run("report")
    all_listed(filled)


# ---------------------------------------------------------------- Google's bad days


BAD_DAYS = {
    "429": (Fault.QUOTA, 3), "expired token": (Fault.TOKEN_EXPIRED, 1), "cut after": (Fault.CUT_AFTER, 2),
    "cut before": (Fault.CUT_BEFORE, 2), "HTML 503": (Fault.UNAVAILABLE_HTML, 2),
    "503 although done": (Fault.ERROR_AFTER, 2), "502": (Fault.BAD_GATEWAY, 2), "500": (Fault.INTERNAL, 1),
}  # fmt: skip


@pytest.mark.parametrize("which", ["read", "write"])
@pytest.mark.parametrize("day", BAD_DAYS)
def test_nothing_is_lost_and_nothing_sent_twice_on_a_bad_day(filled: GoogleFolder, day: str, which: str) -> None:
    fault, times = BAD_DAYS[day]
    filled.google.fail(fault, cost(which), times=times)
    assert filled.run("import", "--yes", "--wait") == 0
    all_listed(filled)
    history = [row.cells["run_id"] for row in filled.read().tabs[Tab.HISTORY].rows]
    assert len(history) == len(set(history)) == 2


def test_a_google_that_is_down_for_long_costs_no_result(
    filled: GoogleFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.google.fail(Fault.UNAVAILABLE_HTML, cost("write"), times=1000)
    code, told = filled.json(capsys, "import", "--yes", "--wait")
    assert (code, told["created"]) == (6, 5)
    filled.google.faults.armed.clear()
    filled.sandbox.control.clear_requests()
    assert filled.run("report") == 0
    all_listed(filled)
    assert filled.sandbox.control.requests == [], "the report needs nobody but the store"


@pytest.mark.parametrize("tab", ["SKU", "実行履歴", "_lists"])
def test_a_tab_deleted_in_mid_run_loses_no_result(
    filled: GoogleFolder, tab: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = "20260101-000000"
    with open_session(filled.settings, "test", locked=False) as session:
        session.workbook.keep_copy(stamp, 5)
    filled.google.between(cost("write"), lambda: person(filled).delete_tab(tab))
    code = filled.run("import", "--yes", "--wait")
    said = "".join(capsys.readouterr())
    assert sorted(filled.listings()) == KEYS
    if code:
        assert code in (2, 6)
        assert tab in said
    assert filled.run("restore", stamp) == 0
    assert filled.run("report") == 0
    all_listed(filled)


def test_a_second_copy_of_the_tool_writes_in_between(filled: GoogleFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine works in the same sheet: between our look and our write it appends rows and changes lists."""
    patch = Patch(lists={"category": ["別の分類 [1]"]})
    patch.tab(Tab.HISTORY).appends.append({"run_id": "other", "command": "check"})
    patch.tab(Tab.PRODUCTS).appends.append({"product_key": "theirs", "title": "別の人の商品"})
    patch.tab(Tab.PRODUCTS).set(RowRef("m1"), "memo", "別の人が書いた")
    request = PatientClient.request

    def interrupted(self: PatientClient, method: str, *arguments: Any, **more: Any) -> Any:
        if method == "post":
            monkeypatch.setattr(PatientClient, "request", request)
            with open_session(filled.settings, "test", locked=False) as session:
                session.workbook.write(patch)
        return request(self, method, *arguments, **more)

    monkeypatch.setattr(PatientClient, "request", interrupted)
    assert filled.run("import", "--yes", "--wait") == 0
    rows = {row.key(Tab.PRODUCTS): row.cells for row in filled.read().tabs[Tab.PRODUCTS].rows}
    assert rows.pop("theirs")["title"] == "別の人の商品"
    assert rows["m1"]["memo"] == "別の人が書いた"
    listed = filled.listings()
    assert {key: cells["tiktok_product_id"] for key, cells in rows.items()} == {k: listed[k]["id"] for k in KEYS}
    history = [row.cells["run_id"] for row in filled.read().tabs[Tab.HISTORY].rows]
    assert history.count("other") == 1
    assert len(history) == len(set(history)) == 3


# ---------------------------------------------------------------- secrets and calls


def test_no_secret_reaches_a_log_a_report_or_the_sheet(
    filled: GoogleFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    account = json.loads((filled.folder / "google.json").read_text("utf-8"))
    filled.google.fail(Fault.TOKEN_EXPIRED, times=1)
    filled.run("import", "--yes", "--wait")
    filled.google.unshare(filled.sheet.id, filled.google.EMAIL)
    filled.run("check", "--verbose")
    filled.google.share(filled.sheet.id, filled.google.EMAIL)
    filled.google.revoke(filled.google.EMAIL)
    filled.run("check", "--verbose")
    broken = account | {"private_key": f"broken {account['private_key']}"}
    (filled.folder / "google.json").write_text(json.dumps(broken))
    filled.run("check", "--verbose")
    said = "".join(capsys.readouterr())
    logs = "".join(file.read_text("utf-8") for file in (filled.folder / "logs").iterdir())
    sheet = json.dumps([tab.values() for tab in map(filled.sheet.tab, filled.sheet.titles)], default=str)
    secrets = {line for line in account["private_key"].splitlines() if len(line) > 30}
    secrets |= {account["private_key_id"]}
    secrets |= set(filled.google.accounts.tokens)
    assert secrets
    for place in (said, logs, sheet):
        assert not [secret for secret in secrets if secret in place]
        assert "BEGIN PRIVATE KEY" not in place
        assert not re.search(r"Bearer \S", place)


@pytest.mark.parametrize("count", [8, 24])
def test_calls_grow_with_the_payload_and_not_with_the_rows(shop: GoogleFolder, count: int) -> None:
    keys = [f"m{n}" for n in range(count)]
    shop.cart(*(product(key) for key in keys))
    calls: dict[str, tuple[int, int]] = {}  # reads and writes

    def counted(*arguments: str) -> None:
        shop.google.clear_log()
        assert shop.run(*arguments) == 0
        calls[arguments[0]] = len(shop.google.calls("read")), len(shop.google.calls("write"))

    counted("export")
    shop.fill(*keys)
    counted("check")
    counted("import", "--yes", "--wait", "--allow-many")
    counted("review")
    counted("report")
    assert calls == {"export": (3, 2), **dict.fromkeys(("check", "import", "review", "report"), (4, 1))}
