"""A merchandiser's folder: a cart CSV, settings, pictures, a workbook, and a TikTok Shop on loopback to sell in."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from sheets_sync.cli.main import run
from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.settings import Settings, load_settings
from sheets_sync.tables import CellValue, Patch, RowRef, Snapshot
from sheets_sync.usecases.session import open_session

MUG = "600024"  # 食器・マグカップ: asks for nothing beyond the parcel's weight
HEADINGS = (
    "Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,"
    "Option1 value,Price,Inventory tracker,Inventory quantity,Product image URL,Image position"
)


def product(
    handle: str,
    *,
    title: str = "",
    price: str = "1200",
    stock: str = "5",
    sku: str = "",
    kind: str = "食器",
    **more: str,
) -> str:
    """A line of the cart's CSV: a product without variants."""
    fields = {
        "title": title or f"{handle}のマグカップ 磁器 300ml",
        "description": more.get("description", "<p>毎日使える磁器のマグカップです。</p>"),
        "status": more.get("status", "active"),
        "image": more.get("image", "images/mug.jpg"),
        "barcode": more.get("barcode", ""),
        "tags": more.get("tags", ""),
    }
    f = fields
    return (
        f"{f['title']},{handle},{f['description']},工房,{kind},{f['tags']},TRUE,{f['status']},{sku or handle.upper()},"
        f"{f['barcode']},Title,Default Title,{price},shopify,{stock},{f['image']},1"
    )


def variants(handle: str, sizes: Mapping[str, str], *, title: str = "", price: str = "2400") -> list[str]:
    """Lines of a product with variants. `sizes`: option value → stock."""
    lines = []
    for position, (size, stock) in enumerate(sizes.items()):
        first = position == 0
        head = (
            f"{title or handle + 'の丸皿 磁器'},{handle},<p>丸皿です。</p>,工房,食器,,TRUE,active"
            if first
            else f",{handle},,,,,,"
        )
        name, image = ("サイズ", "images/mug.jpg,1") if first else ("", ",")
        lines.append(f"{head},{handle.upper()}-{size},,{name},{size},{price},shopify,{stock},{image}")
    return lines


@dataclass
class Time:
    """Seconds by which time was moved on."""

    seconds: float = 0.0


class ShopFolder:
    """Drives the command line as a person does, and edits the workbook as a person would."""

    def __init__(self, folder: Path, sandbox: Sandbox, moved: Time, rules: str = "") -> None:
        self.folder, self.sandbox, self.moved = folder, sandbox, moved
        (folder / "images").mkdir()
        Image.effect_noise((640, 640), 60).convert("RGB").save(folder / "images" / "mug.jpg", quality=60)
        (folder / ".env").write_text(
            "".join(
                f"SHEETS_SYNC__TIKTOK__{name}={value}\n"
                for name, value in {
                    "APP_SECRET": sandbox.app_secret,
                    "ACCESS_TOKEN": sandbox.access_token,
                    "REFRESH_TOKEN": sandbox.refresh_token,
                    "SHOP_CIPHER": sandbox.shop_cipher,
                }.items()
            )
        )
        self.configure(rules)

    def configure(self, rules: str = "", language: str = "ja") -> None:
        (self.folder / "sheets_sync.toml").write_text(
            f'language = "{language}"\nenv_file = ".env"\n[tiktok]\napp_key = "{self.sandbox.app_key}"\n'
            f'api_base = "{self.sandbox.url}"\nauth_base = "{self.sandbox.url}"\nrequests_per_second = 50\n'
            f"[rules]\n{rules}\n",
            "utf-8",
        )

    @property
    def workbook(self) -> Path:
        return self.folder / "tiktok_products.xlsx"

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "sheets_sync.toml")

    def cart(self, *lines: str) -> None:
        """Write the cart's CSV."""
        (self.folder / "products.csv").write_text("\n".join([HEADINGS, *lines]) + "\n", "utf-8")

    def run(self, *arguments: str) -> int:
        """Run a command; the exit code."""
        return run([*arguments, "--config", str(self.folder / "sheets_sync.toml"), "--quiet"])

    def json(self, capsys: Any, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run a command with --json; the exit code and what it printed."""
        capsys.readouterr()
        code = self.run(*arguments, "--json")
        return code, json.loads(capsys.readouterr().out)

    def read(self) -> Snapshot:
        with open_session(self.settings, "test", locked=False) as session:
            return session.workbook.read()

    def row(self, key: str, tab: Tab = Tab.PRODUCTS) -> dict[str, CellValue]:
        """Cells of a row by column key."""
        found = [row.cells for ref, row in self.read().tabs[tab].refs(tab) if ref.key == key]
        assert found, f"no row {key} on {tab}"
        return found[0]

    def type(self, key: str, tab: Tab = Tab.PRODUCTS, occurrence: int = 0, /, **cells: CellValue) -> None:
        """Type into cells of a row."""
        self.edit({tab: {RowRef(key, occurrence): cells}})

    def remove(self, key: str, tab: Tab) -> None:
        """Delete a row's contents."""
        patch = Patch()
        patch.tab(tab).removes.add(RowRef(key))
        with open_session(self.settings, "test", locked=False) as session:
            session.workbook.write(patch)

    def edit(
        self,
        cells: Mapping[Tab, Mapping[RowRef, Mapping[str, CellValue]]],
        append: Mapping[Tab, list[dict[str, CellValue]]] = {},
    ) -> None:
        patch = Patch()
        for tab, rows in cells.items():
            for ref, row in rows.items():
                for column, value in row.items():
                    patch.tab(tab).set(ref, column, value)
        for tab, new in append.items():
            patch.tab(tab).appends += new
        with open_session(self.settings, "test", locked=False) as session:
            session.workbook.write(patch)

    def fill(self, *keys: str, **cells: CellValue) -> None:
        """Turn products on and give them what the platform asks for."""
        row = {"sync": True, "category": MUG, "package_weight_g": 350, **cells}
        self.edit({Tab.PRODUCTS: {RowRef(key): row for key in keys}})

    def listings(self) -> dict[str, dict[str, Any]]:
        """What TikTok Shop holds, by external product id without the cart's prefix; deleted ones left out."""
        found: dict[str, dict[str, Any]] = {}
        for item in self.sandbox.control.products():
            if item["status"] == "DELETED":
                continue
            key = re.sub(r"~\d{8}$", "", item["external_product_id"].removeprefix("main:"))
            assert key not in found, f"two listings for {key}"
            found[key] = item
        return found

    def settle(self, **time: float) -> None:
        """Let the platform decide what is due, after some time."""
        self.moved.seconds += dt.timedelta(**time).total_seconds()
        self.sandbox.control.settle()
