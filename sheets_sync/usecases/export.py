"""Export: the cart's products into the workbook, new or edited, without losing anyone's edit."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice

from sheets_sync.errors import SheetsSyncError, UsageError
from sheets_sync.issue import Issue, Tab
from sheets_sync.messages import text
from sheets_sync.ports import NOTHING_KNOWN
from sheets_sync.products import Skipped
from sheets_sync.records import BaseRow, Run
from sheets_sync.rows.export import ExportResult, export_patch
from sheets_sync.rows.key_changes import KeyChange
from sheets_sync.rows.left_to_her import left_to_her
from sheets_sync.rows.new_rows import ExportCounts, first_rows
from sheets_sync.rows.pricing import PriceRule
from sheets_sync.rows.project import DeletedInCart, ExportRules
from sheets_sync.rows.settled import SettledRows
from sheets_sync.rows.tag_rule import TagRule
from sheets_sync.states import Overwrite
from sheets_sync.tables import CellValue, NewWorkbook, Snapshot, WorkbookIds, WriteResult
from sheets_sync.usecases.history import add_history, history_rows
from sheets_sync.usecases.known_cart import known_cart, remember_reading, settings_mark
from sheets_sync.usecases.platform_rules import load_rules
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.spool import DiskSpool
from sheets_sync.usecases.suggest import suggest
from sheets_sync.usecases.unswept import unswept

Cells = Mapping[str, CellValue]
Base = Mapping[Tab, Mapping[str, BaseRow]]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`overwrite` None follows the settings. `allow_gone`: so many may be gone. `accept_keys`: rows take new keys.
    `suggest`: rows without a category get a proposal.
    """

    overwrite: Overwrite | None = None
    allow_gone: bool = False
    accept_keys: bool = False
    suggest: bool = False


def price_rule(session: Session) -> PriceRule:
    """How the cart's prices become prices on TikTok Shop."""
    rules, cart = session.settings.rules, session.settings.cart
    return PriceRule(
        markup_percent=Decimal(str(rules.price_markup_percent)),
        round_to=rules.price_round_to,
        rounding=rules.price_rounding,
        prices_include_tax=cart.prices_include_tax,
        tax_rate_percent=Decimal(str(cart.tax_rate_percent)),
        decimals=session.template.price_decimals,
        field=cart.price_field,
    )


@unswept()
def export(session: Session, options: ExportOptions = ExportOptions()) -> RunResult:
    """Read the cart and write the workbook. Raises UsageError, Refused (a cut file, another shop's workbook),
    Unavailable (the workbook is open).
    """
    settings = session.settings
    rules = ExportRules(
        price=price_rule(session),
        overwrite=options.overwrite or settings.rules.overwrite,
        tag_rule=TagRule(settings.cart.tag, turns_off=settings.cart.tag_removed == "off"),
        deleted_in_cart=DeletedInCart(settings.rules.deleted_in_cart),
        max_gone_percent=settings.rules.max_gone_percent,
        allow_gone=options.allow_gone,
        accept_key_changes=options.accept_keys,
    )
    told = _exported(session, rules)
    if options.suggest:
        suggest(session, told)
    return told


def _exported(session: Session, rules: ExportRules) -> RunResult:
    if session.workbook.exists():
        return _merge(session, rules)
    base = {tab: session.store.base_rows(tab) for tab in (Tab.PRODUCTS, Tab.SKUS)}
    return _anew(session, rules, base) if any(base.values()) else _first(session, rules)


def _first(session: Session, rules: ExportRules) -> RunResult:
    """A new workbook, streamed: nothing but one product is held at a time."""
    session.progress.step("step_first_export", workbook=session.workbook.name)
    first = first_rows(
        session.source.products, rules, session.template, session.language, session.today, spool=DiskSpool,
        under=settings_mark(session),
    )  # fmt: skip
    # The base goes first: without a workbook it does no harm, while a workbook without base would hide her first edits.
    session.store.save_base_rows(_begun(_watched(session, first.base_rows())))
    _refuse_nothing(session, first.counts, first.skipped)
    told = _result(session, first.counts, first.issues, first.skipped)
    _create(session, {tab: first.rows(tab) for tab in (Tab.PRODUCTS, Tab.SKUS)}, told)
    remember_reading(session)
    return told


