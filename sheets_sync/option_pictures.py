"""Which option of a product carries its variants' pictures: TikTok Shop takes them on one option only, one picture for
each of its values (reference: TikTok Shop API 2.4, 3.10). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sheets_sync.desired import DesiredSku
from sheets_sync.shop import ShopSku


def pictured_place(skus: Sequence[DesiredSku], staying: Iterable[ShopSku] = ()) -> int:
    """Place of that option: the first one whose values tell the picture, wherever a cart put its colours.

    `skus`: those that the rows want. `staying`: listed SKUs whose pictures stay as they are, since no row speaks of
    them: pictures on two options would be refused.
    """
    names = [option.name for option in skus[0].options] if skus else []
    bound = {a.name for sku in staying for a in sku.attributes if a.image_uri}
    if places := [place for place, name in enumerate(names) if name in bound]:
        return places[0]
    return next((place for place in range(len(names)) if not _several(skus, place)), 0)


def clash(skus: Sequence[DesiredSku]) -> tuple[str, str] | None:
    """Name and value of an option that has several pictures, where no option's values tell them apart; else None."""
    if not any(sku.image for sku in skus):
        return None
    skus = [sku for sku in skus if sku.options]
    place = pictured_place(skus)
    several = _several(skus, place)
    return (skus[0].options[place].name, several[0]) if several else None


def _several(skus: Iterable[DesiredSku], place: int) -> list[str]:
    """Values of the option at `place` that SKUs with different pictures share."""
    shown: dict[str, set[str]] = {}
    for sku in skus:
        if sku.image and place < len(sku.options):
            shown.setdefault(sku.options[place].value, set()).add(sku.image)
    return [value for value, pictures in shown.items() if len(pictures) > 1]
