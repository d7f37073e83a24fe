"""The same job on both kinds of workbook: the demo shop, the same edits, the same steps give the same rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.demo import edits
from sheets_sync.demo.pictures import draw, names_in
from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.tables import RowRef, Snapshot
from sheets_sync.usecases.platform_rules import load_rules
from sheets_sync.usecases.session import open_session
from tests.google_double import GoogleDouble

from .google_folder import GoogleFolder
from .shop_folder import ShopFolder, Time

Rows = dict[str, list[dict[str, Any]]]
MOMENT = re.compile(r"\d\d/\d\d \d\d:\d\d")
GIVEN = ("run_id", "tiktok_product_id", "tiktok_sku_id", "last_synced_at")
STEPS = ("export", "check", "import", "second import", "review", "second export", "last check")


def test_the_same_job_gives_the_same_rows(
    tmp_path: Path, moved: Time, moving_time: None, google: GoogleDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    excel = job(lambda folder, sandbox: ShopFolder(folder, sandbox, moved), tmp_path / "excel", moved, capsys)
    sheet = job(
        lambda folder, sandbox: GoogleFolder(folder, sandbox, moved, google), tmp_path / "google", moved, capsys
    )
    for step in STEPS:
        assert list(differences(excel[step], sheet[step], step)) == []
    states = excel["last check"][1]["states"]
    assert min(states[name] for name in ("synced", "review_failed", "incomplete", "invalid", "failed", "off")) > 0


def differences(excel: Any, sheet: Any, path: str) -> Iterator[str]:
    """Where two results differ, with both values."""
    if isinstance(excel, dict) and isinstance(sheet, dict):
        for key in [*excel, *(key for key in sheet if key not in excel)]:
            yield from differences(excel.get(key), sheet.get(key), f"{path}/{key}")
    elif isinstance(excel, list | tuple) and isinstance(sheet, list | tuple) and len(excel) == len(sheet):
        for number, pair in enumerate(zip(excel, sheet, strict=True)):
            yield from differences(*pair, f"{path}/{number}")
    elif type(excel) is not type(sheet) or excel != sheet:
        yield f"{path}: {excel!r} | {sheet!r}"


def job(
    make: Callable[[Path, Sandbox], ShopFolder], folder: Path, moved: Time, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What the workbook holds, what was told and how the command ended, after each step."""
    found: dict[str, Any] = {}
    with opened(make, folder, moved) as (shop, sandbox):

        def step(name: str, *arguments: str) -> None:
            code, told = shop.json(capsys, *arguments)
            found[name] = code, plain(told), rows(shop.read())

        step("export", "export")
        first_sitting(shop)
        step("check", "check")
        sandbox.control.category_permission(edits.RESTRICTED_CATEGORY, "INVITE_ONLY")
        step("import", "import", "--yes", "--wait")
        sandbox.control.set(review_mode="manual")
        shop.edit(by_ref(edits.second_sitting("停止する（非公開）")))
        step("second import", "import", "--yes")
        step("review", "review")
        shop.edit(by_ref(edits.third_sitting()))
        cart = shop.folder / "products.csv"
        cart.write_text(cart.read_text("utf-8").replace("美濃焼", "美濃の焼き物").replace("5280", "5480"), "utf-8")
        step("second export", "export")
        step("last check", "check")
    return found


@contextmanager
def opened(
    make: Callable[[Path, Sandbox], ShopFolder], folder: Path, moved: Time
) -> Iterator[tuple[ShopFolder, Sandbox]]:
    """The demo shop in a folder of its own, with a TikTok Shop of its own."""
    folder.mkdir()
    start = moved.seconds
    with Sandbox(review_seconds=0, clock=lambda: 1_790_000_000 + moved.seconds - start) as sandbox:
        shop = make(folder, sandbox)
        catalogue = resources.files("sheets_sync.demo") / "catalogue" / "products.csv"
        (folder / "products.csv").write_bytes(catalogue.read_bytes())
        draw(folder, names_in(folder / "products.csv"))
        yield shop, sandbox


def first_sitting(shop: ShopFolder) -> None:
    with open_session(shop.settings, "edit") as session:
        entries = load_rules(session, online=True).choices()["category"]
        kind = session.template.choice_label("match_kind", "cart_type", "ja")
    labels = {entry.rsplit("[", 1)[1].rstrip("]"): entry for entry in entries}
    shop.edit(by_ref(edits.first_sitting()), {Tab.DEFAULTS: edits.defaults(labels, kind)})


def by_ref(cells: dict[Tab, dict[str, Any]]) -> dict[Tab, dict[RowRef, Any]]:
    return {tab: {RowRef(key): row for key, row in found.items()} for tab, found in cells.items()}


def rows(found: Snapshot) -> Rows:
    """All rows in their order; ids and moments count as there or not."""
    return {
        tab.value: [{key: shown(key, value) for key, value in row.cells.items()} for row in sheet.rows]
        for tab, sheet in found.tabs.items()
    }


def shown(key: str, value: Any) -> Any:
    if isinstance(value, str):  # 停止済み 11/23 03:06
        value = MOMENT.sub("(of its run)", value)
    return "(of its run)" if key in GIVEN or isinstance(value, dt.datetime) else value


def plain(told: dict[str, Any]) -> dict[str, Any]:
    """What was told, without ids of this run."""
    return {key: value for key, value in told.items() if key not in ("run_id", "plan", "workbook")}
