"""The webhook settings calls: GET, PUT, DELETE /event/202309/webhooks (reference 3.20)."""

from .answers import ApiError, Wire
from .call import Call
from .validation.types import WEBHOOK, WEBHOOK_EVENT, check_types
from .webhooks import address_faults


def get_webhooks(call: Call) -> Wire:
    """GET: what is set for this shop."""
    found = call.shop.webhooks.listed()
    return {"webhooks": found, "total_count": len(found)}


def put_webhook(call: Call) -> Wire:
    """PUT: one address per event; a second one takes the first one's place."""
    check_types(call.json, WEBHOOK)
    for fault in address_faults(call.json["address"]):
        raise ApiError(36009004, f"Invalid parameter body.address: {fault}")
    call.shop.webhooks.put(call.json["event_type"], call.json["address"], call.shop.products.values())
    return {}


def delete_webhook(call: Call) -> Wire:
    """DELETE: succeeds even if nothing was set."""
    check_types(call.json, WEBHOOK_EVENT)
    call.shop.webhooks.remove(call.json["event_type"])
    return {}
