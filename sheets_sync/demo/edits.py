"""What the merchandiser of the demonstration types, in three sittings. Cells by tab, row key and column key."""

from __future__ import annotations

from sheets_sync.issue import Tab
from sheets_sync.tables import CellValue

Cells = dict[str, CellValue]

# 既定値: a row per product type saves hundreds of cells. (product type, category id, grams, centimetres, attributes)
_TYPES: tuple[tuple[str, str, int, tuple[int, int, int], str], ...] = (
    ("レディースTシャツ", "601226", 220, (32, 24, 3), "素材=コットン"),
    ("メンズTシャツ", "601740", 280, (34, 26, 3), "素材=コットン"),
    ("帽子", "605249", 160, (28, 24, 12), ""),
    ("バッグ", "605250", 420, (38, 30, 5), "素材=コットン"),
    ("ネックレス", "605197", 60, (12, 8, 3), "地金=真鍮"),
    ("ピアス", "605198", 40, (10, 8, 3), "地金=シルバー925"),
    ("食器", "600024", 480, (14, 12, 12), ""),
    ("お茶", "700439", 180, (24, 14, 6), "全成分・原材料名=緑茶（静岡県）\n保存方法=常温\n賞味期限(日)=365"),
    ("和菓子", "700438", 240, (20, 12, 5), "全成分・原材料名=砂糖\n保存方法=常温\n賞味期限(日)=180"),
    ("スキンケア", "601451", 260, (18, 7, 7), "容量(ml)=120\n全成分・原材料名=水、グリセリン、ユズ果実エキス"),
    ("タオル", "600025", 90, (20, 20, 3), "素材=コットン"),
    ("ぬいぐるみ", "604207", 300, (24, 18, 16), "対象年齢=3歳以上"),
    ("カードゲーム", "604208", 320, (20, 14, 6), "対象年齢=6歳以上"),
    ("収納", "600026", 500, (32, 12, 6), ""),
)
ON = (
    "linen-tee", "border-tee", "pocket-tee-mens", "wool-knit-cap", "raffia-hat", "canvas-tote", "furoshiki-bag",
    "shizuku-necklace", "pearl-earrings", "mino-mug", "light-rice-bowl", "kobachi-set", "tokoname-teapot",
    "fukamushi-sencha", "houjicha", "hitokuchi-yokan", "konpeito", "yuzu-lotion", "gauze-towel", "shiba-plush",
    "iroha-karuta", "kiri-pen-tray", "ippitsusen",
)  # fmt: skip
# The platform closes this category to the shop between check and import: a refusal that no check can foresee.
RESTRICTED_CATEGORY = "604207"
PAUSED = "houjicha"
LATE = "tokoname-teapot"
REPRICED = "iroha-karuta"


def defaults(category_labels: dict[str, str], cart_type: str) -> list[Cells]:
    """Rows of 既定値. `category_labels`: entries of the drop-down by category id; `cart_type`: the choice's label."""
    return [
        {
            "match_kind": cart_type,
            "match_value": name,
            "category": category_labels[category],
            "package_weight_g": grams,
            "package_length_cm": length,
            "package_width_cm": width,
            "package_height_cm": height,
            "attributes": attributes or None,
        }
        for name, category, grams, (length, width, height), attributes in _TYPES
    ]


def first_sitting() -> dict[Tab, dict[str, Cells]]:
    """Ticks 連携対象, and mends what she knows of already."""
    products: dict[str, Cells] = {key: {"sync": True} for key in ON}
    products["mino-mug"]["price"] = 1880
    products["raffia-hat"]["person"] = "山下"
    products["kobachi-set"]["title"] = "豆小鉢 5客セット 白磁 取り皿"
    return {Tab.PRODUCTS: products}


def second_sitting(pause: str) -> dict[Tab, dict[str, Cells]]:
    """After the first results: stops a product, finds the missing picture of another."""
    return {
        Tab.PRODUCTS: {
            PAUSED: {"action": pause},
            LATE: {"image_1": "images/bowl-white.jpg", "memo": "写真が届いた"},
        }
    }


def third_sitting() -> dict[Tab, dict[str, Cells]]:
    """A price of its own for TikTok Shop: checked, not sent yet."""
    return {Tab.PRODUCTS: {REPRICED: {"price": 1780}}}
