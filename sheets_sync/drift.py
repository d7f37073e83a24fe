"""What someone changed on TikTok's side: how a listing's fields are noted, how a person reads a note, and when the row
and TikTok agree again. Pure.

A note is short, whatever the field holds: it is kept for every listing, twice. Where the value itself is short the note
is the value; else it begins with a fingerprint, and what a person is shown comes after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from html import unescape

from sheets_sync.content import ATTRIBUTE, content, fingerprint, price_text
from sheets_sync.description import strip_tags
from sheets_sync.desired import DesiredListing
from sheets_sync.records import Link
from sheets_sync.shop import ShopProduct

PRICE = "price:"
EXCERPT = 40
"""Characters of a description that a person is shown."""


def noted(actual: ShopProduct) -> dict[str, str]:
    """Notes of what a listing shows, by field, prices left out: whose SKU is whose is told by the link."""
    sizes = actual.dimensions_cm
    return {
        "title": actual.title,
        "description": _text_note(actual.description),
        "category": actual.category_id,
        "brand": actual.brand_id,
        "images": f"{fingerprint(list(actual.images))} {len(actual.images)}",
        "weight": number(actual.weight_g) if actual.weight_g is not None else "",
        "dimensions": _sizes_note(sizes) if sizes else "",
    } | {
        ATTRIBUTE + key: _values_note(name or value_id for value_id, name in values)
        for key, values in actual.attributes.items()
    }


def number(value: Decimal) -> str:
    """A number as it is noted, whatever number of decimals it was written with."""
    return f"{value.normalize():f}"


def readable(name: str, note: str, names: Mapping[str, str]) -> str:
    """What a person is shown of a note, "" for nothing. `names`: what the platform calls things, by `field:id`."""
    match name:
        case "category" | "brand":
            return names.get(f"{name}:{note}", note)
        case "description":
            return note.split(" ", 2)[-1] if note.count(" ") > 1 else ""
        case "images":
            return note.rsplit(" ", 1)[-1] if " " in note else ""
        case _:
            return note


def untouched(want: DesiredListing, link: Link, mode: str) -> frozenset[str]:
    """Fields that someone else changed and that an edit of ours has to leave as they are: those whose own value in the
    row has not moved since. `mode` "ours" leaves nothing.
    """
    if mode == "ours" or not link.drift:
        return frozenset()
    now = content(want)
    return frozenset(name for name in link.drift if name not in now or now[name] == link.sent.get(name))


def agreed(want: DesiredListing, link: Link, decimals: int) -> Link:
    """The link once the row says what someone wrote on TikTok's side: nothing is left to be sent or shown of it."""
    if not link.drift:
        return link
    row = _row(want)
    same = {name for name, note in link.drift.items() if name in row and _same(name, row[name], note)}
    if not same:
        return link
    now = content(want)
    skus = dict(link.skus)
    for sku in want.skus:
        if PRICE + sku.variant_key in same and sku.variant_key in skus:
            skus[sku.variant_key] = replace(skus[sku.variant_key], price=price_text(sku.price, decimals))
    return replace(
        link,
        sent=link.sent | {name: now[name] for name in same if name in now},
        shop=link.shop | {name: link.drift[name] for name in same},
        drift=without(link.drift, same),
        skus=skus,
    )


def without(notes: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """The notes but for these fields."""
    return {name: note for name, note in notes.items() if name not in names}


def _row(want: DesiredListing) -> dict[str, str]:
    """Notes of what the row says, as far as the two sides can be compared: pictures cannot once TikTok hosts them."""
    notes = {
        "title": want.title,
        "description": _text_note(want.description) if want.description else "",
        "category": want.category,
        "brand": want.brand,
        "weight": str(want.package_weight_g or ""),
        "dimensions": _sizes_note([str(size) for size in want.dimensions_cm]) if all(want.dimensions_cm) else "",
    }
    notes |= {ATTRIBUTE + key: _values_note(v.rsplit(" [", 1)[0] for v in vs) for key, vs in want.attributes.items()}
    notes |= {PRICE + sku.variant_key: number(sku.price) for sku in want.skus if sku.price is not None}
    return {name: note for name, note in notes.items() if note}


def _same(name: str, row: str, note: str) -> bool:
    """Whether two notes mean the same. Texts are compared by their words: TikTok keeps other tags than a cart."""
    return row.split(" ")[1:2] == note.split(" ")[1:2] if name == "description" else row == note


def _text_note(html: str) -> str:
    """Fingerprints of the whole and of its words, and its beginning."""
    words = unescape(strip_tags(html)).split()
    text = " ".join(words)
    excerpt = text if len(text) <= EXCERPT else text[:EXCERPT] + "…"
    return f"{fingerprint(html)} {fingerprint(''.join(words))} {excerpt}"


def _sizes_note(sizes: Iterable[str]) -> str:
    return " × ".join(sizes)


def _values_note(values: Iterable[str]) -> str:
    return " / ".join(values)