def _refuse_nothing(session: Session, counts: ExportCounts, skipped: Sequence[Skipped]) -> None:
    """A new workbook without a product helps nobody: most likely the cart's file is not the one that was meant."""
    if counts.products:
        return
    faults = [record for record in skipped if record.lines]
    if not faults:
        raise UsageError("export_nothing")
    told = (f"{s.where}: {text(s.code, session.language, where=s.where, **s.params)}" for s in faults)
    count = sum(record.lines for record in faults)
    raise UsageError("export_nothing_readable", count=count, records="\n".join(told))


def _anew(session: Session, rules: ExportRules, base: Mapping[Tab, Mapping[str, BaseRow]]) -> RunResult:
    """The workbook is gone, but what she had typed was last seen by the store: it comes back with every row."""
    session.progress.step("step_workbook_lost", workbook=session.workbook.name)
    products = session.source.products()
    result = export_patch(
        None, products, base, rules, today=session.today, template=session.template, language=session.language,
        under=settings_mark(session),
    )  # fmt: skip
    told = _result(session, result.counts, result.issues, result.skipped)
    _create(session, {tab: result.patch.tab(tab).appends for tab in (Tab.PRODUCTS, Tab.SKUS)}, told)
    session.store.save_base_rows(result.base_rows)
    remember_reading(session)
    return told


def _create(session: Session, rows: Mapping[Tab, Iterable[Cells]], told: RunResult) -> None:
    content = NewWorkbook(
        template=session.template,
        language=session.language,
        ids=_ids(session),
        rows={**rows, Tab.HISTORY: history_rows(session, _ended(session, told))},
        lists=load_rules(session, online=True).choices(),
        sign_off=session.settings.rules.sign_off,
        protect=session.settings.workbook.protect,
    )
    session.workbook.create(content)


def _watched(session: Session, rows: Iterable[BaseRow]) -> Iterator[BaseRow]:
    products = 0
    for row in rows:
        if row.tab is Tab.PRODUCTS:
            products += 1
            if products % 500 == 0:
                session.progress.advance("step_products", products, 0)
        yield row


def _begun(rows: Iterator[BaseRow]) -> Iterator[BaseRow]:
    """The same rows, the first one made already: what a source has to remember in the store before it yields anything
    (a running bulk operation), it cannot remember once the store is being written to.
    """
    return chain(list(islice(rows, 1)), rows)


def _ids(session: Session) -> WorkbookIds:
    """Ids of the workbook, made once and kept in the store."""
    workbook = session.store.fact("workbook_id") or secrets.token_hex(8)
    session.store.save_fact("workbook_id", workbook)
    return WorkbookIds(workbook, session.settings.cart.id, session.store.fact("shop_id"))


