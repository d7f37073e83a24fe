"""Makes a product of what the Admin API tells of it. Pure. Faults become issues of it, never a lost product."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from msgspec.json import Encoder

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.shopify.gathered import Gathered, Node, number_of
from sheets_sync.shopify.metafields import cell_text, references
from sheets_sync.states import CartStatus

# "unlisted" can be bought by its address but is kept out of the shop's pages: not published, as far as a channel goes.
_STATUS: Final = {
    "ACTIVE": CartStatus.ACTIVE,
    "DRAFT": CartStatus.DRAFT,
    "ARCHIVED": CartStatus.ARCHIVED,
    "UNLISTED": CartStatus.DRAFT,
}
_GRAMS: Final = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}
_NO_CATEGORY: Final = "gid://shopify/TaxonomyCategory/na"
_ATTRIBUTE_PREFIXES: Final = ("属性:", "属性：", "attribute:")
_SEO_TYPE: Final = "multi_line_text_field"
_MILLIGRAM: Final = Decimal("0.001")
_encoded: Final = Encoder().encode

Names = Callable[[Sequence[str]], Mapping[str, str]]
"""What a person calls the things behind ids."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text of a metafield goes: a column of the product's row, or an attribute by its name."""

    name: str
    attribute: bool

    @classmethod
    def of(cls, wanted: str) -> Place:
        """From a key of the setting `[cart] metafields`: `brand`, or `属性:素材`."""
        for prefix in _ATTRIBUTE_PREFIXES:
            if wanted.startswith(prefix):
                return cls(wanted.removeprefix(prefix).strip(), attribute=True)
        return cls(wanted, attribute=False)


@dataclass(slots=True)
class _Draft:
    """A product in the making. `order`: names of its options; `pictures`: addresses by variant id."""

    key: str
    order: tuple[str, ...]
    pictures: Mapping[str, str]
    issues: list[Issue] = field(default_factory=list)


class Maker:
    """Makes products. `places`: where each metafield that was asked for goes. `own_tags` are ours and not the cart's.

    `locations`: of how many places the stock was asked for, 0 = the shop's own sum.
    """

    def __init__(self, places: Sequence[Place], own_tags: frozenset[str], locations: int, names: Names) -> None:
        self._places = [(f"m{number}", place) for number, place in enumerate(places)]
        self._own_tags = own_tags
        self._levels = [f"l{number}" for number in range(locations)]
        self._names = names

    def __call__(self, gathered: Gathered) -> Product:
        root = gathered.root
        key = number_of(root["id"])
        nodes = gathered.variants
        if len(nodes) > 1:
            nodes.sort(key=_position)
        pictures = {node["id"]: url for node in gathered.media if (url := _url(node))}
        chosen = {variant: pictures[picture] for variant, picture in gathered.pictures.items() if picture in pictures}
        order = tuple([option["name"] for option in sorted(root["options"], key=_position)])
        draft = _Draft(key, order, chosen)
        variants = tuple([self._variant(node, draft) for node in nodes])
        cells, attributes = self._metafields(root, draft)
        description = root["descriptionHtml"] or ""
        product_type = root["productType"] or _category(root)
        tags = tuple([tag for tag in root["tags"] if tag not in self._own_tags])
        status = _STATUS.get(root["status"], CartStatus.DRAFT)
        images = tuple(dict.fromkeys(pictures.values()))
        weight = max([weight for node in nodes if (weight := _weight(node))], default=None)
        kind = _kind(root, nodes)
        title, brand = root["title"], root["vendor"] or ""
        faults = [issue.code for issue in draft.issues]
        said = (title, description, brand, product_type, tags, status, images, weight, kind, faults)
        return Product(
            key=key,
            title=title,
            description=description,
            brand=brand,
            product_type=product_type,
            tags=tags,
            status=status,
            updated_at=root["updatedAt"],
            images=images,
            variants=variants,
            has_variants=any(variant.options for variant in variants),
            weight_g=weight,
            kind=kind,
            cells=cells,
            attributes=attributes,
            issues=tuple(draft.issues),
            fingerprint=f"{_fingerprint((*said, variants, cells, attributes))}-{root['totalInventory']}",
        )

    def _variant(self, node: Node, draft: _Draft) -> Variant:
        gid, item = node["id"], node["inventoryItem"]
        selected = tuple([(entry["name"], entry["value"]) for entry in node["selectedOptions"]])
        key = number_of(gid)
        tracked = item["tracked"]
        stock = self._stock(key, node, draft) if tracked else None
        return Variant(
            key=key,
            sku=(node["sku"] or "").strip(),
            price=_price(node["price"]),
            stock=stock,
            stock_managed=tracked,
            barcode=(node["barcode"] or "").strip(),
            options=_options(selected, draft.order),
            image=draft.pictures.get(gid, ""),
            list_price=_price(node["compareAtPrice"]),
            includes_tax=None if node["taxable"] else True,
        )

    def _stock(self, key: str, node: Node, draft: _Draft) -> int | None:
        """What can be sold; None when the shop does not tell."""
        if self._levels:
            stock: int | None = sum(_available(node["inventoryItem"].get(level)) for level in self._levels)
        else:
            stock = node["inventoryQuantity"]
        if stock is None or stock > 0:
            return stock
        oversold = node["inventoryPolicy"] == "CONTINUE"
        if oversold or stock < 0:
            code = "sells_without_stock" if oversold else "stock_negative"
            params = {"read": stock}
            draft.issues.append(Issue(Tab.SKUS, key, "cart_stock", code, Severity.INFO, params, draft.key))
        return 0

    def _metafields(self, root: Node, draft: _Draft) -> tuple[dict[str, str], dict[str, str]]:
        cells: dict[str, str] = {}
        attributes: dict[str, str] = {}
        for alias, place in self._places:
            told = root.get(alias)
            if not told or told["value"] is None:
                continue
            kind, value = told.get("type", _SEO_TYPE), told["value"]
            ids = references(kind, value)
            names = self._names(ids) if ids else {}
            if text := cell_text(kind, value, names):
                (attributes if place.attribute else cells)[place.name] = text
            if any(gid not in names for gid in ids):
                params = {"name": place.name}
                unread = Issue(Tab.PRODUCTS, draft.key, None, "shopify_metafield_unread", Severity.INFO, params)
                draft.issues.append(unread)
        return cells, attributes


