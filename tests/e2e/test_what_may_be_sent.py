"""What may be sent in which state of the platform (docs/design.md, section 6), over real HTTP: one shop, a product for
each combination, an import, the reviews, and two imports more. Asserted on what the shop shows in the end.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.tables import CellValue, RowRef

from .shop_folder import MUG, ShopFolder, product

CHANGES: dict[str, dict[str, CellValue]] = {
    "price": {"price": 1500},
    "stock": {"stock": 3},
    "content": {"title": "新しい題名のマグカップ 磁器"},
}
ALL = {name: value for cells in CHANGES.values() for name, value in cells.items()}
ACTIONS = {
    "publish": "出品する", "draft": "下書きで登録", "pause": "停止する（非公開）", "delete": "TikTokから削除する"
}  # fmt: skip
LIVE, PAUSED, DRAFT = "ACTIVATE", "SELLER_DEACTIVATED", "DRAFT"
STOPPED, FROZEN, DELETED = "PLATFORM_DEACTIVATED", "FREEZE", "DELETED"
EVERYTHING, NOTHING = "price stock content", ""

# State → what of three changes goes out, and the status in the end: without instruction, by 出品する, and by 停止する.
TABLE: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "draft": (("price content", DRAFT), (EVERYTHING, LIVE), (NOTHING, DRAFT)),
    "in_review": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "pre_approved": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "failed": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", "FAILED")),
    "scheduled": (("price content", "SCHEDULED"), ("price content", "SCHEDULED"), (NOTHING, "SCHEDULED")),
    "live": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "live_edited": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "live_refused": ((EVERYTHING, LIVE), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "paused": (("stock", PAUSED), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "paused_by_us": (("stock", PAUSED), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "paused_edited": (("stock", PAUSED), (EVERYTHING, LIVE), ("stock", PAUSED)),
    "taken_down": ((NOTHING, STOPPED), (EVERYTHING, LIVE), (NOTHING, STOPPED)),
    "frozen": ((NOTHING, FROZEN), (NOTHING, FROZEN), (NOTHING, FROZEN)),
    "deleted": ((NOTHING, DELETED), (EVERYTHING, LIVE), (NOTHING, DELETED)),
}
WITHOUT_US = {"in_review": LIVE, "pre_approved": LIVE, "failed": "FAILED", "scheduled": "SCHEDULED", "draft": DRAFT}
"""Where a review ends that nobody touches; all other states stay as they are."""


def cells_of(key: str) -> dict[str, CellValue]:
    """What is typed into the row of a combination, `state-changes-instruction-ON|OFF`."""
    _, changes, action, sync = key.split("-")
    return {"sync": sync == "ON", "action": ACTIONS.get(action), **(ALL if changes == "all" else CHANGES[changes])}


def combinations() -> list[str]:
    keys = [f"{state}-{change}-keep-ON" for state in TABLE for change in (*CHANGES, "all")]
    keys += [f"{state}-all-{action}-ON" for state in TABLE for action in ACTIONS]
    return keys + [f"{state}-all-{action}-OFF" for state in TABLE for action in ("keep", *ACTIONS)]


def brought_about(shop: ShopFolder) -> dict[str, str]:
    """Make a listing in the state of each combination; their ids."""
    control, keys = shop.sandbox.control, combinations()
    shop.cart(*map(product, keys))
    shop.run("export")
    later = (dt.datetime.now() + dt.timedelta(days=20)).replace(microsecond=0)
    filled: dict[str, CellValue] = {"sync": True, "category": MUG, "package_weight_g": 350}
    first: dict[str, dict[str, CellValue]]
    first = {"draft": {"action": ACTIONS["draft"]}, "scheduled": {"scheduled_at": later}}
    type_into(shop, {key: filled | first.get(key.split("-")[0], {}) for key in keys})
    control.set(review_mode="manual", rate_per_second=0, daily_quota=0)
    shop.run("import", "--yes", "--allow-many")
    ids = {key: one["id"] for key, one in shop.listings().items()}
    verdicts = {"draft": "", "in_review": "", "pre_approved": "pre_approve", "failed": "fail"}
    for key, found in ids.items():
        if verdict := verdicts.get(key.split("-")[0], "pass"):
            control.decide(found, verdict)  # type: ignore[arg-type]
    shop.run("review")
    edited = ("live_edited", "live_refused", "paused_edited")
    second: dict[str, dict[str, CellValue]] = {
        key: {"title": "審査に出した題名のマグカップ"} for key in keys if key.split("-")[0] in edited
    }
    second |= {key: {"action": ACTIONS["pause"]} for key in keys if key.startswith("paused_by_us")}
    type_into(shop, second)
    shop.run("import", "--yes", "--allow-many")
    moves = {
        "live_refused": lambda found: control.decide(found, "fail"), "paused": control.seller_deactivate,
        "paused_edited": control.seller_deactivate, "taken_down": control.take_down,
        "frozen": control.freeze_product, "deleted": control.seller_delete,
    }  # fmt: skip
    for key, found in ids.items():
        if move := moves.get(key.split("-")[0]):
            move(found)
    shop.run("review")
    return ids


def type_into(shop: ShopFolder, rows: dict[str, dict[str, CellValue]]) -> None:
    shop.edit({Tab.PRODUCTS: {RowRef(key): cells for key, cells in rows.items()}})


def reviews_pass(shop: ShopFolder) -> None:
    for one in shop.sandbox.control.products():
        if one["audit"]["status"] in ("AUDITING", "PRE_APPROVED"):
            shop.sandbox.control.decide(one["id"], "pass")


def landed(one: dict[str, Any]) -> str:
    """Which of the changes a listing shows."""
    (sku,) = one["skus"]
    stock = [place["quantity"] for place in sku.get("inventory") or ()]
    shown = {
        "price": sku["price"]["sale_price"] == "1500", "stock": stock == [3], "content": one["title"] == ALL["title"]
    }  # fmt: skip
    return " ".join(name for name, there in shown.items() if there)


def wanted(key: str) -> tuple[str, str]:
    """What the table says of a combination."""
    state, changes, action, sync = key.split("-")
    keep, publish, pause = TABLE[state]
    untouched = NOTHING, WITHOUT_US.get(state, LIVE if state.startswith("live") else keep[1])
    if action == "delete":
        return NOTHING, FROZEN if state == "frozen" else DELETED
    if action == "pause":
        return pause if sync == "ON" else (NOTHING, pause[1])
    if sync == "OFF":
        return untouched
    if action == "publish":
        return publish
    if action == "draft":  # what is listed cannot become one
        return {"draft": keep, "deleted": ("price content", DRAFT)}.get(state, untouched)
    asked = changes.split() if changes != "all" else EVERYTHING.split()
    sent = " ".join(name for name in keep[0].split() if name in asked)
    return sent, "FAILED" if (state, sent) == ("failed", "stock") else keep[1]  # a stock call submits nothing


def test_every_cell_of_the_table(shop: ShopFolder) -> None:
    shop.configure('stock_policy = "always"')
    ids = brought_about(shop)
    assert set(ids) == set(combinations())
    type_into(shop, {key: cells_of(key) for key in ids})
    shop.run("import", "--yes", "--allow-many")
    for _ in range(2):
        reviews_pass(shop)
        shop.run("import", "--yes", "--allow-many")
    reviews_pass(shop)
    shown: dict[str, list[dict[str, Any]]] = {}
    for one in shop.sandbox.control.products():
        code = one["skus"][0]["seller_sku"]
        shown.setdefault(next(key for key in ids if key.upper() == code), []).append(one)
    found = {key: (landed(listings[-1]), listings[-1]["status"]) for key, listings in shown.items()}
    assert {k: (found[k], wanted(k)) for k in ids if found[k] != wanted(k)} == {}
    doubled = {key for key, all_of_it in shown.items() if sum(one["status"] != DELETED for one in all_of_it) > 1}
    assert doubled == set()
