"""The export as a decision: from the cart's products, the sheet and the store's base to one patch and a new base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sheets_sync import messages
from sheets_sync.errors import Refused
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.accidents import accidents_in
from sheets_sync.rows.carry import carried_down, carried_up
from sheets_sync.rows.cart_facts import GONE_ON
from sheets_sync.rows.cart_notes import conflict_lines, fact_lines
from sheets_sync.rows.fields import sku_columns, with_skus_note
from sheets_sync.rows.key_changes import GoneCodes, KeyChange
from sheets_sync.rows.merge import Row
from sheets_sync.rows.new_rows import Admission, ExportCounts, new_product, rows_of_variants
from sheets_sync.rows.passing_over import FINGERPRINT, PLACE, WAITS, passing_facts, remembered
from sheets_sync.rows.plain import PlainTab
from sheets_sync.rows.project import DeletedInCart, ExportRules, ProjectedProduct, Projector, remarks, variant_label
from sheets_sync.rows.seen import edits
from sheets_sync.rows.sheet_merge import CartRow, RowOutcome, SheetMerge
from sheets_sync.rows.tag_rule import tag_move
from sheets_sync.states import Overwrite
from sheets_sync.tables import Patch, RowRef, Snapshot
from sheets_sync.template import Template

_TABS = (Tab.PRODUCTS, Tab.SKUS)
_NAMES_SHOWN = 10
_MENDED_HERE = frozenset({"tool_cell_edited", "tool_cell_edited_blank", "sku_without_product", "key_typed_over"})
"""Accidents that the export itself puts right."""


@dataclass(slots=True)
class ExportResult:
    """What an export will do.

    `base_rows`: rows to save, only those that changed. `forget`: keys by tab whose base is to be dropped.
    `key_changes`: offered, or with `accept_key_changes` carried out: links and attribute bases then have to follow.
    """

    patch: Patch
    base_rows: list[BaseRow] = field(default_factory=list)
    forget: dict[Tab, set[str]] = field(default_factory=dict)
    counts: ExportCounts = field(default_factory=ExportCounts)
    issues: list[Issue] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    key_changes: list[KeyChange] = field(default_factory=list)


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
        self._snapshot, self._rules, self._template, self._language = snapshot, rules, template, language
        self._today, self._under = today, under
        self._project = Projector(rules, template)
        self._products, self._skus = (
            SheetMerge.of(snapshot, base.get(tab, {}), PlainTab(tab, template, language), rules.overwrite, today)
            for tab in _TABS
        )
        self._fields_with_note = with_skus_note(self._products.fields)
        self._sku_columns = sku_columns(template)
        self._skus_of = self._skus.by_product()
        self._admission = Admission()
        self._later: list[ProjectedProduct] = []
        self._result = ExportResult(Patch(add_columns=True))

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
                self._keep_untold(shown)
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
            self._known_product(shown)

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

    def _keep_untold(self, shown: ProjectedProduct) -> None:
        """Fill what this reading of the cart has no word of with what the cart said last."""
        if not shown.untold:
            return
        for sheet, rows in ((self._products, {shown.key: shown.product_row}), (self._skus, shown.sku_rows)):
            for key, row in rows.items():
                old = sheet.base.get(key)
                row.update((column, old.base[column]) for column in shown.untold if old and column in old.base)

    def _known_product(self, shown: ProjectedProduct, waits_for: str = "", notes: Iterable[str] = ()) -> None:
        """Merge a product that the sheet or the store knows."""
        key, old = shown.key, self._products.base.get(shown.key)
        updated = self._updated(old, shown)
        up: BaseRow | None = None
        down: dict[str, BaseRow] = {}
        if old is not None and bool(old.extra.get("has_variants")) != shown.has_variants:
            if shown.has_variants:
                down = carried_down(self._products, self._skus, old, shown, self._sku_columns)
            else:
                rows = [self._skus.base[sku] for sku in self._skus_of.get(key, ())]
                up = carried_up(self._skus, rows, shown, self._sku_columns)
        sku_notes, touched = self._sku_rows(shown, updated, down)
        if down:
            self._blank_sku_cells(key)
        extra = {**shown.extra, WAITS: waits_for} if waits_for else shown.extra
        extra = {**extra, **self._tag_facts(shown, old)}
        fields = self._fields_with_note if shown.has_variants else self._products.fields
        outcome = self._products.merge(CartRow(key, key, shown.product_row, extra, updated, up, shown.untold), fields)
        lines = [*notes, *self._conflicts(outcome, Tab.PRODUCTS), *sku_notes, *self._facts(extra, on=self._is_on(key))]
        if outcome.restored and self._products.all_lines:
            lines.append(self._text("row_restored"))
        self._say(key, lines, outcome)
        if touched or outcome.touched:
            self._result.counts.refreshed += 1
        else:
            self._result.counts.unchanged += 1

    def _tag_facts(self, shown: ProjectedProduct, old: BaseRow | None) -> Mapping[str, Plain]:
        """Facts of where the product's tag went; 連携対象 goes to OFF where the rule says so, once."""
        on = self._is_on(shown.key)
        move = tag_move(old.extra if old else {}, shown.extra, self._rules.tag_rule, on=on)
        for line in self._products.lines.get(shown.key, ()) if move.turns_off else ():
            self._products.set(line, "sync", False)
            line.cells["sync"] = False
        return move.facts

    def _is_on(self, key: str) -> bool:
        return self._products.cells(key).get("sync") is True

    def _facts(self, extra: Mapping[str, Plain], *, on: bool) -> Iterator[str]:
        return fact_lines(extra, self._template, self._language, on=on, rule=self._rules.tag_rule)

    def _updated(self, old: BaseRow | None, shown: ProjectedProduct) -> bool:
        """Whether the cart changed the product since the last export: its 更新日 moved or, where the cart tells none,
        any of its values did. Stock does not count: it moves with each sale and says nothing about texts.
        """
        if old is None or self._rules.overwrite is not Overwrite.IF_UPDATED:
            return False
        if moment := shown.product_row.get("cart_updated_at"):
            return old.base.get("cart_updated_at") != moment
        skus = self._skus.base
        return _moved(old.base, shown.product_row) or any(
            key not in skus or _moved(skus[key].base, row) for key, row in shown.sku_rows.items()
        )

    def _sku_rows(
        self, shown: ProjectedProduct, updated: bool, carried: Mapping[str, BaseRow], *, all_new: bool = False
    ) -> tuple[list[str], bool]:
        """Merge, restore, append and mark the SKU rows of a product; what to say of them, and whether any changed."""
        notes: list[str] = []
        touched = False
        for place, (key, values) in enumerate(shown.sku_rows.items()):
            old = self._skus.base.get(key)
            extra = {**shown.sku_extra.get(key, {}), PLACE: place}
            row = CartRow(key, shown.key, values, extra, updated, carried.get(key), shown.untold)
            outcome = self._skus.merge(row)
            touched |= outcome.touched
            if outcome.conflicts:
                notes += self._conflicts(outcome, Tab.SKUS, variant_label(values))
            if outcome.appended is not None:
                self._skus.append(outcome.appended)
                if not all_new and self._skus.all_lines:
                    notes.append(self._text("sku_restored" if old else "sku_added", sku=variant_label(values)))
            elif old is not None and old.gone:
                for line in self._skus.lines[key]:
                    self._skus.set(line, "sku_errors", None)
        return notes + self._gone_variants(shown), touched

    def _gone_variants(self, shown: ProjectedProduct) -> list[str]:
        """Mark SKU rows that the cart does not have any more. They are never removed: their SKU may be on sale."""
        notes: list[str] = []
        for key in self._skus_of.get(shown.key, ()):
            if key in shown.sku_rows:
                continue
            old, lines = self._skus.base[key], self._skus.lines.get(key)
            if not lines:
                self._skus.forget.add(key)
                continue
            text = self._text("sku_gone" if shown.has_variants else "sku_on_products", sku=variant_label(old.base))
            for line in lines:
                self._skus.set(line, "cart_stock", 0)
                if "sku_errors" not in line.cells:
                    self._skus.set(line, "sku_errors", text)
            base = {**old.base, "cart_stock": 0}
            seen = edits(lines[0].cells, base, self._skus.fields.editor)
            self._skus.keep(replace(old, gone=True, base=base, seen=seen))
            notes.append(text)
        return notes

    def _blank_sku_cells(self, key: str) -> None:
        """Blank the SKU cells of a product row after they moved to a SKU row."""
        editor = [c for c in self._sku_columns if c in self._fields_with_note.editor]
        for line in self._products.lines.get(key, ()):
            for column in editor:
                self._products.set(line, column, None)
                line.cells.pop(column, None)

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
                self._new_product(shown)
                continue
            self._result.key_changes.append(change)
            if self._rules.accept_key_changes:
                self._rename(change)
                self._known_product(shown)
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

    def _new_product(self, shown: ProjectedProduct, waits_for: str = "", notes: Iterable[str] = ()) -> None:
        if shown.key in self._products.base:  # it waited for another key, and that is settled or goes on
            self._known_product(shown, waits_for, notes)
            return
        row, base = new_product(shown, self._today)
        if waits_for:
            base.extra[WAITS] = waits_for
        sku_notes, _ = self._sku_rows(shown, updated=False, carried={}, all_new=True)
        lines = (*notes, *sku_notes, *self._facts(base.extra, on=shown.starts_on))
        self._products.append(row | {"cart_changes": "\n".join(lines) or None})
        self._products.keep(base)
        self._result.counts.added += 1

    def _offer(self, change: KeyChange, shown: ProjectedProduct) -> None:
        """Say in both rows that a key seems to have changed; the new one waits."""
        params = {"old": change.old, "new": change.new}
        self._new_product(shown, change.old, [self._text("key_changed", **params)])
        self._say(change.old, [self._text("key_changed_old", **params)])
        self._result.issues.append(
            Issue(Tab.PRODUCTS, change.new, "product_key", "key_changed", Severity.ERROR, params)
        )

    def _rename(self, change: KeyChange) -> None:
        """Let the rows of a gone key take over the new one; the merge then writes the new keys into their cells. The
        rows in which the new key waited go.
        """
        variants = {key: change.variants.get(key, key) for key in self._skus_of.pop(change.old, ())}
        self._skus_of[change.new] = list(variants.values())
        for sheet, keys in ((self._products, {change.old: change.new}), (self._skus, variants)):
            for old_key, new_key in keys.items():
                row = sheet.base.pop(old_key)
                sheet.base[new_key] = replace(row, key=new_key, product_key=change.new)
                if old_key != new_key:
                    sheet.patch.removes.update(line.ref for line in sheet.lines.pop(new_key, ()))
                if old_key in sheet.lines:
                    sheet.lines[new_key] = sheet.lines.pop(old_key)
                if old_key != new_key:
                    sheet.forget.add(old_key)
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
        self._say(key, [self._text("product_gone_pause" if pauses else "product_gone")])
        base = {**old.base, "cart_status": "gone"}
        seen = edits(lines[0].cells, base, self._products.fields.editor)
        extra = old.extra if old.gone else {**old.extra, GONE_ON: self._today.isoformat()}
        self._products.keep(replace(old, gone=True, base=base, seen=seen, extra=extra))

    # ------------------------------------------------------------ small change

    def _attribute_rows(self, product_key: str) -> list[RowRef]:
        sheet = self._snapshot.tabs.get(Tab.ATTRIBUTES) if self._snapshot else None
        return [ref for ref, _ in sheet.refs(Tab.ATTRIBUTES) if ref.key.startswith(f"{product_key}/")] if sheet else []

    def _conflicts(self, outcome: RowOutcome, tab: Tab, sku: str = "") -> Iterator[str]:
        self._result.counts.conflicts += len(outcome.conflicts)
        return conflict_lines(outcome.conflicts, tab, self._template, self._language, sku)

    def _say(self, key: str, notes: list[str], outcome: RowOutcome | None = None) -> None:
        """Write カート側の変更, and 追加日 where it was lost; append the row if that is what came out."""
        text = "\n".join(notes) or None
        if outcome and outcome.appended is not None:
            self._products.append(outcome.appended | {"cart_changes": text})
            return
        old = self._products.base.get(key)
        for line in self._products.lines.get(key, ()):
            self._products.set(line, "cart_changes", text)
            if old and old.added_on:
                self._products.set(line, "added_at", old.added_on)

    def _text(self, code: str, **params: object) -> str:
        return messages.text(code, self._language, **params)


def _moved(old: Row, new: Row) -> bool:
    return any(old.get(column) != new.get(column) for column in (old.keys() | new.keys()) - {"cart_stock"})
