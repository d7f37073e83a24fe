"""The state of the sandbox: one world of apps and reference data, and the shops in it."""

import copy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .answers import ApiError, NoSuchControlError, Wire
from .catalogue import seeded_catalogue
from .clock import SandboxClock
from .faults import Faults
from .ids import Ids
from .images import Uploads
from .market import load_market, read_data
from .options import SandboxOptions
from .products import Product
from .quota import Quota
from .review import ReviewQueue
from .search_index import SearchIndex
from .tokens import Tokens
from .validation import Ground
from .webhooks import Outbox, ShopWebhooks


@dataclass
class Shop:
    """One seller's shop: products, warehouses, own brands, quota and remembered idempotency keys."""

    profile: Wire  # as Get Authorized Shops shows it
    warehouses: list[Wire]
    delivery_options: list[Wire]
    quota: Quota
    reviews: ReviewQueue
    index: SearchIndex
    webhooks: ShopWebhooks
    brands: dict[str, Wire] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    external_ids: dict[str, str] = field(default_factory=dict)  # external product id -> product id
    idempotent: dict[str, Wire] = field(default_factory=dict)  # key -> the first answer's data
    custom_ids: dict[tuple[str, str], str] = field(default_factory=dict)  # (attribute id or "", name) -> id
    custom_names: dict[str, str] = field(default_factory=dict)  # the same, id -> name
    failed_prerequisites: dict[str, list[str]] = field(default_factory=dict)

    def product(self, product_id: str) -> Product:
        found = self.products.get(product_id)
        if found is None:
            raise ApiError(12052032, "product does not exist")
        return found

    def changed(self, product: Product, source: str = "OPEN_API") -> None:
        """Call after every change of a product. `source`: who changed it, as webhooks tell."""
        self.index.changed(product)
        self.webhooks.changed(product, source)

    def custom_id(self, ids: Ids, attribute_id: str, name: str) -> str:
        """The same name keeps its id throughout the shop."""
        key = (attribute_id, name)
        if key not in self.custom_ids:
            self.custom_ids[key] = ids.custom_id()
            self.custom_names[self.custom_ids[key]] = name
        return self.custom_ids[key]


class World:
    """Everything behind one sandbox. `lock` guards it all: handlers and controls run one at a time."""

    def __init__(
        self, clock: Callable[[], float], review_seconds: float, market: str, options: SandboxOptions
    ) -> None:
        self.lock = threading.RLock()
        self.clock = SandboxClock(clock)
        self.options = options
        self.review_seconds = review_seconds
        self.market = load_market(market)
        self.ids = Ids()
        self.catalogue = seeded_catalogue()
        self.uploads = Uploads()
        self.faults = Faults()
        self.shops: dict[str, Shop] = {}  # by cipher
        seed = read_data(f"{market.lower()}_market.toml")["shop"]
        self.tokens = Tokens(self.clock, options, seed["name"], self.market.region)
        self.outbox = Outbox(self.clock, self.ids, self.tokens.app_key, self.tokens.app_secret)
        self.main = self.add_shop(**seed)

    def add_shop(self, id: str, name: str, cipher: str, code: str) -> Shop:  # noqa: A002 (the wire's word)
        data = read_data(f"{self.market.region.lower()}_market.toml")
        profile = {"id": id, "name": name, "region": self.market.region, "seller_type": self.options.seller_type,
                   "cipher": cipher, "code": code}
        shop = Shop(
            profile, copy.deepcopy(data["warehouse"]), copy.deepcopy(data["delivery_option"]),
            Quota(self.clock, self.options), ReviewQueue(self.options), SearchIndex(self.clock),
            ShopWebhooks(id, self.outbox, self.clock),
        )
        self.shops[cipher] = shop
        return shop

    def settle(self) -> int:
        """Carry out every review and schedule that is due; returns how many products changed."""
        now, changed = self.clock.now(), 0
        for shop in self.shops.values():
            for product in shop.reviews.settle(shop.products, now):
                shop.changed(product)
                changed += 1
        return changed

    def all_products(self) -> Iterator[tuple[Shop, Product]]:
        for shop in self.shops.values():
            for product in shop.products.values():
                yield shop, product

    def find_product(self, product_id: str) -> tuple[Shop, Product]:
        """For controls: a product of any shop."""
        for shop in self.shops.values():
            if product_id in shop.products:
                return shop, shop.products[product_id]
        raise NoSuchControlError(f"no product {product_id!r}")

    def ground(self, shop: Shop, *, for_draft: bool = False) -> Ground:
        """What a listing of this shop is judged against."""
        return Ground(
            options=self.options, market=self.market, catalogue=self.catalogue, uploads=self.uploads,
            warehouses=shop.warehouses, brands=shop.brands,
            custom_names=shop.custom_names, custom_ids=shop.custom_ids, now=self.clock.now(), for_draft=for_draft,
        )