_position = itemgetter("position")


def _url(node: Node) -> str:
    """The address of a picture that is ready; "" for videos, models and pictures still in work."""
    image = node.get("image")
    return image["url"] if image and node.get("status", "READY") == "READY" else ""


def _kind(root: Node, variants: Sequence[Node]) -> ProductKind:
    if root["isGiftCard"]:
        return ProductKind.GIFT_CARD
    if root["requiresSellingPlan"]:
        return ProductKind.SUBSCRIPTION
    if root["hasVariantsThatRequiresComponents"]:
        return ProductKind.BUNDLE
    if variants and not any(node["inventoryItem"]["requiresShipping"] for node in variants):
        return ProductKind.DIGITAL
    return ProductKind.GOODS


def _category(root: Node) -> str:
    """The shop's taxonomy in place of a missing type: it says what the thing is."""
    category = root.get("category")
    return category["fullName"] if category and category["id"] != _NO_CATEGORY else ""


@lru_cache(maxsize=8192)
def _options(selected: tuple[tuple[str, str], ...], order: tuple[str, ...]) -> tuple[Option, ...]:
    """The choices in the order of the product's options; none for the one variant that stands for the product."""
    if selected == (("Title", "Default Title"),):
        return ()
    options = [Option(name, value) for name, value in selected]
    options.sort(key=lambda option: order.index(option.name) if option.name in order else len(order))
    return tuple(options)


@lru_cache(maxsize=32_768)
def _price(text: str | None) -> Decimal | None:
    """A price, without decimals where they are nought."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0:
        return None
    whole = value.to_integral_value()
    return whole if whole == value else value


def _available(level: Any) -> int:
    """What one place has to sell; a place that never had the thing has none."""
    return int(level["quantities"][0]["quantity"]) if level and level["quantities"] else 0


def _weight(node: Node) -> Decimal | None:
    """Grams, None when nothing was entered."""
    weight = (node["inventoryItem"].get("measurement") or {}).get("weight")
    if not weight or not weight["value"]:
        return None
    return _grams(weight["value"], weight["unit"])


@lru_cache(maxsize=32_768)
def _grams(value: float, unit: str) -> Decimal:
    grams = Decimal(str(value)) * _GRAMS.get(unit, Decimal(1))
    whole = grams.to_integral_value()
    return whole if whole == grams else grams.quantize(_MILLIGRAM)


def same_stock(fingerprint: str, node: Node) -> bool:
    """Whether a product, as a listing tells it, has as much stock in all as when it got this fingerprint.

    Stock that is corrected by hand or by another program need not move the moment of the product's last change.
    """
    return fingerprint.rpartition("-")[2] == str(node["totalInventory"])


def _fingerprint(content: tuple[object, ...]) -> str:
    """A mark of a product's content: of all that it says but the moment of its last change."""
    try:
        text = _encoded(content)
    except UnicodeEncodeError:  # half a surrogate pair, of a text that was cut
        text = repr(content).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=12).hexdigest()
