"""Webhooks: who wants which event where, and the outbox with its ladder of repetitions (reference 1.8, 3.20, 3.21)."""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from .answers import ApiError, NoSuchControlError, Wire
from .clock import SandboxClock
from .ids import Ids
from .products import Product
from .webhook_events import EVENT_TYPES, OTHER_EVENT_TYPES, SKU_CHANGE, STOCK_CHANGE, Seen, events, seen

LADDER = (120.0, 1800.0, 3 * 3600.0, 12 * 3600.0)
"""Seconds from a failed try to the next one; after the last rung the event is lost."""
Trouble = Literal["wrong_signature", "duplicate"]
LONGEST_ADDRESS = 255
_NUMBERED = {number: name for name, number in EVENT_TYPES.items()}


@dataclass
class Delivery:
    """One event on its way to one address. `tries`: moment and HTTP status of each try, 0 = no answer in time."""

    id: str
    type: int
    shop_id: str
    address: str
    body: bytes
    signature: str
    due: float
    state: Literal["waiting", "delivered", "given_up"] = "waiting"
    tries: list[tuple[float, int]] = field(default_factory=list)


class Outbox:
    """Deliveries of all shops. Callers hold the sandbox's lock.

    `forward`: base address on this machine to which everything is really sent, in place of scheme and host of the
    registered addresses; "" = nothing leaves, every try fails.
    """

    def __init__(self, clock: SandboxClock, ids: Ids, app_key: str, app_secret: str) -> None:
        self._clock = clock
        self._ids = ids
        self._app_key, self._app_secret = app_key, app_secret
        self._held: list[Delivery] | None = None
        self._trouble: list[Trouble] = []
        self.deliveries: list[Delivery] = []
        self.forward = ""

    def post(self, number: int, shop_id: str, address: str, data: Wire) -> None:
        """Put an event into the outbox."""
        now = self._clock.now()
        event_id = self._ids.notification_id()
        envelope = {"type": number, "tts_notification_id": event_id, "shop_id": shop_id, "timestamp": int(now),
                    "data": data}
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        signature = hmac.new(self._app_secret.encode(), self._app_key.encode() + body, hashlib.sha256).hexdigest()
        trouble = self._trouble.pop(0) if self._trouble else ""
        if trouble == "wrong_signature":
            signature = signature[::-1]
        for _ in range(2 if trouble == "duplicate" else 1):
            delivery = Delivery(event_id, number, shop_id, address, body, signature, now)
            (self.deliveries if self._held is None else self._held).append(delivery)

    def order_trouble(self, kind: Trouble, count: int) -> None:
        if kind not in ("wrong_signature", "duplicate"):
            raise NoSuchControlError(f"no webhook trouble {kind!r}; there are: wrong_signature, duplicate")
        self._trouble += [kind] * count

    def hold(self) -> None:
        """Events from now on wait."""
        self._held = self._held or []

    def release(self, *, reverse: bool) -> None:
        """Held events go out, the newest first on request."""
        held = self._held or []
        self.deliveries += reversed(held) if reverse else held
        self._held = None

    def due(self) -> list[Delivery]:
        now = self._clock.now()
        return [one for one in self.deliveries if one.state == "waiting" and one.due <= now]

    def tried(self, delivery: Delivery, status: int) -> None:
        """Note how a try ended, and when the next one is due."""
        if delivery.state != "waiting":
            return
        now = self._clock.now()
        delivery.tries.append((now, status))
        if status == 200:
            delivery.state = "delivered"
        elif len(delivery.tries) > len(LADDER):
            delivery.state = "given_up"
        else:
            delivery.due = now + LADDER[len(delivery.tries) - 1]


class ShopWebhooks:
    """One shop's addresses by event number, and what was last seen of its products. Callers hold the sandbox's lock.

    While nobody wants anything, nothing is remembered and nothing fires.
    """

    def __init__(self, shop_id: str, outbox: Outbox, clock: SandboxClock) -> None:
        self._shop_id = shop_id
        self._outbox = outbox
        self._clock = clock
        self._settings: dict[int, Wire] = {}
        self._others: dict[str, Wire] = {}
        self._seen: dict[str, Seen] = {}

    def put(self, event_type: str, address: str, products: Iterable[Product]) -> None:
        """Want an event (name of the settings call); what the products are now is the state to start from."""
        if event_type in OTHER_EVENT_TYPES:
            self._others[event_type] = self._setting(event_type, address, self._others.get(event_type))
            return
        number = EVENT_TYPES.get(event_type)
        if number is None:
            raise ApiError(36009004, "Invalid parameter body.event_type: unknown event type")
        self.put_number(number, address, products)

    def put_number(self, number: int, address: str, products: Iterable[Product]) -> None:
        if not self._settings:
            self._seen = {product.id: seen(product) for product in products}
        self._settings[number] = self._setting(_NUMBERED.get(number, ""), address, self._settings.get(number))

    def _setting(self, event_type: str, address: str, before: Wire | None) -> Wire:
        now = int(self._clock.now() * 1000)
        made = before["create_time"] if before else now
        return {"event_type": event_type, "address": address, "create_time": made, "update_time": now}

    def remove(self, event_type: str) -> None:
        """Succeeds where nothing was set, too."""
        self._settings.pop(EVENT_TYPES.get(event_type, 0), None)
        self._others.pop(event_type, None)

    def listed(self) -> list[Wire]:
        """As the settings call shows them: what Partner Center alone switches on is not among them."""
        return [setting for setting in (*self._settings.values(), *self._others.values()) if setting["event_type"]]

    def changed(self, product: Product, source: str) -> None:
        """Tell of a product's change whoever wants to know."""
        if not self._settings:
            return
        before = self._seen.get(product.id)
        for number, data in events(before, product, self._clock.now(), source, self._shop_id):
            self.fire(number, data)
        self._seen[product.id] = seen(product)

    def fire(self, number: int, data: Wire, shop_id: str = "") -> None:
        """Send an event to whoever wants its number. `shop_id`: say that it comes from another shop."""
        setting = self._settings.get(number)
        if setting:
            self._outbox.post(number, shop_id or self._shop_id, setting["address"], data)


def address_faults(address: str) -> Iterator[str]:
    """What the platform does not take as an address (reference 3.20)."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        yield "not an address"
        return
    if len(address) > LONGEST_ADDRESS:
        yield f"longer than {LONGEST_ADDRESS} characters"
    if parts.scheme != "https":
        yield "https is needed"
    if port is not None:
        yield "a port is not allowed"
    if _is_ip(host) or "." not in host:
        yield "a domain name is needed"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


PARTNER_CENTER_ONLY = (27, SKU_CHANGE, STOCK_CHANGE)
