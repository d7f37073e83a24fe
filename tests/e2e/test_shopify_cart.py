"""A Shopify shop as the cart, through the command line: its Admin API stands on loopback, and so does TikTok Shop."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.tables import CellValue

from ..shopify_double import Media, Metafield, Product, ShopifyDouble, Variant
from .shop_folder import ShopFolder, Time
from .shop_folder import product as csv_product
from .shop_folder import variants as csv_variants

TAG = "TikTok Shop接続"


class ShopifyFolder(ShopFolder):
    """A merchandiser's folder whose cart is a Shopify shop."""

    def __init__(self, folder: Path, sandbox: Sandbox, moved: Time, shopify: ShopifyDouble) -> None:
        self.shopify = shopify
        super().__init__(folder, sandbox, moved)
        with (folder / ".env").open("a") as secrets:
            secrets.write(f"SHEETS_SYNC__CART__ACCESS_TOKEN={shopify.token}\n")

    def configure(self, rules: str = "", language: str = "ja", cart: str = "") -> None:
        super().configure(rules, language)
        with (self.folder / "sheets_sync.toml").open("a", encoding="utf-8") as file:
            file.write(f'[cart]\nkind = "shopify"\napi_base = "{self.shopify.url}"\n{cart}\n')

    def forget(self) -> None:
        """Back to a folder in which nothing was exported yet."""
        for path in self.folder.iterdir():
            if path.name.startswith(("tiktok_products", "sheets_sync.db")) and path.is_file():
                path.unlink()

    def cells(self) -> dict[tuple[Tab, str], dict[str, CellValue]]:
        """Every row of the products and SKUs by its key."""
        read = self.read()
        return {(tab, ref.key): row.cells for tab in (Tab.PRODUCTS, Tab.SKUS) for ref, row in read.tabs[tab].refs(tab)}

    def bulk_runs(self) -> int:
        return len(self.shopify.bulk.operations)


def changed(
    before: dict[tuple[Tab, str], dict[str, CellValue]], after: dict[tuple[Tab, str], dict[str, CellValue]]
) -> dict[tuple[Tab, str], dict[str, tuple[CellValue, CellValue]]]:
    """What cells said before and say now, where the two differ."""
    found = {}
    for key in before.keys() | after.keys():
        was, now = before.get(key, {}), after.get(key, {})
        if was != now:
            columns = was.keys() | now.keys()
            found[key] = {name: (was.get(name), now.get(name)) for name in columns if was.get(name) != now.get(name)}
    return found


@pytest.fixture
def shopify(moved: Time) -> Iterator[ShopifyDouble]:
    with ShopifyDouble(clock=lambda: time.time() + moved.seconds) as served:
        yield served


@pytest.fixture
def folder(shop: ShopFolder, sandbox: Sandbox, moved: Time, shopify: ShopifyDouble, tmp_path: Path) -> ShopifyFolder:
    """Built on `shop`, whose waiting moves time instead of taking it."""
    place = tmp_path / "shopify"
    place.mkdir()
    return ShopifyFolder(place, sandbox, moved, shopify)


def mug(name: str, **more: Any) -> Product:
    facts: dict[str, Any] = {
        "title": f"{name}のマグカップ 磁器 300ml",
        "description_html": "<p>毎日使える磁器のマグカップです。</p>",
        "vendor": "工房",
        "product_type": "食器",
        "media": [Media("images/mug.jpg")],
        "variants": [Variant(sku=name.upper(), price="1200", stock=5)],
    }
    return Product(handle=name, **(facts | more))


def plates(name: str, sizes: int = 3, **more: Any) -> Product:
    picture = Media("images/mug.jpg")
    variants = [
        Variant(f"{name.upper()}-{size}", "2400", {"サイズ": f"{size}号"}, stock=size, media=[picture])
        for size in range(1, sizes + 1)
    ]
    told = "<p>丸皿です。</p>"
    return Product(f"{name}の丸皿 磁器 和食器", name, told, "工房", media=[picture], variants=variants, **more)


