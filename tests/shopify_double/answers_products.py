"""A product as it is asked about: its fields, options, pictures, metafields."""

import hashlib
import json
import re
from typing import Any

from . import catalogue as shop
from .answering import ANSWERS, NAMES, Asking, answer, counted, in_order
from .catalogue import Media, Metafield, Product, gid
from .paging import Page


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
    return counted(source.selling_plan_groups)


@answer("Product.variantsCount")
def _variants_count(product: Product, _asking: Asking) -> dict[str, Any]:
    return counted(len(product.variants))


@answer("Product.mediaCount")
def _media_count(product: Product, _asking: Asking) -> dict[str, Any]:
    return counted(len(product.media))


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


# -- ids

for _type, _name in NAMES.items():
    if hasattr(_type, "__dataclass_fields__") and "number" in _type.__dataclass_fields__ and _type is not Media:
        ANSWERS[f"{_name}.id"] = lambda source, _asking: gid(NAMES[type(source)], source.number)
        ANSWERS[f"{_name}.legacyResourceId"] = lambda source, _asking: str(source.number)
for _kind in ("Metaobject", "Page", "Collection", "TaxonomyValue", "GenericFile"):
    ANSWERS[f"{_kind}.id"] = lambda named, _asking: gid(named.kind, named.number)
    for _field in ("displayName", "title", "name", "url", "handle"):
        ANSWERS[f"{_kind}.{_field}"] = lambda named, _asking: named.name
