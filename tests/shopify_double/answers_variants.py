"""A variant as it is asked about, with its stock."""

from typing import Any

from .answering import ANSWERS, Asking, InventoryItem, Level, answer, in_order, number_in
from .catalogue import Variant, gid
from .paging import Page

QUANTITIES = ("available", "on_hand", "committed", "reserved", "incoming", "damaged", "safety_stock", "quality_control")


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
def _inventory_level(
    item: InventoryItem,
    asking: Asking,
    locationId: str,  # noqa: N803
    includeInactive: bool = False,  # noqa: N803
) -> Level | None:
    number = number_in(locationId, "Location")
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
