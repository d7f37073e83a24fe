"""Categories, brands and category rules of the platform: from the store's cache, fetched when missing or old and the
shop can be reached. A check is offline but for this cache.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, TypeVar

from sheets_sync.errors import CredentialsError, ShopError, ShopRejected, Unavailable
from sheets_sync.shop import AttributeRule, Brand, Category, CategoryRules, CertificateRule, Condition, Warehouse
from sheets_sync.template import fold
from sheets_sync.usecases.session import Session

log = logging.getLogger(__name__)
T = TypeVar("T")
# Category trees change, so they are kept for hours, not weeks (reference: TikTok Shop API 3.2).
FRESH = dt.timedelta(hours=12)
# Refusals that say that our copy is out of date (reference: TikTok Shop API 2.4, 3.2): of the tree, of a category's
# rules, of the brands.
STALE_TREE = frozenset({"12052002", "12052023", "12052024", "12052025", "12052217", "12052220", "12052230"})
STALE_RULES = frozenset(
    {
        "12052104", "12052105", "12052182", "12052183", "12052240", "12052241", "12052246", "12052247", "12052248",
        "12052256", "12052385", "12052655", "12052673", "12019012", "12019059", "12052273",
    }
)  # fmt: skip
BRANDS, BRANDS_CUT = "brands", "brands_cut"
"""Kinds under which the store keeps the brands, and that there are more of them than the platform pages through."""

PAGED_TOO_DEEP = "12019123"
STALE_BRANDS = frozenset({"12052026", "12019013", "12052200", "12052201", "12052208"})


@dataclass(slots=True)
class PlatformRules:
    """What is known of the platform's rules. Empty where nothing is cached and the shop cannot be reached.

    `old`: categories whose rules were cached too long ago to be believed while the shop can be asked. `brands_known`:
    the list of brands was read; `brands_cut`: as far as the platform pages through it.
    """

    categories: dict[str, Category] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    rules: dict[str, CategoryRules] = field(default_factory=dict)
    old: set[str] = field(default_factory=set)
    brands_known: bool = False
    brands_cut: bool = False

    def choices(self) -> dict[str, list[str]]:
        """Entries of the workbook's drop-downs: leaves by full path with their id, and brand names."""
        leaves = (c for c in self.categories.values() if c.leaf and c.available)
        return {
            "category": sorted(f"{self.paths[c.id]} [{c.id}]" for c in leaves),
            "brand": sorted(self.brands.values()),
        }

    def names(self) -> dict[str, str]:
        """What the platform calls its categories (by path), brands and attributes, by `category:<id>` and so on."""
        named = {f"category:{key}": path for key, path in self.paths.items()}
        named |= {f"brand:{key}": name for key, name in self.brands.items()}
        rules = (rule for rules in self.rules.values() for rule in rules.attributes)
        return named | {f"attribute:{rule.id}": rule.name for rule in rules}


def load_rules(session: Session, *, online: bool) -> PlatformRules:
    """Categories and brands. `online`: old or missing ones are fetched; without it only what is cached is used."""
    categories = _cached(session, "categories", "", lambda: list(session.shop.categories()), _category, online=online)
    brands = _cached(session, BRANDS, "", partial(_fetch_brands, session), lambda d: Brand(**d), online=online)
    known = {category.id: category for category in categories or ()}
    paths = {key: _path(category, known) for key, category in known.items()}
    names = _names(brands or ())
    cut = session.store.cached(BRANDS_CUT, "") is not None
    return PlatformRules(known, paths, names, brands_known=brands is not None, brands_cut=cut)


def _fetch_brands(session: Session) -> list[Brand]:
    """All brands, or as many as the platform pages through: the rest is asked for by name, see `look_up_brands`."""
    found: dict[str, Brand] = {}
    session.store.forget_cached(BRANDS_CUT)
    try:
        for brand in session.shop.brands():
            found[brand.id] = brand
    except ShopRejected as error:
        if error.shop_code != PAGED_TOO_DEEP or not found:
            raise
        log.info("%d brands could be read; others are looked up by name", len(found))
        session.store.save_cached(BRANDS_CUT, "", True, session.clock.now())
    return list(found.values())


def _names(brands: Iterable[Brand]) -> dict[str, str]:
    """Names by id. Of brands that share a name an authorised one comes last, and so is the one that the name means."""
    return {brand.id: brand.name for brand in sorted(brands, key=lambda brand: brand.authorised)}


