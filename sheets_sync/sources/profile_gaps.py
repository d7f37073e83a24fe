"""What no file of a reading has a column for. A missing column is not an empty cell: it is told, and what the cart said
of it last stays. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sheets_sync.messages import Language, text
from sheets_sync.sources.cart_profile import FIELDS, Profile
from sheets_sync.sources.profile_layout import Layout
from sheets_sync.sources.profile_values import SIZES
from sheets_sync.template import IMAGE_SLOTS

_FILLED: Final[Mapping[str, str]] = {
    "title": "title",
    "description": "description",
    "barcode": "barcode",
    "package_weight_g": "weight",
    **{column: field for field, column in SIZES.items()},
}
"""Columns of ours, and the fields that fill them. (SKU codes are the tool's own in rows of products with variants.)"""

_WANTED: Final = ("title", "description", "sku", "price", "stock")
"""Fields without which something is missing from every product."""


def untold(layouts: Sequence[Layout], profile: Profile) -> frozenset[str]:
    """Columns of ours of which the files have no word (`Product.untold`)."""
    found = {column for column, field in _FILLED.items() if not _has(layouts, field)}
    if any(layout.attributes for layout in layouts) and profile.known_attributes.weight:
        found.discard("package_weight_g")
    if not _has_pictures(layouts, profile):
        found.update(f"image_{slot}" for slot in range(1, IMAGE_SLOTS + 1))
    found.update(key for key in profile.cells if not any(layout.cells[key] != layout.nothing for layout in layouts))
    return frozenset(found)


def lacking(layouts: Sequence[Layout], profile: Profile, language: Language, *, all_of_it: bool) -> str:
    """The fields that the format reads and the files lack, with the headings looked for, for a person; "" for none.

    `all_of_it`: every field that the format names (a person's own mapping), not only what every product needs.
    """
    return "、".join(
        f"{text(f'maps_{name}', language)}（{'・'.join(headings).replace('{n}', '{n}' if all_of_it else '1')}）"
        for name, headings in _lacking(layouts, profile, all_of_it=all_of_it)
    )


def _lacking(layouts: Sequence[Layout], profile: Profile, *, all_of_it: bool) -> Iterator[tuple[str, Sequence[str]]]:
    for field in FIELDS if all_of_it else _WANTED:
        headings = getattr(profile.columns, field)
        if headings and not _has(layouts, field):
            yield field, headings
    if not _has_pictures(layouts, profile):
        yield from (("pictures", rule.column) for rule in profile.images)
    if not all_of_it:
        return
    if not any(layout.axes for layout in layouts):
        yield from (("options", axis.value) for axis in profile.options)
    for number, rule in enumerate(profile.status):
        if not any(layout.status[number][0] != layout.nothing for layout in layouts):
            yield "status", rule.column


def _has(layouts: Sequence[Layout], field: str) -> bool:
    return any(layout.has(field) for layout in layouts)


def _has_pictures(layouts: Sequence[Layout], profile: Profile) -> bool:
    """Whether a file names pictures, or the format knows their addresses without."""
    if any(not rule.column for rule in profile.images):
        return True
    return any(picture.at != layout.nothing for layout in layouts for picture in layout.pictures)
