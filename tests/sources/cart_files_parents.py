"""Carts whose files have rows of products and rows of variants: Rakuten, WooCommerce."""

from msgspec.structs import replace

from sheets_sync.products import Product, Variant
from tests.sources.cart_writing import ACTIVE, Cart, Row, each, headings, number, two_states

# ---------------------------------------------------------------- Rakuten: a product row, option rows, SKU rows


def _rakuten(product: Product) -> dict[str, list[Row]]:
    first = product.variants[0]
    row = {
        "商品管理番号（商品URL）": product.key,
        "商品名": product.title,
        "PC用商品説明文": product.description,
        "ジャンルID": product.product_type,
        "倉庫指定": "0" if product.status is ACTIVE else "1",
        "バリエーション項目キー定義": "|".join(f"k{slot}" for slot, _ in enumerate(first.options)),
        "バリエーション項目名定義": "|".join(option.name for option in first.options),
    }
    row |= {f"商品画像パス{place}": image for place, image in enumerate(product.images, start=1)}
    rows = [row]
    for place, variant in enumerate(product.variants):
        sku = {
            "商品管理番号（商品URL）": product.key,
            "SKU管理番号": f"{product.key}-{place}",
            "システム連携用SKU番号": variant.sku,
            "販売価格": number(variant.price),
            "表示価格": number(variant.list_price),
            "在庫数": number(variant.stock),
            "カタログID": variant.barcode,
            "SKU画像パス": variant.image,
        }
        for slot, option in enumerate(variant.options):
            sku |= {
                f"バリエーション項目キー{slot + 1}": f"k{slot}",
                f"バリエーション項目選択肢{slot + 1}": option.value,
            }
        if product.brand:
            sku |= {"商品属性（項目）1": "ブランド名", "商品属性（値）1": product.brand}
        if product.weight_g is not None:
            sku |= {
                "商品属性（項目）2": "総重量",
                "商品属性（値）2": number(product.weight_g),
                "商品属性（単位）2": "g",
            }
        rows.append(sku)
    return {"item": rows}


def _held_by_rakuten(product: Product) -> Product:
    variants = tuple(
        replace(variant, sku=variant.sku or f"{product.key}-{place}", stock_managed=True)
        for place, variant in enumerate(product.variants)
    )
    brand = product.brand.replace("-", "") and product.brand  # "-" is how shops fill in an attribute that must be there
    return replace(product, tags=(), brand=brand, status=two_states(product.status), variants=variants)


RAKUTEN = Cart(
    "rakuten",
    {
        "item": headings(
            "商品管理番号（商品URL）|商品名|倉庫指定|ジャンルID|PC用商品説明文|商品画像パス1|商品画像パス2|"
            "商品画像パス3|商品画像パス4|商品画像パス5|商品画像パス6|商品画像パス7|商品画像パス8|"
            "商品画像パス9|商品画像パス10|商品画像パス11|商品画像パス12|商品画像パス13|商品画像パス14|"
            "商品画像パス15|商品画像パス16|商品画像パス17|商品画像パス18|商品画像パス19|商品画像パス20|"
            "バリエーション項目キー定義|バリエーション項目名定義|選択肢タイプ|商品オプション項目名|"
            "商品オプション選択肢1|SKU管理番号|システム連携用SKU番号|バリエーション項目キー1|"
            "バリエーション項目選択肢1|バリエーション項目キー2|バリエーション項目選択肢2|"
            "バリエーション項目キー3|バリエーション項目選択肢3|バリエーション項目キー4|"
            "バリエーション項目選択肢4|バリエーション項目キー5|バリエーション項目選択肢5|"
            "バリエーション項目キー6|バリエーション項目選択肢6|販売価格|表示価格|在庫数|SKU倉庫指定|"
            "カタログID|SKU画像タイプ|SKU画像パス|商品属性（項目）1|商品属性（値）1|商品属性（単位）1|"
            "商品属性（項目）2|商品属性（値）2|商品属性（単位）2|商品属性（項目）3|商品属性（値）3|"
            "商品属性（単位）3"
        ),
    },
    _rakuten,
    _held_by_rakuten,
    "cp932",
)

# ---------------------------------------------------------------- WooCommerce: parent and child rows


def _woocommerce(product: Product) -> dict[str, list[Row]]:
    row = {
        "ID": product.key,
        "Type": "variable" if product.has_variants else "simple",
        "Name": product.title,
        "Description": product.description,
        "Brands": product.brand,
        "Categories": product.product_type,
        "Tags": ", ".join(product.tags),
        "Images": ", ".join(product.images),
        "Published": "1" if product.status is ACTIVE else "0",
        "Visibility in catalog": "visible",
        "Weight (kg)": "" if product.weight_g is None else str(product.weight_g / 1000),
        "In stock?": "1",
    }
    if not product.has_variants:
        return {"products": [row | _woo_sku(product.variants[0])]}
    row["SKU"] = f"parent of {product.key}"
    rows = [row]
    for place, variant in enumerate(product.variants):
        child = _woo_sku(variant) | {
            "ID": f"{product.key}-{place}",
            "Type": "variation",
            "Parent": f"id:{product.key}" if place % 2 else row["SKU"],
            "Images": variant.image,
            "In stock?": "1",
        }
        for slot, option in enumerate(variant.options, start=1):
            child |= {f"Attribute {slot} name": option.name, f"Attribute {slot} value(s)": option.value}
            row |= {f"Attribute {slot} name": option.name, f"Attribute {slot} value(s)": "a, b"}
        rows.append(child)
    return {"products": rows}


def _woo_sku(variant: Variant) -> Row:
    struck = variant.list_price is not None
    return {
        "SKU": variant.sku,
        "GTIN, UPC, EAN, or ISBN": variant.barcode,
        "Regular price": number(variant.list_price if struck else variant.price),
        "Sale price": number(variant.price) if struck else "",
        "Stock": number(variant.stock),
    }


def _held_by_woocommerce(product: Product) -> Product:
    def held(variant: Variant) -> Variant:
        return replace(
            variant, image=variant.image if product.has_variants else "", stock_managed=variant.stock is not None
        )

    return replace(product, status=two_states(product.status), variants=each(product, held))


WOOCOMMERCE = Cart(
    "woocommerce",
    {
        "products": headings(
            "ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Published|Visibility in catalog|Description|In stock?|"
            "Stock|Backorders allowed?|Weight (kg)|Length (mm)|Width (mm)|Height (mm)|Sale price|"
            "Regular price|Date sale price starts|Date sale price ends|Categories|Tags|Images|Parent|Brands|"
            "Attribute 1 name|Attribute 1 value(s)|Attribute 2 name|Attribute 2 value(s)|Attribute 3 name|"
            "Attribute 3 value(s)"
        ),
    },
    _woocommerce,
    _held_by_woocommerce,
)
