"""docs/life_of_a_row.md, done: every block of it is compared with the row, the store and the sandbox."""

from __future__ import annotations

import fnmatch
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sheets_sync
from sheets_sync.issue import Tab
from sheets_sync.template_files import load_template
from sheets_sync.usecases.session import open_session

from ..e2e.shop_folder import ShopFolder, product

DOCUMENT = Path(sheets_sync.__file__).parents[1] / "docs" / "life_of_a_row.md"
READS = {
    "get", "search", "shops", "categories", "brands", "rules", "attributes", "warehouses", "prerequisites", "token",
    "upload_image",
}  # fmt: skip
# An import that dies after the platform took the product and before the answer is recorded.
KILLED = """
import os, signal
from sheets_sync.tiktok.client import TikTokShop
take = TikTokShop.create
def take_and_die(self, body, key):
    take(self, body, key)
    os.kill(os.getpid(), signal.SIGKILL)
TikTokShop.create = take_and_die
from sheets_sync.cli.main import run
run(["import", "--yes", "--quiet"])
"""


class Life:
    """What the document tells, step by step."""

    def __init__(self, shop: ShopFolder) -> None:
        self.shop = shop
        shop.configure(language="en")

    def step_1(self) -> None:
        self.shop.cart(product("ao", title="Blue mug 300ml"))
        assert self.shop.run("export") == 0

    def step_2(self) -> None:
        self.shop.fill("ao")
        assert self.shop.run("check") == 0

    def step_3(self) -> None:
        self.shop.sandbox.control.set(review_mode="manual")
        here = {**os.environ, "PYTHONPATH": str(Path(sheets_sync.__file__).parents[1])}
        done = subprocess.run([sys.executable, "-c", KILLED], cwd=self.shop.folder, env=here, timeout=60, check=False)
        assert done.returncode == -signal.SIGKILL

    def step_4(self) -> None:
        assert self.shop.run("import", "--yes") == 0

    def step_5(self) -> None:
        self.shop.sandbox.control.set(review_mode="auto")
        self.shop.sandbox.control.decide(self.shop.listings()["ao"]["id"], "pass")
        assert self.shop.run("review") == 0

    def step_6(self) -> None:
        self.shop.type("ao", title="Blue mug, glazed by hand, 300ml")
        self.shop.cart(product("ao", title="Blue mug 300ml NEW", price="1350"))
        assert self.shop.run("export") == 0

    def step_7(self) -> None:
        assert self.shop.run("import", "--yes", "--wait") == 0

    def step_8(self) -> None:
        self.shop.type("ao", title="[NG:title] Blue mug, glazed by hand")
        assert self.shop.run("import", "--yes", "--wait") == 3

    def step_9(self) -> None:
        self.shop.type("ao", title="Blue mug, glazed by hand, 300 ml")
        assert self.shop.run("import", "--yes", "--wait") == 0

    def step_10(self) -> None:
        self.shop.type("ao", action="Pause (hide)")
        assert self.shop.run("import", "--yes") == 0

    def step_11(self) -> None:
        self.shop.cart(product("ao", title="Blue mug 300ml NEW", price="1400"))
        assert self.shop.run("export") == 0
        assert self.shop.run("import", "--yes") == 0

    def step_12(self) -> None:
        self.shop.type("ao", action="Publish")
        assert self.shop.run("import", "--yes", "--wait") == 0

    def step_13(self) -> None:
        self.shop.type("ao", action="Delete from TikTok")
        assert self.shop.run("import", "--yes") == 0

    def step_14(self) -> None:
        assert self.shop.run("import", "--yes") == 0

    # -- what is there ---------------------------------------------------------------------------------------------

    def row(self) -> dict[str, Any]:
        template = load_template("JP")
        cells = self.shop.row("ao")
        return {column.en: cells.get(column.key, "") for column in template.columns[Tab.PRODUCTS]}

    def store(self) -> dict[str, Any]:
        with open_session(self.shop.settings, "test", locked=False) as session:
            base = session.store.base_rows(Tab.PRODUCTS)["ao"].base
            link = session.store.link("ao")
            instruction = session.store.instructions().get("ao")
            attempts = session.store.last_attempts().items()
        sku = link.skus["ao"] if link else None
        done = "confirmed" if instruction and instruction.confirmed_at else "taken"
        return {
            "base_title": base["title"],
            "base_price": base["cart_price"],
            "listing": str(link.listing) if link else "none",
            "full_edit": bool(link and link.full_edit),
            "sent_price": sku.price if sku else None,
            "sent_stock": sku.stock if sku else None,
            "attempts": sorted(f"{call}: {attempt.outcome}" for (_, call), attempt in attempts),
            "instruction": f"{instruction.action}: {done}" if instruction else "none",
        }

    def platform(self) -> dict[str, Any]:
        writes = [r["operation"] for r in self.shop.sandbox.control.requests if r["operation"] not in READS]
        self.shop.sandbox.control.clear_requests()
        listing = self.shop.listings().get("ao")
        if listing is None:
            return {"status": "none", "writes": writes}
        price = listing["skus"][0]["price"]["sale_price"]
        return {"status": listing["status"], "title": listing["title"], "price": price, "writes": writes}


def chapters() -> list[tuple[int, dict[str, Any]]]:
    """Number and block of every chapter."""
    found = []
    for chapter in re.split(r"^## ", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"```toml\n(.*?)```", chapter, flags=re.DOTALL)
        assert len(blocks) == 1, chapter.splitlines()[0]
        found.append((int(chapter.split(".")[0]), tomllib.loads(blocks[0])))
    return found


def fits(told: Any, there: Any) -> bool:
    if isinstance(told, str) and "…" in told:
        return fnmatch.fnmatchcase(str(there), told.replace("[", "[[]").replace("…", "*"))
    return type(told) is type(there) and bool(told == there)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_the_life_of_a_row_is_as_told(shop: ShopFolder) -> None:
    life = Life(shop)
    steps = chapters()
    assert [number for number, _ in steps] == list(range(1, 15))
    for number, block in steps:
        getattr(life, f"step_{number}")()
        there = {"row": life.row(), "store": life.store(), "platform": life.platform()}
        wrong = {
            f"{part}.{name}": (told, there[part].get(name))
            for part, values in block.items()
            for name, told in values.items()
            if not fits(told, there[part].get(name))
        }
        assert not wrong, f"chapter {number}: (told, there) {wrong}"
