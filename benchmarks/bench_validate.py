"""Reading cells, checking listings and wording the messages, against the same rules written by hand with pandas.

    python benchmarks/bench_validate.py [--skus 100000] [--repeat 3] [--check]

Both sides start from the same cells and end with the same messages (compared, not assumed). The baseline works on whole
columns and knows only the rules of this file; it borrows the marks of texts, so that the ratio speaks of parsing,
schema and messages. Figures, in processor seconds: ours / baseline at 2 % bad rows (must 3, goal 2), and ours at 20 %
bad rows / ours at 2 % (must 1.3).
"""

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.issue import Issue, Tab
from sheets_sync.messages import text
from sheets_sync.products import Option
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.typed import TypedRow
from sheets_sync.shop import AttributeRule, CategoryRules
from sheets_sync.tables import SheetRow, TabSnapshot
from sheets_sync.template import Headings
from sheets_sync.template_files import load_template
from sheets_sync.validation import texts
from sheets_sync.validation.barcodes import check_digit
from sheets_sync.validation.check import check

MUST, GOAL, GROWTH = 3.0, 2.0, 1.3
JP = load_template("JP")
LEAF = "601226"
RULES = {
    LEAF: CategoryRules(
        LEAF,
        (
            AttributeRule("100397", "素材", required=True, values=(("1001039", "コットン"), ("1001040", "麻"))),
            AttributeRule("100398", "季節", required=True, custom=False, values=(("1", "夏"), ("2", "冬"))),
            AttributeRule("100399", "柄", values=(("3", "無地"),)),
        ),
        pre_order=True,
    )
}
Cells = dict[str, object]
Fault = tuple[str, str, str, str]  # tab, row key, column, code

# ---------------------------------------------------------------- the catalogue


def catalogue(
    skus: int, bad: float, seed: int = 7
) -> tuple[list[Cells], list[Cells], dict[str, dict[str, tuple[str, ...]]]]:
    """Cells of 商品 and SKU, and attributes by product; a share `bad` of all rows has one fault each."""
    dice = random.Random(seed)
    words = [f"<p>やわらかな肌ざわりの半袖シャツ{n}です。<br>洗濯機で洗えます。</p>" for n in range(200)]
    products: list[Cells] = []
    variants: list[Cells] = []
    attributes: dict[str, dict[str, tuple[str, ...]]] = {}
    while len(variants) < skus:
        key = f"P{len(products):06}"
        product = product_cells(key, "".join(dice.choices(words, k=dice.randint(25, 75))))
        attributes[key] = {"100397": ("コットン",), "100398": ("夏",), "100399": ("無地",)}
        if dice.random() < bad:
            spoil_product(product, attributes[key], dice)
        products.append(product)
        for number in range(min(dice.choice((1, 2, 3, 3, 4, 4, 5, 6, 8)), skus - len(variants))):
            variant = sku_cells(key, number, len(variants))
            if dice.random() < bad:
                spoil_sku(variant, dice)
            variants.append(variant)
    return products, variants, attributes


def product_cells(key: str, description: str) -> Cells:
    return {
        "sync": True,
        "state": "同期待ち",
        "listing": "未出品",
        "product_key": key,
        "cart_title": "半袖シャツ",
        "cart_type": "シャツ",
        "cart_status": "公開",
        "title": f"半袖シャツ {key} 綿100%",
        "description": description,
        "category": f"ファッション > シャツ [{LEAF}]",
        "image_1": f"https://cdn.example.com/{key}-1.jpg",
        "image_2": f"https://cdn.example.com/{key}-2.jpg",
        "package_weight_g": 250,
        "package_length_cm": 30,
        "package_width_cm": 22,
        "package_height_cm": 3,
    }


