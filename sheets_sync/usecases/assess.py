"""From a workbook as read to what its rows want and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.content import offered
from sheets_sync.description import clean, losses
from sheets_sync.desired import DesiredListing
from sheets_sync.errors import UsageError
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.option_pictures import clash
from sheets_sync.records import BaseRow
from sheets_sync.rows.accidents import Accidents, accidents_in, blanked_keys
from sheets_sync.rows.attributes import attribute_rows, value_lists
from sheets_sync.rows.categories import CategoryIndex
from sheets_sync.rows.defaults import parse_defaults
from sheets_sync.rows.desired import ACTION_RESULT, SUGGESTED, DesiredRules, Surroundings, desired_listings
from sheets_sync.rows.lost_zeros import lost_zeros
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.plain import Line, lines_by_tab
from sheets_sync.rows.pricing import StockRule
from sheets_sync.rows.seen import absent_told
from sheets_sync.rows.typed import TypedRow
from sheets_sync.tables import Patch, Snapshot
from sheets_sync.template import Owner
from sheets_sync.usecases.binding import CROSS_BORDER
from sheets_sync.usecases.check_images import mark_replaced
from sheets_sync.usecases.export import price_rule
from sheets_sync.usecases.new_brands import brand_issues
from sheets_sync.usecases.platform_rules import PlatformRules, add_category_rules, load_rules, look_up_brands
from sheets_sync.usecases.session import Session

_BASED = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES)


@dataclass
class Assessment:
    """What the rows amount to. `issues` belong to products, `loose` ones to rows of no product (既定値).

    `patch`: rows of 属性 to make or change, drop-downs. `base`: the store's base rows by tab. `lines`: the sheet's
    rows in the store's words, with the `accidents` among them. `prefilled`: rows of 属性 to remember once the
    patch is written.
    """

    listings: list[DesiredListing]
    issues: list[Issue]
    loose: list[Issue]
    platform: PlatformRules
    base: Mapping[Tab, Mapping[str, BaseRow]]
    patch: Patch = field(default_factory=Patch)
    lines: Mapping[Tab, Sequence[Line]] = field(default_factory=dict)
    accidents: Accidents = field(default_factory=Accidents)
    prefilled: Sequence[BaseRow] = ()


def assess(session: Session, snapshot: Snapshot, *, online: bool) -> Assessment:
    """Look at every row. `online`: platform rules that are missing or old are fetched. Raises UsageError when the
    store was lost: prices and stock of the cart stand there, so an export has to come first.
    """
    sheet = _sheet(session, snapshot)
    platform = load_rules(session, online=online)
    add_category_rules(session, platform, session.store.cached_keys("rules"), online=False)
    listings, issues, loose = sheet.desired(session, platform)
    asking = online and session.has_shop
    if asking and _completed(session, platform, listings):
        listings, issues, loose = sheet.desired(session, platform)
    issues += [*sheet.accidents.issues, *blanked_keys(snapshot, sheet.base, session.template)]
    issues += lost_zeros(snapshot, sheet.base, session.template)
    issues += [issue for tab in _BASED for row in sheet.typed[tab] for issue in row.issues]
    issues += _without_twins(_validated(session, listings, platform, issues), issues)
    issues += [*_losses(listings), *brand_issues(session, listings)]
    if asking and not platform.brands_known:
        issues += _brands_unread(listings)
    mark_replaced(session, listings)
    keys = {want.product_key for want in listings}
    loose += [issue for issue in issues if issue.product not in keys]
    loose += absent_told(snapshot, session.template)
    patch = Patch()
    patch.tabs[Tab.ATTRIBUTES], prefilled = attribute_rows(
        listings,
        platform.rules,
        sheet.typed[Tab.ATTRIBUTES],
        sheet.base,
        template=session.template,
        language=snapshot.language,
    )
    in_use = _categories(listings)
    patch.lists = value_lists(rules for category, rules in platform.rules.items() if category in in_use) or None
    return Assessment(listings, issues, loose, platform, sheet.base, patch, sheet.lines, sheet.accidents, prefilled)


@dataclass(frozen=True)
class _Sheet:
    """The rows as read, beside what the store knows of them."""

    base: Mapping[Tab, Mapping[str, BaseRow]]
    typed: Mapping[Tab, Sequence[TypedRow]]
    lines: Mapping[Tab, Sequence[Line]]
    accidents: Accidents

    def desired(
        self, session: Session, platform: PlatformRules
    ) -> tuple[list[DesiredListing], list[Issue], list[Issue]]:
        """What the rows want by the rules that are known, their issues, and those of rows that belong to no product."""
        leaves = {key: platform.paths[key] for key, category in platform.categories.items() if category.leaf}
        index = CategoryIndex(leaves)
        defaults, loose = parse_defaults(self.typed[Tab.DEFAULTS], index, platform.rules, session.language)
        brands = {name: brand_id for brand_id, name in platform.brands.items()}
        rules = _desired_rules(session)
        around = Surroundings(self.base, index, brands, platform.rules, defaults, rules, self.accidents)
        products, skus, attributes = (self.typed[tab] for tab in _BASED)
        found, issues = desired_listings(products, skus, attributes, around)
        return found, issues, loose


def _sheet(session: Session, snapshot: Snapshot) -> _Sheet:
    base = {tab: session.store.base_rows(tab) for tab in _BASED}
    if not base[Tab.PRODUCTS] and snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS):
        raise UsageError("store_knows_no_row", workbook=session.workbook.name)  # nothing tells what the cart said
    lines = lines_by_tab(snapshot, base, session.template, _BASED)
    return _Sheet(base, _typed(session, snapshot), lines, accidents_in(lines, base, session.template))


def _completed(session: Session, platform: PlatformRules, listings: Sequence[DesiredListing]) -> bool:
    """Fetch what these listings need of the platform's rules, and say whether they have to be read by them again."""
    unknown = {key for key in _categories(listings) if key not in platform.rules or key in platform.old}
    if unknown:
        add_category_rules(session, platform, sorted(unknown), online=True)
    names = [name for want in listings if (name := want.brand_text or want.new_brand)] if platform.brands_cut else []
    found = look_up_brands(session, platform, names) if names else False
    return found or bool(unknown)


