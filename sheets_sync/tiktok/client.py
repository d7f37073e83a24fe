"""TikTok Shop as the port `Shop`: which call, which path, which body (Partner Center, Products and Logistics APIs)."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sheets_sync.errors import CredentialsError, ShopConflict, ShopRejected
from sheets_sync.ports import Clock
from sheets_sync.shop import (
    AuthorisedShop,
    Brand,
    Category,
    CategoryRules,
    Checked,
    Fault,
    Prerequisite,
    Saved,
    SearchFilter,
    ShopProduct,
    ShopSummary,
    UploadedFile,
    UploadedImage,
    Warehouse,
)
from sheets_sync.tiktok import shop_wire, wire
from sheets_sync.tiktok.auth_host import AuthHost
from sheets_sync.tiktok.exchange import CONNECT_SECONDS, READ_SECONDS, Exchange, Upload
from sheets_sync.tiktok.fields import Wire
from sheets_sync.tiktok.pacing import Pacing
from sheets_sync.tiktok.searching import all_pages, found
from sheets_sync.tiktok.tokens import Tokens
from sheets_sync.tiktok.transport import Endpoint, Request, Transport

T = TypeVar("T")

_SHOPS = Endpoint("GET", "/authorization/202309/shops", cipher=False)
_CATEGORIES = Endpoint("GET", "/product/202309/categories")
_RULES = Endpoint("GET", "/product/202309/categories/{category_id}/rules")
_ATTRIBUTES = Endpoint("GET", "/product/202309/categories/{category_id}/attributes")
_BRANDS = Endpoint("GET", "/product/202309/brands")
_NEW_BRAND = Endpoint("POST", "/product/202309/brands", write=True, cipher=False)
_RECOMMEND = Endpoint("POST", "/product/202309/categories/recommend")
_PREREQUISITES = Endpoint("GET", "/product/202312/prerequisites")
_WAREHOUSES = Endpoint("GET", "/logistics/202309/warehouses")
# Settings of webhooks are absolute: repeating one does no harm, so they are no writes in our sense.
_WEBHOOKS = Endpoint("GET", "/event/202309/webhooks")
_SET_WEBHOOK = Endpoint("PUT", "/event/202309/webhooks")
_DELETE_WEBHOOK = Endpoint("DELETE", "/event/202309/webhooks")
_UPLOAD = Endpoint("POST", "/product/202309/images/upload", cipher=False)  # repeatable: at worst an unused picture
_UPLOAD_FILE = Endpoint("POST", "/product/202309/files/upload", cipher=False)
_CREATE = Endpoint("POST", "/product/202309/products", write=True)
_CHECK = Endpoint("POST", "/product/202309/products/listing_check")
_GET = Endpoint("GET", "/product/202309/products/{product_id}")
_EDIT = Endpoint("PUT", "/product/202509/products/{product_id}", write=True)
_PARTIAL_EDIT = Endpoint("POST", "/product/202509/products/{product_id}/partial_edit", write=True)
_SEARCH = Endpoint("POST", "/product/202502/products/search")
_PRICES = Endpoint("POST", "/product/202309/products/{product_id}/prices/update", write=True)
_STOCK = Endpoint("POST", "/product/202309/products/{product_id}/inventory/update", write=True)
_ACTIVATE = Endpoint("POST", "/product/202309/products/activate", write=True)
_DEACTIVATE = Endpoint("POST", "/product/202309/products/deactivate", write=True)
_DELETE = Endpoint("DELETE", "/product/202309/products", write=True)

_ABSENT = frozenset({"12052032", "12052260", "12019150", "12052547"})
"""No such product, or no such version of it."""
_NO_CATEGORY = frozenset({"12019064", "12052912"})
_IDS_PER_CALL = 20
_PER_PAGE = "100"
_VERSIONS: Mapping[str, Mapping[str, str]] = {
    "live": {},
    "review": {"return_under_review_version": "true"},
    "draft": {"return_draft_version": "true"},
}


class TikTokShop:
    """One shop of one seller; safe to use from many threads.

    `tokens` is given the authorisation host and makes the keeper of the tokens. `shop_cipher` "" means the shop chosen
    at sign-in, or the only shop that the token sees. `locale`, `category_version` and `currency` are the market's.
    `warehouse_id` makes that warehouse the default one. Whether the seller is a cross-border one, who gives prices as
    `sale_price`, is learnt from `authorised_shops`; `cross_border` says so before that.
    `requests_per_second` holds for each API path by itself.
    """

    def __init__(
        self,
        *,
        api_base: str,
        auth_base: str,
        app_key: str,
        app_secret: str,
        tokens: Callable[[AuthHost], Tokens],
        clock: Clock,
        shop_cipher: str = "",
        locale: str = "ja-JP",
        category_version: str = "v1",
        currency: str = "JPY",
        warehouse_id: str = "",
        cross_border: bool = False,
        requests_per_second: float = 10,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._exchange = Exchange(connect_seconds=connect_seconds, read_seconds=read_seconds)
        self._tokens = tokens(AuthHost(auth_base, app_key, app_secret, self._exchange))
        self._clock = clock
        self._shop_cipher = shop_cipher
        self._locale = locale
        self._category_version = category_version
        self._currency = currency
        self._warehouse_id = warehouse_id
        self._cross_border = cross_border
        self._transport = Transport(
            api_base=api_base,
            app_key=app_key,
            app_secret=app_secret,
            tokens=self._tokens,
            cipher=self._cipher,
            clock=clock,
            pacing=Pacing(requests_per_second, clock),
            exchange=self._exchange,
        )

    @property
    def calls(self) -> int:
        """How many requests were sent so far, repetitions and sign-ins included."""
        return self._exchange.sent

    @property
    def tokens(self) -> Tokens:
        """The keeper of the tokens: for signing in, and for what is known of the seller's consent."""
        return self._tokens

    @property
    def clock_behind(self) -> float | None:
        """Seconds by which this machine's clock was behind the platform's when it last told its time, or None."""
        return self._transport.clock_behind

    def close(self) -> None:
        """Close the kept connections."""
        self._exchange.close()

    # -- writes

    def create(self, body: Mapping[str, Any], idempotency_key: str) -> Saved:
        """Create Product. The key keeps a repetition from making a second product; the caller stores it beforehand."""
        return self._save(_CREATE, {}, {**body, "idempotency_key": idempotency_key})

    def edit(self, product_id: str, body: Mapping[str, Any]) -> Saved:
        """Full edit: what `body` leaves out is erased, price and stock excepted."""
        return self._save(_EDIT, {"product_id": product_id}, body)

    def partial_edit(self, product_id: str, body: Mapping[str, Any]) -> Saved:
        """Partial edit: what `body` names is replaced as a whole, the rest stays."""
        return self._save(_PARTIAL_EDIT, {"product_id": product_id}, body)

    def update_prices(self, product_id: str, prices: Mapping[str, str]) -> None:
        if not prices:
            return
        skus = [
            {"id": sku, "price": {"currency": self._currency, "amount": price}} for sku, price in prices.items()
        ]
        body = self._priced({"skus": skus})
        self._transport.call(Request(_PRICES, {"product_id": product_id}, body=body), _nothing)

    def update_stock(self, product_id: str, stock: Mapping[str, Mapping[str, int]]) -> Sequence[Fault]:
        if not stock:
            return []
        skus = [
            {"id": sku, "inventory": [{"warehouse_id": place, "quantity": number} for place, number in places.items()]}
            for sku, places in stock.items()
        ]
        request = Request(_STOCK, {"product_id": product_id}, body={"skus": skus})
        return _told_of(list(stock), self._transport.call(request, wire.faults))

    def activate(self, product_ids: Sequence[str]) -> Sequence[Fault]:
        """Accepted ids go to review. More than 20 ids go in several calls; an error may leave earlier ones done."""
        return self._for_all(_ACTIVATE, product_ids)

    def deactivate(self, product_ids: Sequence[str]) -> Sequence[Fault]:
        """Accepted ids are off sale at once. More than 20 ids as with `activate`."""
        return self._for_all(_DEACTIVATE, product_ids)

    def delete(self, product_ids: Sequence[str]) -> Sequence[Fault]:
        """Accepted ids are deleted. More than 20 ids as with `activate`."""
        return self._for_all(_DELETE, product_ids)

    def upload_image(self, content: bytes, use: str, name: str = "image.jpg") -> UploadedImage:
        """Repeated like a read: the worst that a lost answer leaves is a picture that nobody uses."""
        plain_name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
        media_type = mimetypes.guess_type(plain_name)[0] or "application/octet-stream"
        upload = Upload(plain_name, content, media_type, {"use_case": use})
        return self._transport.call(Request(_UPLOAD, upload=upload), lambda data, _: shop_wire.uploaded(data))

    def upload_file(self, content: bytes, name: str) -> UploadedFile:
        """Repeated like a read, as with pictures. The name may hold one period and begins with a letter or digit."""
        stem, _, ending = name.rpartition(".")
        plain_name = f"{re.sub(r'[^A-Za-z0-9_-]', '', stem).lstrip('_-') or 'file'}.{ending}"
        media_type = mimetypes.guess_type(plain_name)[0] or "application/octet-stream"
        upload = Upload(plain_name, content, media_type, {"name": plain_name})
        return self._transport.call(Request(_UPLOAD_FILE, upload=upload), lambda data, _: shop_wire.uploaded_file(data))

    def create_brand(self, name: str) -> Brand:
        def read(data: Wire, _request_id: str) -> Brand:
            return shop_wire.new_brand(data, name)

        return self._transport.call(Request(_NEW_BRAND, body={"name": name}), read)

    # -- reads

    def get(self, product_id: str, version: str = "live") -> ShopProduct | None:
        query = {**_VERSIONS[version], "locale": self._locale}

        def read(data: Wire, _request_id: str) -> ShopProduct | None:
            return wire.product(data) if data or version == "live" else None

        try:
            return self._transport.call(Request(_GET, {"product_id": product_id}, query), read)
        except (ShopConflict, ShopRejected) as error:
            if error.shop_code in _ABSENT:
                return None
            raise

    def listing_check(self, body: Mapping[str, Any]) -> Checked:
        """A read, though it is a POST: the platform keeps nothing of it. Faults of the body's form are faults, too."""
        complete = {"category_version": self._category_version, **self._priced(body)}
        try:
            return self._transport.call(Request(_CHECK, body=complete), wire.checked)
        except (ShopConflict, ShopRejected) as error:
            if not error.shop_code:
                raise
            return Checked((Fault("", error.shop_code, error.words, error.request_id),))

    def search(self, wanted: SearchFilter) -> Iterator[ShopSummary]:
        """All listings that fit, each once."""
        return found(wanted, self._page, self._clock.now())

    def authorised_shops(self) -> Sequence[AuthorisedShop]:
        """Besides, what is learnt of our own shop counts from now on."""
        shops = self._read(_SHOPS, shop_wire.shops)
        known = self._shop_cipher or self._tokens.credentials().shop_cipher
        ours = next((shop for shop in shops if shop.cipher == known), shops[0] if len(shops) == 1 else None)
        if ours is not None:
            self._cross_border = ours.cross_border
        return shops

    def categories(self) -> Sequence[Category]:
        return self._read(_CATEGORIES, shop_wire.categories, query=self._of_market())

    def category_rules(self, category_id: str) -> CategoryRules:
        places = {"category_id": category_id}
        rules = self._read(_RULES, dict, places, self._of_market())
        attributes = self._read(_ATTRIBUTES, dict, places, self._of_market())
        return shop_wire.category_rules(category_id, rules, attributes)

    def recommend_category(
        self, title: str, description: str = "", image_uris: Sequence[str] = ()
    ) -> tuple[Category, ...] | None:
        body: dict[str, Any] = {"product_title": title, **self._of_market()}
        if description:
            body["description"] = description
        if image_uris:
            body["images"] = [{"uri": uri} for uri in image_uris]
        try:
            chain = self._transport.call(Request(_RECOMMEND, body=body), lambda data, _: shop_wire.recommended(data))
        except ShopRejected as error:
            if error.shop_code in _NO_CATEGORY:
                return None
            raise
        return chain or None

    def brands(self, name: str = "") -> Iterator[Brand]:
        query = {"page_size": _PER_PAGE, "category_version": self._category_version}
        if name:
            query["brand_name"] = name
        yield from all_pages(lambda token: self._read(_BRANDS, shop_wire.brands, query={**query, **token}))

    def warehouses(self) -> Sequence[Warehouse]:
        found = self._read(_WAREHOUSES, shop_wire.warehouses)
        if not self._warehouse_id:
            return found
        return [Warehouse(place.id, place.name, place.id == self._warehouse_id) for place in found]

    def prerequisites(self) -> Sequence[Prerequisite]:
        return self._read(_PREREQUISITES, shop_wire.prerequisites)

    # -- webhook settings

    def webhooks(self) -> Mapping[str, str]:
        return self._read(_WEBHOOKS, shop_wire.webhooks)

    def set_webhook(self, event: str, address: str) -> None:
        self._transport.call(Request(_SET_WEBHOOK, body={"address": address, "event_type": event}), _nothing)

    def delete_webhook(self, event: str) -> None:
        self._transport.call(Request(_DELETE_WEBHOOK, body={"event_type": event}), _nothing)

    # -- how

    def _priced(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A body with its prices where this seller gives them (reference: 5.3)."""
        if not self._cross_border or "skus" not in body:
            return body
        return {**body, "skus": [_as_sale_price(sku) for sku in body["skus"]]}

    def _save(self, endpoint: Endpoint, places: Mapping[str, str], body: Mapping[str, Any]) -> Saved:
        complete = {"category_version": self._category_version, **self._priced(body)}
        return self._transport.call(Request(endpoint, places, body=complete), wire.saved)

    def _for_all(self, endpoint: Endpoint, product_ids: Sequence[str]) -> list[Fault]:
        faults: list[Fault] = []
        for start in range(0, len(product_ids), _IDS_PER_CALL):
            ids = list(product_ids[start : start + _IDS_PER_CALL])
            answer = self._transport.call(Request(endpoint, body={"product_ids": ids}), wire.faults)
            faults += _told_of(ids, answer)
        return faults

    def _read(
        self,
        endpoint: Endpoint,
        parse: Callable[[Wire], T],
        places: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> T:
        return self._transport.call(Request(endpoint, places or {}, query or {}), lambda data, _: parse(data))

    def _of_market(self) -> dict[str, str]:
        return {"locale": self._locale, "category_version": self._category_version}

    def _page(self, body: Mapping[str, Any], token: Mapping[str, str]) -> tuple[list[ShopSummary], str]:
        request = Request(_SEARCH, query={"page_size": _PER_PAGE, **token}, body=body)
        return self._transport.call(request, lambda data, _: wire.summaries(data))

    def _cipher(self, refused: str) -> str:
        """The shop that is meant: of the settings, of the sign-in, or the only one there is. One that the platform
        refused may have got another cipher since the sign-in; "" if not.
        """
        known = self._shop_cipher or self._tokens.credentials().shop_cipher
        if known and known != refused:
            return known
        if refused and self._shop_cipher:
            return ""
        shops = self.authorised_shops()
        if refused:
            ours = self._tokens.credentials().shop_id
            now = next((shop for shop in shops if shop.id == ours and shop.cipher != refused), None)
            if now is None:
                return ""
            self._tokens.choose(now)
            return now.cipher
        if len(shops) != 1:
            raise CredentialsError("tiktok_shop_not_chosen", shops=", ".join(shop.name for shop in shops))
        self._tokens.choose(shops[0])
        return shops[0].cipher


def _as_sale_price(sku: Mapping[str, Any]) -> Mapping[str, Any]:
    price = sku.get("price")
    if not price or "amount" not in price:
        return sku
    return {**sku, "price": {"currency": price["currency"], "sale_price": price["amount"]}}


def _nothing(_data: Wire, _request_id: str) -> None:
    """The answer of an all-or-nothing call says nothing more."""


def _told_of(ids: Sequence[str], faults: Sequence[Fault]) -> list[Fault]:
    """Faults by target; one that names no target speaks of every id of its call."""
    told: list[Fault] = []
    for fault in faults:
        targets = [fault.target] if fault.target else ids
        told += [replace(fault, target=target) for target in targets]
    return told
