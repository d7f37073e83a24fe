"""Which column a review's objection speaks of. `position` is a free label (reference: TikTok Shop API 3.11)."""

from __future__ import annotations

# Words of a label, lower case → column. The first that occurs wins; an unknown label stays in its own words.
_WORDS = (
    ("size chart", "size_chart"),
    ("main image", "image_1"),
    ("variation", "sku_image"),
    ("sku image", "sku_image"),
    ("image", "image_1"),
    ("picture", "image_1"),
    ("description", "description"),
    ("product name", "title"),
    ("title", "title"),
    ("category", "category"),
    ("brand", "brand"),
    ("price", "price"),
    ("barcode", "barcode"),
    ("identifier", "barcode"),
    ("gtin", "barcode"),
    ("weight", "package_weight_g"),
    ("dimension", "package_length_cm"),
    ("video", "video"),
    ("サイズ表", "size_chart"),
    ("画像", "image_1"),
    ("説明", "description"),
    ("商品名", "title"),
    ("タイトル", "title"),
    ("カテゴリ", "category"),
    ("ブランド", "brand"),
    ("価格", "price"),
    ("重量", "package_weight_g"),
    ("寸法", "package_length_cm"),
    ("動画", "video"),
)


def column_of_position(position: str) -> str | None:
    """Key of the column that the label means, None when that cannot be told."""
    label = position.casefold().replace("_", " ")
    return next((column for word, column in _WORDS if word in label), None)