def look_up_brands(session: Session, platform: PlatformRules, names: Iterable[str]) -> bool:
    """Ask for brands of these names that a list cut short may lack; whether one was found. Raises CredentialsError."""
    known = {fold(name) for name in platform.brands.values()}
    found: dict[str, Brand] = {}
    for name in dict.fromkeys(names):
        try:
            alike = session.shop.brands(name) if fold(name) not in known else ()
            found |= {brand.id: brand for brand in alike if fold(brand.name) == fold(name)}
        except (ShopError, Unavailable) as error:
            log.warning("a brand could not be looked up: %s", error)
    platform.brands |= _names(found.values())
    cached = session.store.cached(BRANDS, "")
    if found and cached:
        session.store.save_cached(BRANDS, "", [*cached[0], *map(asdict, found.values())], cached[1])
    return bool(found)


def add_category_rules(session: Session, platform: PlatformRules, category_ids: Iterable[str], *, online: bool) -> None:
    """Rules of these leaf categories, each fetched once, and again where they are old."""
    wanted = [key for key in dict.fromkeys(category_ids) if key and (key not in platform.rules or key in platform.old)]
    for category_id in wanted:
        if platform.categories and not _is_leaf(platform, category_id):
            continue
        fetch = partial(_fetch_rules, session, category_id)
        found = _cached(session, "rules", category_id, fetch, _rules, online=online)
        if found:
            platform.rules[category_id] = found[0]
            platform.old.discard(category_id)
            if not online and _is_old(session, "rules", category_id):
                platform.old.add(category_id)


def _fetch_rules(session: Session, category_id: str) -> list[CategoryRules]:
    return [session.shop.category_rules(category_id)]


def load_warehouse(session: Session) -> str:
    """Id of the warehouse whose stock is sent: the setting, else the shop's default sales warehouse, "" for none."""
    if session.settings.tiktok.warehouse_id:
        return session.settings.tiktok.warehouse_id
    places = _cached(
        session, "warehouses", "", lambda: list(session.shop.warehouses()), lambda d: Warehouse(**d), online=True
    )
    defaults = [place for place in places or () if place.default] or list(places or ())
    return defaults[0].id if defaults else ""


def renew(session: Session, refusals: Iterable[tuple[str, str]]) -> None:
    """After refusals, given as (code, category id): what they prove to be out of date is fetched anew, so that the next
    check tells the truth. Where the shop cannot be asked now, it is forgotten.
    """
    tree = brands = False
    categories: dict[str, None] = {}
    for code, category in refusals:
        tree = tree or code in STALE_TREE
        brands = brands or code in STALE_BRANDS
        if category and code in STALE_TREE | STALE_RULES:
            categories[category] = None
    for kind, stale in (("categories", tree), (BRANDS, brands)):
        if stale:
            session.store.forget_cached(kind)
    for category in categories:
        session.store.forget_cached("rules", category)
    if tree or brands or categories:
        add_category_rules(session, load_rules(session, online=True), categories, online=True)


def _is_old(session: Session, kind: str, key: str) -> bool:
    known = session.store.cached(kind, key)
    return known is not None and session.clock.now() - known[1] >= FRESH


def _is_leaf(platform: PlatformRules, category_id: str) -> bool:
    category = platform.categories.get(category_id)
    return category is not None and category.leaf


def _cached(
    session: Session,
    kind: str,
    key: str,
    fetch: Callable[[], list[T]],
    make: Callable[[dict[str, Any]], T],
    *,
    online: bool,
) -> list[T] | None:
    known = session.store.cached(kind, key)
    now = session.clock.now()
    if known and (not online or now - known[1] < FRESH):
        return [make(entry) for entry in known[0]]
    if online and session.has_shop:
        try:
            fetched = fetch()
        except (ShopError, Unavailable, CredentialsError) as error:
            log.warning("%s could not be fetched: %s", kind, error)
            if not known and isinstance(error, CredentialsError):
                raise
        else:
            session.store.save_cached(kind, key, [asdict(entry) for entry in fetched], now)  # type: ignore[call-overload]  # T is a dataclass
            return fetched
    return [make(entry) for entry in known[0]] if known else None


def _category(entry: dict[str, Any]) -> Category:
    return Category(**entry)


def _path(category: Category, known: dict[str, Category]) -> str:
    names = [category.name]
    while category.parent_id in known and len(names) < 20:
        category = known[category.parent_id]
        names.insert(0, category.name)
    return " > ".join(names)


def _rules(entry: dict[str, Any]) -> CategoryRules:
    def conditions(found: list[dict[str, str]]) -> tuple[Condition, ...]:
        return tuple(Condition(**condition) for condition in found)

    attributes = tuple(
        AttributeRule(
            **{**a, "values": tuple((v[0], v[1]) for v in a["values"]), "conditions": conditions(a["conditions"])}
        )
        for a in entry["attributes"]
    )
    certificates = tuple(
        CertificateRule(**{**c, "conditions": conditions(c["conditions"])}) for c in entry["certificates"]
    )
    return CategoryRules(**{**entry, "attributes": attributes, "certificates": certificates})
