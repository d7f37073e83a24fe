"""The market's template as values: tabs, columns, owners, choices, limits. Everything about a column is told here once.

Headings, drop-downs, colours, the pandera schemas and the columns' documentation are all derived from these records.
They are read from `templates/<market>.toml` by `template_files.py`.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from sheets_sync.issue import Tab
from sheets_sync.messages import Language

IMAGE_SLOTS = 9
OPTION_SLOTS = 3


class Owner(StrEnum):
    """Who may write a column's cells: one writer per column."""

    KEY = "key"
    CART = "cart"
    EDITOR = "editor"
    RESULT = "result"


class Kind(StrEnum):
    """What a cell of a column holds; `cells.py` parses and renders each kind."""

    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"
    HTML = "html"
    LINES = "lines"
    ID = "id"
    INTEGER = "integer"
    MONEY = "money"
    IMAGE = "image"
    CATEGORY = "category"
    BRAND = "brand"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a drop-down. `id` is language-free; `also` are further spellings that are understood."""

    id: str
    ja: str
    en: str
    also: tuple[str, ...] = ()

    def label(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tab. `key` is public (JSON, issues); `ja` and `en` are its headings, `synonyms` older ones.

    `alike`: headings that may well mean this column when it is absent; they are asked about, never taken.

    `prefill`: an editor column that the cart fills first. `required`: missing holds the row as 不足項目あり.
    `folded`: optional, grouped and folded away. `when`: only there if that setting is on. `minimum`/`maximum` bound
    numbers. `width` is in characters.
    """

    key: str
    ja: str
    en: str
    owner: Owner
    kind: Kind
    width: float = 14
    choices: str = ""
    prefill: bool = False
    required: bool = False
    folded: bool = False
    when: str = ""
    minimum: float | None = None
    maximum: float | None = None
    synonyms: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    help_ja: str = ""
    help_en: str = ""

    def label(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en

    def help(self, language: Language) -> str:
        return self.help_ja if language == "ja" else self.help_en


@dataclass(frozen=True, slots=True)
class OwnerStyle:
    """How an owner's headings look (RRGGBB) and what that owner means."""

    colour: str
    text: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Headings:
    """What a tab's heading row turned out to hold.

    `columns`: column key → 0-based index. `unknown`: headings that are nobody's of ours, left alone. `doubled`: a label
    that stands twice. `unclear`: (heading found, label it probably means). `missing`: required columns not found.
    """

    columns: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unclear: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Text as it is compared: full-width forms, case, blanks and line breaks make no difference."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).casefold()


# Without these a tab cannot be worked on at all; any other missing column only means "not set".
REQUIRED_HEADINGS: Mapping[Tab, tuple[str, ...]] = {
    Tab.PRODUCTS: ("product_key", "sync", "state", "errors"),
    Tab.SKUS: ("product_key", "variant_key", "sku_errors"),
    Tab.ATTRIBUTES: ("product_key", "attribute_id", "value"),
    Tab.DEFAULTS: ("match_kind", "match_value"),
    Tab.HISTORY: ("run_id",),
}
KEY_COLUMNS: Mapping[Tab, tuple[str, ...]] = {
    Tab.PRODUCTS: ("product_key",),
    Tab.SKUS: ("variant_key",),
    Tab.ATTRIBUTES: ("product_key", "attribute_id"),
    Tab.DEFAULTS: ("match_kind", "match_value"),
    Tab.HISTORY: ("run_id",),
}


@dataclass(frozen=True)
class Template:
    """A market's template. `limits` are numbers by name; `tabs` and `columns` keep their order."""

    market: str
    locale: str
    currency: str
    price_decimals: int
    weight_unit: str
    size_unit: str
    category_version: str
    timezone: str
    limits: Mapping[str, float]
    tab_names: Mapping[Tab, Choice]
    owners: Mapping[Owner, OwnerStyle]
    choices: Mapping[str, tuple[Choice, ...]]
    columns: Mapping[Tab, tuple[Column, ...]] = field(default_factory=dict)

    @cached_property
    def _by_key(self) -> Mapping[Tab, Mapping[str, Column]]:
        return {tab: {column.key: column for column in columns} for tab, columns in self.columns.items()}

    @cached_property
    def _by_heading(self) -> Mapping[Tab, Mapping[str, str]]:
        return {
            tab: {fold(name): c.key for c in columns for name in (*c.synonyms, c.en, c.ja)}
            for tab, columns in self.columns.items()
        }

    @cached_property
    def _choice_ids(self) -> Mapping[str, Mapping[str, str]]:
        return {
            name: {fold(word): c.id for c in entries for word in (*c.also, c.en, c.ja)}
            for name, entries in self.choices.items()
        }

    def column(self, tab: Tab, key: str) -> Column:
        return self._by_key[tab][key]

    def has(self, tab: Tab, key: str) -> bool:
        return key in self._by_key[tab]

    def keys(self, tab: Tab, *owners: Owner) -> tuple[str, ...]:
        """Keys of the tab's columns in order, all of them or those of the owners given."""
        return tuple(c.key for c in self.columns[tab] if not owners or c.owner in owners)

    def across_borders(self) -> Template:
        """The same for a seller from abroad, whose prices end sooner (reference: TikTok Shop API 5.2)."""
        return replace(self, limits={**self.limits, "price_max": self.limits["price_max_cross_border"]})

    def tab_name(self, tab: Tab, language: Language) -> str:
        return self.tab_names[tab].label(language)

    def tab_of(self, name: str) -> Tab | None:
        """The tab that a sheet's name means, in either language."""
        for tab, names in self.tab_names.items():
            if fold(name) in (fold(names.ja), fold(names.en)):
                return tab
        return None

    def choice_id(self, choices: str, text: str) -> str | None:
        """Id of the choice that `text` means, in either language, or None when it means none."""
        return self._choice_ids[choices].get(fold(text))

    def choice_label(self, choices: str, choice_id: str, language: Language) -> str:
        """Label of a choice; an unknown id is shown as it is."""
        for entry in self.choices[choices]:
            if entry.id == choice_id:
                return entry.label(language)
        return choice_id

    def headings(self, tab: Tab, row: Sequence[tuple[int, str]], language: Language) -> Headings:
        """Match a heading row, given as (0-based index, text) of its non-blank cells, with the tab's columns."""
        known = self._by_heading[tab]
        columns: dict[str, int] = {}
        unknown: list[str] = []
        doubled: list[str] = []
        for index, text in row:
            key = known.get(fold(text))
            if key is None:
                unknown.append(text)
            elif key in columns:
                doubled.append(text)
            else:
                columns[key] = index
        absent = [c for c in self.columns[tab] if c.key not in columns and not c.when]
        unclear = tuple(pair for text in unknown if (pair := _closest(text, absent, language)))
        missing = tuple(key for key in REQUIRED_HEADINGS.get(tab, ()) if key not in columns)
        return Headings(columns, tuple(unknown), tuple(doubled), unclear, missing)


def _closest(text: str, absent: Sequence[Column], language: Language) -> tuple[str, str] | None:
    """The absent column that a heading probably means: a slip, a shortened label, or a word listed as `alike`."""
    folded = fold(text)
    for column in absent:
        shortened = (fold(name).partition("(")[0] for name in (column.ja, column.en) if "(" in fold(name))
        if folded in {*shortened, *map(fold, column.alike)}:
            return text, column.label(language)
    labels = {fold(name): c.label(language) for c in absent for name in (c.ja, c.en)}
    hits = difflib.get_close_matches(folded, labels, n=1, cutoff=0.8)
    return (text, labels[hits[0]]) if hits else None
