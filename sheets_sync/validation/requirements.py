"""What a category asks for beyond the columns: attributes, certificates, a size chart. Plain values, no frames."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from sheets_sync.cells import shortened
from sheets_sync.desired import DesiredListing
from sheets_sync.rows.certificates import certificate
from sheets_sync.shop import AttributeRule, CategoryRules, CertificateRule, Condition
from sheets_sync.template import fold
from sheets_sync.validation.faults import Params

SIZE_CHART = "size_chart"
CERTIFICATION = "certification:"
MOST_FILES = 10

_POSITIVE_NUMBER = re.compile(r"(?=.*[1-9])\d+(\.\d+)?", re.ASCII)


class Requirements:
    """One category's rules, ready to be held against any number of listings.

    `bad_text` tells whether a text breaks the rules for all texts (12052935); `today` judges certificates' last days.
    Attributes that the category does not ask
    for under its conditions are left alone: they are not sent. Source: Partner Center, Get Category Attributes and
    Get Category Rules (`requirement_conditions`: any match makes it required).
    """

    def __init__(
        self,
        rules: CategoryRules,
        longest_value: int,
        bad_text: Callable[[str], bool],
        today: dt.date | None = None,
    ) -> None:
        self._rules = rules
        self._attributes = [rule for rule in rules.attributes if not rule.sales]
        self._values = {
            rule.id: {spelling: value_id for value_id, name in rule.values for spelling in (value_id, fold(name))}
            for rule in self._attributes
        }
        self._longest_value = longest_value
        self._bad_text = bad_text
        self._today = today

    def faults(self, listing: DesiredListing) -> Iterator[tuple[str, str, Params]]:
        """(item id, message code, places) for each thing that is missing or wrong; the id as on the tab 属性."""
        chosen = {rule.id: self._chosen(rule, listing.attributes.get(rule.id, ())) for rule in self._attributes}
        for rule in self._attributes:
            if values := listing.attributes.get(rule.id):
                yield from ((rule.id, code, params) for code, params in self._value_faults(rule, values))
            elif rule.required or _met(rule.conditions, chosen):
                yield rule.id, "attribute_missing", {"name": rule.name}
        for needed in self._rules.certificates:
            item = CERTIFICATION + needed.id
            if lines := listing.attributes.get(item):
                yield from ((item, code, params) for code, params in self._certificate_faults(needed, lines))
            elif needed.required or _met(needed.conditions, chosen):
                yield item, "certificate_missing", {"name": needed.name}
        if self._rules.size_chart_required and not (listing.size_chart or listing.attributes.get(SIZE_CHART)):
            yield SIZE_CHART, "size_chart_missing", {}

    def _certificate_faults(self, rule: CertificateRule, lines: Sequence[str]) -> Iterator[tuple[str, Params]]:
        told = certificate(lines)
        if not told.files:
            yield "certificate_missing", {"name": rule.name}
        if len(told.files) > MOST_FILES:
            yield "certificate_files_many", {"name": rule.name, "count": len(told.files), "limit": MOST_FILES}
        if told.unreadable:
            yield "certificate_date_unreadable", {"name": rule.name, "read": shortened(told.unreadable)}
        elif rule.expires and told.expires is None:
            yield "certificate_date_missing", {"name": rule.name}
        elif told.expires and self._today and told.expires < self._today:
            yield "certificate_expired", {"name": rule.name, "read": f"{told.expires:%Y-%m-%d}"}

    def _chosen(self, rule: AttributeRule, values: Sequence[str]) -> frozenset[str]:
        known = self._values[rule.id]
        return frozenset(known[spelling] for value in values for spelling in (value, fold(value)) if spelling in known)

    def _value_faults(self, rule: AttributeRule, values: Sequence[str]) -> Iterator[tuple[str, Params]]:
        known = self._values[rule.id]
        if len(values) > 1 and not rule.multiple:
            yield (
                "attribute_one_value",
                {"name": rule.name, "count": len(values), "read": shortened(" / ".join(values))},
            )
        if len({fold(value) for value in values}) < len(values):
            yield "attribute_value_doubled", {"name": rule.name, "read": shortened(" / ".join(values))}
        for value in values:
            if value in known or fold(value) in known:
                continue
            params = {"name": rule.name, "read": shortened(value)}
            if not rule.custom and rule.values:
                offered = " / ".join(name for _, name in rule.values[:8]) + (" …" if len(rule.values) > 8 else "")
                yield "attribute_not_offered", {**params, "offered": offered}
            elif rule.number and not _POSITIVE_NUMBER.fullmatch(value):
                yield "attribute_not_number", params
            elif len(value) > self._longest_value:
                yield "attribute_too_long", {**params, "length": len(value), "limit": self._longest_value}
            elif self._bad_text(value):
                yield "attribute_bad_text", params


def _met(conditions: Sequence[Condition], chosen: Mapping[str, frozenset[str]]) -> bool:
    return any(condition.value_id in chosen.get(condition.attribute_id, ()) for condition in conditions)
