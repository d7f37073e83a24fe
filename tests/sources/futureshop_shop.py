"""Writes products as futureshop's files of 商品データ一括取得: the reader's opposite."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from sheets_sync.products import Product, ProductKind, Variant
from sheets_sync.states import CartStatus

# The columns of ccGoods.csv in a shop that has ticked all of them, in their order (some that say nothing left out).
GOODS = (
    "コントロールカラム", "商品URLコード", "ステータス", "商品番号", "商品名", "メイングループ", "優先度", "本体価格",
    "定価", "消費税", "販売期間(From)", "販売期間(to)", "販売期間表示", "クール便指定", "送料", "在庫管理",
    "在庫数表示設定", "現在在庫数", "調整在庫数", "在庫数切れメール閾値", "バリエーション横軸名",
    "バリエーション縦軸名", "会員価格設定", "会員価格", "ステータス（他社サービス）", "サンプル商品設定",
    "最大購入制限個数", "JANコード", "キャッチコピー", "バンドル販売", "外部連携任意項目", "外部連携商品名",
    "外部連携商品説明", "レイアウト割当名", "キーワード(コマースクリエイター)", "商品一言説明(コマースクリエイター)",
    "商品説明（大）", "商品説明（小）", "独自コメント（1）", "独自コメント（20）", "商品URL", "登録日時",
    "最終更新日時",
)  # fmt: skip
AXES = (
    "商品URLコード", "バリエーション別選択肢（横軸）", "バリエーション別枝番（横軸）", "バリエーション別選択肢（縦軸）",
    "バリエーション別枝番（縦軸）",
)  # fmt: skip
CHOICES = ("コントロールカラム", *AXES, "表示順", "商品番号", "商品名", "最終更新日時")
DETAIL = (
    *AXES, "代表バリエーション", "在庫閾値", "在庫切れメール閾値", "商品番号", "商品管理番号", "商品名", "JANコード",
    "最終更新日付",
)  # fmt: skip
STOCK = (*AXES, "現在在庫数", "調整在庫数", "商品番号", "商品管理番号", "商品名", "JANコード", "最終更新日付")
PRICE = (*AXES, "バリエーション販売価格", "商品番号", "商品管理番号", "商品名", "JANコード", "最終更新日付")
GROUPS = ("コントロールカラム", "商品URLコード", "商品名", "表示先グループ", "登録日時", "最終更新日時")
TAGS = ("コントロールカラム", "タグ", "商品URLコード", "商品名", "最終更新日時")
OPTIONS = ("コントロールカラム", "商品URLコード", "項目名【基本情報】", "表示タイプ【基本情報】", "表示順")
PICTURE_SETTINGS = (
    "コントロールカラム", "商品URLコード", "バリエーション紐づけ設定", "商品サムネイル指定", "画像1(ALT)",
    "画像1(バリエーション枝番号)", "画像1(並び順)",
)  # fmt: skip
IMAGES = ("商品URLコード", *(f"画像{n}" for n in range(1, 13)))

Row = Mapping[str, str]
Files = dict[str, list[Row]]

HEADINGS: Mapping[str, Sequence[str]] = {
    "ccGoods": GOODS,
    "goodsVariation": CHOICES,
    "goodsVariationDetail": DETAIL,
    "goodsVariationStock": STOCK,
    "goodsVariationPrice": PRICE,
    "group": GROUPS,
    "tag": TAGS,
    "option": OPTIONS,
    "ccGoodsImage": PICTURE_SETTINGS,
    "images": IMAGES,
}


def goods(code: str, **cells: str) -> Row:
    """A row of the products file that there is nothing to say about; `cells` by heading."""
    row = {
        "商品URLコード": code, "ステータス": "1", "商品番号": f"{code}-no", "商品名": f"{code}の商品",
        "本体価格": "1000", "消費税": "1", "在庫管理": "1", "現在在庫数": "5",
        "ステータス（他社サービス）": "0", "サンプル商品設定": "0", "バンドル販売": "0",
        "商品説明（大）": f"<p>{code}の説明</p>", "最終更新日時": "2026/11/20 10:00:00",
    }  # fmt: skip
    return {**row, **cells}


def branch(code: str, value1: str, branch1: str, value2: str = "", branch2: str = "", **cells: str) -> Row:
    """A row of a variation file."""
    row = dict(zip(AXES, (code, value1, branch1, value2, branch2), strict=True))
    return {**row, "商品番号": f"{code}-no", **cells}


def write(folder: Path, files: Mapping[str, Sequence[Row]], encoding: str = "cp932", **headings: Sequence[str]) -> Path:
    """Write files by name (goods_2 has the headings of goods); the glob that reads them. `headings`: other columns."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        columns = headings.get(name) or HEADINGS[re.sub(r"_\d+$", "", name)]
        (folder / f"{name}.csv").write_bytes(csv_text(columns, rows).encode(encoding))
    return folder / "*.csv"


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        assert not row.keys() - set(columns), row.keys() - set(columns)
        writer.writerow([row.get(column, "") for column in columns])
    return out.getvalue()


