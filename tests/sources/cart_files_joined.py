"""Carts that tell a product in several files: MakeShop, Yahoo!, カラーミー."""

from msgspec.structs import replace

from sheets_sync.products import Product, Variant
from tests.sources.cart_writing import ACTIVE, Cart, Row, each, headings, number, two_states

# ---------------------------------------------------------------- MakeShop: products and options


def _makeshop(product: Product) -> dict[str, list[Row]]:
    first = product.variants[0]
    row = {
        "システム商品コード": product.key,
        "商品名": product.title,
        "PC用メイン商品説明文": product.description,
        "ブランド名": product.brand,
        "カテゴリーパス": product.product_type,
        "商品検索語": ",".join(product.tags),
        "重量": number(product.weight_g),
        "商品表示可否": "Y" if product.status is ACTIVE else "N",
        "販売価格": number(first.price),
        "定価": number(first.list_price) or "0",
    }
    names = ("拡大画像名", "追加商品画像1", "追加商品画像2", "追加商品画像3")
    row |= dict(zip(names, product.images, strict=False))
    if not product.has_variants:
        return {"goods": [row | {"独自商品コード": first.sku, "数量": number(first.stock), "JANコード": first.barcode}]}
    for slot, option in enumerate(first.options):
        row["オプション１名称" if slot == 0 else "オプション２名称"] = option.name
    options = [
        {
            "システム商品コード": product.key,
            "オプション独自コード": variant.sku,
            "販売価格": number(variant.price),
            "数量": number(variant.stock),
            "JANコード": variant.barcode,
        }
        | {f"オプション{slot}項目": option.value for slot, option in enumerate(variant.options, start=1)}
        for variant in product.variants
    ]
    return {"goods": [row], "options": options}


def _held_by_makeshop(product: Product) -> Product:
    first = product.variants[0]

    def held(variant: Variant) -> Variant:
        price = variant.price if variant.price is not None else first.price
        struck = first.list_price
        return replace(
            variant,
            sku=variant.sku or ("" if product.has_variants else product.key),
            image="",
            stock_managed=True,
            price=price,
            list_price=struck if struck is not None and price is not None and struck > price else None,
            options=variant.options[:2],
        )

    return replace(product, status=two_states(product.status), images=product.images[:4], variants=each(product, held))


MAKESHOP = Cart(
    "makeshop",
    {
        "goods": headings(
            "商品特定コード指定|システム商品コード|独自商品コード|カテゴリーパス|商品名|重量|販売価格|定価|"
            "数量|商品検索語|オプション１名称|オプション２名称|拡大画像名|追加商品画像1|追加商品画像2|"
            "追加商品画像3|PC用メイン商品説明文|JANコード|商品表示可否|ブランド名"
        ),
        "options": headings(
            "商品特定コード指定|オプション特定コード指定|システム商品コード|オプション独自コード|"
            "オプション1項目|オプション2項目|販売価格|数量|JANコード"
        ),
    },
    _makeshop,
    _held_by_makeshop,
    "cp932",
)

# ---------------------------------------------------------------- Yahoo!: variants in one cell, stock in a second file


def _yahoo(product: Product) -> dict[str, list[Row]]:
    first = product.variants[0]
    row = {
        "code": product.key,
        "name": product.title,
        "caption": product.description,
        "product-category": product.product_type,
        "price": number(first.price),
        "original-price": number(first.list_price),
        "item-image-urls": ";".join(product.images),
        "ship-weight": number(product.weight_g),
        "display": "1" if product.status is ACTIVE else "0",
    }
    if not product.has_variants:
        stock = {"code": product.key, "quantity": number(first.stock)}
        return {"data": [row | {"jan": first.barcode}], "stock": [stock]}
    row["sub-code"] = "&".join(
        "#".join(f"{option.name}:{option.value}" for option in variant.options) + f"={_sub(product, variant)}"
        for variant in product.variants
    )
    stocks = [
        {"code": product.key, "sub-code": _sub(product, variant), "quantity": number(variant.stock)}
        for variant in product.variants
    ]
    return {"data": [row], "stock": stocks}


def _sub(product: Product, variant: Variant) -> str:
    return f"{product.key}{product.variants.index(variant)}"


def _held_by_yahoo(product: Product) -> Product:
    first = product.variants[0]

    def held(variant: Variant) -> Variant:
        return replace(
            variant,
            sku=_sub(product, variant) if product.has_variants else product.key,
            image="",
            price=first.price,
            list_price=first.list_price,
            stock_managed=True,
            barcode="" if product.has_variants else variant.barcode,
        )

    return replace(product, brand="", tags=(), status=two_states(product.status), variants=each(product, held))


YAHOO = Cart(
    "yahoo",
    {
        "data": headings(
            "path|name|code|sub-code|original-price|price|sale-price|options|caption|product-category|"
            "item-image-urls|ship-weight|jan|display"
        ),
        "stock": headings("code|sub-code|quantity"),
    },
    _yahoo,
    _held_by_yahoo,
    "cp932",
)

# ---------------------------------------------------------------- カラーミー: options with a row of names


def _colorme(product: Product) -> dict[str, list[Row]]:
    first = product.variants[0]
    row = {
        "商品ID": product.key,
        "商品名": product.title,
        "商品説明": product.description,
        "カテゴリー": product.product_type,
        "販売価格": number(first.price),
        "定価": number(first.list_price),
        "重量": number(product.weight_g),
        "公開状態": "公開" if product.status is ACTIVE else "非公開",
    }
    row |= {f"画像URL{n}": image for n, image in enumerate(product.images, start=1)}
    if not product.has_variants:
        row |= {"型番": first.sku, "在庫数": number(first.stock), "JANコード": first.barcode}
        row["在庫管理"] = "1" if first.stock_managed else "0"
        return {"products": [row]}
    names = {f"オプション名{slot}": option.name for slot, option in enumerate(first.options, start=1)}
    options = [
        {
            "商品ID": product.key,
            "登録種別": "item",
            "オプションID": str(place),
            "型番": variant.sku,
            "在庫数": number(variant.stock),
            "販売価格": number(variant.price),
        }
        | {f"オプション名{slot}": option.value for slot, option in enumerate(variant.options, start=1)}
        for place, variant in enumerate(product.variants)
    ]
    options.insert(0, {"商品ID": product.key, "登録種別": "name"} | names)
    return {"products": [row], "options": options}


def _held_by_colorme(product: Product) -> Product:
    first = product.variants[0]

    def held(variant: Variant) -> Variant:
        price = variant.price if variant.price is not None else first.price
        struck = first.list_price
        return replace(
            variant,
            image="",
            barcode="" if product.has_variants else variant.barcode,
            price=price,
            list_price=struck if struck is not None and price is not None and struck > price else None,
            stock_managed=variant.stock_managed or product.has_variants,
        )

    return replace(product, brand="", tags=(), status=two_states(product.status), variants=each(product, held))


COLORME = Cart(
    "colorme",
    {
        "products": headings(
            "商品ID|型番|商品名|カテゴリー|販売価格|会員価格|定価|在庫数|在庫管理|商品説明|重量|公開状態|"
            "JANコード|画像URL1|画像URL2|画像URL3|画像URL4|画像URL5|画像URL6|画像URL7|画像URL8|画像URL9"
        ),
        "options": headings("商品ID|登録種別|オプション名1|オプション名2|オプションID|型番|在庫数|販売価格|会員価格"),
    },
    _colorme,
    _held_by_colorme,
    "cp932",
)
