"""How each field of the schema is answered from the catalogue: one function per field that is more than an attribute."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from . import catalogue as shop
from .catalogue import Catalogue, Location, Media, Metafield, Product, Variant, gid
from .paging import Page, everything, page
from .product_search import Search

QUANTITIES = ("available", "on_hand", "committed", "reserved", "incoming", "damaged", "safety_stock", "quality_control")
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


def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
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


def kind_of(value: Any, info: GraphQLResolveInfo, _kind: Any) -> str:
    """The type of what an interface holds."""
    return value.kind if isinstance(value, Media) else NAMES[type(value)]


def internal_error() -> dict[str, str]:
    return {"code": "INTERNAL_SERVER_ERROR", "requestId": "2f0c5f5e-6a3e-4b0e-9a57-0f1d3f6f9a11-1763800000"}


def _check_scope(asking: Asking, info: GraphQLResolveInfo, name: str) -> None:
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


def _connection(asking: Asking, items: Sequence[Any], place: Callable[[Any], tuple[Any, ...]], **paging: Any) -> Page:
    if asking.whole:
        return everything(sorted(items, key=place))
    return page(items, place, **paging)


def in_order(asking: Asking, items: Sequence[Any], **paging: Any) -> Page:
    """A connection in the order of the list itself."""
    places = {id(item): number for number, item in enumerate(items)}
    return _connection(asking, items, lambda item: (places[id(item)],), **paging)


def _search(asking: Asking, text: str | None, path: str) -> Search:
    search = Search(text or "")
    if search.warnings:
        asking.searches.append({"path": [path], "query": text, "parsed": {}, "warnings": search.warnings})
    return search


def _number(identifier: str | None, kind: str) -> int:
    found = re.fullmatch(rf"gid://shopify/{kind}/(\d+)(\?.*)?", identifier or "")
    return int(found[1]) if found else 0


# -- the roots

_SORTS: dict[str, Callable[[Product], tuple[Any, ...]]] = {
    "ID": lambda product: (product.number,),
    "TITLE": lambda product: (product.title, product.number),
    "UPDATED_AT": lambda product: (product.updated_at, product.number),
    "CREATED_AT": lambda product: (product.created_at, product.number),
}


def _found(asking: Asking, query: str | None, path: str) -> list[Product]:
    """Products by the search index, which may lag behind; they are shown as they are now."""
    search = _search(asking, query, path)
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
    return _connection(asking, _found(asking, query, "products"), _SORTS[sortKey], **paging)


@answer("QueryRoot.productsCount")
def _products_count(_root: Any, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    return _count(len(_found(asking, query, "productsCount")), limit)


@answer("QueryRoot.productVariants")
def _product_variants(_root: Any, asking: Asking, sortKey: str = "ID", query: str | None = None, **paging: Any) -> Page:  # noqa: N803
    search = _search(asking, query, "productVariants")
    found = [variant for variant in asking.catalogue.variants() if search.matches_variant(variant)]
    return _connection(asking, found, lambda variant: (variant.number,), **paging)


@answer("QueryRoot.productVariantsCount")
def _product_variants_count(_root: Any, asking: Asking, query: str | None = None, limit: int | None = 10_000) -> Any:
    search = _search(asking, query, "productVariantsCount")
    return _count(sum(search.matches_variant(variant) for variant in asking.catalogue.variants()), limit)


def _count(number: int, limit: int | None) -> dict[str, Any]:
    if limit is not None and number > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": number, "precision": "EXACT"}


@answer("QueryRoot.product")
def _product(_root: Any, asking: Asking, id: str) -> Product | None:  # noqa: A002
    return asking.catalogue.products.get(_number(id, "Product"))


@answer("QueryRoot.productVariant")
def _variant(_root: Any, asking: Asking, id: str) -> Variant | None:  # noqa: A002
    number = _number(id, "ProductVariant")
    return next((variant for variant in asking.catalogue.variants() if variant.number == number), None)


@answer("QueryRoot.inventoryItem")
def _inventory_item(_root: Any, asking: Asking, id: str) -> InventoryItem | None:  # noqa: A002
    number = _number(id, "InventoryItem")
    return next((item for one in asking.catalogue.variants() if (item := InventoryItem(one)).number == number), None)


@answer("QueryRoot.inventoryItems")
def _inventory_items(_root: Any, asking: Asking, query: str | None = None, **paging: Any) -> Page:
    search = _search(asking, query, "inventoryItems")
    found = [InventoryItem(variant) for variant in asking.catalogue.variants() if search.matches_variant(variant)]
    return _connection(asking, found, lambda item: (item.variant.number,), **paging)


@answer("QueryRoot.location")
def _location(_root: Any, asking: Asking, id: str | None = None) -> Location | None:  # noqa: A002
    places = asking.catalogue.locations
    return next((place for place in places if id is None or place.number == _number(id, "Location")), None)


@answer("QueryRoot.locations")
def _locations(
    _root: Any, asking: Asking, includeInactive: bool = False, sortKey: str = "NAME", query: str | None = None, **paging: Any  # noqa: N803
) -> Page:
    places = [place for place in asking.catalogue.locations if place.is_active or includeInactive]
    return _connection(asking, places, lambda place: (place.name if sortKey == "NAME" else place.number, place.number), **paging)


@answer("QueryRoot.node")
def node(_root: Any, asking: Asking, id: str) -> Any:  # noqa: A002
    kinds = {
        "Product": _product, "ProductVariant": _variant, "InventoryItem": _inventory_item, "Location": _location,
        "BulkOperation": lambda _root, asking, id: asking.bulk.find(id),
    }  # fmt: skip
    kind = id.removeprefix("gid://shopify/").split("/")[0]
    return kinds[kind](None, asking, id=id) if kind in kinds else None


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


# -- products


@answer("Product.category")
def _category(product: Product, _asking: Asking) -> dict[str, Any] | None:
    if product.category is None:
        return None
    code, full = product.category
    return {
        "id": gid("TaxonomyCategory", code), "fullName": full, "name": full.split(" > ")[-1], "isLeaf": True,
        "isRoot": " > " not in full, "level": full.count(" > ") + 1,
    }  # fmt: skip


@answer("Product.seo")
def _seo(product: Product, _asking: Asking) -> dict[str, Any]:
    return {"title": product.seo_title, "description": product.seo_description}


@answer("Product.description")
def _description(product: Product, _asking: Asking, truncateAt: int | None = None) -> str:  # noqa: N803
    return " ".join(re.sub(r"<[^>]*>", " ", product.description_html).split())[:truncateAt]


@answer("Product.onlineStoreUrl")
def _online_store_url(product: Product, asking: Asking) -> str | None:
    return f"{asking.facts['url']}/products/{product.handle}" if product.published_at else None


@answer("Product.hasOnlyDefaultVariant")
def _only_default(product: Product, _asking: Asking) -> bool:
    return len(product.variants) == 1 and not product.variants[0].options


@answer("Product.tracksInventory")
def _tracks(product: Product, _asking: Asking) -> bool:
    return any(variant.tracked for variant in product.variants)


@answer("Product.totalInventory")
def _total(product: Product, asking: Asking) -> int:
    return sum(asking.catalogue.sellable(variant) for variant in product.variants if variant.tracked)


@answer("Product.hasOutOfStockVariants")
def _out_of_stock(product: Product, asking: Asking) -> bool:
    return any(variant.tracked and asking.catalogue.sellable(variant) <= 0 for variant in product.variants)


@answer("Product.hasVariantsThatRequiresComponents")
def _needs_components(product: Product, _asking: Asking) -> bool:
    return bool(product.components) or any(variant.requires_components for variant in product.variants)


@answer("Product.bundleComponents")
def _components(product: Product, asking: Asking, **paging: Any) -> Page:
    return in_order(asking, [{"componentProduct": one, "quantity": 1} for one in product.components], **paging)


@answer("Product.sellingPlanGroupsCount", "ProductVariant.sellingPlanGroupsCount")
def _selling_plans(source: Any, _asking: Asking) -> dict[str, Any]:
    return _count(source.selling_plan_groups, None)


@answer("Product.variantsCount")
def _variants_count(product: Product, _asking: Asking) -> dict[str, Any]:
    return _count(len(product.variants), None)


@answer("Product.mediaCount")
def _media_count(product: Product, _asking: Asking) -> dict[str, Any]:
    return _count(len(product.media), None)


@answer("Product.featuredMedia")
def _featured(product: Product, _asking: Asking) -> Media | None:
    return product.media[0] if product.media else None


@answer("Product.options")
def _options(product: Product, _asking: Asking, first: int | None = None) -> list[dict[str, Any]]:
    found = []
    for position, name in enumerate(shop.option_names(product), 1):
        values = shop.option_values(product, name)
        shown = [
            {"id": gid("ProductOptionValue", f"{product.number}{position}{place}"), "name": value, "hasVariants": True}
            for place, value in enumerate(values)
        ]
        option = {"id": gid("ProductOption", f"{product.number}{position}"), "name": name, "position": position}
        found.append({**option, "values": values, "optionValues": shown})
    return found[:first]


@answer("Product.media", "ProductVariant.media")
def _media(source: Any, asking: Asking, sortKey: str = "", query: str = "", **paging: Any) -> Page:  # noqa: N803
    return in_order(asking, source.media, **paging)


@answer("Product.variants")
def _variants(product: Product, asking: Asking, sortKey: str = "", **paging: Any) -> Page:  # noqa: N803
    return in_order(asking, product.variants, **paging)


@answer("Product.metafields", "ProductVariant.metafields", "Shop.metafields")
def _metafields(
    source: Any, asking: Asking, keys: list[str] | None = None, namespace: str | None = None, **paging: Any
) -> Page:
    found = [
        one
        for one in _held(source, asking)
        if (namespace is None or one.namespace == namespace) and (not keys or f"{one.namespace}.{one.key}" in keys)
    ]
    return in_order(asking, found, **paging)


@answer("Product.metafield", "ProductVariant.metafield", "Shop.metafield")
def _metafield(source: Any, asking: Asking, key: str, namespace: str | None = None) -> Metafield | None:
    if namespace is None and "." in key:
        namespace, key = key.split(".", 1)
    return next((one for one in _held(source, asking) if (one.namespace, one.key) == (namespace, key)), None)


def _held(source: Any, asking: Asking) -> list[Metafield]:
    return asking.catalogue.shop_metafields if isinstance(source, dict) else source.metafields


@answer("Metafield.jsonValue")
def _json_value(metafield: Metafield, _asking: Asking) -> Any:
    plain = metafield.type.startswith(("single_line", "multi_line", "url", "color", "id", "date"))
    return metafield.value if plain else json.loads(metafield.value)


@answer("Metafield.compareDigest")
def digest(metafield: Metafield, _asking: Asking | None = None) -> str:
    return hashlib.sha256(f"{metafield.type}\0{metafield.value}".encode()).hexdigest()


# -- variants and stock


@answer("ProductVariant.displayName")
def _display_name(variant: Variant, _asking: Asking) -> str:
    return f"{variant.product.title} - {variant.title}"


@answer("ProductVariant.position")
def _position(variant: Variant, _asking: Asking) -> int:
    return next(place for place, one in enumerate(variant.product.variants, 1) if one is variant)


@answer("ProductVariant.selectedOptions")
def _selected(variant: Variant, _asking: Asking) -> list[dict[str, str]]:
    options = variant.options or {"Title": "Default Title"}
    return [{"name": name, "value": value} for name, value in options.items()]


@answer("ProductVariant.inventoryQuantity", "ProductVariant.sellableOnlineQuantity")
def _quantity(variant: Variant, asking: Asking) -> int:
    return asking.catalogue.sellable(variant)


@answer("ProductVariant.availableForSale")
def _for_sale(variant: Variant, asking: Asking) -> bool:
    return not variant.tracked or variant.inventory_policy == "CONTINUE" or asking.catalogue.sellable(variant) > 0


@answer("ProductVariant.inventoryItem")
def _item(variant: Variant, _asking: Asking) -> InventoryItem:
    return InventoryItem(variant)


ANSWERS |= {
    "InventoryItem.sku": lambda item, _asking: item.variant.sku,
    "InventoryItem.tracked": lambda item, _asking: item.variant.tracked,
    "InventoryItem.requiresShipping": lambda item, _asking: item.variant.requires_shipping,
    "InventoryItem.createdAt": lambda item, _asking: item.variant.created_at,
    "InventoryItem.updatedAt": lambda item, _asking: item.variant.updated_at,
    "InventoryItem.id": lambda item, _asking: gid("InventoryItem", item.number),
    "InventoryItem.legacyResourceId": lambda item, _asking: str(item.number),
    "InventoryLevel.isActive": lambda level, _asking: level.location.is_active,
    "InventoryLevel.updatedAt": lambda level, _asking: level.variant.updated_at,
    "InventoryLevel.item": lambda level, _asking: InventoryItem(level.variant),
}


@answer("InventoryItem.measurement")
def _measurement(item: InventoryItem, _asking: Asking) -> dict[str, Any]:
    weight = item.variant.weight and {"value": item.variant.weight[0], "unit": item.variant.weight[1]}
    return {"id": gid("InventoryItemMeasurement", item.number), "weight": weight}


@answer("InventoryItem.unitCost")
def _unit_cost(item: InventoryItem, asking: Asking) -> dict[str, Any] | None:
    cost = item.variant.unit_cost
    return None if cost is None else {"amount": cost, "currencyCode": asking.facts["currencyCode"]}


@answer("InventoryItem.variants")
def _item_variants(item: InventoryItem, asking: Asking, **paging: Any) -> Page:
    return in_order(asking, [item.variant], **paging)


def _levels(item: InventoryItem, asking: Asking, *, inactive: bool) -> list[Level]:
    held = asking.catalogue.levels(item.variant)
    places = [place for place in asking.catalogue.locations if place.name in held and (place.is_active or inactive)]
    return [Level(item.variant, place, held[place.name]) for place in places]


@answer("InventoryItem.inventoryLevels")
def _inventory_levels(
    item: InventoryItem, asking: Asking, includeInactive: bool = False, query: str | None = None, **paging: Any  # noqa: N803
) -> Page:
    return in_order(asking, _levels(item, asking, inactive=includeInactive), **paging)


@answer("InventoryItem.inventoryLevel")
def _inventory_level(item: InventoryItem, asking: Asking, locationId: str, includeInactive: bool = False) -> Level | None:  # noqa: N803
    number = _number(locationId, "Location")
    return next((one for one in _levels(item, asking, inactive=includeInactive) if one.location.number == number), None)


@answer("InventoryLevel.id")
def _level_id(level: Level, _asking: Asking) -> str:
    return gid("InventoryLevel", f"{level.location.number}?inventory_item_id={InventoryItem(level.variant).number}")


@answer("InventoryLevel.quantities")
def _quantities(level: Level, _asking: Asking, names: list[str]) -> list[dict[str, Any]]:
    known = {"available": level.available, "on_hand": level.available}
    base = f"{level.variant.number}?inventory_level={level.location.number}&name="
    return [
        {"id": gid("InventoryQuantity", base + name), "name": name, "quantity": known.get(name, 0), "updatedAt": None}
        for name in names
        if name in QUANTITIES
    ]


# -- pictures


@answer("MediaImage.image")
def _image(media: Media, _asking: Asking) -> dict[str, Any] | None:
    if media.status != "READY":
        return None
    return {
        "id": gid("ImageSource", media.number), "url": media.url, "altText": media.alt,
        "width": media.width, "height": media.height,
    }  # fmt: skip


for _kind in ("MediaImage", "Video", "ExternalVideo", "Model3d"):
    ANSWERS[f"{_kind}.mediaContentType"] = lambda media, _asking: {
        "MediaImage": "IMAGE", "Video": "VIDEO", "ExternalVideo": "EXTERNAL_VIDEO", "Model3d": "MODEL_3D",
    }[media.kind]  # fmt: skip
    ANSWERS[f"{_kind}.preview"] = lambda media, asking: {"image": _image(media, asking)}
    ANSWERS[f"{_kind}.filename"] = lambda media, _asking: media.url.rsplit("/", 1)[-1]
    ANSWERS[f"{_kind}.originUrl"] = lambda media, _asking: media.url
    ANSWERS[f"{_kind}.mimeType"] = lambda media, _asking: "image/jpeg"
    ANSWERS[f"{_kind}.id"] = lambda media, _asking: gid(media.kind, media.number)


NAMES: dict[type, str] = {
    Product: "Product", Variant: "ProductVariant", Location: "Location", Metafield: "Metafield",
    InventoryItem: "InventoryItem", Level: "InventoryLevel", Media: "MediaImage",
}  # fmt: skip
for _type, _name in NAMES.items():
    if hasattr(_type, "__dataclass_fields__") and "number" in _type.__dataclass_fields__ and _type is not Media:
        ANSWERS[f"{_name}.id"] = lambda source, _asking: gid(NAMES[type(source)], source.number)
        ANSWERS[f"{_name}.legacyResourceId"] = lambda source, _asking: str(source.number)
