"""Which events a product's change fires (reference: TikTok Shop API 3.21 and 4.2), told from before and after."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from .answers import Wire
from .products import Product

EVENT_TYPES = {
    "ORDER_STATUS_CHANGE": 1,
    "PRODUCT_STATUS_CHANGE": 5,
    "SELLER_DEAUTHORIZATION": 6,
    "UPCOMING_AUTHORIZATION_EXPIRATION": 7,
    "CANCELLATION_STATUS_CHANGE": 11,
    "PRODUCT_INFORMATION_CHANGE": 15,
    "PRODUCT_CREATION": 16,
    "PRODUCT_CATEGORY_CHANGE": 18,
    "PRODUCT_AUDIT_STATUS_CHANGE": 37,
}
"""Events that the settings call knows and this shop has, with the number that their deliveries carry."""
OTHER_EVENT_TYPES = (
    "RETURN_STATUS_CHANGE", "REVERSE_STATUS_UPDATE", "PACKAGE_UPDATE", "RECIPIENT_ADDRESS_UPDATE", "NEW_CONVERSATION",
    "NEW_MESSAGE", "NEW_MESSAGE_LISTENER", "INVOICE_STATUS_CHANGE",
)
"""Events that the settings call takes too; nothing here ever fires them."""
STOCK_CHANGE, SKU_CHANGE = 71, 50  # switched on in Partner Center only
_TOLD_BY_NAME = ("title", "description", "main_images", "product_attributes")
_HIDDEN = ("SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED", "FREEZE", "DELETED", "SCHEDULED")


@dataclass(frozen=True)
class Seen:
    """What was last known of a product. `content` is never changed in place: edits replace it."""

    condition: str
    audit: str
    review_round: int
    ever_live: bool
    content: Wire
    sku_ids: frozenset[str]
    stock: dict[str, int]


def seen(product: Product) -> Seen:
    return Seen(
        product.condition, product.audit.status, product.review_round, product.ever_live, product.base.content,
        frozenset(sku["id"] for sku in product.base.skus),
        {sku_id: sum(held.values()) for sku_id, held in product.stock.items()},
    )


def events(
    before: Seen | None, product: Product, now: float, source: str, shop_id: str
) -> Iterator[tuple[int, Wire]]:
    """Number and data of each event, in the order in which they happen. `before` None: the product is new.

    source: "OPEN_API" or "SELLER_CENTER", as event 15 tells it. Ids are integers or texts as the platform sends them.
    """
    at = int(now)
    common = {"product_id": int(product.id), "update_time": at}
    after = seen(product)
    if before is None:
        yield 16, {**common, "product_types": ["NORMAL"]}
    status = _status_told(before, product) if before else ""
    if status:
        yield 5, {**common, "status": status, "suspended_reason": _suspended(product)}
    if before and before.condition == after.condition == "ACTIVATE":
        yield from _gone_live(before, after, product, at, source)
    told = (before.audit, before.review_round) if before else ("NONE", 0)
    if after.audit != "NONE" and told != (after.audit, after.review_round):
        audit = {"status": after.audit, "pre_approved_reasons": product.audit.pre_approved_reasons}
        yield 37, {**common, "audit": audit, "integrated_platform_statuses": []}
    if before:
        yield from _stock_changes(before, after, product, now, shop_id)


def _status_told(before: Seen, product: Product) -> str:
    """The `status` of event 5, "" where it does not fire."""
    if before.condition != product.condition:
        if product.condition == "ACTIVATE":
            return "PRODUCT_STATUS_CHANGED" if before.ever_live else "PRODUCT_FIRST_PASS_REVIEW"
        return "PRODUCT_STATUS_CHANGED" if product.condition in _HIDDEN else ""
    if before.audit != product.audit.status == "FAILED":
        return "PRODUCT_AUDIT_FAILURE"
    passed = product.on_sale and before.audit != product.audit.status == "APPROVED"
    return "PRODUCT_STATUS_CHANGED" if passed else ""


def _suspended(product: Product) -> str:
    if product.audit.status == "FAILED":
        return " ".join(text for reason in product.audit.reasons for text in reason["reasons"])
    return "規約違反のため停止されました" if product.condition in ("PLATFORM_DEACTIVATED", "FREEZE") else ""


def _gone_live(before: Seen, after: Seen, product: Product, at: int, source: str) -> Iterator[tuple[int, Wire]]:
    """Changes of a live product that buyers see from now on."""
    names = sorted(before.content.keys() | after.content.keys())
    changed = [name for name in names if before.content.get(name) != after.content.get(name)]
    skus_changed = before.sku_ids != after.sku_ids
    if changed or skus_changed:
        fields = [name for name in _TOLD_BY_NAME if name in changed]
        fields += ["size_chart_image"] if "size_chart" in changed else []
        others = skus_changed or set(changed) - {*_TOLD_BY_NAME, "size_chart"}
        data = {"product_id": product.id, "change_source": source, "update_time": at}
        yield 15, {**data, "changed_fields": fields + (["others"] if others else [])}
    if "category_id" in changed:
        yield 18, {
            "product_id": int(product.id), "update_time": at,
            "previous_category_id": before.content["category_id"], "current_category_id": after.content["category_id"],
        }
    if skus_changed:
        rows = [(sku, "CREATED") for sku in after.sku_ids - before.sku_ids]
        rows += [(sku, "DELETED") for sku in before.sku_ids - after.sku_ids]
        skus = [{"sku_id": sku, "status": status} for sku, status in sorted(rows)]
        yield SKU_CHANGE, {"product_id": product.id, "skus": skus, "update_time": at}


def _stock_changes(before: Seen, after: Seen, product: Product, now: float, shop_id: str) -> Iterator[tuple[int, Wire]]:
    moment = dt.datetime.fromtimestamp(now, dt.UTC).isoformat(timespec="seconds")
    for sku_id, quantity in after.stock.items():
        delta = quantity - before.stock.get(sku_id, 0)
        if not delta:
            continue
        event_id = f"{sku_id}-{int(now)}-{quantity}"
        committed = product.committed.get(sku_id, 0)
        yield STOCK_CHANGE, {
            "event_id": event_id, "occurred_at": moment, "shop_id": int(shop_id), "product_id": int(product.id),
            "sku_id": int(sku_id),
            "quantity_snapshot_after_change": {
                "total_quantity": quantity + committed, "total_available_quantity": quantity,
                "total_committed_quantity": committed, "in_shop_quantity": quantity,
                "campaign_locked_quantity": 0, "creator_locked_quantity": 0,
            },
            "change_detail": [{
                "idempotency_key": event_id, "trigger_source": "SELLER", "occurred_at": moment,
                "total_quantity_delta": delta, "available_quantity_delta": delta, "committed_quantity_delta": 0,
                "in_shop_quantity_delta": delta, "campaign_locked_quantity_delta": 0,
                "creator_locked_quantity_delta": 0,
            }],
        }
