"""The optional fields with limits of their own; the platform names no code for them but 12052910 (invalid input)."""

from ..answers import Wire
from .findings import Findings, Ground

LONGEST_SCHEDULE_SECONDS = 90 * 86400


def check_extras(body: Wire, ground: Ground, findings: Findings) -> None:
    if len(body.get("external_product_id") or "") > 999:
        findings.fail(12052910, "external_product_id exceeds 999 characters")
    if len(body.get("idempotency_key") or "") > 128:
        findings.fail(12052910, "idempotency_key exceeds 128 characters")
    for name, most, longest in (("search_terms", 15, 250), ("key_product_features", 5, 1500)):
        texts = body.get(name) or []
        if len(texts) > most or sum(map(len, texts)) > longest:
            findings.fail(12052910, f"{name}: at most {most} entries and {longest} characters in all")
    limit = body.get("purchase_order_quantity_limit") or {}
    once, total = limit.get("maximum_order_quantity"), limit.get("cumulative_order_quantity")
    if any(number is not None and number < 1 for number in (once, total)) or (once and total and total < once):
        findings.fail(12052910, "purchase_order_quantity_limit is invalid")
    schedule = body.get("scheduled_sale") or {}
    if schedule.get("is_enabled_scheduled_sale"):
        ahead = (schedule.get("schedule_sale_time") or 0) / 1000 - ground.now
        if not 0 < ahead <= LONGEST_SCHEDULE_SECONDS:
            findings.fail(12052910, "schedule_sale_time must be in the future, at most 90 days ahead")
