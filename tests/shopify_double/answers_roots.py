"""What can be asked for at the root: products by search, one thing by its id, counts, the shop, the app."""

from collections.abc import Callable
from typing import Any

from .answering import Asking, InventoryItem, answer, connection, counted, number_in, searched
from .catalogue import Location, Product, Variant, gid
from .paging import Page

_SORTS: dict[str, Callable[[Product], tuple[Any, ...]]] = {
    "ID": lambda product: (product.number,),
    "TITLE": lambda product: (product.title, product.number),
    "UPDATED_AT": lambda product: (product.updated_at, product.number),
    "CREATED_AT": lambda product: (product.created_at, product.number),
}


def _found(asking: Asking, query: str | None, path: str) -> list[Product]:
    """Products by the search index, which may lag behind; they are shown as they are now."""
    search = searched(asking, query, path)
    if not query:
        return list(asking.catalogue.products.values())
    numbers = [number for number, product in asking.indexed.items() if search.matches(product)]
    return [asking.catalogue.products[number] for number in numbers if number in asking.catalogue.products]


@answer("QueryRoot.products")
def _products(
    _root: Any, asking: Asking, sortKey: str = "ID", query: str | None = None, savedSearchId: str = "", **paging: Any  # noqa: N803
) -> Page:
    if not asking.whole:
        paging["end"] = asking.page_end
    return connection(asking, _found(asking, query, "products"), _SORTS[sortKey], **paging)


@answer("QueryRoot.productsCount")
def _productscounted(_root: Any, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    return counted(len(_found(asking, query, "productsCount")), limit)


@answer("QueryRoot.productVariants")
def _product_variants(_root: Any, asking: Asking, sortKey: str = "ID", query: str | None = None, **paging: Any) -> Page:  # noqa: N803
    search = searched(asking, query, "productVariants")
    found = [variant for variant in asking.catalogue.variants() if search.matches_variant(variant)]
    return connection(asking, found, lambda variant: (variant.number,), **paging)


@answer("QueryRoot.productVariantsCount")
def _product_variantscounted(_root: Any, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    search = searched(asking, query, "productVariantsCount")
    return counted(sum(search.matches_variant(variant) for variant in asking.catalogue.variants()), limit)


@answer("QueryRoot.product")
def _product(_root: Any, asking: Asking, id: str) -> Product | None:  # noqa: A002
    return asking.catalogue.products.get(number_in(id, "Product"))


@answer("QueryRoot.productVariant")
def _variant(_root: Any, asking: Asking, id: str) -> Variant | None:  # noqa: A002
    number = number_in(id, "ProductVariant")
    return next((variant for variant in asking.catalogue.variants() if variant.number == number), None)


@answer("QueryRoot.inventoryItem")
def _inventory_item(_root: Any, asking: Asking, id: str) -> InventoryItem | None:  # noqa: A002
    number = number_in(id, "InventoryItem")
    return next((item for one in asking.catalogue.variants() if (item := InventoryItem(one)).number == number), None)


@answer("QueryRoot.inventoryItems")
def _inventory_items(_root: Any, asking: Asking, query: str | None = None, **paging: Any) -> Page:
    search = searched(asking, query, "inventoryItems")
    found = [InventoryItem(variant) for variant in asking.catalogue.variants() if search.matches_variant(variant)]
    return connection(asking, found, lambda item: (item.variant.number,), **paging)


@answer("QueryRoot.location")
def _location(_root: Any, asking: Asking, id: str | None = None) -> Location | None:  # noqa: A002
    places = asking.catalogue.locations
    return next((place for place in places if id is None or place.number == number_in(id, "Location")), None)


@answer("QueryRoot.locations")
def _locations(
    _root: Any,
    asking: Asking,
    includeInactive: bool = False,  # noqa: N803
    sortKey: str = "NAME",  # noqa: N803
    query: str | None = None,
    **paging: Any,
) -> Page:
    places = [place for place in asking.catalogue.locations if place.is_active or includeInactive]
    by_name = sortKey == "NAME"
    return connection(asking, places, lambda one: (one.name if by_name else "", one.number), **paging)


@answer("QueryRoot.bulkOperation")
def _bulk_operation(_root: Any, asking: Asking, id: str) -> Any:  # noqa: A002
    return asking.bulk.find(id)


@answer("QueryRoot.node")
def node(_root: Any, asking: Asking, id: str) -> Any:  # noqa: A002
    kinds = {
        "Product": _product, "ProductVariant": _variant, "InventoryItem": _inventory_item, "Location": _location,
        "BulkOperation": _bulk_operation,
    }  # fmt: skip
    kind = id.removeprefix("gid://shopify/").split("/")[0]
    return kinds[kind](None, asking, id=id) if kind in kinds else asking.catalogue.named.get(id)


@answer("QueryRoot.nodes")
def _nodes(_root: Any, asking: Asking, ids: list[str]) -> list[Any]:
    return [node(None, asking, id=one) for one in ids]


@answer("QueryRoot.shop")
def _shop(_root: Any, asking: Asking) -> dict[str, Any]:
    return asking.facts


@answer("QueryRoot.currentAppInstallation")
def _installation(_root: Any, asking: Asking) -> dict[str, Any]:
    scopes = [{"handle": scope, "description": scope} for scope in sorted(asking.scopes)]
    return {"id": gid("AppInstallation", 5001), "accessScopes": scopes}
