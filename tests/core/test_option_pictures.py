from __future__ import annotations

import pytest

from sheets_sync.desired import DesiredSku
from sheets_sync.option_pictures import clash, pictured_place
from sheets_sync.products import Option
from sheets_sync.shop import SalesAttribute, ShopSku
from tests.push.builders import sku


def sized(size: str, colour: str, image: str = "") -> DesiredSku:
    """A SKU whose cart names the size first, as carts with a grid of sizes by colours do."""
    return sku(f"P1/{size}-{colour}", options=(Option("サイズ", size), Option("カラー", colour)), image=image)


@pytest.mark.parametrize(
    ("skus", "place"),
    [
        ([], 0),
        ([sku()], 0),
        ([sized("S", "赤"), sized("S", "青")], 0),
        ([sized("S", "赤", "r.jpg"), sized("S", "青", "b.jpg"), sized("M", "赤", "r.jpg")], 1),
        ([sized("S", "赤", "s.jpg"), sized("S", "青", "s.jpg"), sized("M", "赤", "m.jpg")], 0),
        ([sized("S", "赤", "x.jpg"), sized("S", "青"), sized("M", "赤")], 0),
        ([sized(size, colour, f"{size}{colour}.jpg") for size in "SM" for colour in "赤青"], 0),
    ],
)
def test_the_first_option_whose_values_tell_the_picture(skus: list[DesiredSku], place: int) -> None:
    assert pictured_place(skus) == place


def test_pictures_that_stay_on_tiktok_keep_their_option() -> None:
    stays = ShopSku("1", attributes=(SalesAttribute("サイズ", "L"), SalesAttribute("カラー", "緑", image_uri="g")))
    assert pictured_place([sized("S", "赤", "s.jpg"), sized("M", "赤", "m.jpg")], [stays]) == 1


def test_pictures_that_no_option_tells_apart_are_named() -> None:
    assert clash([sized("S", "赤", "r.jpg"), sized("S", "青", "b.jpg")]) is None
    grid = [sized(s, c, f"{s}{c}.jpg") for s in "SM" for c in "赤青"]
    assert clash(grid) == ("サイズ", "S")
    assert clash([sku()]) is None