def stocked(shopify: ShopifyDouble) -> list[Product]:
    """A shop with a bit of everything."""
    material = Metafield("custom", "material", "single_line_text_field", "磁器")
    return [
        shopify.add(mug("ao", tags=[TAG, "夏"], metafields=[material])),
        shopify.add(plates("sara", 40)),
        shopify.add(mug("kiro", status="DRAFT")),
        shopify.add(mug("shiro", variants=[Variant(sku=None, price="0", tracked=False, weight=(0.35, "KILOGRAMS"))])),
        shopify.add(mug("gift", is_gift_card=True)),
        shopify.add(Product("写真のない試作品", status="ARCHIVED")),
        shopify.add(mug("murasaki", media=[Media(f"https://cdn.example/{n}.jpg?v=1") for n in range(12)])),
        shopify.add(mug("eiga", media=[Media("https://cdn.example/m.mp4", kind="Video"), Media("images/mug.jpg")])),
        shopify.add(mug("kakko", title='「限定」"quoted" \\ / <b>&amp;</b>', status="UNLISTED")),
    ]  # fmt: skip


# -- export


def test_pages_and_bulk_give_the_same_workbook(folder: ShopifyFolder) -> None:
    stocked(folder.shopify)
    assert folder.run("export") in {0, 3}
    by_pages = folder.cells()
    assert folder.bulk_runs() == 0
    assert len([key for tab, key in by_pages if tab is Tab.PRODUCTS]) == 9
    assert len([key for tab, key in by_pages if tab is Tab.SKUS]) >= 40
    folder.forget()
    folder.configure(cart="bulk_from = 0")
    assert folder.run("export") in {0, 3}
    assert folder.bulk_runs() == 1
    assert changed(by_pages, folder.cells()) == {}
    folder.forget()
    folder.shopify.bulk.shuffle = None
    assert folder.run("export") in {0, 3}
    assert changed(by_pages, folder.cells()) == {}


@pytest.mark.parametrize("cart", ["", "bulk_from = 0"], ids=["pages", "bulk"])
def test_a_second_export_merges_what_was_edited_in_the_shop(folder: ShopifyFolder, cart: str) -> None:
    ao, aka, sara = (folder.shopify.add(one) for one in (mug("ao"), mug("aka"), plates("sara")))
    folder.configure(cart=cart)
    folder.run("export")
    folder.fill(str(ao.number), str(aka.number), title="彼女の商品名 磁器のマグカップ")
    folder.moved.seconds += 3600
    ao.variants[0].price = "1500"
    folder.shopify.change(ao, title="店の新しい商品名 マグカップ")
    sara.variants[0].stock = 77
    folder.shopify.change(sara)
    new = folder.shopify.add(mug("midori"))
    assert folder.run("export") in {0, 3}
    row = folder.row(str(ao.number))
    assert row["title"] == "彼女の商品名 磁器のマグカップ"
    assert "店の新しい商品名" in str(row["cart_changes"])
    assert row["cart_price"] == 1500
    assert folder.row(str(aka.number)).get("cart_changes") is None
    assert folder.row(str(sara.variants[0].number), Tab.SKUS)["cart_stock"] == 77
    assert folder.row(str(new.number))["sync"] is not True


@pytest.mark.parametrize("cart", ["", "bulk_from = 0"], ids=["pages", "bulk"])
def test_a_product_deleted_in_the_shop_is_marked(folder: ShopifyFolder, cart: str) -> None:
    folder.configure("max_gone_percent = 100", cart=cart)
    ao, aka = folder.shopify.add(mug("ao")), folder.shopify.add(mug("aka"))
    folder.run("export")
    folder.shopify.delete(aka)
    folder.run("export")
    assert folder.row(str(aka.number))["cart_changes"]
    assert folder.row(str(ao.number)).get("cart_changes") is None
    assert folder.row(str(aka.number))["title"] == aka.title


