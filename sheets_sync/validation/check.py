"""The check of the desired listings before anything is sent: everything that TikTok Shop would refuse, said first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Issue, Tab
from sheets_sync.shop import Category, CategoryRules
from sheets_sync.states import Action
from sheets_sync.template import Template
from sheets_sync.validation import texts
from sheets_sync.validation.frames import Outside, product_rows, sku_rows
from sheets_sync.validation.issues import issues_of
from sheets_sync.validation.requirements import Requirements
from sheets_sync.validation.schema import product_schema, sku_schema

_NUMBERED = re.compile(r"^(option|image_)\d.*")


def check(
    listings: Sequence[DesiredListing],
    template: Template,
    rules: Mapping[str, CategoryRules],
    *,
    known: Iterable[Issue] = (),
    categories: Mapping[str, Category] | None = None,
    brands_known: bool = True,
    brands: Collection[str] = (),
    now: dt.datetime | None = None,
    clean: Callable[[str], str] | None = None,
    everything: bool = False,
) -> list[Issue]:
    """All faults of all listings that are to be sent, listing by listing: product, SKUs, attributes.

    `rules` by category id; a category without rules there is not asked for attributes, certificates and sizes.
    `known`: issues found before (cells that could not be read): nothing more is said about their cells.
    `categories`: the tree by id, None when it is not known. `brands_known` False: brand names could not be looked up;
    `brands` are offered where a name is unknown.
    `now` judges 公開予約日時; `clean` makes of a description what is really sent. `everything` checks also what is
    switched off or held by an accident.
    """
    wanted = [listing for listing in listings if everything or is_wanted(listing)]
    if not wanted:
        return []
    outside = Outside(rules, categories or {}, brands_known, brands, now, clean)
    products, skus = product_rows(wanted, template, outside), sku_rows(wanted, template, outside)
    found = [
        *((number, 0, row, issue) for number, row, issue in issues_of(product_schema(template), products, template)),
        *((number, 1, row, issue) for number, row, issue in issues_of(sku_schema(template), skus, template)),
        *((number, 2, 0, issue) for number, issue in _requirement_issues(wanted, template, rules, now)),
    ]
    told = {_cell(issue) for issue in known}
    found.sort(key=lambda placed: placed[:3])
    return [issue for *_, issue in found if _cell(issue) not in told]


def is_wanted(listing: DesiredListing) -> bool:
    """Whether a listing has to be complete: switched on or told to be listed, and not held by an accident."""
    return (listing.sync or listing.action in (Action.PUBLISH, Action.DRAFT)) and not listing.held


def _requirement_issues(
    listings: Sequence[DesiredListing],
    template: Template,
    rules: Mapping[str, CategoryRules],
    now: dt.datetime | None,
) -> Iterator[tuple[int, Issue]]:
    longest_run = int(template.limits["same_character_max"])
    today = (now.astimezone(ZoneInfo(template.timezone)) if now.tzinfo else now).date() if now else None
    refused = sum(texts.FAULTS.values()) & ~texts.BREAK

    @cache
    def bad_text(text: str) -> bool:
        return bool(texts.marks([text], longest_run)[0] & refused)

    @cache
    def requirements(category: str) -> Requirements:
        return Requirements(rules[category], int(template.limits["attribute_value_max"]), bad_text, today)

    for number, listing in enumerate(listings):
        if listing.category in rules:
            for item, code, params in requirements(listing.category).faults(listing):
                key = f"{listing.product_key}/{item}"
                yield number, Issue(Tab.ATTRIBUTES, key, "value", code, params=params, product_key=listing.product_key)


def _cell(issue: Issue) -> tuple[Tab, str, str]:
    """The cell that an issue speaks of; all pictures, and all options of a SKU, count as one."""
    return issue.tab, issue.row_key, _NUMBERED.sub(r"\1", issue.column or "")
