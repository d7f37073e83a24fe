"""Pictures, certificates, videos and big products: over HTTP against the sandbox, asserted on what the shop holds."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sheets_sync.issue import Tab
from sheets_sync.tables import RowRef

from .shop_folder import ShopFolder, product, variants

BATTERY, SHIRT = "601757", "601226"
CERTIFICATE = "certification:7182427311584347002"


def uploads(shop: ShopFolder, operation: str = "upload_image") -> int:
    return sum(request["operation"] == operation for request in shop.sandbox.control.requests)


def writes(shop: ShopFolder) -> list[str]:
    wanted = ("create", "edit", "partial_edit", "upload_image", "upload_file", "prices", "inventory")
    return [request["operation"] for request in shop.sandbox.control.requests if request["operation"] in wanted]


def paint(path: Path, colour: str = "navy", side: int = 700) -> None:
    Image.new("RGB", (side, side), colour).save(path, quality=80)


def uris(shop: ShopFolder, key: str) -> list[str]:
    return [image["uri"] for image in shop.listings()[key]["main_images"]]


@pytest.fixture
def listed(shop: ShopFolder) -> ShopFolder:
    """A product on sale."""
    shop.cart(product("ao"))
    assert shop.run("export") == 0
    shop.fill("ao")
    assert shop.run("import", "--yes", "--wait") == 0
    shop.sandbox.control.clear_requests()
    return shop


# -- pictures that got lost or were replaced


def test_a_picture_that_tiktok_has_lost_is_sent_again_by_itself(listed: ShopFolder) -> None:
    (lost,) = uris(listed, "ao")
    listed.sandbox.control.forget_image(lost)
    paint(listed.folder / "images" / "second.jpg")
    listed.type("ao", image_2="images/second.jpg")
    assert listed.run("import", "--yes", "--wait") == 0
    now = uris(listed, "ao")
    assert len(now) == 2
    assert lost not in now
    assert listed.row("ao")["state"] == "連携済み"


@pytest.mark.parametrize("use", ["DESCRIPTION_IMAGE", "SIZE_CHART_IMAGE"])
def test_so_are_lost_pictures_of_other_uses(listed: ShopFolder, use: str) -> None:
    Image.new("RGB", (1200, 1600), "white").save(listed.folder / "chart.png")
    html = '<p>毎日使える磁器のマグカップです。</p><img src="chart.png">'
    listed.type("ao", description=html, size_chart="chart.png")
    assert listed.run("import", "--yes", "--wait") == 0
    (lost,) = [image["uri"] for image in listed.sandbox.control.images() if image["use_case"] == use]
    listed.sandbox.control.forget_image(lost)
    # A change of category is a full edit, which speaks of everything.
    listed.type("ao", category="605249")
    assert listed.run("import", "--yes", "--wait") == 0
    (now,) = [image["uri"] for image in listed.sandbox.control.images() if image["use_case"] == use]
    assert now != lost
    assert listed.listings()["ao"]["category_chains"][-1]["id"] == "605249"


def test_a_picture_that_is_lost_again_and_again_is_told_once(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.control.fault("error", operation="create", code=12052722, message="unknown image", count=None)
    assert shop.run("import", "--yes") == 3
    assert writes(shop).count("create") == 2
    assert shop.row("ao")["state"] == "連携エラー"


def test_a_picture_replaced_under_its_address_is_noticed_when_pictures_are_checked(listed: ShopFolder) -> None:
    (before,) = uris(listed, "ao")
    assert listed.run("check", "--images") == 0
    assert "変更なし" in str(listed.row("ao")["planned"]), "to know a picture is no change"
    paint(listed.folder / "images" / "mug.jpg", "green")
    assert listed.run("import", "--yes", "--wait") == 0
    assert uris(listed, "ao") == [before], "an import does not fetch what it knows"
    assert listed.run("check", "--images") == 0
    assert "更新: 画像" in str(listed.row("ao")["planned"])
    assert writes(listed) == []
    assert listed.run("import", "--yes", "--wait") == 0
    (after,) = uris(listed, "ao")
    assert after != before
    listed.sandbox.control.clear_requests()
    assert listed.run("check", "--images") == 0
    assert listed.run("import", "--yes", "--wait") == 0
    assert writes(listed) == []


def test_learning_the_pictures_of_a_whole_sheet_changes_nothing(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    assert shop.run("check", "--images") == 0
    shop.run("import", "--yes", "--wait")
    shop.sandbox.control.clear_requests()
    assert shop.run("check", "--images") == 0
    shop.run("import", "--yes")
    assert writes(shop) == []


def test_pictures_that_cannot_be_used_are_told_before_anything_is_sent(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao"), product("aka", image="images/none.jpg"), product("kiro"), product("off", image="gone.jpg"))
    paint(shop.folder / "images" / "small.jpg", side=120)
    (shop.folder / "images" / "page.jpg").write_text("<!doctype html><html>moved</html>")
    shop.run("export")
    shop.fill("ao", "aka", "kiro")
    shop.type("kiro", image_1="images/small.jpg", image_2="images/page.jpg")
    assert shop.run("check") == 0
    code, told = shop.json(capsys, "check", "--images")
    assert code == 3
    assert {(i["row_key"], i["column"], i["code"]) for i in told["issues"]} == {
        ("aka", "image_1", "picture_file_missing"),
        ("kiro", "image_1", "picture_too_small"),
        ("kiro", "image_2", "picture_is_page"),
    }
    assert shop.sandbox.control.images() == []
    paint(shop.folder / "images" / "none.jpg")
    shop.type("kiro", image_1="images/mug.jpg", image_2=None)
    assert shop.run("check", "--images") == 0


@pytest.fixture
def silent_host() -> Iterator[str]:
    """A host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_host_that_hangs_holds_up_its_own_products_only(
    shop: ShopFolder, silent_host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.configure("[images]\nallow_private_addresses = true\ntimeout_seconds = 1")
    keys = [f"mug{n}" for n in range(12)]
    shop.cart(product("ao"), *(product(key, image=f"{silent_host}/{key}.jpg") for key in keys))
    shop.run("export")
    shop.fill("ao", *keys)
    code, told = shop.json(capsys, "import", "--yes", "--wait")
    assert code == 3
    assert set(shop.listings()) == {"ao"}
    codes = [issue["code"] for issue in told["issues"]]
    assert set(codes) == {"picture_slow", "picture_host_silent"}
    assert codes.count("picture_slow") < 12, "the rest did not wait"


# -- what pictures are used for


def test_nine_pictures_of_ten_megabytes(shop: ShopFolder) -> None:
    noise = Image.effect_noise((2000, 2000), 90).convert("RGB")
    plain = io.BytesIO()
    noise.save(plain, "JPEG", quality=93)
    for number in range(1, 10):
        # One byte of difference each: padded behind the picture's end to 10 MB.
        body = plain.getvalue()
        content = body + bytes([number]) * (10_000_000 - len(body))
        (shop.folder / "images" / f"big{number}.jpg").write_bytes(content)
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao", **{f"image_{n}": f"images/big{n}.jpg" for n in range(1, 10)})
    assert shop.run("import", "--yes", "--wait") == 0
    assert len(set(uris(shop, "ao"))) == 9


def test_pictures_of_the_description_are_hosted_by_tiktok_and_losses_are_told(shop: ShopFolder) -> None:
    paint(shop.folder / "images" / "scene.jpg")
    html = (
        '<h2>うつわ😀</h2><p onclick="x()">磁器の&nbsp;マグ</p><img src="images/scene.jpg" alt="y"><script>x()</script>'
        '<table><tr><td>容量</td><td>300ml</td></tr></table><img src="images/none.jpg">'
    )
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao", description=html)
    assert shop.run("import", "--yes", "--wait") == 3, "a picture of the description is missing"
    sent = shop.listings()["ao"]["description"]
    (hosted,) = [image for image in shop.sandbox.control.images() if image["use_case"] == "DESCRIPTION_IMAGE"]
    image = f'<img src="{hosted["url"]}" width="700" height="700">'
    assert sent == f"うつわ<p>磁器の マグ</p>{image}容量 300ml <br>", "the missing picture is left out"
    said = str(shop.row("ao")["errors"])
    assert "description_tags_dropped" in said
    assert "😀" in said
    assert "none.jpg" in said
    shop.type("ao", description=html.replace('<img src="images/none.jpg">', ""))
    assert shop.run("import", "--yes", "--wait") == 0, "notes ask nothing of anyone"


def test_emoji_and_invisible_characters_of_the_cart_do_not_hold_a_product(shop: ShopFolder) -> None:
    shop.cart(product("ao", description="<p>毎日使える⭐磁器の&nbsp;マグカップ🎁です。</p>"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["description"] == "<p>毎日使える磁器の マグカップです。</p>"


def test_size_chart_and_video(shop: ShopFolder) -> None:
    Image.new("RGB", (1200, 1600), "white").save(shop.folder / "images" / "chart.png")
    (shop.folder / "clip.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"x" * 1000)
    shop.cart(product("shirt", title="綿のTシャツ 半袖 白"), product("ao"))
    shop.run("export")
    sizes = {"package_length_cm": 30, "package_width_cm": 20, "package_height_cm": 3}
    shop.fill("shirt", category=SHIRT, size_chart="images/chart.png", video="clip.mp4", **sizes)
    shop.fill("ao", video="clip.mp4")
    shop.run("check")
    shop.edit({Tab.ATTRIBUTES: {RowRef("shirt/100397"): {"value": "コットン"}}})
    assert shop.run("import", "--yes", "--wait") == 0
    found = shop.listings()
    (chart,) = [image for image in shop.sandbox.control.images() if image["use_case"] == "SIZE_CHART_IMAGE"]
    assert found["shirt"]["size_chart"]["image"]["uri"] == chart["uri"]
    assert found["shirt"]["video"]["id"] == found["ao"]["video"]["id"]
    assert uploads(shop, "upload_file") == 1
    # A video that is blank later stays; another one replaces it.
    (shop.folder / "other.mov").write_bytes(b"\x00\x00\x00\x18ftypqt  " + b"y" * 1000)
    shop.type("ao", video="other.mov")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["video"]["id"] != found["ao"]["video"]["id"]
    assert shop.listings()["ao"]["title"] == found["ao"]["title"]


def test_a_video_of_another_kind_is_told(shop: ShopFolder) -> None:
    (shop.folder / "clip.gif").write_bytes(b"GIF89a")
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao", video="clip.gif")
    assert shop.run("import", "--yes") == 3
    assert "video_format" in str(shop.row("ao")["errors"])
    assert shop.listings() == {}


# -- certificates


@pytest.fixture
def battery(shop: ShopFolder) -> ShopFolder:
    """A product whose category wants a certificate with its last day."""
    (shop.folder / "pse.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 500)
    paint(shop.folder / "pse.jpg")
    shop.cart(product("denchi", title="モバイルバッテリー 10000mAh 黒"))
    shop.run("export")
    sizes = {"package_length_cm": 15, "package_width_cm": 8, "package_height_cm": 3}
    shop.fill("denchi", category=BATTERY, **sizes)
    shop.run("check")
    rows = [row.cells for _, row in shop.read().tabs[Tab.ATTRIBUTES].refs(Tab.ATTRIBUTES)]
    values: dict[str, Any] = {"101610": "リチウムイオン", "101613": "10000"}
    for row in rows:
        attribute = str(row["attribute_id"])
        if row["required"] == "必須" and attribute in values:
            shop.edit({Tab.ATTRIBUTES: {RowRef(f"denchi/{attribute}"): {"value": values[attribute]}}})
    return shop


def certify(shop: ShopFolder, value: str) -> None:
    shop.edit({Tab.ATTRIBUTES: {RowRef(f"denchi/{CERTIFICATE}"): {"value": value}}})


def certificate_errors(shop: ShopFolder) -> str:
    rows = {ref.key: row.cells for ref, row in shop.read().tabs[Tab.ATTRIBUTES].refs(Tab.ATTRIBUTES)}
    return str(rows[f"denchi/{CERTIFICATE}"].get("attribute_errors") or "")


def test_a_certificate_goes_with_its_last_day(battery: ShopFolder) -> None:
    for value, code in (
        ("pse.jpg", "certificate_date_missing"),
        ("pse.jpg\n有効期限=いつか", "certificate_date_unreadable"),
        ("pse.jpg\n有効期限=2020-01-01", "certificate_expired"),
        ("missing.jpg\n有効期限=2099-03-31", "picture_file_missing"),
    ):
        certify(battery, value)
        assert battery.run("import", "--yes") == 3
        assert code in certificate_errors(battery), value
    assert battery.listings() == {}
    certify(battery, "pse.jpg\npse.pdf\n有効期限=2099-03-31")
    assert battery.run("import", "--yes", "--wait") == 0
    (sent,) = battery.listings()["denchi"]["certifications"]
    assert sent["id"] == CERTIFICATE.partition(":")[2]
    assert sent["expiration_date"] == 4078652399, "the last second of the day in Japan"
    assert (len(sent["images"]), len(sent["files"])) == (1, 1)
    assert not certificate_errors(battery)
    # An edit of something else keeps it.
    battery.type("denchi", title="モバイルバッテリー 10000mAh 白")
    assert battery.run("import", "--yes", "--wait") == 0
    assert battery.listings()["denchi"]["certifications"] == [sent]


# -- big and strange products


def test_three_hundred_skus_of_three_options(shop: ShopFolder) -> None:
    head = "桜のTシャツ コットン,sakura,<p>綿です。</p>,工房,衣類,,TRUE,active"
    headings = (
        "Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,"
        "Option1 value,Option2 name,Option2 value,Option3 name,Option3 value,Price,Inventory tracker,"
        "Inventory quantity,Product image URL,Image position"
    )
    rows = []
    combinations = [(c, s, f) for c in range(10) for s in range(10) for f in range(3)]
    for place, (colour, size, fit) in enumerate(combinations):
        start = head if not place else ",sakura,,,,,,"
        names = ("カラー", "サイズ", "丈") if not place else ("", "", "")
        image = "images/mug.jpg,1" if not place else ","
        options = f"{names[0]},色{colour},{names[1]},{size}号,{names[2]},丈{fit}"
        rows.append(f"{start},SKR-{place:03d},,{options},2400,shopify,5,{image}")
    (shop.folder / "products.csv").write_text("\n".join([headings, *rows]) + "\n", "utf-8")
    assert shop.run("export") == 0
    shop.fill("sakura")
    assert shop.run("import", "--yes", "--wait") == 0
    skus = shop.listings()["sakura"]["skus"]
    assert len(skus) == 300
    assert len({sku["external_sku_id"] for sku in skus}) == 300
    assert {tuple(a["name"] for a in sku["sales_attributes"]) for sku in skus} == {("カラー", "サイズ", "丈")}
    shop.sandbox.control.clear_requests()
    first = shop.read().tabs[Tab.SKUS].refs(Tab.SKUS)[7][0].key
    shop.type(first, Tab.SKUS, price=2600)
    assert shop.run("import", "--yes") == 0
    assert writes(shop) == ["prices"]
    prices = [sku["price"]["sale_price"] for sku in shop.listings()["sakura"]["skus"]]
    assert (prices.count("2600"), prices.count("2400")) == (1, 299)


def test_the_three_hundred_and_first_sku_is_told(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {f"{n}号": "1" for n in range(301)}))
    shop.run("export")
    shop.fill("sara")
    assert shop.run("import", "--yes") == 3
    assert "skus_too_many" in str(shop.row("sara")["errors"])
    assert shop.listings() == {}


def test_titles_of_255(shop: ShopFolder) -> None:
    wide, emoji = "青い磁器のうつわ" * 31 + "七文字です。。", "😀🎁⭐" * 85
    assert len(wide) == len(emoji) == 255
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export")
    shop.fill("ao", title=wide)
    shop.fill("aka", title=emoji)
    shop.fill("kiro", title=wide + "二")
    assert shop.run("import", "--yes", "--wait") == 3
    assert {key: item["title"] for key, item in shop.listings().items()} == {"ao": wide}
    assert "text_emoji" in str(shop.row("aka")["errors"])
    assert "text_too_long" in str(shop.row("kiro")["errors"])
    assert shop.row("ao")["state"] == "連携済み"