def sku_cells(key: str, number: int, serial: int) -> Cells:
    code = f"49{serial:010}0"
    return {
        "product_key": key,
        "variant_key": f"{key}/{number}",
        "product_title": "半袖シャツ",
        "option1_name": "カラー",
        "option1_value": ("白", "黒", "赤", "青")[number % 4],
        "option2_name": "サイズ",
        "option2_value": ("S", "M", "L")[number // 4],
        "option3_name": "柄",
        "option3_value": "無地",
        "seller_sku": f"TS-{serial:06}",
        "cart_price": 1980,
        "price": "2,980円" if serial % 3 == 0 else 2980,
        "effective_price": 2980,
        "cart_stock": 20,
        "stock": 12,
        "effective_stock": 12,
        "barcode": code[:-1] + check_digit(code),
        "barcode_type": "JAN",
        "presale_days": 7,
        "sku_image": f"https://cdn.example.com/{key}-{number}.jpg",
        "tiktok_sku_id": f"17295{serial:014}",
    }


def spoil_product(cells: Cells, attributes: dict[str, tuple[str, ...]], dice: random.Random) -> None:
    match dice.randrange(9):
        case 0:
            del cells["title"]
        case 1:
            cells["title"] = f"{cells['title']}😀"
        case 2:
            cells["title"] = "夏の半袖" * 70
        case 3:
            del cells["image_1"], cells["image_2"]
        case 4:
            cells["package_weight_g"] = dice.choice(("重い", 0))
        case 5:
            del cells["package_width_cm"]
        case 6:
            del attributes["100397"]
        case 7:
            attributes["100398"] = ("秋",)
        case _:
            cells["description"] = f"{cells['description']}<p>{'＊' * 12}</p>"


def spoil_sku(cells: Cells, dice: random.Random) -> None:
    wrong: tuple[Cells, ...] = (
        {"price": "abc"},
        {"price": 600_000},
        {"seller_sku": None},
        {"seller_sku": "TS 1"},
        {"seller_sku": "TS-000001"},
        {"stock": 100_000},
        {"stock": "2.5個"},
        {"presale_days": 31},
        {"barcode": "4900000000000"},
        {"barcode": "49A"},
        {"option1_value": "白😀"},
        {"option2_value": "大きめ" * 20},
    )
    cells.update(dice.choice(wrong))


# ---------------------------------------------------------------- ours


def snapshot(rows: list[Cells]) -> TabSnapshot:
    """Rows as the reader hands them over: blank cells are not there."""
    found = [{key: value for key, value in cells.items() if value is not None} for cells in rows]
    return TabSnapshot(Headings({}), [SheetRow(number, cells) for number, cells in enumerate(found, start=2)])


def assembled(
    products: list[TypedRow], skus: list[TypedRow], attributes: dict[str, dict[str, tuple[str, ...]]]
) -> list[DesiredListing]:
    """Listings of the rows, in the plainest way (what rows/desired does is not measured here)."""
    groups: dict[str, list[DesiredSku]] = {}
    for row in skus:
        values = row.values
        groups.setdefault(row.product_key, []).append(
            DesiredSku(
                Tab.SKUS,
                row.ref,
                row.ref.key,
                row.text("seller_sku"),
                values.get("price"),
                values.get("stock"),
                barcode=row.text("barcode"),
                barcode_type=row.text("barcode_type"),
                presale_days=values.get("presale_days"),
                options=tuple(Option(row.text(f"option{n}_name"), row.text(f"option{n}_value")) for n in (1, 2, 3)),
            )
        )
    return [
        DesiredListing(
            row.ref,
            row.product_key,
            sync=row.values.get("sync") is True,
            title=row.text("title"),
            description=row.text("description"),
            category=LEAF,
            category_text=row.text("category"),
            images=tuple(filter(None, (row.text("image_1"), row.text("image_2")))),
            package_weight_g=row.values.get("package_weight_g"),
            dimensions_cm=tuple(row.values.get(f"package_{side}_cm") for side in ("length", "width", "height")),
            attributes=attributes[row.product_key],
            skus=tuple(groups.get(row.product_key, ())),
            has_variants=True,
        )
        for row in products
    ]


def ours(data, seconds: dict[str, float]) -> list[tuple[Fault, str]]:
    """Parse, check, word the messages; the assembling in between is not on the clock."""
    start = time.process_time()
    products = typed_rows(Tab.PRODUCTS, data[0], JP)
    skus = typed_rows(Tab.SKUS, data[1], JP)
    known = [issue for row in (*products, *skus) for issue in row.issues]
    parsed = time.process_time()
    listings = assembled(products, skus, data[2])
    ready = time.process_time()
    issues = [*known, *check(listings, JP, RULES, known=known)]
    checked = time.process_time()
    said = [(named(issue), text(issue.code, "ja", **issue.params)) for issue in issues]
    seconds.update(parse=parsed - start, check=checked - ready, words=time.process_time() - checked)
    return said


def named(issue: Issue) -> Fault:
    return issue.tab.value, issue.row_key, issue.column or "", issue.code


# ---------------------------------------------------------------- by hand


def by_hand(data, seconds: dict[str, float]) -> list[tuple[Fault, str]]:
    """The same rules on whole columns: frames from the cells, masks, a message for each masked row."""
    start = time.process_time()
    product = pd.DataFrame.from_records([row.cells for row in data[0].rows])
    sku = pd.DataFrame.from_records([row.cells for row in data[1].rows])
    said: list[tuple[Fault, str]] = []
    tell = Teller(said)
    parsed_product, parsed_sku = parsed_products(product, tell), parsed_skus(sku, tell)
    parsed = time.process_time()
    hand_products(parsed_product, tell)
    hand_skus(parsed_sku, tell)
    hand_attributes(data[2], tell)
    seconds.update(parse=parsed - start, check=time.process_time() - parsed)
    return said


class Teller:
    """Makes a message for each row of a mask."""

    def __init__(self, said: list[tuple[Fault, str]]) -> None:
        self.said = said

    def __call__(
        self, tab: str, keys: pd.Series, mask: pd.Series, column: str, code: str, values=None, **places
    ) -> None:
        if values is None:
            for key in keys[mask].tolist():
                self.said.append(((tab, key, column, code), text(code, "ja", **places)))
            return
        for key, value in zip(keys[mask].tolist(), values[mask].tolist(), strict=True):
            read = str(value)[:40]
            words = text(code, "ja", read=read, length=len(str(value)), found=read, **places)
            self.said.append(((tab, key, column, code), words))


def stripped(column: pd.Series) -> pd.Series:
    """Text of a column without blanks around it, None where blank."""
    found = column.astype(object).where(column.notna(), None)
    return found.str.strip().replace("", None)


def whole(
    frame: pd.DataFrame, tab: str, column: str, tell: Teller, key: str, units: str, *, decimals: bool
) -> pd.Series:
    """Numbers of a column: what pandas reads as it is, the rest once more without separators and units."""
    raw = frame[column]
    numbers = pd.to_numeric(raw, errors="coerce")
    again = numbers.isna() & raw.notna()
    cleaned = raw[again].astype(str).str.normalize("NFKC").str.replace(rf"[,¥]|({units})$", "", regex=True).str.strip()
    numbers[again] = pd.to_numeric(cleaned, errors="coerce")
    bad = numbers.isna() & raw.notna()
    tell(tab, frame[key], bad, column, "cell_not_number", raw)
    if not decimals:
        broken = numbers.notna() & (numbers % 1 != 0)
        tell(tab, frame[key], broken, column, "cell_not_whole", raw)
        numbers[broken] = np.nan
        bad |= broken
    frame[f"{column} bad"] = bad
    return numbers


def parsed_products(frame: pd.DataFrame, tell: Teller) -> pd.DataFrame:
    frame["sync"] = frame["sync"].astype(bool)
    for column in ("product_key", "title", "description", "category", "image_1", "image_2"):
        frame[column] = stripped(frame[column])
    for column in ("package_weight_g", "package_length_cm", "package_width_cm", "package_height_cm"):
        numbers = whole(frame, "products", column, tell, "product_key", "g|kg|cm|mm", decimals=True)
        frame[column] = np.ceil(numbers)
    return frame


def parsed_skus(frame: pd.DataFrame, tell: Teller) -> pd.DataFrame:
    options = [f"option{n}_{part}" for n in (1, 2, 3) for part in ("name", "value")]
    for column in ("product_key", "variant_key", "seller_sku", "barcode", "barcode_type", "sku_image", *options):
        frame[column] = stripped(frame[column])
    frame["price"] = whole(frame, "skus", "price", tell, "variant_key", "円", decimals=True)
    frame["stock"] = whole(frame, "skus", "stock", tell, "variant_key", "個", decimals=False)
    frame["presale_days"] = whole(frame, "skus", "presale_days", tell, "variant_key", "日", decimals=False)
    frame["barcode_type"] = frame["barcode_type"].map(
        {"JAN": "JAN", "EAN": "EAN", "UPC": "UPC", "GTIN": "GTIN", "ISBN": "ISBN"}
    )
    return frame


def hand_texts(tab: str, keys: pd.Series, column: pd.Series, longest: int, tell: Teller, *, html: bool = False) -> None:
    tell(tab, keys, column.str.len() > longest, column.name, "text_too_long", column, limit=longest)
    given = column.fillna("")
    distinct, places = np.unique(given.to_numpy(), return_inverse=True) if not html else (given.to_numpy(), slice(None))
    marks = texts.marks(distinct.tolist(), 9, html=html)[places]
    for code, mark in texts.FAULTS.items():
        tell(tab, keys, pd.Series((marks & mark) != 0), column.name, code, column)
    if html:
        tell(tab, keys, pd.Series((marks & texts.NO_TEXT) != 0) & column.notna(), column.name, "description_no_text")


def hand_products(frame: pd.DataFrame, tell: Teller) -> None:
    frame = frame[frame["sync"]].reset_index(drop=True)
    keys = frame["product_key"]
    for column in ("title", "description", "category"):
        tell("products", keys, frame[column].isna(), column, "required_missing")
    hand_texts("products", keys, frame["title"], 255, tell)
    hand_texts("products", keys, frame["description"], 10000, tell, html=True)
    images = frame[["image_1", "image_2"]].notna().sum(axis=1)
    tell("products", keys, images < 1, "image_1", "image_missing")
    tell("products", keys, images > 9, "image_1", "images_too_many", images, limit=9, count="")
    pictures = frame["description"].str.lower().str.count("<img")
    tell("products", keys, pictures > 30, "description", "description_images_too_many", pictures, limit=30, count="")
    weight = frame["package_weight_g"]
    tell("products", keys, weight.isna() & ~frame["package_weight_g bad"], "package_weight_g", "required_missing")
    in_range("products", keys, frame, "package_weight_g", 1, 1_000_000, tell)
    sides = frame[["package_length_cm", "package_width_cm", "package_height_cm"]]
    some = sides.notna().any(axis=1)
    for side in sides:
        in_range("products", keys, frame, side, 1, 1000, tell)
        tell("products", keys, some & frame[side].isna() & ~frame[f"{side} bad"], side, "dimension_missing")


def in_range(
    tab: str, keys: pd.Series, frame: pd.DataFrame, column: str, low: float, high: float, tell: Teller
) -> None:
    outside = frame[column].notna() & ~frame[column].between(low, high)
    code = "price_out_of_range" if column == "price" else "number_out_of_range"
    tell(tab, keys, outside, column, code, frame[column], minimum=low, maximum=high, currency="JPY")


def hand_skus(frame: pd.DataFrame, tell: Teller) -> None:
    keys, code = frame["variant_key"], frame["seller_sku"]
    tell("skus", keys, code.isna(), "seller_sku", "required_missing")
    tell("skus", keys, code.str.len() > 50, "seller_sku", "text_too_long", code, limit=50)
    tell(
        "skus",
        keys,
        code.str.contains(r"\s", regex=True).fillna(False).astype(bool),
        "seller_sku",
        "sku_code_blanks",
        code,
    )
    doubled = code.duplicated(keep=False) & code.notna()
    shared = (
        frame[doubled]
        .groupby("seller_sku")["product_key"]
        .agg(["nunique", lambda found: ", ".join(list(dict.fromkeys(found))[:3])])
    )
    elsewhere = doubled & code.map(shared["nunique"]).gt(1)
    others = code.map(shared.iloc[:, 1])
    tell("skus", keys, elsewhere, "seller_sku", "sku_code_doubled_elsewhere", code, others="")
    tell("skus", keys, doubled & ~elsewhere, "seller_sku", "sku_code_doubled", others, others="")
    price = frame["price"]
    tell("skus", keys, price.isna() & ~frame["price bad"], "price", "price_missing")
    in_range("skus", keys, frame, "price", 1, 500_000, tell)
    tell("skus", keys, price.notna() & (price % 1 != 0), "price", "price_decimals", price, decimals=0)
    tell("skus", keys, frame["stock"].isna() & ~frame["stock bad"], "stock", "stock_unmanaged")
    in_range("skus", keys, frame, "stock", 0, 99_999, tell)
    in_range("skus", keys, frame, "presale_days", 3, 30, tell)
    hand_barcodes(keys, frame, tell)
    hand_options(keys, frame, tell)
    days = frame["presale_days"]
    counted = frame.groupby(["product_key", "presale_days"], sort=False).size().reset_index(name="times")
    most = counted.sort_values("times", ascending=False, kind="stable").drop_duplicates("product_key")
    usual = frame["product_key"].map(most.set_index("product_key")["presale_days"])
    tell("skus", keys, days.notna() & (days != usual), "presale_days", "presale_differs", days, expected="")


def hand_barcodes(keys: pd.Series, frame: pd.DataFrame, tell: Teller) -> None:
    code = frame["barcode"]
    digits = code.str.fullmatch(r"[0-9]+").fillna(True).astype(bool)
    tell("skus", keys, code.notna() & ~digits, "barcode", "barcode_not_digits", code)
    length = code.str.len()
    fits = pd.Series(False, index=code.index)
    for kind, lengths in {"JAN": (8, 13), "EAN": (8, 13, 14), "UPC": (12,), "GTIN": (14,), "ISBN": (10, 13)}.items():
        fits |= (frame["barcode_type"] == kind) & length.isin(lengths)
    tell("skus", keys, digits & code.notna() & ~fits, "barcode", "barcode_length", code, type="", lengths="")
    right = digits & code.notna() & fits
    padded = code[right].str.zfill(14)
    table = np.array(padded.tolist(), dtype="S14").view("S1").reshape(-1, 14).astype(np.int64)
    wrong = (table * np.tile([3, 1], 7)).sum(axis=1) % 10 != 0
    mask = pd.Series(False, index=code.index)
    mask[right] = wrong
    tell("skus", keys, mask, "barcode", "barcode_check_digit", code, expected="")
    twice = frame.duplicated(["product_key", "barcode"], keep=False) & code.notna()
    tell("skus", keys, twice, "barcode", "barcode_doubled", code)


def hand_options(keys: pd.Series, frame: pd.DataFrame, tell: Teller) -> None:
    names, values = ([f"option{n}_{part}" for n in (1, 2, 3)] for part in ("name", "value"))
    for column in names:
        hand_texts("skus", keys, frame[column], 20, tell)
        first = frame.groupby("product_key")[column].transform("first")
        tell(
            "skus",
            keys,
            frame[column].notna() & (frame[column] != first),
            column,
            "option_names_differ",
            frame[column],
            expected="",
        )
    for name, value in zip(names, values, strict=True):
        hand_texts("skus", keys, frame[value], 50, tell)
        tell("skus", keys, frame[value].isna() & frame[name].notna(), value, "option_value_missing", name="")
        tell("skus", keys, frame[name].isna() & frame[value].notna(), name, "option_name_missing", value="")
    twice = frame.duplicated(["product_key", *values], keep=False)
    tell("skus", keys, twice, "option1_value", "option_combination_doubled", frame["option1_value"], others="")


def hand_attributes(attributes: dict[str, dict[str, tuple[str, ...]]], tell: Teller) -> None:
    rows = [
        (key, item, value) for key, given in attributes.items() for item, values in given.items() for value in values
    ]
    frame = pd.DataFrame(rows, columns=["product", "item", "value"])
    for rule in RULES[LEAF].attributes:
        given = frame[frame["item"] == rule.id]
        if rule.required:
            there = set(given["product"].tolist())
            missing = pd.Series([key for key in attributes if key not in there], dtype=object)
            tell(
                "attributes",
                missing + f"/{rule.id}",
                pd.Series(True, index=missing.index),
                "value",
                "attribute_missing",
                name=rule.name,
            )
        if not rule.custom:
            outside = ~given["value"].isin([spelling for pair in rule.values for spelling in pair])
            tell(
                "attributes",
                given["product"] + f"/{rule.id}",
                outside,
                "value",
                "attribute_not_offered",
                given["value"],
                name=rule.name,
                offered="",
            )


# ---------------------------------------------------------------- the race


def timed(run: Callable, data, parts: dict[str, list[float]]) -> list[tuple[Fault, str]]:
    gc.collect()
    seconds: dict[str, float] = {}
    said = run(data, seconds)
    for part, taken in (*seconds.items(), ("all", sum(seconds.values()))):
        parts.setdefault(part, []).append(taken)
    return said


def report(label: str, parts: dict[str, list[float]], faults: int) -> float:
    medians = {part: statistics.median(taken) for part, taken in parts.items()}
    spread = "  ".join(f"{part} {seconds:6.2f}" for part, seconds in medians.items())
    print(f"{label:<22} {spread}  messages {faults:,}")
    return medians["all"]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--skus", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--check", action="store_true", help="exit 1 when a limit is missed")
    args = options.parse_args()
    data = {}
    for bad in (0.02, 0.20):
        products, skus, attributes = catalogue(args.skus, bad)
        data[bad] = snapshot(products), snapshot(skus), attributes
    size = f"{args.skus:,} SKU rows, {len(data[0.02][0].rows):,} product rows"
    print(f"{size}, processor seconds, median of {args.repeat}")
    contenders = {("ours", 0.02): ours, ("by hand", 0.02): by_hand, ("ours", 0.20): ours, ("by hand", 0.20): by_hand}
    parts: dict[tuple[str, float], dict[str, list[float]]] = {name: {} for name in contenders}
    said: dict[tuple[str, float], set[Fault]] = {}
    for _ in range(args.repeat):
        for name, run in contenders.items():
            faults = timed(run, data[name[1]], parts[name])
            said[name] = {fault for fault, _ in faults}
            assert len(said[name]) == len(faults), "a fault was told twice"
    taken = {name: report(f"{name[0]}, {name[1]:.0%} bad", parts[name], len(said[name])) for name in contenders}
    same = all(agree(said["ours", bad], said["by hand", bad]) for bad in data)
    ratio, growth = taken["ours", 0.02] / taken["by hand", 0.02], taken["ours", 0.20] / taken["ours", 0.02]
    print(f"ours / by hand: {ratio:.2f} (must {MUST}, goal {GOAL})   20 % bad / 2 % bad: {growth:.2f} (must {GROWTH})")
    return 1 if args.check and not (same and ratio <= MUST and growth <= GROWTH) else 0


def agree(mine: set[Fault], theirs: set[Fault]) -> bool:
    """Whether both sides found the same faults."""
    for fault in sorted(mine ^ theirs)[:10]:
        print("told by one side only:", fault, "(ours)" if fault in mine else "(by hand)")
    return mine == theirs


if __name__ == "__main__":
    sys.exit(main())
