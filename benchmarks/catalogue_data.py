"""A seeded synthetic catalogue, streamed: 40 columns, 1 to 12 variants a product (4 on average), 0.95 to 3 KB of HTML
repeated on each variant, 1 % awkward titles. All names are invented."""
# ruff: noqa: E501 - words side by side

import datetime
import random
from collections.abc import Iterator

Value = None | bool | int | float | str | datetime.date

HEADINGS = [
    "連携対象", "状態", "エラー", "カート商品ID", "カートSKU ID", "SKU管理番号", "商品名", "商品説明", "TikTokカテゴリ", "ブランド",
    *(f"画像{number}" for number in range(1, 10)),
    "梱包後の重量(g)", "梱包後の長さ(cm)", "梱包後の幅(cm)", "梱包後の高さ(cm)", "カート価格", "TikTok価格", "カート在庫", "TikTok在庫",
    "商品識別コード", "コード種別", "項目1", "選択肢1", "項目2", "選択肢2", "カート更新日", "追加日", "担当者", "メモ", "優先度",
    "カート商品種別",
]  # fmt: skip
STATES = ["対象外", "不足項目あり", "同期待ち", "連携済み", "審査中"]
AWKWARD = [
    "=1+1",
    "+81",
    "-",
    "@home",
    "'quoted",
    "a_x000D_b",
    " 空白 ",
    "<b>&amp;</b>",
    "改\n行",
    "００１２３",
    "1/2",
    "TRUE",
    "😀" * 9,
]
_WORDS = [
    "軽い",
    "丈夫な",
    "春の",
    "綿の",
    "手作り",
    "新色",
    "定番",
    "送料込",
    "柔らかな",
    "防水",
    "大きめ",
    "小さめ",
    "日本製",
    "限定",
    "人気の",
    "涼しい",
    "暖かな",
    "上質な",
]
_THINGS = [
    "シャツ",
    "バッグ",
    "帽子",
    "靴下",
    "マグカップ",
    "タオル",
    "傘",
    "財布",
    "毛布",
    "クッション",
    "花瓶",
    "皿",
    "ノート",
    "時計",
    "椅子",
]
_SENTENCES = [
    f"{a}{b}素材を使った{c}です。毎日の暮らしに合わせて選べます。" for a in _WORDS for b in _WORDS[:6] for c in _THINGS
]
_CATEGORIES = [f"ファッション > 区分{n // 12} > {_THINGS[n % len(_THINGS)]}{n} [6{n:05d}]" for n in range(130)]
_BRANDS = [f"ブランド{n}" for n in range(48)]
_COLOURS, _SIZES = ["白", "黒", "赤", "青", "緑", "紺", "茶", "灰"], ["S", "M", "L", "XL"]
_FIRST_DAY = datetime.date(2024, 1, 1)


def rows(count: int, seed: int = 20240101) -> Iterator[list[Value]]:
    """``count`` rows, the same for the same seed."""
    chance = random.Random(seed)
    made = product = 0
    while made < count:
        product += 1
        base = _product(chance, product)
        variants = min(chance.choice((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 12)), count - made)
        for variant in range(variants):
            yield _variant(chance, base, product, variant)
        made += variants


def _product(chance: random.Random, number: int) -> list[Value]:
    title = chance.choice(AWKWARD) if number % 100 == 0 else f"{chance.choice(_WORDS)}{chance.choice(_THINGS)} {number}"
    html = "".join(f"<p>{text}</p>\n" for text in chance.choices(_SENTENCES, k=chance.randint(9, 28)))
    images: list[Value] = [
        f"https://img.example.com/{number:06d}/{place}.jpg?v={number * 7919 % 10007}" for place in range(9)
    ]
    if number % 3 == 0:
        images[5:] = [None] * 4
    day = _FIRST_DAY + datetime.timedelta(days=number % 600)
    return [
        number % 4 != 0, STATES[number % 5], None, f"{7_000_000_000_000 + number * 977}", "", "", title, html,
        chance.choice(_CATEGORIES), chance.choice(_BRANDS), *images, chance.randint(50, 9000), chance.randint(5, 90),
        chance.randint(5, 60), float(chance.randint(1, 400)) / 10, 0, None, 0, None, "", "JAN", "色", "", "サイズ", "", day,
        _FIRST_DAY, None if number % 2 else "田中", None if number % 5 else "確認済み、再入荷は来月", number % 100, _THINGS[number % 15],
    ]  # fmt: skip


def _variant(chance: random.Random, base: list[Value], product: int, variant: int) -> list[Value]:
    row = base.copy()
    place = product * 13 + variant
    row[4] = f"{8_000_000_000_000 + place * 991}"
    row[5] = f"{product:06d}-{variant:02d}"
    price = 500 + place * 37 % 20_000
    row[23] = price
    row[24] = price + 100 if variant % 7 == 3 else None
    row[25] = chance.randrange(200)
    row[27] = f"49{place:011d}"
    row[30], row[32] = _COLOURS[variant % 8], _SIZES[variant % 4]
    return row
