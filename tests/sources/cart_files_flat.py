"""Carts whose files have a row per SKU: EC-CUBE, BASE, Next Engine, Matrixify."""

from decimal import Decimal

from msgspec.structs import replace

from sheets_sync.products import Option, Product, Variant
from tests.sources.cart_writing import ACTIVE, ARCHIVED, DRAFT, Cart, Row, each, headings, number, renamed, two_states

# ---------------------------------------------------------------- EC-CUBE: flat, with a hidden base row


def _eccube(product: Product) -> dict[str, list[Row]]:
    same = {
        "商品ID": product.key,
        "商品名": product.title,
        "商品説明(詳細)": product.description,
        "商品画像": ",".join(product.images),
        "商品カテゴリ(名称)": product.product_type,
        "タグ(名称)": ",".join(product.tags),
        "公開ステータス(ID)": {ACTIVE: "1", DRAFT: "2", ARCHIVED: "3"}[product.status],
    }
    rows = []
    for place, variant in enumerate(product.variants):
        row = same | {
            "商品規格ID": f"{product.key}-{place}",
            "商品コード": variant.sku,
            "販売価格": number(variant.price),
            "通常価格": number(variant.list_price),
            "在庫数": number(variant.stock),
            "在庫数無制限フラグ": "0" if variant.stock_managed else "1",
            "JANコード": variant.barcode,
        }
        for slot, option in enumerate(variant.options, start=1):
            row[f"規格分類{slot}(名称)"] = option.value
        rows.append(row)
    if product.has_variants:
        rows.insert(0, same | {"商品規格ID": f"{product.key}-base", "販売価格": "1", "在庫数無制限フラグ": "1"})
    return {"product": rows}


def _held_by_eccube(product: Product) -> Product:
    def held(variant: Variant) -> Variant:
        return replace(variant, image="", options=renamed(variant.options, "規格1", "規格2"), includes_tax=False)

    return replace(product, brand="", weight_g=None, variants=each(product, held))


ECCUBE = Cart(
    "eccube",
    {
        "product": headings(
            "商品ID|公開ステータス(ID)|公開ステータス(名称)|商品名|商品説明(詳細)|商品画像|"
            "商品カテゴリ(名称)|タグ(名称)|商品規格ID|規格分類1(名称)|規格分類2(名称)|商品コード|在庫数|"
            "在庫数無制限フラグ|通常価格|販売価格|JANコード"
        ),
    },
    _eccube,
    _held_by_eccube,
    "cp932",
)

# ---------------------------------------------------------------- BASE and Next Engine: flat


def _base(product: Product) -> dict[str, list[Row]]:
    rows = []
    for place, variant in enumerate(product.variants):
        row = {
            "商品ID": product.key,
            "商品名": product.title,
            "説明": product.description,
            "価格": number(variant.price),
            "税率": "1",
            "公開状態": "1" if product.status is ACTIVE else "0",
            "JAN/GTIN": variant.barcode,
        }
        row |= {f"画像{n}": image for n, image in enumerate(product.images, start=1)}
        if product.has_variants:
            words = " / ".join(option.value for option in variant.options)
            row |= {
                "種類ID": f"{place + 7}",
                "種類名": words,
                "種類コード": variant.sku,
                "種類在庫数": number(variant.stock),
            }
        else:
            row |= {"商品コード": variant.sku, "在庫数": number(variant.stock)}
        rows.append(row)
    return {"items": rows}


def _held_by_base(product: Product) -> Product:
    def held(variant: Variant) -> Variant:
        words = " / ".join(option.value for option in variant.options)
        return replace(
            variant,
            options=(Option("種類", words),) if words else (),
            image="",
            list_price=None,
            stock_managed=True,
            includes_tax=True,
            tax_rate_percent=Decimal(10),
        )

    return replace(
        product,
        brand="",
        product_type="",
        tags=(),
        weight_g=None,
        images=product.images[:20],
        status=two_states(product.status),
        variants=each(product, held),
    )


