"""One product of the cart during an export: its rows on both tabs merged, restored or appended, and what is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sheets_sync import messages
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.carry import carried_down, carried_up
from sheets_sync.rows.cart_notes import conflict_lines, fact_lines, typed_over_lines
from sheets_sync.rows.fields import sku_columns, with_skus_note
from sheets_sync.rows.key_changes import KeyChange, renamed_variants
from sheets_sync.rows.merge import Row
from sheets_sync.rows.new_rows import ExportCounts, new_product
from sheets_sync.rows.passing_over import PLACE, WAITS
from sheets_sync.rows.plain import PlainTab
from sheets_sync.rows.project import ExportRules, ProjectedProduct, variant_label
from sheets_sync.rows.seen import edits
from sheets_sync.rows.sheet_merge import CartRow, RowOutcome, SheetMerge
from sheets_sync.rows.tag_rule import tag_move
from sheets_sync.states import Overwrite
from sheets_sync.tables import Snapshot
from sheets_sync.template import Template


class ProductMerge:
    """Merges products, one at a time, into the two tabs that they stand on. `skus_of`: SKU keys by product key.

    `counts` is the run's; what changes is in `products` and `skus`.
    """

    def __init__(
        self,
        snapshot: Snapshot | None,
        base: Mapping[Tab, Mapping[str, BaseRow]],
        rules: ExportRules,
        *,
        today: dt.date,
        template: Template,
        language: Language,
        counts: ExportCounts,
    ) -> None:
        self._rules, self._template, self._language, self._today = rules, template, language, today
        self.counts = counts
        self.products, self.skus = (
            SheetMerge.of(snapshot, base.get(tab, {}), PlainTab(tab, template, language), rules.overwrite, today)
            for tab in (Tab.PRODUCTS, Tab.SKUS)
        )
        self.skus_of = self.skus.by_product()
        self._renamed: dict[str, list[str]] = {}
        self._fields_with_note = with_skus_note(self.products.fields)
        self._sku_columns = sku_columns(template)

    def rename_variants(self, shown: ProjectedProduct) -> KeyChange | None:
        """Let the rows of variants that only got another name in the cart go on as theirs."""
        mine = self.skus_of.get(shown.key, [])
        if all(key in shown.sku_rows for key in mine):
            return None
        known = {key for key in shown.sku_rows if key in self.skus.base or key in self.skus.lines}
        change = renamed_variants(shown.key, {key: self.skus.base[key] for key in mine}, known, shown)
        for old, new in change.variants.items() if change else ():
            label = variant_label(self.skus.base[old].base)
            self._renamed.setdefault(shown.key, []).append(
                self.text("sku_renamed", sku=variant_label(shown.sku_rows[new]), was=label)
            )
            self.skus.rename(old, new, shown.key)
            mine[mine.index(old)] = new
        return change

    def keep_untold(self, shown: ProjectedProduct) -> None:
        """Fill what this reading of the cart has no word of with what the cart said last."""
        if not shown.untold:
            return
        for sheet, rows in ((self.products, {shown.key: shown.product_row}), (self.skus, shown.sku_rows)):
            for key, row in rows.items():
                old = sheet.base.get(key)
                row.update((column, old.base[column]) for column in shown.untold if old and column in old.base)

    def known(self, shown: ProjectedProduct, waits_for: str = "", notes: Iterable[str] = ()) -> None:
        """Merge a product that the sheet or the store knows."""
        key, old = shown.key, self.products.base.get(shown.key)
        updated = self._updated(old, shown)
        up: BaseRow | None = None
        down: dict[str, BaseRow] = {}
        if old is not None and bool(old.extra.get("has_variants")) != shown.has_variants:
            if shown.has_variants:
                down = carried_down(self.products, self.skus, old, shown, self._sku_columns)
            else:
                rows = [self.skus.base[sku] for sku in self.skus_of.get(key, ())]
                up = carried_up(self.skus, rows, shown, self._sku_columns)
        sku_notes, touched = self._sku_rows(shown, updated, down)
        if down:
            self._blank_sku_cells(key)
        extra = {**shown.extra, WAITS: waits_for} if waits_for else shown.extra
        extra = {**extra, **self._tag_facts(shown, old)}
        fields = self._fields_with_note if shown.has_variants else self.products.fields
        outcome = self.products.merge(CartRow(key, key, shown.product_row, extra, updated, up, shown.untold), fields)
        notes = (*notes, *self._renamed.get(key, ()))
        lines = [*notes, *self._conflicts(outcome, Tab.PRODUCTS), *self._typed_over(outcome), *sku_notes]
        lines += self._facts(extra, on=self._is_on(key))
        if outcome.restored and self.products.all_lines:
            lines.append(self.text("row_restored"))
        self.say(key, lines, outcome)
        if touched or outcome.touched:
            self.counts.refreshed += 1
        else:
            self.counts.unchanged += 1

    def new(self, shown: ProjectedProduct, waits_for: str = "", notes: Iterable[str] = ()) -> None:
        if shown.key in self.products.base:  # it waited for another key, and that is settled or goes on
            self.known(shown, waits_for, notes)
            return
        row, base = new_product(shown, self._today)
        if waits_for:
            base.extra[WAITS] = waits_for
        sku_notes, _ = self._sku_rows(shown, updated=False, carried={}, all_new=True)
        lines = (*notes, *sku_notes, *self._facts(base.extra, on=shown.starts_on))
        self.products.append(row | {"cart_changes": "\n".join(lines) or None})
        self.products.keep(base)
        self.counts.added += 1

    def _sku_rows(
        self, shown: ProjectedProduct, updated: bool, carried: Mapping[str, BaseRow], *, all_new: bool = False
    ) -> tuple[list[str], bool]:
        """Merge, restore, append and mark the SKU rows of a product; what to say of them, and whether any changed."""
        notes: list[str] = []
        touched = False
        for place, (key, values) in enumerate(shown.sku_rows.items()):
            old = self.skus.base.get(key)
            extra = {**shown.sku_extra.get(key, {}), PLACE: place}
            row = CartRow(key, shown.key, values, extra, updated, carried.get(key), shown.untold)
            outcome = self.skus.merge(row)
            touched |= outcome.touched
            if outcome.conflicts:
                notes += self._conflicts(outcome, Tab.SKUS, variant_label(values))
            if outcome.typed_over:
                notes += self._typed_over(outcome, variant_label(values))
            if outcome.appended is not None:
                self.skus.append(outcome.appended)
                if not all_new and self.skus.all_lines:
                    notes.append(self.text("sku_restored" if old else "sku_added", sku=variant_label(values)))
            elif old is not None and old.gone:
                for line in self.skus.lines[key]:
                    self.skus.set(line, "sku_errors", None)
        return notes + self._gone_variants(shown), touched

    def _gone_variants(self, shown: ProjectedProduct) -> list[str]:
        """Mark SKU rows that the cart does not have any more. They are never removed: their SKU may be on sale."""
        notes: list[str] = []
        for key in self.skus_of.get(shown.key, ()):
            if key in shown.sku_rows:
                continue
            old, lines = self.skus.base[key], self.skus.lines.get(key)
            if not lines:
                self.skus.forget.add(key)
                continue
            text = self.text("sku_gone" if shown.has_variants else "sku_on_products", sku=variant_label(old.base))
            for line in lines:
                self.skus.set(line, "cart_stock", 0)
                if "sku_errors" not in line.cells:
                    self.skus.set(line, "sku_errors", text)
            base = {**old.base, "cart_stock": 0}
            seen = edits(lines[0].cells, base, self.skus.fields.editor)
            self.skus.keep(replace(old, gone=True, base=base, seen=seen))
            notes.append(text)
        return notes

    def _blank_sku_cells(self, key: str) -> None:
        """Blank the SKU cells of a product row after they moved to a SKU row."""
        editor = [c for c in self._sku_columns if c in self._fields_with_note.editor]
        for line in self.products.lines.get(key, ()):
            for column in editor:
                self.products.set(line, column, None)
                line.cells.pop(column, None)

    def _updated(self, old: BaseRow | None, shown: ProjectedProduct) -> bool:
        """Whether the cart changed the product since the last export: its 更新日 moved or, where the cart tells none,
        any of its values did. Stock does not count: it moves with each sale and says nothing about texts.
        """
        if old is None or self._rules.overwrite is not Overwrite.IF_UPDATED:
            return False
        if moment := shown.product_row.get("cart_updated_at"):
            return old.base.get("cart_updated_at") != moment
        skus = self.skus.base
        return _moved(old.base, shown.product_row) or any(
            key not in skus or _moved(skus[key].base, row) for key, row in shown.sku_rows.items()
        )

    def _tag_facts(self, shown: ProjectedProduct, old: BaseRow | None) -> Mapping[str, Plain]:
        """Facts of where the product's tag went; 連携対象 goes to OFF where the rule says so, once."""
        on = self._is_on(shown.key)
        move = tag_move(old.extra if old else {}, shown.extra, self._rules.tag_rule, on=on)
        for line in self.products.lines.get(shown.key, ()) if move.turns_off else ():
            self.products.set(line, "sync", False)
            line.cells["sync"] = False
        return move.facts

    def _is_on(self, key: str) -> bool:
        return self.products.cells(key).get("sync") is True

    def _facts(self, extra: Mapping[str, Plain], *, on: bool) -> Iterator[str]:
        return fact_lines(extra, self._template, self._language, on=on, rule=self._rules.tag_rule)

    def _conflicts(self, outcome: RowOutcome, tab: Tab, sku: str = "") -> Iterator[str]:
        self.counts.conflicts += len(outcome.conflicts)
        return conflict_lines(outcome.conflicts, tab, self._template, self._language, sku)

    def _typed_over(self, outcome: RowOutcome, sku: str = "") -> Iterator[str]:
        return typed_over_lines(outcome.typed_over, self._template, self._language, sku)

    def say(self, key: str, notes: list[str], outcome: RowOutcome | None = None) -> None:
        """Write カート側の変更, and 追加日 where it was lost; append the row if that is what came out."""
        text = "\n".join(notes) or None
        if outcome and outcome.appended is not None:
            self.products.append(outcome.appended | {"cart_changes": text})
            return
        old = self.products.base.get(key)
        for line in self.products.lines.get(key, ()):
            self.products.set(line, "cart_changes", text)
            if old and old.added_on:
                self.products.set(line, "added_at", old.added_on)

    def text(self, code: str, **params: object) -> str:
        return messages.text(code, self._language, **params)


def _moved(old: Row, new: Row) -> bool:
    return any(old.get(column) != new.get(column) for column in (old.keys() | new.keys()) - {"cart_stock"})