def files_of(products: Iterable[Product]) -> Files:
    """The files of a catalogue. A product's tags, pictures and SKUs go into files of their own."""
    files: Files = {name: [] for name in ("ccGoods", "goodsVariationDetail", "goodsVariationStock",
                                          "goodsVariationPrice", "tag", "images")}  # fmt: skip
    for product in products:
        files["ccGoods"].append(goods_row(product))
        files["tag"] += [{"商品URLコード": product.key, "タグ": tag} for tag in product.tags]
        if product.images:
            numbered = {f"画像{n}": image for n, image in enumerate(product.images, 1)}
            files["images"].append({"商品URLコード": product.key, **numbered})
        for variant in product.variants if product.has_variants else ():
            axes = axes_of(product, variant)
            same = {"商品番号": f"{product.key}-no", "商品管理番号": variant.sku}
            files["goodsVariationDetail"].append({**axes, **same, "JANコード": variant.barcode})
            stock = "" if variant.stock is None else str(variant.stock)
            files["goodsVariationStock"].append({**axes, **same, "現在在庫数": stock})
            files["goodsVariationPrice"].append({**axes, **same, "バリエーション販売価格": _number(variant.price)})
    return files


def goods_row(product: Product) -> Row:
    first = product.variants[0]
    alone = not product.has_variants
    names = [option.name for option in first.options]
    return {
        "商品URLコード": product.key,
        "ステータス": "1" if product.status is CartStatus.ACTIVE else "0",
        "商品番号": first.sku if alone else f"{product.key}-no",
        "商品名": product.title,
        "メイングループ": product.product_type,
        "本体価格": _number(first.price),
        "定価": _number(first.list_price),
        "消費税": {True: "1", False: "0", None: ""}[first.includes_tax],
        "販売期間(From)": _moment(product.sale_starts),
        "販売期間(to)": _moment(product.sale_ends),
        "在庫管理": "1" if first.stock_managed else "0",
        "現在在庫数": str(first.stock) if alone and first.stock is not None else "",
        "バリエーション横軸名": names[0] if names else "",
        "バリエーション縦軸名": names[1] if len(names) > 1 else "",
        "JANコード": first.barcode if alone else "",
        "バンドル販売": "1" if product.kind is ProductKind.BUNDLE else "",
        "商品説明（大）": product.description,
        "最終更新日時": _moment(product.updated_at),
        "キーワード(コマースクリエイター)": product.cells.get("search_terms", "").replace("\n", ","),
    }


def axes_of(product: Product, variant: Variant) -> Row:
    """The five leading columns. 枝番 are numbered per axis, in the order in which the choices appear."""
    values = [option.value for option in variant.options]
    cells = [product.key]
    for axis in range(2):
        choices = list(dict.fromkeys(v.options[axis].value for v in product.variants if len(v.options) > axis))
        has = len(values) > axis
        cells += [values[axis], f"{choices.index(values[axis]) + 1:02}"] if has else ["", ""]
    return dict(zip(AXES, cells, strict=True))


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _moment(text: str) -> str:
    return text.replace("-", "/").replace("T", " ").removesuffix("+09:00")
