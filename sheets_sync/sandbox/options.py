"""The switches: everything about the platform that no source confirms, and the limits a shop may differ in."""

from dataclasses import dataclass, fields
from typing import Any, Literal

from .answers import NoSuchControlError


@dataclass
class SandboxOptions:
    """Each switch says what the platform is taken to do. All can be changed while the sandbox runs (`Control.set`).

    Limits
        rate_per_second: requests per second and API path before 429 (0: no limit). Platform page "Rate limits": 50.
        retry_after: seconds in a `Retry-After` header of a 429; None sends no such header.
        daily_quota: listings a day (0: no limit), spent by create with LISTING and by activate, reset at 00:00 JST.
        quota_counts_edits: a submitted edit spends the quota too.
        access_token_seconds, refresh_token_seconds: life of tokens; the first is 7 days on the platform.
        search_hits: more hits than this are refused with 12052180.
        brand_hits: brands beyond this many cannot be paged to (12019123); a name narrows them down.
        image_bytes_kept: pictures served back stay in memory up to this many bytes, older ones are forgotten.
        address_allowed: the caller's address is on the app's allow-list; otherwise 36009033.
        seller_type: a local seller prices by `amount`, a cross-border one by `sale_price`.

    Consent page
        redirect_url: where the seller's browser is sent with code and state, as fixed in Partner Center; "" shows them.
        consent: the seller allows the connection, or refuses it.

    Review
        review_mode: "auto" decides by content after `review_seconds`, "manual" waits for `Control.decide`.
        enforcement_seconds: how long after going live a listing marked [FREEZE] or [TAKEDOWN] is stopped.
        prohibited_words: words that make the review refuse a title or description; None = the built-in list.

    Webhooks
        webhook_delivery: "auto" sends events when they are due, "manual" waits for `Control.deliver_webhooks`.

    Unconfirmed behaviour (reference: TikTok Shop API 7 and 8)
        business_status: HTTP status of business errors.
        idempotency: a repeated `idempotency_key` answers the first result again, an error (12052910), or an error
            with a code that stands in no table.
        accept_zero_stock: quantity 0 is accepted; otherwise 12052055.
        stock_refused_whole: a SKU that the stock call refuses fails the call, instead of standing in `data.errors`;
            SKUs before it may have been taken.
        jpy_decimals: "2980.00" is a valid yen price; otherwise 12052073.
        gram_reads_as_kilogram: a weight written in GRAM is read back in KILOGRAM.
        search_price_field: where product search puts the price of a local seller's SKU.
        category_versions, default_category_version: the trees this market knows, and the one meant by silence.
        paused_edit: editing a seller-deactivated product with LISTING sends it to review and back on sale
            ("relist"), or leaves it paused ("stay").
        pending_edit: editing a product in its first review replaces that review, or is refused with 12052901.
        partial_blanks: SKUs of a partial edit that leave out price or stock have none then, and are refused for it
            (12052571, 12052516); otherwise they keep what they have, as in a full edit.
        failed_edit_is_base: a refused edit of a live product is what the next partial edit builds on.
        edit_price_at_once: a price inside a content edit of a live product counts at once, before the review.
        deleted_keeps_external_id: the external id of a deleted product stays taken.
        old_access_token_survives: after a refresh the old access token works until its own end.
        stops_are_updates: taking a listing down or freezing it moves its `update_time`.
        search_shows_deleted: a product search for status ALL shows deleted products, too.
        soft_defaults: an unknown brand, an odd JAN check digit, an unknown attribute value are dropped with a
            warning instead of refused.
        conditional_must_be_empty: a conditional attribute given without its condition is refused with 12052183.
        strict_html: descriptions may use the older short list of tags only, without nesting.
        description_entities: "basic" takes the five entities HTML needs (&amp; &lt; &gt; &quot; &#39;), "none" none.
    """

    rate_per_second: float = 50.0
    retry_after: int | None = None
    daily_quota: int = 1000
    quota_counts_edits: bool = False
    access_token_seconds: float = 7 * 86400.0
    refresh_token_seconds: float = 358 * 86400.0
    search_hits: int = 10_000
    brand_hits: int = 10_000
    image_bytes_kept: int = 256_000_000
    review_mode: Literal["auto", "manual"] = "auto"
    enforcement_seconds: float = 0.0
    address_allowed: bool = True
    redirect_url: str = ""
    consent: bool = True
    seller_type: Literal["LOCAL", "CROSS_BORDER"] = "LOCAL"
    webhook_delivery: Literal["auto", "manual"] = "auto"
    business_status: int = 200
    idempotency: Literal["replay", "error", "odd_error"] = "replay"
    accept_zero_stock: bool = True
    stock_refused_whole: bool = False
    jpy_decimals: bool = False
    gram_reads_as_kilogram: bool = True
    search_price_field: Literal["tax_exclusive_price", "sale_price", "both"] = "tax_exclusive_price"
    category_versions: tuple[str, ...] = ("v1", "v2")
    default_category_version: str = "v1"
    paused_edit: Literal["relist", "stay"] = "relist"
    pending_edit: Literal["replace", "refuse"] = "replace"
    partial_blanks: bool = True
    failed_edit_is_base: bool = False
    edit_price_at_once: bool = True
    deleted_keeps_external_id: bool = False
    old_access_token_survives: bool = False
    stops_are_updates: bool = True
    search_shows_deleted: bool = True
    soft_defaults: bool = True
    conditional_must_be_empty: bool = False
    strict_html: bool = False
    description_entities: Literal["basic", "none"] = "basic"
    prohibited_words: tuple[str, ...] | None = None

    def change(self, **switches: Any) -> None:
        """Set some switches; an unknown name raises NoSuchControlError and changes nothing."""
        known = {field.name for field in fields(self)}
        for name in switches:
            if name not in known:
                raise NoSuchControlError(f"no switch {name!r}; there are: {', '.join(sorted(known))}")
        for name, value in switches.items():
            setattr(self, name, tuple(value) if isinstance(value, list) else value)