BASE = Cart(
    "base",
    {
        "items": headings(
            "商品ID|商品名|種類ID|種類名|説明|価格|税率|在庫数|公開状態|表示順|種類在庫数|画像1|画像2|画像3|"
            "画像4|画像5|画像6|画像7|画像8|画像9|画像10|画像11|画像12|画像13|画像14|画像15|画像16|画像17|"
            "画像18|画像19|画像20|商品コード|種類コード|JAN/GTIN"
        ),
    },
    _base,
    _held_by_base,
    "cp932",
)


def _next_engine(product: Product) -> dict[str, list[Row]]:
    rows = []
    for place, variant in enumerate(product.variants):
        row = {
            "syohin_code": variant.sku or f"{product.key}-{place}",
            "daihyo_syohin_code": product.key,
            "syohin_name": product.title,
            "maker_name": product.brand,
            "tag": ",".join(product.tags),
            "jan_code": variant.barcode,
            "baika_tnk": number(variant.price),
            "hyoji_tnk": number(variant.list_price),
            "zaiko_su": number(variant.stock),
            "omosa": number(product.weight_g),
            "visible_flg": "1" if product.status is ACTIVE else "0",
        }
        row |= dict(zip(("iro", "size"), (option.value for option in variant.options), strict=False))
        rows.append(row)
    return {"master": rows}


def _held_by_next_engine(product: Product) -> Product:
    variants = tuple(
        replace(
            variant,
            sku=variant.sku or f"{product.key}-{place}",
            options=renamed(variant.options, "カラー", "サイズ"),
            image="",
            stock_managed=True,
        )
        for place, variant in enumerate(product.variants)
    )
    return replace(
        product, description="", product_type="", images=(), status=two_states(product.status), variants=variants
    )


NEXT_ENGINE = Cart(
    "next_engine",
    {
        "master": headings(
            "syohin_code|jan_code|maker_name|iro|syohin_name|baika_tnk|hyoji_tnk|omosa|haba|okuyuki|takasa|"
            "daihyo_syohin_code|visible_flg|tag|size|zaiko_su"
        ),
    },
    _next_engine,
    _held_by_next_engine,
)

# ---------------------------------------------------------------- Matrixify: the first row is full


def _matrixify(product: Product) -> dict[str, list[Row]]:
    rows: list[Row] = []
    for place, variant in enumerate(product.variants):
        row = {
            "Handle": product.key,
            "Variant ID": f"{place + 900}",
            "Variant SKU": variant.sku,
            "Variant Barcode": variant.barcode,
            "Variant Price": number(variant.price),
            "Variant Compare At Price": number(variant.list_price),
            "Variant Inventory Tracker": "shopify" if variant.stock_managed else "",
            "Variant Inventory Qty": number(variant.stock),
            "Variant Weight": number(product.weight_g),
            "Variant Weight Unit": "g",
            "Variant Image": variant.image,
        }
        row |= {f"Option{slot} Value": option.value for slot, option in enumerate(variant.options, start=1)}
        if not product.has_variants:
            row |= {"Option1 Name": "Title", "Option1 Value": "Default Title"}
        rows.append(row)
    rows[0] |= {
        "Command": "MERGE",
        "Title": product.title,
        "Body HTML": product.description,
        "Vendor": product.brand,
        "Type": product.product_type,
        "Tags": ", ".join(product.tags),
        "Status": product.status.value.capitalize(),
        "Top Row": "TRUE",
        "Image Src": ";".join(product.images[:2]),
    }
    if product.has_variants:
        rows[0] |= {f"Option{slot} Name": o.name for slot, o in enumerate(product.variants[0].options, start=1)}
    rows += [{"Handle": product.key, "Image Src": image} for image in product.images[2:]]
    return {"Products": rows}


MATRIXIFY = Cart(
    "matrixify",
    {
        "Products": headings(
            "ID|Handle|Command|Title|Body HTML|Vendor|Type|Tags|Status|Top Row|Image Src|Image Position|"
            "Variant ID|Variant Command|Option1 Name|Option1 Value|Option2 Name|Option2 Value|Option3 Name|"
            "Option3 Value|Variant SKU|Variant Barcode|Variant Price|Variant Compare At Price|"
            "Variant Inventory Tracker|Variant Inventory Qty|Variant Weight|Variant Weight Unit|"
            "Variant Image|Gift Card|Metafield: custom.material [single_line_text_field]"
        ),
    },
    _matrixify,
    lambda product: product,
)