def _merge(session: Session, rules: ExportRules) -> RunResult:
    """Into a workbook that people have edited: keep a copy, merge, write what differs, then remember the new base."""
    workbook, store = session.workbook, session.store
    session.progress.step("step_read_workbook", workbook=workbook.name)
    prints = {tab: store.base_prints(tab) for tab in (Tab.PRODUCTS, Tab.SKUS)}
    base = {tab: store.base_rows_lazily(tab, kept) for tab, kept in prints.items()}
    snapshot = workbook.read(shorten=SettledRows(prints, session.template))
    session.check_ids(snapshot.ids)
    workbook.keep_copy(f"{session.local(session.started):%Y%m%d-%H%M%S}", session.settings.workbook.keep_copies)
    session.progress.step("step_read_cart")
    under = settings_mark(session)
    reads_all = rules.overwrite is Overwrite.ALWAYS or rules.allow_gone
    known = NOTHING_KNOWN if reads_all else known_cart(session, prints[Tab.PRODUCTS], under)
    products = session.source.products(known)
    result = export_patch(
        snapshot, products, base, rules, today=session.today, template=session.template, language=session.language,
        under=under,
    )  # fmt: skip
    if session.has_shop:
        result.patch.lists = load_rules(session, online=True).choices()
    _bind(session, snapshot, result)
    told = _result(session, result.counts, result.issues, result.skipped)
    add_history(session, result.patch, _ended(session, told))
    written = workbook.write(result.patch)
    # Only now: a base that runs ahead of the cells would make the cart's own values look like her edits.
    store.save_base_rows(result.base_rows)
    for tab, keys in result.forget.items():
        store.forget_base_rows(tab, keys)
    remember_reading(session)
    _follow_keys(session, [*(result.key_changes if rules.accept_key_changes else ()), *result.variant_changes])
    told.notes += [("row_vanished", {"row": key}) for _, key in written.vanished]
    if written.kept:
        told.counts["conflicts"] = result.counts.conflicts + _left_to_her(session, result, base, snapshot, written)
    told.notes += [("row_edited_meanwhile", {"row": key}) for key in dict.fromkeys(key for _, key, _ in written.kept)]
    return told


def _left_to_her(session: Session, result: ExportResult, base: Base, snapshot: Snapshot, written: WriteResult) -> int:
    """What she edited meanwhile is an open conflict from now on, shown in カート側の変更 at once where that can be.
    Returns how many there are.
    """
    rows = {(tab, key): row for tab, key, _ in written.kept if (row := base.get(tab, {}).get(key))}
    rows |= {(row.tab, row.key): row for row in result.base_rows}
    mended, patch = left_to_her(
        written.kept, rows, written=result.patch, snapshot=snapshot, template=session.template
    )
    session.store.save_base_rows(mended)
    with suppress(SheetsSyncError):  # everything is written, and the next export says it
        session.workbook.write(patch)
    return sum(len(row.extra) - len(rows[row.tab, row.key].extra) for row in mended)


def _ended(session: Session, told: RunResult) -> Run:
    """This run as the history shows it."""
    run = session.run()
    run.products, run.exit = told.products, int(told.exit_code)
    return run


def _bind(session: Session, snapshot: Snapshot, result: ExportResult) -> None:
    """A workbook that does not know its ids yet (or a store that was lost) learns them."""
    if snapshot.ids.workbook and not session.store.fact("workbook_id"):
        session.store.save_fact("workbook_id", snapshot.ids.workbook)
    ids = _ids(session)
    if ids != snapshot.ids:
        result.patch.ids = ids


def _follow_keys(session: Session, changes: Iterable[KeyChange]) -> None:
    """Links follow rows that took over a new key."""
    for change in changes:
        link = session.store.link(change.old)
        if link is not None:
            skus = {
                new: replace(link.skus[old], variant_key=new)
                for old, new in change.variants.items()
                if old in link.skus
            }
            kept = {key: sku for key, sku in link.skus.items() if key not in change.variants}
            session.store.save_link(replace(link, product_key=change.new, skus=kept | skus))
            if change.new != change.old:
                session.store.forget_link(change.old)


def _result(
    session: Session,
    counts: ExportCounts,
    issues: Iterable[Issue],
    skipped: Iterable[Skipped],
) -> RunResult:
    result = RunResult(
        session.command, session.run_id, counts.products, counts.skus, issues=tuple(issues),
        counts={
            "added": counts.added,
            "refreshed": counts.refreshed,
            "unchanged": counts.unchanged,
            "conflicts": counts.conflicts,
            "gone": counts.gone,
            "workbook": session.workbook.name,
        },
    )  # fmt: skip
    for s in skipped:
        code = "record_skipped" if s.lines else "cart_note"  # a note on the file as a whole leaves nothing out
        result.notes.append((code, {"where": s.where, "code": s.code, **s.params}))
    return result
