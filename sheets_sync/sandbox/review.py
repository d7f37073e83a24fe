"""The review: queue, verdicts by content, and what a verdict does to a product (reference 4.2, 7)."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .answers import Wire
from .market import read_data
from .options import SandboxOptions
from .products import Audit, Product, Version

Verdict = Literal["pass", "fail", "pre_approve"]
MARKED_VERDICTS = ("title", "image", "description", "category", "price")
PRE_APPROVED_REASONS = ("KYC_PENDING", "RESTRICTED_CATEGORY_PENDING")


@dataclass(frozen=True, order=True)
class _Due:
    at: float
    serial: int
    product_id: str
    review_round: int
    event: str  # "review", "publish" or an enforcement: "FREEZE", "PLATFORM_DEACTIVATED"


class ReviewQueue:
    """What will be decided when, and the decisions. Callers hold the sandbox's lock."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._due: list[_Due] = []
        self._serial = 0

    def submit(self, product: Product, now: float, seconds: float) -> None:
        """Send the product's newest version to review; an older round of the same product is void."""
        product.review_round += 1
        product.submitted = True
        product.audit = Audit("AUDITING")
        product.updated = now
        if self._options.review_mode == "auto" and "[SLOW]" not in _text(product):
            self._schedule(product, now + seconds, "review")

    def withdraw(self, product: Product) -> None:
        """Make a running round void."""
        product.review_round += 1

    def settle(self, products: dict[str, Product], now: float) -> Iterator[Product]:
        """Carry out everything due, one by one; yields each product right after it changed."""
        while self._due and self._due[0].at <= now:
            due = heapq.heappop(self._due)
            product = products.get(due.product_id)
            if product is not None and product.review_round == due.review_round and self._carry_out(product, due):
                yield product

    def decide(self, product: Product, verdict: Verdict, reasons: list[Wire], now: float) -> None:
        """Apply a verdict now. `reasons` (wire format) matter for "fail" only; none given = by content."""
        product.updated = now
        if verdict == "fail":
            self._fail(product, reasons or list(content_reasons(product, self._options)) or [_reason("manual")])
        elif verdict == "pre_approve":
            product.audit = Audit("PRE_APPROVED", pre_approved_reasons=[PRE_APPROVED_REASONS[0]])
        else:
            self._pass(product, now)

    def next_due(self) -> float | None:
        return self._due[0].at if self._due else None

    def _schedule(self, product: Product, at: float, event: str) -> None:
        self._serial += 1
        heapq.heappush(self._due, _Due(at, self._serial, product.id, product.review_round, event))

    def _carry_out(self, product: Product, due: _Due) -> bool:
        if due.event == "review" and product.audit.status == "AUDITING":
            reasons = list(content_reasons(product, self._options))
            verdict: Verdict = "fail" if reasons else "pre_approve" if "[PRE]" in _text(product) else "pass"
            self.decide(product, verdict, reasons, due.at)
            return True
        if due.event == "publish" and product.condition == "SCHEDULED":
            self._go_live(product, due.at)
            return True
        if due.event in ("FREEZE", "PLATFORM_DEACTIVATED") and product.on_sale:
            enforce(product, due.event, due.at)
            return True
        return False

    def _fail(self, product: Product, reasons: list[Wire]) -> None:
        if product.review is not None:
            product.refused, product.review = product.review, None
        product.audit = Audit("FAILED", reasons=reasons)

    def _pass(self, product: Product, now: float) -> None:
        if product.review is not None:
            product.base, product.review = product.review, None
        product.refused = None
        product.forget_dropped_skus()
        schedule = product.base.content.get("scheduled_sale") or {}
        opens = schedule.get("schedule_sale_time", 0) / 1000 if schedule.get("is_enabled_scheduled_sale") else 0
        product.audit = Audit("APPROVED")
        if opens > now and not product.on_sale:
            product.condition = "SCHEDULED"
            self._schedule(product, opens, "publish")
        else:
            self._go_live(product, now)

    def _go_live(self, product: Product, now: float) -> None:
        product.condition, product.ever_live, product.updated = "ACTIVATE", True, now
        for mark, condition in (("[FREEZE]", "FREEZE"), ("[TAKEDOWN]", "PLATFORM_DEACTIVATED")):
            if mark in _text(product):
                self._schedule(product, now + self._options.enforcement_seconds, condition)


def enforce(product: Product, condition: str, now: float) -> None:
    """The platform takes a product down or freezes it; a running review ends with it."""
    product.condition, product.audit, product.updated = condition, Audit("NONE"), now
    product.review_round += 1
    product.draft, product.review = product.review or product.draft, None


def content_reasons(product: Product, options: SandboxOptions) -> Iterator[Wire]:
    """Why the review would refuse the version in question: marks such as [NG:title], then rules of content."""
    version = product.review or product.base
    title, description = version.content.get("title", ""), version.content.get("description", "")
    data = read_data("jp_review.toml")
    for mark in MARKED_VERDICTS:
        if f"[NG:{mark}]" in title + description:
            yield _reason(mark)
    if len(title.strip()) < data["shortest_title"]:
        yield _reason("title_short")
    words = data["prohibited_words"] if options.prohibited_words is None else options.prohibited_words
    for name, text in (("title_claim", title), ("description_claim", description)):
        for word in words:
            if word in text:
                yield _reason(name, word=word)


def _reason(name: str, **words: str) -> Wire:
    verdict: dict[str, Any] = read_data("jp_review.toml")["verdict"][name]
    return {
        "listing_platform": "TIKTOK_SHOP",
        "position": verdict["position"],
        "reasons": [text.format(**words) for text in verdict["reasons"]],
        "suggestions": [text.format(**words) for text in verdict["suggestions"]],
    }


def _text(product: Product) -> str:
    version: Version = product.review or product.base
    return f"{version.content.get('title', '')} {version.content.get('description', '')}"
