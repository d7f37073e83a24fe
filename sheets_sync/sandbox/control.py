"""The controls: everything a test, a demo or a rehearsal can do to the shop from outside the API."""

from dataclasses import asdict
from typing import Any

from .answers import NoSuchControlError, Wire
from .availability import hide
from .faults import Fault, Kind
from .products import Audit, Product
from .reading import product_wire
from .review import Verdict, enforce
from .service import Service
from .shop import World
from .tokens import ALL_SCOPES
from .webhook_sending import WebhookSender
from .webhooks import PARTNER_CENTER_ONLY, Trouble


class Control:
    """The sandbox's admin side. Every method is also an HTTP route, `POST /_sandbox/<name>` with JSON arguments.

    Times are Unix seconds of the sandbox's clock. Unknown names and ids raise NoSuchControlError.
    """

    def __init__(self, world: World, service: Service, sender: WebhookSender) -> None:
        self._world = world
        self._service = service
        self._sender = sender

    # --- clock -----------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The shop's time."""
        return self._world.clock.now()

    def advance(self, seconds: float) -> float:
        """Move the shop's time; the window for request timestamps stays with the caller's clock."""
        with self._world.lock:
            return self._world.clock.advance(seconds)

    def freeze(self, at: float | None = None) -> float:
        """Stop the shop's time, now or at a moment."""
        with self._world.lock:
            return self._world.clock.freeze(at)

    def thaw(self) -> float:
        """Let the shop's time run on from where it stands."""
        with self._world.lock:
            return self._world.clock.thaw()

    def skew(self, seconds: float) -> None:
        """Let the gateway's clock differ from the caller's by this much (positive: the gateway is ahead)."""
        self._world.clock.skew = seconds

    # --- switches --------------------------------------------------------------------------------------------------

    def set(self, **switches: Any) -> None:
        """Change switches of SandboxOptions by name."""
        with self._world.lock:
            self._world.options.change(**switches)

    def options(self) -> Wire:
        """All switches with their present values."""
        return asdict(self._world.options)

    def review_seconds(self, seconds: float) -> None:
        """How long reviews take that begin from now on."""
        self._world.review_seconds = seconds

    def search_lag(self, seconds: float) -> None:
        """Let product search show the shop as it was this many seconds ago (0: as it is)."""
        with self._world.lock:
            for shop in self._world.shops.values():
                shop.index.set_lag(seconds, shop.products)

    # --- faults ----------------------------------------------------------------------------------------------------

    def fault(
        self,
        kind: Kind,
        *,
        path: str = "",
        method: str = "",
        operation: str = "",
        count: int | None = 1,
        nth: int = 1,
        probability: float = 1.0,
        after_write: bool = False,
        seconds: float = 0.0,
        code: int = 36009003,
        message: str = "internal error",
        status: int = 200,
    ) -> str:
        """Order trouble for requests whose path begins with `path`, of this method and operation (""= any).

        kind: "rate_limit" (429 and 36009002), "unavailable" (503 with HTML), "internal" (36009003), "timeout"
        (36009007, the request took effect), "error" (`code`, `message`, `status`), "bad_signature" (106001),
        "expire_token" (all access tokens run out now, so this request gets 105002), "drop" (connection cut without
        an answer), "half_body" (took effect, answer cut half-way), "not_json" (took effect, HTML with 200), "slow"
        (waits `seconds` of real time at most, or until `release`).
        after_write: the request takes effect first ("drop", "unavailable", "error", "internal", "slow", "rate_limit").
        nth: begins with the nth matching request (1 = the next). count: strikes that many times (None = always).
        Returns the order's id.
        """
        return self._world.faults.add(Fault(
            "", kind, path, method, operation, count, nth, probability, after_write, seconds, code, message, status,
        )).id

    def fail_item(self, item_id: str, code: int, message: str = "ordered failure", count: int = 1) -> None:
        """Let the next batch call fail for this product id (activate...) or SKU id (inventory), below code 0."""
        self._world.faults.fail_item(item_id, code, message, count)

    def faults(self) -> list[Wire]:
        """The standing orders with how often they were seen and struck."""
        return [asdict(fault) for fault in self._world.faults.listed()]

    def clear_faults(self) -> None:
        """Drop all orders and let slow answers go."""
        self._world.faults.clear()

    def release(self) -> None:
        """Let slow answers go now."""
        self._world.faults.release()

    # --- tokens ----------------------------------------------------------------------------------------------------

    def expire_token(self) -> None:
        """All access tokens run out now; refreshing still works."""
        with self._world.lock:
            self._world.tokens.expire_access()

    def revoke(self) -> None:
        """The seller withdraws the authorisation."""
        with self._world.lock:
            self._world.tokens.revoke()
            self._world.main.webhooks.fire(6, {"message": "The seller has withdrawn the authorization."})

    def set_scopes(self, scopes: list[str] | None = None) -> None:
        """Narrow or widen the scopes of all tokens; None = all scopes."""
        with self._world.lock:
            self._world.tokens.set_scopes(tuple(scopes) if scopes is not None else ALL_SCOPES)

    def auth_code(self) -> str:
        """An auth code as the consent page hands it out: one use, 30 minutes."""
        with self._world.lock:
            return self._world.tokens.issue_code()

    # --- review ----------------------------------------------------------------------------------------------------

    def settle(self) -> int:
        """Decide everything that is due; returns how many products changed. Requests do this by themselves."""
        with self._world.lock:
            return self._world.settle()

    def decide(self, product_id: str, verdict: Verdict = "pass", reasons: list[Wire] | None = None) -> None:
        """Decide one review now: "pass", "fail" (`reasons` in wire format, else by content) or "pre_approve"."""
        with self._world.lock:
            shop, product = self._world.find_product(product_id)
            if product.version_in_review() is None:
                raise NoSuchControlError(f"product {product_id} is not in review")
            shop.reviews.decide(product, verdict, reasons or [], self._world.clock.now())
            shop.changed(product)

    # --- the seller, in Seller Center ------------------------------------------------------------------------------

    def seller_edit(self, product_id: str, **content: Any) -> None:
        """Change top-level fields of the live version (title, description, main_images...), past the review."""

        def change(product: Product) -> None:
            product.base = product.base.copy()
            product.base.content.update(content)

        self._change(product_id, change)

    def seller_price(self, sku_id: str, amount: str) -> None:
        """Change a live price."""
        product, sku = self._find_sku(sku_id)
        self._change(product.id, lambda _: sku.update(price={**sku["price"], "amount": amount}))

    def seller_stock(self, sku_id: str, quantity: int, warehouse_id: str | None = None) -> None:
        """Change the stock of a SKU in one warehouse (None: the first it has, or the shop's default)."""
        product, _ = self._find_sku(sku_id)
        held = product.stock.setdefault(sku_id, {})
        chosen = warehouse_id or next(iter(held), None) or self._world.main.warehouses[0]["id"]
        self._change(product.id, lambda _: held.update({chosen: quantity}))

    def seller_deactivate(self, product_id: str) -> None:
        """Hide a product."""
        self._change(product_id, hide)

    def seller_activate(self, product_id: str) -> None:
        """Put a hidden product back on sale, past the review."""

        def change(product: Product) -> None:
            product.condition, product.audit = "ACTIVATE", Audit("APPROVED")

        self._change(product_id, change)

    def seller_delete(self, product_id: str) -> None:
        """Delete a product."""

        def change(product: Product) -> None:
            hide(product)
            product.condition = "DELETED"

        self._change(product_id, change)

    def promotion(self, product_id: str, running: bool = True) -> None:
        """Begin or end a promotion: it locks the price and lets stock only grow."""
        self._change(product_id, lambda product: setattr(product, "promotion", running))

    def sell(self, sku_id: str, quantity: int = 1) -> None:
        """Buyers order: available stock falls, committed stock grows."""
        product, _ = self._find_sku(sku_id)

        def change(_: Product) -> None:
            held = product.stock[sku_id]
            warehouse_id = max(held, key=lambda key: held[key])
            held[warehouse_id] -= quantity
            product.committed[sku_id] = product.committed.get(sku_id, 0) + quantity

        self._change(product.id, change)

    # --- the platform ----------------------------------------------------------------------------------------------

    def take_down(self, product_id: str) -> None:
        """A violation: PLATFORM_DEACTIVATED."""
        self._stop(product_id, "PLATFORM_DEACTIVATED")

    def freeze_product(self, product_id: str) -> None:
        """A grave violation: FREEZE, nothing can be done by API."""
        self._stop(product_id, "FREEZE")

    def unfreeze_product(self, product_id: str) -> None:
        """The appeal is won: PLATFORM_DEACTIVATED, to be activated again."""
        self._change(product_id, lambda product: enforce(product, "PLATFORM_DEACTIVATED", self.now()))

    def switch_sku(self, sku_id: str, off: str = "") -> None:
        """Take one SKU of a live product off sale: "SELLER" or "PLATFORM"; "" puts it back."""
        product, _ = self._find_sku(sku_id)
        switched = {key: by for key, by in (product.skus_off | {sku_id: off}).items() if by}
        self._change(product.id, lambda found: setattr(found, "skus_off", switched))

    def require_attribute(self, category_id: str, attribute_id: str, required: bool = True) -> None:
        """Make an attribute mandatory in a category (any version of the tree)."""
        with self._world.lock:
            entries = [
                entry
                for tree in self._world.catalogue.trees.values()
                for entry in tree.attributes.get(category_id, [])
                if entry["id"] == attribute_id
            ]
            for entry in entries:
                entry["is_requried"] = required
        if not entries:
            raise NoSuchControlError(f"no attribute {attribute_id!r} in category {category_id!r}")

    def category_permission(self, category_id: str, status: str) -> None:
        """AVAILABLE, INVITE_ONLY, NON_MAIN_CATEGORY or PROHIBITED."""
        with self._world.lock:
            for tree in self._world.catalogue.trees.values():
                if category_id in tree.categories:
                    tree.categories[category_id]["permission_statuses"] = [status]
                    return
        raise NoSuchControlError(f"no category {category_id!r}")

    def set_warehouses(self, warehouses: list[Wire]) -> None:
        """Replace the shop's warehouses (wire format; [] = none, which is 倉庫未設定)."""
        with self._world.lock:
            self._world.main.warehouses = list(warehouses)

    def fail_prerequisite(self, item: str, reasons: list[str] | None = None) -> None:
        """Let an item of the prerequisites call fail, with its effect on create; `reasons` = [] heals it."""
        with self._world.lock:
            if reasons == []:
                self._world.main.failed_prerequisites.pop(item, None)
            else:
                self._world.main.failed_prerequisites[item] = reasons or ["未設定の項目があります"]

    def forget_image(self, uri: str) -> None:
        """The life of an uploaded picture ends: using its uri is refused with 12052722."""
        with self._world.lock:
            if uri not in self._world.uploads.pictures:
                raise NoSuchControlError(f"no picture {uri!r}")
            self._world.uploads.forget(uri)

    def add_shop(self, name: str) -> Wire:
        """A further shop that the same token sees; returns it as Get Authorized Shops does."""
        with self._world.lock:
            number = len(self._world.shops) + 1
            shop = self._world.add_shop(
                self._world.ids.object_id(), name, f"ROW_sandbox_cipher_{number:04d}", f"JPLCSANDBOX{number:02d}"
            )
            return shop.profile

    # --- webhooks --------------------------------------------------------------------------------------------------

    def forward_webhooks(self, url: str) -> None:
        """Where deliveries really go: a listener on this machine, in place of scheme and host of the addresses that
        were registered ("" = nowhere, so that every try fails).
        """
        with self._world.lock:
            self._world.outbox.forward = url

    def deliver_webhooks(self) -> int:
        """Decide what is due and try every delivery that is due, now; returns how many were taken."""
        return self._sender.deliver()

    def webhooks(self) -> list[Wire]:
        """The outbox, oldest first: id, type, shop_id, address, body, due, state, tries [[moment, HTTP status]]."""
        with self._world.lock:
            found = [asdict(delivery) for delivery in self._world.outbox.deliveries]
        return [{**one, "body": one["body"].decode(), "signature": "…"} for one in found]

    def webhook_trouble(self, kind: Trouble, count: int = 1) -> None:
        """Let the next events go out with a "wrong_signature", or twice ("duplicate")."""
        with self._world.lock:
            self._world.outbox.order_trouble(kind, count)

    def hold_webhooks(self) -> None:
        """Keep events back from now on: they come late."""
        with self._world.lock:
            self._world.outbox.hold()

    def release_webhooks(self, reverse: bool = False) -> None:
        """Let held events go, the newest first on request: out of order."""
        with self._world.lock:
            self._world.outbox.release(reverse=reverse)

    def fire_webhook(self, number: int, data: Wire, shop_id: str = "") -> None:
        """Send any event by its number to the address set for it; `shop_id`: as if it came from that shop."""
        with self._world.lock:
            self._world.main.webhooks.fire(number, data, shop_id)

    def partner_center_webhook(self, number: int, address: str) -> None:
        """Switch on an event that the settings call does not know: 27 stock level, 50 SKU status, 71 stock change."""
        if number not in PARTNER_CENTER_ONLY:
            raise NoSuchControlError(f"event {number} is set by the settings call")
        with self._world.lock:
            main = self._world.main
            main.webhooks.put_number(number, address, main.products.values())

    # --- looking ---------------------------------------------------------------------------------------------------

    def products(self) -> list[Wire]:
        """All products as Get Product shows them, oldest first."""
        with self._world.lock:
            self._world.settle()
            return [product_wire(self._world, shop, product, product.base)
                    for shop, product in self._world.all_products()]

    def product(self, product_id: str) -> Wire:
        """One product as Get Product shows it, with "versions": base, review, refused, draft (None where absent)."""
        with self._world.lock:
            self._world.settle()
            shop, product = self._world.find_product(product_id)
            named = {"base": product.base, "review": product.review, "refused": product.refused,
                     "draft": product.draft}
            versions = {
                name: version and product_wire(self._world, shop, product, version) for name, version in named.items()
            }
            return {**product_wire(self._world, shop, product, product.base), "versions": versions}

    def quota_used(self) -> int:
        """Listings spent today (Japanese calendar day)."""
        with self._world.lock:
            return self._world.main.quota.used

    def images(self) -> list[Wire]:
        """Pictures taken in: uri, url, width, height, use_case."""
        with self._world.lock:
            return [asdict(picture) for picture in self._world.uploads.pictures.values()]

    @property
    def requests(self) -> list[Wire]:
        """The request log: method, path, operation, body_bytes, status, code, fault, at. No secrets."""
        return self._service.requests()

    def clear_requests(self) -> None:
        """Empty the request log."""
        self._service.log.clear()

    # ---------------------------------------------------------------------------------------------------------------

    def _change(self, product_id: str, change: Any) -> None:
        with self._world.lock:
            self._world.settle()
            shop, product = self._world.find_product(product_id)
            change(product)
            product.updated = self._world.clock.now()
            shop.changed(product, "SELLER_CENTER")

    def _stop(self, product_id: str, condition: str) -> None:
        _, product = self._world.find_product(product_id)
        before = product.updated
        self._change(product_id, lambda product: enforce(product, condition, self.now()))
        if not self._world.options.stops_are_updates:
            product.updated = before

    def _find_sku(self, sku_id: str) -> tuple[Product, Wire]:
        for _, product in self._world.all_products():
            for sku in product.base.skus:
                if sku["id"] == sku_id:
                    return product, sku
        raise NoSuchControlError(f"no SKU {sku_id!r}")
