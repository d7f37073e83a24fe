"""The synthetic catalogue as a cart and a shop see it: Shopify's product CSV, and a folder that `sheets-sync` runs in.

A product's texts and pictures stand on its first rows, as Shopify writes them; the other rows are variants.
"""

import csv
import itertools
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalogue_data import HEADINGS, Value, rows

CART_HEADINGS = (  # noqa: SIM905  a list of one heading a line would hide the file
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Charge tax,Inventory tracker,"
    "Inventory quantity,Continue selling when out of stock,Weight value (grams),Requires shipping,Fulfillment service,"
    "Product image URL,Image position,Image alt text,Variant image URL,Gift card"
).split(",")
_AT = {heading: place for place, heading in enumerate(HEADINGS)}


def products(count: int) -> Iterator[list[list[Value]]]:
    """The catalogue's rows, product by product."""
    for _, group in itertools.groupby(rows(count), lambda row: row[_AT["カート商品ID"]]):
        yield list(group)


def write_cart(path: Path, count: int, *, changed_every: int = 0) -> int:
    """Write a CSV with ``count`` SKUs; the number of products. Every ``changed_every``-th has a new title and price."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(CART_HEADINGS)
        for number, product in enumerate(products(count), 1):
            changed = bool(changed_every) and number % changed_every == 0
            out.writerows(_cart_rows(number, product, changed))
    return number


def _cart_rows(number: int, product: list[list[Value]], changed: bool) -> Iterator[list[Value]]:
    first = product[0]
    images = [value for heading, place in _AT.items() if heading.startswith("画像") and (value := first[place])]
    lonely = len(product) == 1
    for place in range(max(len(product), len(images))):
        row: dict[str, Value] = dict.fromkeys(CART_HEADINGS, "")
        row["URL handle"] = f"item-{number:06d}"
        if place == 0:
            row |= {
                "Title": f"{first[_AT['商品名']]}{' 改' if changed else ''}", "Description": first[_AT["商品説明"]],
                "Vendor": first[_AT["ブランド"]], "Type": first[_AT["カート商品種別"]], "Tags": "新着, 定番",
                "Published on online store": "TRUE", "Status": "active", "Gift card": "FALSE",
            }  # fmt: skip
        if place < len(product):
            sku = product[place]
            row |= {
                "SKU": sku[_AT["SKU管理番号"]], "Barcode": ean(sku[_AT["商品識別コード"]]),
                "Price": int(str(sku[_AT["カート価格"]])) + 10 * changed, "Charge tax": "TRUE",
                "Inventory tracker": "shopify", "Inventory quantity": sku[_AT["カート在庫"]],
                "Continue selling when out of stock": "DENY", "Weight value (grams)": sku[_AT["梱包後の重量(g)"]],
                "Requires shipping": "TRUE", "Fulfillment service": "manual",
                "Option1 name": ("Title" if lonely else "色") if place == 0 else "",
                "Option1 value": "Default Title" if lonely else f"{sku[_AT['選択肢1']]}{place // 8 or ''}",
                "Option2 name": "サイズ" if place == 0 and not lonely else "",
                "Option2 value": "" if lonely else sku[_AT["選択肢2"]],
            }  # fmt: skip
        if place < len(images):
            row |= {"Product image URL": images[place], "Image position": place + 1}
        yield list(row.values())


_SHOP = (("app_key", "app_key"), ("api_base", "url"), ("auth_base", "url"))


def ean(digits: Value) -> str:
    """A thirteen-digit code with the right last digit."""
    body = str(digits).replace("9", "", 1)
    return f"{body}{-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10}"


class Folder:
    """A folder to run `sheets-sync` in. `shop`: credentials of a sandbox, none for a shop that is not connected."""

    def __init__(self, path: Path, shop: Mapping[str, str] | None = None, more: str = "") -> None:
        self.path = path
        self.settings = path / "sheets_sync.toml"
        self.cart = path / "products.csv"
        self.workbook = path / "tiktok_products.xlsx"
        path.mkdir(parents=True, exist_ok=True)
        lines = ['env_file = "shop.env"', "[tiktok]", more]
        if shop:
            lines += [f'{name} = "{shop[key]}"' for name, key in _SHOP]
        self.settings.write_text("\n".join(lines) + "\n", "utf-8")
        secrets = ("app_secret", "access_token", "refresh_token", "shop_cipher") if shop else ()
        values = [f"SHEETS_SYNC__TIKTOK__{name.upper()}={shop[name]}\n" for name in secrets if shop]
        (path / "shop.env").write_text("".join(values), "utf-8")

    def command(self, name: str, *more: str) -> tuple[str, ...]:
        """Arguments for Python that run a command here."""
        return ("-m", "sheets_sync", name, "--config", str(self.settings), "--quiet", *more)

    def use(self, cart: Path) -> None:
        """Take this file as the cart's."""
        shutil.copyfile(cart, self.cart)

    def forget(self) -> None:
        """Back to a folder in which nothing was run yet."""
        for path in self._made():
            path.unlink(missing_ok=True)

    def keep(self, place: Path) -> None:
        """Put workbook and store aside as they are, to be brought back by `restore`."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for path in self._made():
            shutil.copyfile(path, place / path.name)

    def restore(self, place: Path) -> None:
        """Bring back what was put aside."""
        self.forget()
        for path in place.iterdir():
            shutil.copyfile(path, self.path / path.name)

    def _made(self) -> list[Path]:
        return [path for path in self.path.iterdir() if path.name.startswith(("tiktok_products.", "sheets_sync.db"))]
