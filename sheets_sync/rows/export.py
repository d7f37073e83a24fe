"""The export as a decision: from the cart's products, the sheet and the store's base to one patch and a new base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sheets_sync.errors import Refused
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.records import BaseRow
from sheets_sync.rows.accidents import accidents_in, blanked_keys
from sheets_sync.rows.cart_facts import GONE_ON
from sheets_sync.rows.key_changes import GoneCodes, KeyChange
from sheets_sync.rows.new_rows import Admission, ExportCounts, rows_of_variants
from sheets_sync.rows.passing_over import FINGERPRINT, WAITS, passing_facts, remembered
from sheets_sync.rows.product_merge import ProductMerge
from sheets_sync.rows.project import DeletedInCart, ExportRules, ProjectedProduct, Projector, remarks
from sheets_sync.rows.seen import edits
from sheets_sync.states import Overwrite
from sheets_sync.tables import Patch, RowRef, Snapshot
from sheets_sync.template import Template

_NAMES_SHOWN = 10
_MENDED_HERE = frozenset({"tool_cell_edited", "tool_cell_edited_blank", "sku_without_product", "key_typed_over"})
"""Accidents that the export itself puts right."""


@dataclass(slots=True)
class ExportResult:
    """What an export will do.

    `base_rows`: rows to save, only those that changed. `forget`: keys by tab whose base is to be dropped.
    `key_changes`: offered, or with `accept_key_changes` carried out: links and attribute bases then have to follow.
    `variant_changes`: carried out within their products: links have to follow.
    """

    patch: Patch
    base_rows: list[BaseRow] = field(default_factory=list)
    forget: dict[Tab, set[str]] = field(default_factory=dict)
    counts: ExportCounts = field(default_factory=ExportCounts)
    issues: list[Issue] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    key_changes: list[KeyChange] = field(default_factory=list)
    variant_changes: list[KeyChange] = field(default_factory=list)


def export_patch(
    snapshot: Snapshot | None,
    products: Iterable[Product | Unchanged | Skipped],
    base: Mapping[Tab, Mapping[str, BaseRow]],
    rules: ExportRules,
    *,
    today: dt.date,
    template: Template,
    language: Language,
    under: str = "",
) -> ExportResult:
    """Merge the cart into the workbook (docs/design.md, section 5). `snapshot` None: there is no workbook yet.

    `base` are the store's base rows by tab; `under` is a mark of the settings that the cart's values hang on. Raises
    Refused when more products are gone than `max_gone_percent` allows (a cut file), and when part of the sheet was
    sorted without the rest (a merge would make that permanent).
    """
    language = snapshot.language if snapshot else language
    run = _Export(snapshot, base, rules, today=today, template=template, language=language, under=under)
    accidents = run.look_for_accidents()
    for item in products:
        run.take(item)
    run.settle_later_and_gone()
    return run.finish(accidents)


class _Export:
    """One run: takes products one at a time, remembers only what has to wait for the end of the cart."""

    def __init__(
        self,
        snapshot: Snapshot | None,
        base: Mapping[Tab, Mapping[str, BaseRow]],
        rules: ExportRules,
        *,
        today: dt.date,
        template: Template,
        language: Language,
        under: str,
    ) -> None:
        self._snapshot, self._rules, self._template = snapshot, rules, template
        self._today, self._under = today, under
        self._project = Projector(rules, template)
        self._result = ExportResult(Patch(add_columns=True))
        self._merge = ProductMerge(
            snapshot, base, rules, today=today, template=template, language=language, counts=self._result.counts
        )
        self._products, self._skus, self._skus_of = self._merge.products, self._merge.skus, self._merge.skus_of
        self._admission = Admission()
        self._later: list[ProjectedProduct] = []

    # ------------------------------------------------------------ before

    def look_for_accidents(self) -> list[Issue]:
        """What is wrong with the sheet's rows; rows whose key was typed over go by their true key from here on."""
        sheets = (self._products, self._skus)
        found = accidents_in({s.tab: s.all_lines for s in sheets}, {s.tab: s.base for s in sheets}, self._template)
        if found.shifted:
            raise Refused("export_rows_shifted", count=sum(found.shifted.values()))
        for sheet in sheets:
            for line in sheet.all_lines:
                line.key = found.true_keys.get((sheet.tab, line.ref), line.key)
            sheet.index()
        if self._snapshot:
            found.issues += blanked_keys(self._snapshot, {s.tab: s.base for s in sheets}, self._template)
        return [issue for issue in found.issues if issue.code not in _MENDED_HERE]

    # ------------------------------------------------------------ each product of the cart

    def take(self, item: Product | Unchanged | Skipped) -> None:
        """Take what the source yields; new products and those that wait for another key are settled at the end."""
        if isinstance(item, Skipped):
            self._result.skipped.append(item)
        elif isinstance(item, Unchanged):
            self._take_unchanged(item.key)
        else:
            told = remarks(item)
            self._result.issues += told
            if self._admitted(item.key, rows_of_variants(item)):
                shown = self._project(item)
                if change := self._merge.rename_variants(shown):
                    self._result.variant_changes.append(change)
                self._merge.keep_untold(shown)
                shown.extra |= {} if told else passing_facts(item.fingerprint, self._under)
                self._take(shown)

    def _take_unchanged(self, key: str) -> None:
        """Take a product as the base rows remember it. Where its rows on the sheet do, too, nothing has to be done."""
        skus = self._skus_of.get(key, ())
        stands = self._products.settled(key) and all(map(self._skus.settled, skus))
        if not stands or self._rules.overwrite is Overwrite.ALWAYS:
            shown = remembered(self._products.base[key], (self._skus.base[sku] for sku in skus))
            if self._admitted(key, shown.sku_rows):
                self._take(shown)
        elif self._admitted(key, skus):
            self._count(len(skus))
            self._result.counts.unchanged += 1

    def _take(self, shown: ProjectedProduct) -> None:
        self._count(len(shown.sku_rows))
        known = self._products.base.get(shown.key)
        if known.extra.get(WAITS) if known else shown.key not in self._products.lines:
            self._later.append(shown)
        else:
            self._merge.known(shown)

    def _count(self, rows: int) -> None:
        self._result.counts.products += 1
        self._result.counts.skus += max(1, rows)

    def _admitted(self, key: str, variants: Iterable[str]) -> bool:
        """Whether the product can be taken. One that cannot stays as it is, and is read again the next time."""
        doubled = self._admission.doubled(key, variants)
        if doubled is None:
            return True
        self._result.issues.append(doubled)
        row = self._products.base.get(key)
        if row and FINGERPRINT in row.extra and doubled.code != "doubled_in_cart":
            extra = {name: value for name, value in row.extra.items() if name != FINGERPRINT}
            self._products.keep(replace(row, extra=extra))
        return False

    # ------------------------------------------------------------ after the last product

    def settle_later_and_gone(self) -> None:
        """Append new products, settle changed keys, and mark what the cart does not have any more."""
        base = self._products.base
        gone = [key for key in base if not self._admission.knows(Tab.PRODUCTS, key)]
        on_sheet = {key for key in gone if key in self._products.lines}
        skus = (self._skus.base[sku] for key in on_sheet for sku in self._skus_of.get(key, ()))
        codes = GoneCodes(on_sheet if self._later else (), base, skus)
        changes = [codes.change_to(shown) for shown in self._later]
        renamed = {change.old for change in changes if change}
        self._guard([key for key in gone if key not in renamed])
        for shown, change in zip(self._later, changes, strict=True):
            if change is None:
                self._merge.new(shown)
                continue
            self._result.key_changes.append(change)
            if self._rules.accept_key_changes:
                self._rename(change)
                self._merge.known(shown)
            else:
                self._offer(change, shown)
        for key in gone:
            if key not in renamed:
                self._gone_product(key)

    def finish(self, accidents: Iterable[Issue]) -> ExportResult:
        """Everything together, with those accidents that the cart did not explain."""
        result = self._result
        for sheet in (self._products, self._skus):
            sheet.bring_back_lost_columns()
            result.issues += sheet.columns_told()
            result.patch.tabs[sheet.tab] = sheet.patch
            result.base_rows += sheet.base_rows
            result.forget[sheet.tab] = sheet.forget
            result.issues += sheet.issues
        result.issues += (
            issue
            for issue in accidents
            if issue.code != "unknown_row" or not self._admission.knows(issue.tab, issue.row_key)
        )
        return result

    def _guard(self, gone: list[str]) -> None:
        """Refuse when too many are gone at once: more likely the cart's file is cut than the shop is closing."""
        newly = [key for key in gone if not self._products.base[key].gone]
        if not newly or self._rules.allow_gone:
            return
        known = sum(not row.gone for row in self._products.base.values())
        if len(newly) * 100 > self._rules.max_gone_percent * known:
            raise Refused(
                "too_many_gone",
                gone=len(newly),
                known=known,
                percent=round(len(newly) * 100 / known),
                limit=f"{self._rules.max_gone_percent:g}",
                names="、".join(newly[:_NAMES_SHOWN]),
            )

    def _offer(self, change: KeyChange, shown: ProjectedProduct) -> None:
        """Say in both rows that a key seems to have changed; the new one waits."""
        params = {"old": change.old, "new": change.new}
        self._merge.new(shown, change.old, [self._merge.text("key_changed", **params)])
        self._merge.say(change.old, [self._merge.text("key_changed_old", **params)])
        self._result.issues.append(
            Issue(Tab.PRODUCTS, change.new, "product_key", "key_changed", Severity.ERROR, params)
        )

    def _rename(self, change: KeyChange) -> None:
        """Let the rows of a gone key take over the new one; the merge then writes the new keys into their cells. The
        rows in which the new key waited go.
        """
        variants = {key: change.variants.get(key, key) for key in self._skus_of.pop(change.old, ())}
        self._skus_of[change.new] = list(variants.values())
        self._products.rename(change.old, change.new, change.new)
        for old, new in variants.items():
            self._skus.rename(old, new, change.new)
        for ref in self._attribute_rows(change.old):
            self._result.patch.tab(Tab.ATTRIBUTES).set(ref, "product_key", change.new)

    def _gone_product(self, key: str) -> None:
        old, lines = self._products.base[key], self._products.lines.get(key)
        off = not any(line.cells.get("sync") is True for line in lines or ())
        self._result.counts.gone += bool(lines)
        if not lines or (off and self._rules.deleted_in_cart is DeletedInCart.REMOVE_IF_OFF):
            self._products.drop(key)
            for variant in self._skus_of.get(key, ()):
                self._skus.drop(variant)
            if mine := self._attribute_rows(key):
                self._result.patch.tab(Tab.ATTRIBUTES).removes.update(mine)
            return
        for line in lines:
            self._products.set(line, "cart_status", "gone")
        pauses = self._rules.deleted_in_cart is DeletedInCart.PAUSE
        self._merge.say(key, [self._merge.text("product_gone_pause" if pauses else "product_gone")])
        base = {**old.base, "cart_status": "gone"}
        seen = edits(lines[0].cells, base, self._products.fields.editor)
        extra = old.extra if old.gone else {**old.extra, GONE_ON: self._today.isoformat()}
        self._products.keep(replace(old, gone=True, base=base, seen=seen, extra=extra))

    def _attribute_rows(self, product_key: str) -> list[RowRef]:
        sheet = self._snapshot.tabs.get(Tab.ATTRIBUTES) if self._snapshot else None
        return [ref for ref, _ in sheet.refs(Tab.ATTRIBUTES) if ref.key.startswith(f"{product_key}/")] if sheet else []
