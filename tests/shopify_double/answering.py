"""How a field is answered: by the function registered for it, else by the attribute of the same name."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from .catalogue import Catalogue, Location, Media, Metafield, Named, Product, Variant, gid
from .paging import Page, everything, page
from .product_search import Search

NEEDED_SCOPE = {
    "products": "read_products", "product": "read_products", "productsCount": "read_products",
    "productVariants": "read_products", "productVariant": "read_products", "productVariantsCount": "read_products",
    "inventoryItems": "read_inventory", "inventoryItem": "read_inventory",
    "InventoryItem.inventoryLevels": "read_inventory", "InventoryItem.inventoryLevel": "read_inventory",
    "locations": "read_locations", "location": "read_locations",
    "tagsAdd": "write_products", "tagsRemove": "write_products",
    "metafieldsSet": "write_products", "metafieldsDelete": "write_products",
}  # fmt: skip


@dataclass(frozen=True)
class InventoryItem:
    """A variant's stock-keeping side; its number is another than the variant's."""

    variant: Variant

    @property
    def number(self) -> int:
        return self.variant.number + 40_000_000_000_000


@dataclass(frozen=True)
class Level:
    variant: Variant
    location: Location
    available: int


@dataclass
class Asking:
    """One request as the answers see it. `whole`: connections come unpaged, for a bulk operation. `broken`: fields that
    fail with an internal error, as `Type.field`, each with the id that it fails for ("" = any)."""

    catalogue: Catalogue
    indexed: dict[int, Product]
    bulk: Any
    scopes: set[str]
    facts: dict[str, Any]
    whole: bool = False
    page_end: int | None = 25_000
    broken: dict[str, str] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)


Answer = Callable[..., Any]
ANSWERS: dict[str, Answer] = {}


def answer(*names: str) -> Callable[[Answer], Answer]:
    def register(function: Answer) -> Answer:
        ANSWERS.update(dict.fromkeys(names, function))
        return function

    return register


NAMES: dict[type, str] = {
    Product: "Product", Variant: "ProductVariant", Location: "Location", Metafield: "Metafield",
    InventoryItem: "InventoryItem", Level: "InventoryLevel", Media: "MediaImage",
}  # fmt: skip


def resolve(source: Any, info: Any, **arguments: Any) -> Any:
    """The default of every field: a registered answer, else the attribute of the same name."""
    asking: Asking = info.context
    name = f"{info.parent_type.name}.{info.field_name}"
    _check_scope(asking, info, name)
    if name in asking.broken and asking.broken[name] in {"", _id_of(source)}:
        raise GraphQLError("Internal error. Looks like something went wrong on our end.", extensions=internal_error())
    if name in ANSWERS:
        return ANSWERS[name](source, asking, **arguments)
    if isinstance(source, dict):
        return source.get(info.field_name)
    return getattr(source, re.sub(r"([A-Z])", lambda sign: "_" + sign[1].lower(), info.field_name))


def kind_of(value: Any, info: Any, _kind: Any) -> str:
    """The type of what an interface holds."""
    return value.kind if isinstance(value, Media | Named) else NAMES[type(value)]


def internal_error() -> dict[str, str]:
    return {"code": "INTERNAL_SERVER_ERROR", "requestId": "2f0c5f5e-6a3e-4b0e-9a57-0f1d3f6f9a11-1763800000"}


def _check_scope(asking: Asking, info: Any, name: str) -> None:
    root = info.parent_type.name in {"QueryRoot", "Mutation"}
    needed = NEEDED_SCOPE.get(info.field_name if root else name)
    also = {"read_locations": {"read_inventory"}, "read_products": {"write_products"}}.get(needed or "", set())
    if needed and not ({needed} | also) & asking.scopes:
        raise GraphQLError(
            f"Access denied for {info.field_name} field. Required access: `{needed}` access scope.",
            extensions={
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": f"`{needed}` access scope.",
            },
        )


def _id_of(source: Any) -> str:
    return gid(NAMES[type(source)], source.number) if type(source) in NAMES and hasattr(source, "number") else ""


def connection(asking: Asking, items: Sequence[Any], place: Callable[[Any], tuple[Any, ...]], **paging: Any) -> Page:
    if asking.whole:
        return everything(sorted(items, key=place))
    return page(items, place, **paging)


def in_order(asking: Asking, items: Sequence[Any], **paging: Any) -> Page:
    """A connection in the order of the list itself."""
    places = {id(item): number for number, item in enumerate(items)}
    return connection(asking, items, lambda item: (places[id(item)],), **paging)


def searched(asking: Asking, text: str | None, path: str) -> Search:
    search = Search(text or "")
    if search.warnings:
        asking.searches.append({"path": [path], "query": text, "parsed": {}, "warnings": search.warnings})
    return search


def number_in(identifier: str | None, kind: str) -> int:
    found = re.fullmatch(rf"gid://shopify/{kind}/(\d+)(\?.*)?", identifier or "")
    return int(found[1]) if found else 0


def counted(number: int, limit: int | None = None) -> dict[str, Any]:
    """The platform counts to a limit only."""
    if limit is not None and number > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": number, "precision": "EXACT"}
