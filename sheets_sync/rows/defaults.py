"""既定値: values for all products of a cart product type, of a category, or for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sheets_sync import messages
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language
from sheets_sync.rows.categories import CategoryIndex
from sheets_sync.rows.typed import CLEAR, Typed, TypedRow
from sheets_sync.shop import CategoryRules
from sheets_sync.template import fold

ALL, CART_TYPE, CATEGORY = "all", "cart_type", "category"
_NEAREST_FIRST = (CATEGORY, CART_TYPE, ALL)
_NOT_VALUES = frozenset({"match_kind", "match_value", "attributes"})
_LINE = re.compile(r"\s*(?P<name>[^=＝]+?)\s*[=＝]\s*(?P<value>.*?)\s*")


@dataclass(frozen=True, slots=True)
class Default:
    """A value for a blank cell. `origin` names the row of 既定値 for a person."""

    value: Typed
    origin: str


@dataclass(frozen=True, slots=True)
class AttributeDefault:
    """Values for an attribute, by the name that was written."""

    name: str
    values: tuple[str, ...]
    origin: str


@dataclass(slots=True)
class Resolved:
    """What applies to one product: by column, and by folded attribute name (or attribute id)."""

    columns: dict[str, Default] = field(default_factory=dict)
    attributes: dict[str, AttributeDefault] = field(default_factory=dict)


class Defaults:
    """The rows of 既定値, by what they are for."""

    def __init__(self, rows: Mapping[tuple[str, str], Resolved] | None = None) -> None:
        self._rows = rows or {}
        self._resolved: dict[tuple[str, str], Resolved] = {}

    def resolve(self, cart_type: str, category: str = "") -> Resolved:
        """What applies to a product of this type in this category (id): category before type before all."""
        wanted = (fold(cart_type), category)
        if wanted not in self._resolved:
            found = Resolved()
            targets = {CATEGORY: category, CART_TYPE: wanted[0], ALL: ""}
            for kind in reversed(_NEAREST_FIRST):
                if (target := targets[kind]) or kind == ALL:
                    row = self._rows.get((kind, target), Resolved())
                    found.columns |= row.columns
                    found.attributes |= row.attributes
            self._resolved[wanted] = found
        return self._resolved[wanted]


def parse_defaults(
    rows: Iterable[TypedRow],
    categories: CategoryIndex,
    rules: Mapping[str, CategoryRules],
    language: Language,
) -> tuple[Defaults, list[Issue]]:
    """Read the rows of 既定値. `rules`: what is known of categories, to tell attributes that do not exist.

    A row that cannot be understood is left out and told; of two rows for the same target the first one counts.
    """
    found: dict[tuple[str, str], Resolved] = {}
    numbers: dict[tuple[str, str], int] = {}
    issues: list[Issue] = []
    for row in rows:
        issues += row.issues
        target = _target(row, categories, issues)
        if target is None:
            continue
        if target in found:
            issues.append(_issue(row, "match_value", "default_doubled", rows=numbers[target]))
            continue
        numbers[target] = row.number
        found[target] = _values(row, _origin(target, row, categories, language), issues)
        if target[0] == CATEGORY and target[1] in rules:
            issues += _unknown_attributes(row, found[target], rules[target[1]])
    return Defaults(found), issues


def _target(row: TypedRow, categories: CategoryIndex, issues: list[Issue]) -> tuple[str, str] | None:
    """What a row is for, as (kind, folded type or category id)."""
    kind, which = row.text("match_kind"), row.text("match_value")
    if not kind:
        if "match_kind" not in row.bad:
            issues.append(_issue(row, "match_kind", "default_kind_missing"))
        return None
    if kind == ALL:
        if which:
            issues.append(_issue(row, "match_value", "default_target_not_empty", Severity.WARNING, read=which))
        return ALL, ""
    if not which:
        issues.append(_issue(row, "match_value", "default_target_missing"))
        return None
    if kind == CART_TYPE:
        return CART_TYPE, fold(which)
    if category := categories.id_of(which):
        return CATEGORY, category
    issues.append(_issue(row, "match_value", "default_category_unknown", read=which))
    return None


def _values(row: TypedRow, origin: str, issues: list[Issue]) -> Resolved:
    found = Resolved(
        {
            column: Default(value, origin)
            for column, value in row.values.items()
            if column not in _NOT_VALUES and value is not None and value is not CLEAR
        }
    )
    for line in row.text("attributes").splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None or not match["value"]:
            issues.append(_issue(row, "attributes", "default_attribute_line", read=line.strip()))
            continue
        name, value = match["name"], match["value"]
        before = found.attributes.get(fold(name))
        values = (*before.values, value) if before else (value,)
        found.attributes[fold(name)] = AttributeDefault(name, values, origin)
    return found


def _unknown_attributes(row: TypedRow, values: Resolved, rules: CategoryRules) -> Iterable[Issue]:
    pairs = [(rule.id, rule.name) for rule in rules.attributes if not rule.sales]
    pairs += [(rule.id, rule.name) for rule in rules.certificates]
    known = {fold(word) for pair in pairs for word in pair}
    names = [name for _, name in pairs]
    for name, default in values.attributes.items():
        if name not in known:
            params = {"read": default.name, "known": " / ".join(names)}
            yield _issue(row, "attributes", "default_attribute_unknown", Severity.WARNING, **params)


def _origin(target: tuple[str, str], row: TypedRow, categories: CategoryIndex, language: Language) -> str:
    kind, which = target
    shown = categories.path(which) if kind == CATEGORY else row.text("match_value")
    return messages.text(f"default_origin_{kind}", language, target=shown)


def _issue(row: TypedRow, column: str, code: str, severity: Severity = Severity.ERROR, **params: object) -> Issue:
    return Issue(Tab.DEFAULTS, row.ref.key, column, code, severity, params)