def test_only_what_changed_is_read_whole_again(folder: ShopifyFolder) -> None:
    products = [folder.shopify.add(mug(f"mug{number:02d}")) for number in range(40)]
    folder.moved.seconds += 3600
    folder.run("export")
    folder.moved.seconds += 3600
    folder.shopify.change(products[7], title="改めたマグカップ 磁器")
    folder.shopify.delete(products[9])
    folder.shopify.log.clear()
    assert folder.run("export") in {0, 3}
    whole = [call for call in folder.shopify.log if "descriptionHtml" in call.query]
    assert [call.variables["ids"] for call in whole] == [[products[7].gid]]
    assert folder.row(str(products[7].number))["title"] == "改めたマグカップ 磁器"
    assert folder.row(str(products[9].number))["cart_changes"]
    assert folder.row(str(products[8].number)).get("cart_changes") is None


def test_products_with_the_tag_start_on(folder: ShopifyFolder) -> None:
    folder.configure(cart=f'tag = "{TAG}"')
    ao, aka = folder.shopify.add(mug("ao", tags=["夏", TAG])), folder.shopify.add(mug("aka", tags=["夏"]))
    folder.run("export")
    assert folder.row(str(ao.number))["sync"] is True
    assert folder.row(str(aka.number))["sync"] is not True
    folder.moved.seconds += 3600
    folder.shopify.change(ao, tags=["夏"])
    folder.run("export")
    assert folder.row(str(ao.number))["sync"] is True, "shown, not obeyed"
    assert TAG in str(folder.row(str(ao.number))["cart_changes"])


@pytest.mark.parametrize("cart", ["", "bulk_from = 0"], ids=["pages", "bulk"])
def test_a_product_with_hundreds_of_variants_and_pictures_comes_whole(folder: ShopifyFolder, cart: str) -> None:
    folder.configure(cart=cart)
    pictures = [Media(f"https://cdn.example/{number}.jpg") for number in range(260)]
    many = plates("sara", 300)
    many.media = [*many.media, *pictures]
    many.variants[299].media = [pictures[259]]
    folder.shopify.add(many)
    folder.run("export")
    rows = {key: cells for (tab, key), cells in folder.cells().items() if tab is Tab.SKUS}
    assert list(rows) == [str(variant.number) for variant in many.variants]
    assert [cells["cart_stock"] for cells in rows.values()] == list(range(1, 301))
    assert rows[str(many.variants[299].number)]["sku_image"] == pictures[259].url


def test_an_app_of_the_shops_own_gets_its_token_and_a_new_one_when_it_expires(folder: ShopifyFolder) -> None:
    tokens = folder.shopify.tokens
    tokens.static.clear()
    tokens.lifetime = 3600
    with (folder.folder / ".env").open("a") as secrets:
        secrets.write(f"SHEETS_SYNC__CART__ACCESS_TOKEN=\nSHEETS_SYNC__CART__CLIENT_SECRET={tokens.client_secret}\n")
    folder.configure(cart=f'client_id = "{tokens.client_id}"')
    ao = folder.shopify.add(mug("ao"))
    assert folder.run("export") == 0
    folder.run("export")
    assert len(tokens.issued) == 1, "kept for the next run"
    folder.moved.seconds += 4000
    folder.shopify.change(ao, title="改めたマグカップ 磁器")
    assert folder.run("export") == 0
    assert len(tokens.issued) == 2
    tokens.revoke()
    assert folder.run("export") == 0
    assert folder.row(str(ao.number))["title"] == "改めたマグカップ 磁器"
    kept = folder.folder.glob("**/*.json")
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept if "shopify" in path.name)


def test_the_search_of_the_settings_narrows_what_is_read(folder: ShopifyFolder) -> None:
    folder.configure(cart=f"query = \"tag:'{TAG}' status:active\"")
    ao = folder.shopify.add(mug("ao", tags=[TAG]))
    folder.shopify.add(mug("aka", tags=[TAG], status="DRAFT"))
    folder.shopify.add(mug("kiro"))
    folder.run("export")
    assert [key for tab, key in folder.cells() if tab is Tab.PRODUCTS] == [str(ao.number)]


