"""The shop's rules from end to end: what the cart says of its products, and what TikTok Shop then sells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.ports import NOTHING_KNOWN, Known
from sheets_sync.products import Option, Product, ProductKind, Skipped, Unchanged, Variant
from sheets_sync.states import CartStatus
from sheets_sync.tables import RowRef

from .shop_folder import ShopFolder

SHIRT_CATEGORY = "601226"  # asks for 素材 and the parcel's size, takes pre-orders

TAG = "TikTok Shop接続"
LIVE, PAUSED = "ACTIVATE", "SELLER_DEACTIVATED"


class Cart:
    """A cart in memory that knows more of its products than a plain CSV file says."""

    def __init__(self) -> None:
        self.shown: tuple[Product, ...] = ()

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        yield from self.shown

    def records(self) -> int:
        return len(self.shown)

    def mark(self) -> str:
        return ""


def mug(key: str, **changes: Any) -> Product:
    """A product that is sold as it is. `price`, `stock` and the like are its only variant's."""
    own = {name: changes.pop(name) for name in list(changes) if name in Variant.__struct_fields__}
    variant = Variant(**{"key": f"{key}-v", "sku": key.upper(), "price": Decimal(1200), "stock": 5, **own})
    made = Product(
        key, f"{key}のマグカップ 磁器 300ml", "<p>毎日使える磁器のマグカップです。</p>",
        images=("images/mug.jpg",), variants=(variant,),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.fixture
def cart(monkeypatch: pytest.MonkeyPatch) -> Cart:
    made = Cart()
    monkeypatch.setattr("sheets_sync.usecases.session.open_cart", lambda *_: made)
    return made


@pytest.fixture
def send(shop: ShopFolder) -> Callable[..., int]:
    def run(*more: str) -> int:
        return shop.run("import", "--yes", "--wait", *more)

    return run


def day(number: int) -> str:
    """A day before (−) or after today, as a cart writes it."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=9, days=number)).date().isoformat()


def statuses(shop: ShopFolder) -> dict[str, str]:
    return {key: item["status"] for key, item in shop.listings().items()}


def begin(shop: ShopFolder, cart: Cart, *products: Product, rules: str = "") -> None:
    """Everything on sale."""
    shop.configure(rules)
    cart.shown = products
    assert shop.run("export") == 0
    shop.fill(*(product.key for product in products))


# -- the end of the sale period --------------------------------------------------------------------------------------


def test_at_the_end_of_its_period_a_product_is_shown(shop: ShopFolder, cart: Cart, send: Callable[..., int]) -> None:
    begin(shop, cart, mug("ao", sale_ends=day(3)), mug("aka"))
    assert send() == 0
    shop.settle(days=5)
    assert shop.run("check") == 3
    row = shop.row("ao")
    assert "【警告】" in str(row["errors"])
    assert "出品指示で停止できます" in str(row["errors"])
    assert (row["state"], row["listing"]) == ("連携済み", "出品中")
    assert not shop.row("aka").get("errors")
    send()
    assert statuses(shop) == {"ao": LIVE, "aka": LIVE}


def test_at_the_end_of_its_period_a_product_is_stopped_once(
    shop: ShopFolder, cart: Cart, send: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    begin(shop, cart, mug("ao", sale_ends=day(3)), mug("aka", sale_ends=day(300)), rules='sale_period = "pause"')
    send()
    assert statuses(shop) == {"ao": LIVE, "aka": LIVE}
    shop.settle(days=5)
    shop.run("check")
    assert "次の「TikTokへ送信」で停止" in str(shop.row("ao")["errors"])
    assert statuses(shop)["ao"] == LIVE, "a check changes nothing"
    assert shop.json(capsys, "import", "--rehearse")[1]["paused"] == 1
    send()
    assert statuses(shop) == {"ao": PAUSED, "aka": LIVE}
    row = shop.row("ao")
    assert (row["listing"], row["state"]) == ("停止中（非公開）", "連携済み")
    assert "停止済み" in str(row["action_result"])
    # She puts it on sale all the same: that is her word, and it holds.
    shop.type("ao", action="出品する", price=1500)
    send()
    assert (statuses(shop)["ao"], shop.row("ao").get("action")) == (LIVE, None)
    for _ in range(2):
        shop.run("export")
        send()
        assert statuses(shop) == {"ao": LIVE, "aka": LIVE}
    assert "販売を続けています" in str(shop.row("ao")["errors"])
    told = shop.json(capsys, "import", "--rehearse")[1]
    assert (told["paused"], told["listings"]["paused"]) == (0, 0), "a rehearsal knows it, too"


def test_a_stopped_product_stays_stopped_when_its_period_begins_again(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    rules = 'sale_period = "pause"\nstock_policy = "always"'
    begin(shop, cart, mug("ao", sale_ends=day(1)), rules=rules)
    send()
    shop.settle(days=3)
    send()
    assert statuses(shop) == {"ao": PAUSED}
    cart.shown = (mug("ao", sale_ends=day(300), title="新しい名前の青いマグカップ", price=Decimal(1900), stock=9),)
    for _ in range(2):
        shop.run("export")
        send()
        shop.settle(days=1)
        assert statuses(shop) == {"ao": PAUSED}
    assert shop.listings()["ao"]["skus"][0]["inventory"][0]["quantity"] == 9, "stock goes on, and moves nothing"
    assert "出品時に送信" in str(shop.row("ao")["planned"])


@pytest.mark.parametrize(("mode", "sold"), [("show", {"ao", "aka"}), ("pause", set())])
def test_outside_of_its_period_a_new_product_waits_where_the_rule_says_so(
    shop: ShopFolder, cart: Cart, send: Callable[..., int], mode: str, sold: set[str]
) -> None:
    begin(shop, cart, mug("ao", sale_starts=day(3)), mug("aka", sale_ends=day(-3)), rules=f'sale_period = "{mode}"')
    shop.run("check")
    assert all("カートの販売期間は" in str(shop.row(key)["errors"]) for key in ("ao", "aka"))
    send()
    assert set(shop.listings()) == sold
    if mode == "pause":
        row = shop.row("ao")
        assert (row["state"], row["listing"]) == ("同期待ち", "未出品")
        assert "カートの販売期間に合わせて待っています" in str(row["planned"])
        shop.type("aka", action="出品する")
        shop.settle(days=4)
        send()
        send()
        assert statuses(shop) == {"ao": LIVE, "aka": LIVE}, "begun, and told to"


@pytest.mark.parametrize(
    "rules",
    [
        'stock_policy = "always"\noverwrite = "always"\ndeleted_in_cart = "pause"\nsale_period = "pause"',
        'stock_policy = "always"\ndrift = "ours"\nsale_period = "pause"\nprice_markup_percent = 10',
        'stock_policy = "never"\noverwrite = "if-updated"\npush_unpublished = true\npublish_new = "draft"',
        f'stock_policy = "always"\npush_unpublished = true\n[cart]\ntag = "{TAG}"\ntag_removed = "off"',
    ],
)
def test_what_a_person_paused_stays_paused(
    shop: ShopFolder, cart: Cart, send: Callable[..., int], rules: str
) -> None:
    """The promise, on a selection of rules; every combination is in `tests/core/test_paused_stays_paused.py`."""
    keys = ("ao", "over", "draft", "tag", "gone", "always")
    shop.configure("max_gone_percent = 100")
    cart.shown = tuple(mug(key, tags=(TAG,) if key == "tag" else ()) for key in keys)
    shop.run("export")
    shop.fill(*keys)
    shop.type("always", stock_policy="毎回送信")
    send()
    for key in keys:
        shop.type(key, action="停止する（非公開）")
    send()
    assert set(statuses(shop).values()) == {PAUSED}
    shop.configure(rules.replace("stock_policy", "max_gone_percent = 100\nstock_policy", 1))
    moved: dict[str, dict[str, Any]] = {"over": {"sale_ends": day(-1)}, "draft": {"status": CartStatus.DRAFT}}
    cart.shown = tuple(
        mug(key, price=Decimal(1500), stock=8, title=f"{key}の新しい名前 磁器 300ml", **moved.get(key, {}))
        for key in keys
        if key != "gone"
    )
    shop.run("export")
    for _ in range(2):
        send("--allow-many")
        shop.settle(days=1)
        assert set(statuses(shop).values()) == {PAUSED}
        assert {item["title"] for item in shop.listings().values()} == {f"{key}のマグカップ 磁器 300ml" for key in keys}
    assert shop.row("ao")["listing"] == "停止中（非公開）"
    shop.type("ao", action="出品する")
    send("--allow-many")
    assert statuses(shop) == dict.fromkeys(keys, PAUSED) | {"ao": LIVE}, "only what she names"


def test_many_stops_at_once_are_asked_about_first(shop: ShopFolder, cart: Cart, send: Callable[..., int]) -> None:
    products = [mug(f"m{n}", sale_ends=day(1)) for n in range(3)]
    begin(shop, cart, *products, rules='sale_period = "pause"\nmax_pauses = 2')
    send()
    shop.settle(days=3)
    assert send() == 5
    assert set(statuses(shop).values()) == {LIVE}
    send("--allow-many")
    assert set(statuses(shop).values()) == {PAUSED}


# -- gone from the cart ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "rows", "kept_live"),
    [
        ("mark", {"on", "off", "stay"}, True),
        ("remove-if-off", {"on", "stay"}, True),
        ("pause", {"on", "off", "stay"}, False),
    ],
)
def test_what_is_deleted_in_the_cart(
    shop: ShopFolder, cart: Cart, send: Callable[..., int], mode: str, rows: set[str], *, kept_live: bool
) -> None:
    """Rows, listings and messages of products that leave the cart, with rows that are ON and OFF; then they return."""
    rules = f'deleted_in_cart = "{mode}"\nmax_gone_percent = 100'
    stay = mug("stay")
    begin(shop, cart, mug("on"), mug("off"), stay, rules=rules)
    send()
    shop.type("off", sync=False)
    cart.shown = (stay,)
    shop.run("export")
    shop.run("check")
    found = {ref.key for ref, _ in shop.read().tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)}
    assert found == rows
    assert shop.row("on")["cart_status"] == "カートから削除"
    told = str(shop.row("on")["errors"])
    assert ("次の「TikTokへ送信」で停止" in told) is (mode == "pause")
    for _ in range(2):
        send()
    here = LIVE if kept_live else PAUSED
    assert statuses(shop) == {"on": here, "off": LIVE if mode != "pause" else PAUSED, "stay": LIVE}, "never deleted"
    shop.type("on", action="出品する")
    send()
    send()
    assert statuses(shop)["on"] == LIVE, "her word holds"
    cart.shown = (mug("on"), mug("off"), stay)
    shop.run("export")
    send()
    assert statuses(shop)["on"] == LIVE
    cart.shown = (stay,)
    shop.run("export")
    send()
    assert statuses(shop)["on"] == here, "gone anew"


# -- drafts and archived products of the cart ------------------------------------------------------------------------


def test_what_the_cart_does_not_publish_waits_unless_the_rule_lets_it_go(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    begin(shop, cart, mug("ao", status=CartStatus.DRAFT), mug("aka", status=CartStatus.ARCHIVED), mug("kiro"))
    assert send() == 3
    assert statuses(shop) == {"kiro": LIVE}
    assert {shop.row(key)["state"] for key in ("ao", "aka")} == {"入力エラー"}
    shop.configure("push_unpublished = true")
    send()
    assert statuses(shop) == {"ao": LIVE, "aka": LIVE, "kiro": LIVE}
    shop.configure()
    cart.shown = (mug("ao"), mug("aka"), mug("kiro", status=CartStatus.DRAFT, price=Decimal(1900)))
    shop.run("export")
    send()
    assert statuses(shop)["kiro"] == LIVE, "a draft of the cart stops updates, not the sale"
    assert shop.listings()["kiro"]["skus"][0]["price"]["sale_price"] == "1200"


# -- tags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["show", "off"])
def test_the_tag_begins_a_row_and_its_end_is_told(
    shop: ShopFolder, cart: Cart, send: Callable[..., int], mode: str
) -> None:
    tagged, plain = mug("ao", tags=(TAG,)), mug("aka")
    begin(shop, cart, tagged, plain, rules=f'[cart]\ntag = "{TAG}"\ntag_removed = "{mode}"')
    shop.type("aka", sync=False)
    send()
    assert statuses(shop) == {"ao": LIVE}
    cart.shown = (mug("ao", price=Decimal(1400)), mug("aka", tags=(TAG,)))
    for _ in range(2):
        shop.run("export")
        send()
        assert TAG in str(shop.row("ao")["cart_changes"])
        assert "付きました" in str(shop.row("aka")["cart_changes"])
        assert (shop.row("ao")["sync"], shop.row("aka")["sync"]) == (mode == "show", False)
        assert statuses(shop) == {"ao": LIVE}, "nothing is stopped, nothing begins by itself"
    price = shop.listings()["ao"]["skus"][0]["price"]["sale_price"]
    assert price == ("1400" if mode == "show" else "1200")
    shop.type("ao", sync=True)
    shop.run("export")
    send()
    assert shop.row("ao")["sync"] is True
    assert shop.listings()["ao"]["skus"][0]["price"]["sale_price"] == "1400"


# -- nothing silently dropped ----------------------------------------------------------------------------------------


def test_what_tiktok_shop_cannot_sell_is_named_in_summary_and_row(
    shop: ShopFolder, cart: Cart, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = Issue(Tab.PRODUCTS, "kiro", "barcode", "barcode_not_digits", Severity.WARNING, {"read": "4.9E+12"})
    kinds = {
        "card": ProductKind.GIFT_CARD, "data": ProductKind.DIGITAL, "abo": ProductKind.SUBSCRIPTION,
        "set": ProductKind.BUNDLE,
    }  # fmt: skip
    crowd = replace(
        mug("crowd"),
        has_variants=True,
        variants=tuple(
            Variant(
                f"crowd-{size}", f"C-{size}", Decimal(900), 2,
                options=tuple(Option(name, size) for name in ("色", "形", "柄", "サイズ")),
            )
            for size in "SM"
        ),
    )  # fmt: skip
    many = mug("many", images=tuple("images/mug.jpg" for _ in range(11)))
    cart.shown = (*(mug(k, kind=v, tags=(TAG,)) for k, v in kinds.items()), crowd, many, mug("kiro", issues=(unread,)))
    shop.configure(f'[cart]\ntag = "{TAG}"')
    capsys.readouterr()
    shop.run("export")
    told = capsys.readouterr().out
    parts = ("ギフトカード", "デジタル商品", "定期購入", "セット商品", "「サイズ」は取り込", "11枚", "4.9E+12")
    assert [part for part in parts if part not in told] == []
    for key in (*kinds, "crowd", "many", "kiro"):
        assert shop.row(key)["cart_changes"], key
        assert shop.row(key)["sync"] is False, "a tag starts goods only"
    shop.fill(*kinds, "crowd", "many")
    assert shop.run("import", "--yes", "--wait") == 3
    assert set(shop.listings()) == {"abo", "set", "many"}, "told to by hand"
    assert {key: shop.row(key)["state"] for key in ("card", "data", "crowd")} == dict.fromkeys(
        ("card", "data", "crowd"), "入力エラー"
    )
    errors = str(shop.row("crowd")["errors"])
    assert "「サイズ」が入りません" in errors
    assert "option_combination_doubled" not in errors
    edits = {
        RowRef(f"crowd-{size}"): {"option3_name": "柄・サイズ", "option3_value": f"花柄・{size}"} for size in "SM"
    }
    shop.edit({Tab.SKUS: edits})
    shop.run("import", "--yes", "--wait")
    assert "crowd" in shop.listings()
    assert "サイズ" in str(shop.row("crowd")["cart_changes"])


# -- price and stock -------------------------------------------------------------------------------------------------


def test_prices_go_out_with_their_own_tax_and_by_the_field_that_is_asked_for(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    food = {"includes_tax": False, "tax_rate_percent": Decimal(8)}
    products = (
        mug("plain", price=Decimal(1000)),
        mug("food", price=Decimal(999), **food),
        mug("sale", price=Decimal(800), list_price=Decimal(1000), includes_tax=True),
    )
    rules = 'price_rounding = "down"\n[cart]\nprices_include_tax = false\nprice_field = "list"'
    begin(shop, cart, *products, rules=rules)
    send()
    sent = {key: item["skus"][0]["price"]["sale_price"] for key, item in shop.listings().items()}
    assert sent == {"plain": "1100", "food": "1078", "sale": "1000"}
    assert {key: shop.row(key)["cart_price"] for key in sent} == {"plain": 1100, "food": 1078, "sale": 1000}


def test_stock_goes_out_by_the_shops_rule_and_by_the_rows(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    keys = ("plain", "always", "never", "initial", "none")
    rules = 'stock_policy = "initial"\nstock_buffer = 1\nunmanaged_stock = 7'

    def stocked(number: int) -> tuple[Product, ...]:
        made = [mug(key, stock=number) for key in keys[:-1]]
        return (*made, mug("none", stock=None, stock_managed=False))

    begin(shop, cart, *stocked(5), rules=rules)
    for key, policy in {"always": "毎回送信", "never": "送信しない", "initial": "初回のみ送信"}.items():
        shop.type(key, stock_policy=policy)
    send()

    def sent() -> dict[str, int]:
        return {key: item["skus"][0]["inventory"][0]["quantity"] for key, item in shop.listings().items()}

    assert sent() == {"plain": 4, "always": 4, "never": 0, "initial": 4, "none": 7}
    cart.shown = stocked(9)
    shop.run("export")
    send()
    assert sent() == {"plain": 4, "always": 8, "never": 0, "initial": 4, "none": 7}
    shop.configure(rules.replace('"initial"', '"always"'))
    send()
    assert sent() == {"plain": 8, "always": 8, "never": 0, "initial": 4, "none": 7}, "the row's word wins"


SHIRT = {
    "category": SHIRT_CATEGORY, "package_length_cm": "30", "package_width_cm": "20", "package_height_cm": "3",
    "package_weight_g": "300",
}  # fmt: skip


def test_a_pre_order_becomes_a_normal_product_and_follows_the_cart(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    """Cells and attributes that the cart knows fill the row; nothing has to be typed to sell it."""
    made = mug("ao", preorder=True, price=Decimal(1000), title="綿のTシャツ 半袖 白", attributes={"素材": "コットン"})
    cart.shown = (replace(made, cells={**SHIRT, "presale_days": "10"}),)
    assert shop.run("export") == 0
    shop.type("ao", sync=True)
    assert send() == 0, shop.row("ao").get("errors")
    (listed,) = shop.listings().values()
    assert listed["skus"][0]["pre_sale"]["fulfillment_type"] == {"handling_duration_days": 10}
    assert [value["name"] for value in listed["product_attributes"][0]["values"]] == ["コットン"]
    assert shop.row("ao/100397", Tab.ATTRIBUTES)["value"] == "コットン"

    title = "綿のTシャツ 半袖 白 通常販売"
    cart.shown = (mug("ao", price=Decimal(1300), cells=SHIRT, title=title, attributes={"素材": "リネン"}),)
    shop.run("export")
    assert shop.row("ao").get("presale_days") is None
    assert send() == 3
    (listed,) = shop.listings().values()
    assert (listed["skus"][0]["price"]["sale_price"], listed["title"], listed["status"]) == ("1300", title, LIVE)
    assert [value["name"] for value in listed["product_attributes"][0]["values"]] == ["リネン"]
    assert shop.row("ao/100397", Tab.ATTRIBUTES)["value"] == "リネン"
    assert "TikTokでは予約商品のままです" in str(shop.row("ao")["errors"]), "what TikTok cannot change is said"


def test_days_that_change_after_the_product_went_live_hold_nothing_else_up(
    shop: ShopFolder, cart: Cart, send: Callable[..., int]
) -> None:
    title, stuff = "綿のTシャツ 半袖 白", {"素材": "コットン"}
    cart.shown = (mug("ao", preorder=True, title=title, attributes=stuff, cells={**SHIRT, "presale_days": "10"}),)
    shop.run("export")
    shop.type("ao", sync=True)
    assert send() == 0
    title += " 新色"
    made = mug("ao", preorder=True, title=title, attributes=stuff, sku="AO-2", cells={**SHIRT, "presale_days": "20"})
    cart.shown = (made,)
    shop.run("export")
    for _ in range(2):
        assert send() == 3
        (listed,) = shop.listings().values()
        assert (listed["title"], listed["skus"][0]["seller_sku"], listed["status"]) == (title, "AO-2", LIVE)
        assert listed["skus"][0]["pre_sale"]["fulfillment_type"] == {"handling_duration_days": 10}
        assert "公開後の商品の日数は変えられません" in str(shop.row("ao")["errors"])
        assert shop.row("ao")["state"] == "連携済み"


def test_a_pre_order_without_days_is_told_before_it_is_listed(shop: ShopFolder, cart: Cart) -> None:
    begin(shop, cart, mug("ao", preorder=True))
    assert shop.run("check") == 3
    assert "予約発送日数が空欄" in str(shop.row("ao")["errors"])
