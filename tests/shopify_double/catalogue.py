"""What a shop holds: products, variants, pictures, metafields, stock by place, and when each was last touched."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Location:
    name: str
    number: int = 0
    is_active: bool = True
    fulfills_online_orders: bool = True
    ships_inventory: bool = True


@dataclass
class Media:
    """A picture (`MediaImage`), or a `Video`, `ExternalVideo` or `Model3d`, which have no picture of their own."""

    url: str
    alt: str | None = None
    kind: str = "MediaImage"
    status: str = "READY"
    width: int | None = 1000
    height: int | None = 1000
    number: int = 0


@dataclass
class Metafield:
    namespace: str
    key: str
    type: str
    value: str
    number: int = 0
    created_at: str = ""
    updated_at: str = ""


@dataclass
class Variant:
    """`options`: value by option name, in order. `stock`: a number at the first location, or numbers by its name."""

    sku: str | None = None
    price: str = "1000"
    options: dict[str, str] = field(default_factory=dict)
    stock: int | dict[str, int] = 0
    barcode: str | None = None
    compare_at_price: str | None = None
    taxable: bool = True
    tracked: bool = True
    inventory_policy: str = "DENY"
    weight: tuple[float, str] | None = None
    requires_shipping: bool = True
    requires_components: bool = False
    unit_cost: str | None = None
    media: list[Media] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    selling_plan_groups: int = 0
    number: int = 0
    created_at: str = ""
    updated_at: str = ""
    product: "Product" = field(default=None, repr=False, compare=False)  # type: ignore[assignment]  # set by add

    @property
    def title(self) -> str:
        return " / ".join(self.options.values()) or "Default Title"


@dataclass
class Product:
    """`category`: its taxonomy id's last part and its full name (`("sg-4", "Sporting Goods > Balls")`)."""

    title: str
    handle: str = ""
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    status: str = "ACTIVE"
    tags: list[str] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=lambda: [Variant()])
    media: list[Media] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    category: tuple[str, str] | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    published_at: str | None = None
    is_gift_card: bool = False
    requires_selling_plan: bool = False
    selling_plan_groups: int = 0
    combined_listing_role: str | None = None
    components: list["Product"] = field(default_factory=list)
    number: int = 0
    created_at: str = ""
    updated_at: str = ""

    @property
    def gid(self) -> str:
        return gid("Product", self.number)


@dataclass(frozen=True)
class Named:
    """Something that a metafield refers to: a metaobject, a page, a file …, by its kind and its name or address."""

    kind: str
    number: int
    name: str


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


class Catalogue:
    """Everything the shop sells. Each change moves `updated_at` by the clock, to the second, as the platform does."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.locations = [Location("本店", 61_001)]
        self.products: dict[int, Product] = {}
        self.named: dict[str, Named] = {}
        self.shop_metafields: list[Metafield] = []
        self._last = 7_000_000_000_000

    def now(self) -> str:
        return stamp(self.clock())

    def number(self) -> int:
        self._last += 977
        return self._last

    def add_location(self, name: str, **facts: Any) -> Location:
        location = Location(name, len(self.locations) + 61_001, **facts)
        self.locations.append(location)
        return location

    def add(self, product: Product) -> Product:
        """Give it and its parts their numbers and times, and take it in."""
        now = self.now()
        product.number = product.number or self.number()
        product.handle = product.handle or f"item-{product.number}"
        product.created_at = product.created_at or now
        product.updated_at = product.updated_at or now
        self.products[product.number] = product
        self._number_parts(product)
        return product

    def name(self, kind: str, name: str) -> str:
        """Take in something that metafields can refer to (`Metaobject`, `Page` …); its id."""
        named = Named(kind, self.number(), name)
        self.named[gid(kind, named.number)] = named
        return gid(kind, named.number)

    def change(self, product: Product, **facts: Any) -> None:
        """Set fields of a product, or of its parts beforehand, and let it count as updated now."""
        for name, value in facts.items():
            assert hasattr(product, name), name
            setattr(product, name, value)
        self._number_parts(product)
        self.touch(product)

    def touch(self, product: Product) -> None:
        product.updated_at = self.now()

    def delete(self, product: Product) -> None:
        del self.products[product.number]

    def order(self, variant: Variant, quantity: int = 1) -> None:
        """Somebody buys: tracked stock falls, and the product counts as updated although nobody edited it."""
        levels = self.levels(variant)
        first = next(location.name for location in self.locations if location.name in levels)
        variant.stock = {**levels, first: levels[first] - quantity}
        variant.updated_at = self.now()
        self.touch(variant.product)

    def levels(self, variant: Variant) -> dict[str, int]:
        """Stock by location's name."""
        return variant.stock if isinstance(variant.stock, dict) else {self.locations[0].name: variant.stock}

    def sellable(self, variant: Variant) -> int:
        online = {place.name for place in self.locations if place.is_active and place.fulfills_online_orders}
        return sum(quantity for name, quantity in self.levels(variant).items() if name in online)

    def location(self, name: str) -> Location:
        return next(location for location in self.locations if location.name == name)

    def variants(self) -> Iterator[Variant]:
        return (variant for product in self.products.values() for variant in product.variants)

    def _number_parts(self, product: Product) -> None:
        now = self.now()
        parts: list[Any] = [*product.media, *product.metafields, *product.variants]
        for variant in product.variants:
            variant.product = product
            parts += [*variant.media, *variant.metafields]
        for part in parts:
            part.number = part.number or self.number()
            if hasattr(part, "updated_at"):
                part.created_at = part.created_at or now
                part.updated_at = part.updated_at or now


def option_names(product: Product) -> list[str]:
    return list(product.variants[0].options) if product.variants and product.variants[0].options else ["Title"]


def option_values(product: Product, name: str) -> list[str]:
    values: Iterable[str] = (variant.options.get(name, "Default Title") for variant in product.variants)
    return list(dict.fromkeys(values))


def stamp(seconds: float) -> str:
    """A time as the platform writes it."""
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