def test_a_search_that_the_shop_does_not_understand_reads_nothing(
    folder: ShopifyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.shopify.add(mug("ao"))
    folder.configure(cart='query = "tga:x"')
    assert folder.run("export") == 2
    assert "tga" in capsys.readouterr().err
    assert not folder.workbook.exists()


# -- faults


def _throttled(shopify: ShopifyDouble) -> None:
    """Another app of the shop drinks from the same bucket."""
    shopify.bucket.size, shopify.bucket.restore = 1000, 50
    shopify.bucket.take(1000)
    shopify.meanwhile(lambda: shopify.bucket.take(1000), on="products", after=1)
    shopify.fault("throttled", on="product", times=2, after=2)


def _throttled_bulk(shopify: ShopifyDouble) -> None:
    shopify.bucket.size, shopify.bucket.restore = 1000, 50
    shopify.bucket.take(1000)
    shopify.meanwhile(lambda: shopify.bucket.take(1000), on="bulkOperation", after=1)
    shopify.fault("throttled", on="bulkOperation", times=2, after=2)


def _troubled(shopify: ShopifyDouble) -> None:
    shopify.fault("internal", on="products")
    shopify.fault("status", status=502, on="products", after=1)
    shopify.fault("status", status=429, on="product", after=2)
    shopify.fault("cut_before", on="products", after=3)
    shopify.fault("cut_after", on="productsCount")
    shopify.fault("cut_half", on="products", after=4)
    shopify.fault("broken_field", field="Product.category", on="products", after=5)


def _broken_bulk(shopify: ShopifyDouble) -> None:
    shopify.next_bulk("FAILED", error_code="INTERNAL_SERVER_ERROR", partial=0.5)
    shopify.next_bulk("CANCELED")
    shopify.fault("status", status=503, on="bulkOperation", after=1)
    shopify.fault("cut_half", on="file", at_byte=900, times=2)


def _busy_bulk(shopify: ShopifyDouble) -> None:
    shopify.bulk.at_once, shopify.bulk.polls = 1, 4
    shopify.meanwhile(lambda: shopify.bulk.start("{ products { edges { node { id } } } }", grouped=False))
    shopify.meanwhile(lambda: [shopify.bulk.all() for _ in range(9)], on="bulkOperationRunQuery", after=1)


@pytest.mark.parametrize(
    ("trouble", "cart"),
    [(_throttled, ""), (_troubled, ""), (_throttled_bulk, "bulk_from = 0"), (_broken_bulk, "bulk_from = 0"),
     (_busy_bulk, "bulk_from = 0")],
    ids=["throttled pages", "faulty pages", "throttled bulk", "faulty bulk", "busy bulk"],
)  # fmt: skip
def test_a_troubled_run_gives_the_same_workbook(folder: ShopifyFolder, trouble: Any, cart: str) -> None:
    stocked(folder.shopify)
    folder.run("export")
    calm = folder.cells()
    folder.forget()
    folder.configure(cart=cart)
    trouble(folder.shopify)
    assert folder.run("export") in {0, 3}
    assert [fault for fault in folder.shopify.faults if fault.times] == [], "each trouble was met"
    assert changed(calm, folder.cells()) == {}


def test_a_result_that_stays_broken_leaves_the_workbook_as_it_was(folder: ShopifyFolder) -> None:
    folder.configure(cart="bulk_from = 0")
    ao = folder.shopify.add(mug("ao"))
    folder.run("export")
    before = folder.workbook.read_bytes()
    folder.moved.seconds += 3600
    folder.shopify.change(ao, title="改めたマグカップ 磁器")
    for _ in range(9):
        folder.shopify.next_bulk("FAILED", error_code="TIMEOUT", partial=0.9)
    assert folder.run("export") == 6
    assert folder.workbook.read_bytes() == before
    folder.shopify.bulk.outcomes.clear()
    folder.run("export")
    assert folder.row(str(ao.number))["title"] == "改めたマグカップ 磁器"


def test_a_token_that_is_refused_is_told_as_such(folder: ShopifyFolder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.shopify.add(mug("ao"))
    folder.shopify.tokens.static = {"shpat_another"}
    assert folder.run("export") == 7
    assert folder.shopify.log[-1].token not in capsys.readouterr().err


def test_a_run_that_was_killed_in_the_middle_goes_on_with_its_operation(folder: ShopifyFolder) -> None:
    stocked(folder.shopify)
    folder.configure(cart="bulk_from = 0")
    folder.shopify.next_bulk(hold=True)
    polled = threading.Event()
    folder.shopify.meanwhile(polled.set, on="bulkOperation", after=1)
    command = ["-m", "sheets_sync", "export", "--config", str(folder.folder / "sheets_sync.toml"), "--quiet"]
    running = subprocess.Popen([sys.executable, *command], cwd=Path(__file__).parents[2], env=dict(os.environ))
    assert polled.wait(30)
    running.kill()
    running.wait(10)
    assert not folder.workbook.exists()
    folder.shopify.bulk.operations[0].outcome.hold = False
    assert folder.run("export") in {0, 3}
    assert folder.bulk_runs() == 1
    assert len([key for tab, key in folder.cells() if tab is Tab.PRODUCTS]) == 9


# -- import


def test_what_the_shop_sells_goes_on_sale(folder: ShopifyFolder) -> None:
    ao, sara = folder.shopify.add(mug("ao", tags=[TAG])), folder.shopify.add(plates("sara"))
    folder.run("export")
    folder.fill(str(ao.number), str(sara.number))
    assert folder.run("import", "--yes", "--wait") == 0
    listings = folder.listings()
    assert {item["status"] for item in listings.values()} == {"ACTIVATE"}
    skus = {sku["seller_sku"]: sku["price"]["sale_price"] for sku in listings[str(sara.number)]["skus"]}
    assert skus == {"SARA-1": "2400", "SARA-2": "2400", "SARA-3": "2400"}
    folder.shopify.log.clear()
    folder.run("import", "--yes")
    assert [call.roots for call in folder.shopify.log] == [], "an import leaves the cart alone"


# -- back to the cart


def marks(product: Product) -> dict[str, str]:
    """What stands in a product's metafields that nobody but this tool wrote."""
    return {f"{one.namespace}.{one.key}": one.value for one in product.metafields}


def test_the_shop_sees_how_its_products_stand(folder: ShopifyFolder) -> None:
    folder.configure(cart='writeback = ["tag", "metafield"]')
    ao, aka = folder.shopify.add(mug("ao", tags=["夏"])), folder.shopify.add(mug("aka"))
    folder.run("export")
    folder.fill(str(ao.number))
    assert folder.run("import", "--yes", "--wait") == 0
    assert ao.tags == ["夏", "TikTok:出品中"]
    assert folder.listings()[str(ao.number)]["id"] in marks(ao).values()
    assert (aka.tags, marks(aka)) == ([], {})
    folder.type(str(ao.number), action="停止する")
    folder.run("import", "--yes", "--wait")
    assert ao.tags == ["夏", "TikTok:停止中（非公開）"]


@pytest.mark.parametrize("cart", ["", "\nbulk_from = 0"], ids=["pages", "bulk"])
def test_what_was_written_to_the_shop_brings_no_work_back(folder: ShopifyFolder, cart: str) -> None:
    """Tags and metafields move the product's time of change, but say nothing new."""
    folder.configure(cart='writeback = ["tag", "metafield"]' + cart)
    ao = folder.shopify.add(mug("ao"))
    folder.run("export")
    folder.fill(str(ao.number))
    folder.moved.seconds += 3600
    made = ao.updated_at
    assert folder.run("import", "--yes", "--wait") == 0
    assert ao.updated_at > made
    for _ in range(2):
        folder.moved.seconds += 3600
        before, moved = folder.cells(), ao.updated_at
        assert folder.run("export") == 0
        folder.sandbox.control.clear_requests()
        folder.shopify.log.clear()
        assert folder.run("import", "--yes", "--wait") == 0
        moves = {name for cells in changed(before, folder.cells()).values() for name in cells}
        assert moves <= {"cart_updated_at"}
        assert [call.roots for call in folder.shopify.log] == []
        assert ao.updated_at == moved


def test_a_cart_that_cannot_be_told_does_not_stop_the_import(folder: ShopifyFolder) -> None:
    folder.configure(cart='writeback = ["tag", "metafield"]')
    ao = folder.shopify.add(mug("ao"))
    folder.run("export")
    folder.fill(str(ao.number))
    folder.shopify.scopes.discard("write_products")
    folder.run("import", "--yes", "--wait")
    assert folder.row(str(ao.number))["state"] == "連携済み"
    assert ao.tags == []
    folder.shopify.scopes.add("write_products")
    folder.run("review")
    assert ao.tags == ["TikTok:出品中"]


def test_a_product_deleted_meanwhile_does_not_keep_the_others_from_being_told(folder: ShopifyFolder) -> None:
    folder.configure(cart='writeback = ["tag", "metafield"]')
    ao, aka = folder.shopify.add(mug("ao")), folder.shopify.add(mug("aka"))
    folder.run("export")
    folder.fill(str(ao.number), str(aka.number))
    folder.shopify.delete(ao)
    folder.run("import", "--yes", "--wait")
    assert aka.tags == ["TikTok:出品中"]
    assert len(marks(aka)) > 0


def test_nothing_is_written_to_the_shop_unless_it_is_asked_for(folder: ShopifyFolder) -> None:
    ao = folder.shopify.add(mug("ao"))
    folder.run("export")
    folder.fill(str(ao.number))
    assert folder.run("import", "--yes", "--wait") == 0
    assert (ao.tags, ao.metafields) == ([], [])


def test_a_rehearsal_tells_the_shop_nothing(folder: ShopifyFolder) -> None:
    folder.configure(cart='writeback = ["tag", "metafield"]')
    ao = folder.shopify.add(mug("ao"))
    folder.run("export")
    folder.fill(str(ao.number))
    folder.run("import", "--rehearse", "--yes")
    assert (ao.tags, ao.metafields) == ([], [])


# -- from the CSV to the API


def test_from_the_csv_to_the_api_rows_and_listings_go_on_under_their_new_keys(
    folder: ShopifyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    ao, sara = folder.shopify.add(mug("ao")), folder.shopify.add(plates("sara"))
    ShopFolder.configure(folder)
    folder.cart(csv_product("ao"), *csv_variants("sara", {"1": "1", "2": "2", "3": "3"}))
    folder.run("export")
    folder.fill("ao", "sara", title="彼女の商品名 磁器 和食器", person="佐藤")
    assert folder.run("import", "--yes") in {0, 3}
    before = {key: listing["id"] for key, listing in folder.listings().items()}
    assert before.keys() == {"ao", "sara"}
    folder.configure()
    capsys.readouterr()
    folder.run("export")
    said = "".join(capsys.readouterr())
    assert "--accept-keys" in said, said
    assert folder.row("ao")["title"] == "彼女の商品名 磁器 和食器", "nothing moves before it is accepted"
    assert folder.run("export", "--accept-keys") in {0, 3}
    row = folder.row(str(ao.number))
    assert (row["title"], row["person"], row["sync"]) == ("彼女の商品名 磁器 和食器", "佐藤", True)
    assert len([key for tab, key in folder.cells() if tab is Tab.SKUS]) == 3
    assert folder.row(str(sara.variants[0].number), Tab.SKUS)["seller_sku"] == "SARA-1"
    assert folder.run("import", "--yes") in {0, 3}
    assert [listing["id"] for listing in folder.listings().values()] == list(before.values()), "no listing twice"
