"""The synthetic catalogue as Shopify tells it: the JSONL file that a bulk operation leaves, and Matrixify's CSV.

The lines hold what `sheets_sync.shopify.queries.products_bulk` asks for, written as the platform writes them: slashes
escaped, connections as lines of their own.

    python benchmarks/catalogue_shopify.py grouped|scattered|matrixify FILE SKUS
"""

import csv
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from catalogue_cart import ean, products
from catalogue_data import HEADINGS, Value

_AT = {heading: place for place, heading in enumerate(HEADINGS)}
_UPDATED = "2026-11-20T03:00:00Z"


def write_jsonl(path: Path, count: int, *, scattered: bool) -> int:
    """Write a bulk result with ``count`` SKUs; the number of products.

    Scattered: children stand anywhere behind their parents, all of the file long.
    """
    chance = random.Random(20261122)
    placed: list[tuple[float, int, bytes]] = []
    number = 0
    with path.open("wb") as file:
        for number, product in enumerate(products(count), 1):
            places = [float(number)]
            for parent, line in _lines(number, product):
                text = (json.dumps(line, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/") + "\n").encode()
                if not scattered:
                    file.write(text)
                    continue
                if parent is not None:
                    places.append(chance.uniform(places[parent], count))
                placed.append((places[-1], len(placed), text))
        file.writelines(text for _, _, text in sorted(placed))
    return number


def _lines(number: int, product: list[list[Value]]) -> Iterator[tuple[int | None, dict[str, object]]]:
    """The lines of one product, each with the place of its parent among them."""
    first = product[0]
    gid = f"gid://shopify/Product/{first[_AT['カート商品ID']]}"
    images = [str(value) for heading, place in _AT.items() if heading.startswith("画像") and (value := first[place])]
    names = [] if len(product) == 1 else ["色", "サイズ"]
    yield None, _product(gid, first, len(product), names)
    media = [f"gid://shopify/MediaImage/{number * 100 + place}" for place in range(len(images))]
    for identifier, image in zip(media, images, strict=True):
        yield 0, {"id": identifier, "status": "READY", "image": {"url": image}, "__parentId": gid}
    line = len(images)
    for place, sku in enumerate(product):
        told = _variant(sku, place, bool(names))
        line += 1
        own = line
        yield 0, {**told, "__parentId": gid}
        if images:
            line += 1
            yield own, {"id": media[place % len(media)], "__parentId": told["id"]}


def _product(gid: str, row: list[Value], variants: int, names: list[str]) -> dict[str, object]:
    return {
        "id": gid, "title": row[_AT["商品名"]], "descriptionHtml": row[_AT["商品説明"]], "vendor": row[_AT["ブランド"]],
        "productType": row[_AT["カート商品種別"]], "status": "ACTIVE", "tags": ["新着", "定番"], "updatedAt": _UPDATED,
        "totalInventory": 100, "isGiftCard": False, "requiresSellingPlan": False,
        "hasVariantsThatRequiresComponents": False, "variantsCount": {"count": variants},
        "category": {"id": "gid://shopify/TaxonomyCategory/aa-1-13", "fullName": "Apparel & Accessories > Clothing"},
        "options": [{"name": name, "position": place} for place, name in enumerate(names or ["Title"], 1)],
    }  # fmt: skip


def _variant(row: list[Value], place: int, several: bool) -> dict[str, object]:
    chosen = {"色": f"{row[_AT['選択肢1']]}{place // 8 or ''}", "サイズ": str(row[_AT["選択肢2"]])}
    options = chosen if several else {"Title": "Default Title"}
    return {
        "id": f"gid://shopify/ProductVariant/{row[_AT['カートSKU ID']]}", "sku": row[_AT["SKU管理番号"]],
        "barcode": ean(row[_AT["商品識別コード"]]), "position": place + 1, "price": f"{row[_AT['カート価格']]}.00",
        "compareAtPrice": None, "taxable": True, "inventoryQuantity": row[_AT["カート在庫"]], "inventoryPolicy": "DENY",
        "requiresComponents": False,
        "selectedOptions": [{"name": name, "value": value} for name, value in options.items()],
        "inventoryItem": {
            "tracked": True, "requiresShipping": True,
            "measurement": {"weight": {"value": row[_AT["梱包後の重量(g)"]], "unit": "GRAMS"}},
        },
    }  # fmt: skip


_MATRIXIFY = (
    "ID", "Handle", "Command", "Title", "Body HTML", "Vendor", "Type", "Tags", "Status", "Published", "Top Row",
    "Image Src", "Variant ID", "Variant SKU", "Variant Barcode", "Variant Price", "Variant Inventory Qty",
    "Variant Inventory Tracker", "Variant Weight", "Variant Weight Unit", "Option1 Name", "Option1 Value",
    "Option2 Name", "Option2 Value",
)  # fmt: skip


def write_matrixify(path: Path, count: int) -> int:
    """Write the same catalogue as Matrixify's sheet Products; the number of products."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, _MATRIXIFY)
        out.writeheader()
        for number, product in enumerate(products(count), 1):  # noqa: B007  the last one is told
            for place, row in enumerate(product):
                out.writerow(_matrixify(product, place, row))
    return number


def _matrixify(product: list[list[Value]], place: int, row: list[Value]) -> dict[str, Value]:
    first, several = product[0], len(product) > 1
    images = [str(value) for heading, at in _AT.items() if heading.startswith("画像") and (value := first[at])]
    told: dict[str, Value] = {
        "ID": first[_AT["カート商品ID"]], "Handle": f"item-{first[_AT['カート商品ID']]}", "Command": "MERGE",
        "Variant ID": row[_AT["カートSKU ID"]], "Variant SKU": row[_AT["SKU管理番号"]],
        "Variant Barcode": ean(row[_AT["商品識別コード"]]), "Variant Price": row[_AT["カート価格"]],
        "Variant Inventory Qty": row[_AT["カート在庫"]], "Variant Inventory Tracker": "shopify",
        "Variant Weight": row[_AT["梱包後の重量(g)"]], "Variant Weight Unit": "g",
        "Option1 Name": "色" if several else "Title",
        "Option1 Value": f"{row[_AT['選択肢1']]}{place // 8 or ''}" if several else "Default Title",
        "Option2 Name": "サイズ" if several else "", "Option2 Value": row[_AT["選択肢2"]] if several else "",
    }  # fmt: skip
    if place == 0:
        told |= {
            "Top Row": "TRUE", "Title": first[_AT["商品名"]], "Body HTML": first[_AT["商品説明"]],
            "Vendor": first[_AT["ブランド"]], "Type": first[_AT["カート商品種別"]], "Tags": "新着, 定番",
            "Status": "Active", "Published": "TRUE", "Image Src": ";".join(images),
        }  # fmt: skip
    return told


def main() -> int:
    shape, path, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if shape == "matrixify":
        write_matrixify(path, count)
    else:
        write_jsonl(path, count, scattered=shape == "scattered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