def _categories(listings: Iterable[DesiredListing]) -> set[str]:
    return {want.category for want in listings if want.category}


def _brands_unread(listings: Iterable[DesiredListing]) -> Iterator[Issue]:
    """Without the list a name says nothing, and the product would go out without its brand."""
    for want in listings:
        if want.sync and want.brand_text:
            yield Issue(Tab.PRODUCTS, want.product_key, "brand", "brand_list_unread")


def _typed(session: Session, snapshot: Snapshot) -> dict[Tab, list[TypedRow]]:
    owners = {Tab.ATTRIBUTES: (Owner.KEY, Owner.EDITOR, Owner.CART)}
    return {
        tab: typed_rows(
            tab,
            snapshot.tabs[tab],
            session.template,
            owners=owners.get(tab, (Owner.KEY, Owner.EDITOR)),
            columns=(SUGGESTED, ACTION_RESULT) if tab is Tab.PRODUCTS else (),
        )
        for tab in (*_BASED, Tab.DEFAULTS)
    }


def _desired_rules(session: Session) -> DesiredRules:
    rules = session.settings.rules
    stock = StockRule(rules.stock_buffer, rules.unmanaged_stock)
    return DesiredRules(price_rule(session), stock, rules.stock_policy, session.timezone)


def _without_twins(found: list[Issue], known: list[Issue]) -> list[Issue]:
    """Without SKUs that look the same because their product has too many options: that is said once, with its cure."""
    crowded = {issue.product for issue in known if issue.code == "options_too_many"}
    return [issue for issue in found if issue.code != "option_combination_doubled" or issue.product not in crowded]


def _losses(listings: list[DesiredListing]) -> list[Issue]:
    """Notes of what descriptions and SKU pictures lose on their way; TikTok Shop shows no more than this."""
    found: list[Issue] = []
    for want in listings:
        if not want.sync or want.held:
            continue
        lost = [("description", code, params) for code, params in losses(want.description)]
        if several := clash(offered(want)):
            lost.append(("sku_image", "sku_images_clash", dict(zip(("name", "value"), several, strict=True))))
        found += [Issue(Tab.PRODUCTS, want.product_key, *told[:2], Severity.INFO, told[2]) for told in lost]
    return found


def _validated(
    session: Session, listings: list[DesiredListing], platform: PlatformRules, known: list[Issue]
) -> list[Issue]:
    from sheets_sync.validation.check import check  # noqa: PLC0415  pandas and pandera: only where rows are checked

    from_abroad = bool(session.store.fact(CROSS_BORDER))
    return check(
        listings,
        session.template.across_borders() if from_abroad else session.template,
        platform.rules,
        known=known,
        categories=platform.categories or None,
        brands_known=platform.brands_known,
        brands=platform.brands.values(),
        now=session.clock.now(),
        clean=clean,
    )
