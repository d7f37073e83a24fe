"""What product search sees: by default the products as they are, on request as they were some seconds ago."""

from collections import defaultdict
from collections.abc import Iterator

from .clock import SandboxClock
from .products import Product


class SearchIndex:
    """A lagging view of a shop's products. Callers hold the sandbox's lock.

    While `lag` is 0 nothing is stored: rows come straight from the products. With a lag, every change puts a frozen
    copy of the product aside, and search sees the newest copy that is old enough.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._lag = 0.0
        self._history: dict[str, list[tuple[float, Product]]] = defaultdict(list)
        self._by_seller_sku: dict[str, set[str]] = defaultdict(set)

    @property
    def lag(self) -> float:
        return self._lag

    def set_lag(self, seconds: float, products: dict[str, Product]) -> None:
        """From now on search shows each product as it was `seconds` ago (sandbox clock)."""
        self._lag = seconds
        self._history.clear()
        if seconds > 0:
            for product in products.values():
                self._history[product.id].append((float("-inf"), snapshot(product)))

    def changed(self, product: Product) -> None:
        """Call after every change of a product."""
        for version in product.versions():
            for sku in version.skus:
                if sku["seller_sku"]:
                    self._by_seller_sku[sku["seller_sku"]].add(product.id)
        if self._lag > 0:
            copies = self._history[product.id]
            copies.append((self._clock.now(), snapshot(product)))
            horizon = self._clock.now() - self._lag
            while len(copies) > 1 and copies[1][0] <= horizon:
                del copies[0]

    def candidates(self, seller_skus: list[str]) -> set[str]:
        """Ids of products that carry, or once carried, one of the seller SKUs."""
        return set().union(*(self._by_seller_sku.get(text, set()) for text in seller_skus))

    def visible(self, products: dict[str, Product]) -> Iterator[Product]:
        """Products as search sees them, newest first."""
        horizon = self._clock.now() - self._lag
        for product in reversed(products.values()):
            seen = self._seen(product, horizon) if self._lag > 0 else product
            if seen is not None:
                yield seen

    def _seen(self, product: Product, horizon: float) -> Product | None:
        old_enough = [copy for at, copy in self._history[product.id] if at <= horizon]
        return old_enough[-1] if old_enough else None


def snapshot(product: Product) -> Product:
    """A copy that later changes do not reach."""
    twin = Product(product.id, product.created, product.updated, product.base.copy(), product.condition)
    twin.audit, twin.ever_live, twin.submitted = product.audit, product.ever_live, product.submitted
    twin.review = product.review.copy() if product.review else None
    twin.draft = product.draft.copy() if product.draft else None
    twin.skus_off = dict(product.skus_off)
    twin.stock = {sku_id: dict(held) for sku_id, held in product.stock.items()}
    return twin
