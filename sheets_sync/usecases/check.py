"""Check: every problem of every row at once, and what the next import would do. Nothing leaves the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sheets_sync.errors import CredentialsError, Unavailable, UsageError
from sheets_sync.issue import Issue, Tab
from sheets_sync.limits import Breach, Limits, breaches
from sheets_sync.records import BaseRow
from sheets_sync.report import Standing, Totals, Voice, action_text, state_of, totals
from sheets_sync.review_positions import column_of_position
from sheets_sync.rows.seen import remember
from sheets_sync.states import State
from sheets_sync.tables import CellValue, Patch, RowRef, Snapshot, WriteResult, row_key
from sheets_sync.usecases.assess import Assessment, assess
from sheets_sync.usecases.check_images import check_images, mark_replaced
from sheets_sync.usecases.history import add_history
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import Decision, decide, next_day
from sheets_sync.usecases.unlinked import named_listings
from sheets_sync.usecases.unswept import unswept
from sheets_sync.usecases.write_back import Results, clear_actions, results, results_patch
from sheets_sync.validation.codes import MISSING_CODES


@dataclass
class Picture:
    """One look at everything: the workbook as read, what it amounts to, and what is to be done."""

    snapshot: Snapshot
    assessment: Assessment
    decision: Decision
    standings: list[Standing]


@unswept()
def look(session: Session, *, online: bool, checking: bool = False, retry_pictures: bool = False) -> Picture:
    """Read the workbook and decide. `online`: missing platform rules may be fetched."""
    session.progress.step("step_read_workbook", workbook=session.workbook.name)
    snapshot = session.workbook.read()
    session.check_ids(snapshot.ids)
    if snapshot.open_elsewhere:
        session.progress.step("workbook_open_elsewhere", time=f"{session.local(snapshot.saved_at):%H:%M}")
    session.progress.step("step_check")
    assessment = assess(session, snapshot, online=online)
    decision = decide(session, assessment, checking=checking, retry_pictures=retry_pictures)
    return Picture(snapshot, assessment, decision, decision.standings())


@unswept()
def decide_again(
    session: Session, picture: Picture, *, checking: bool = False, retry_pictures: bool = False
) -> Picture:
    """The same look after the world moved: links, journal and instructions are read anew, the rows are not."""
    decision = decide(session, picture.assessment, checking=checking, retry_pictures=retry_pictures)
    return replace(picture, decision=decision, standings=decision.standings())


@unswept()
def check(session: Session, *, images: bool = False) -> RunResult:
    """Check the workbook and write 状態, エラー and 次回の送信内容 into it. `images`: fetch the pictures, too."""
    picture = look(session, online=session.has_shop, checking=True)
    notes: list[tuple[str, dict[str, object]]] = []
    if images:
        session.progress.step("step_images")
        seen = check_images(session, picture.assessment.listings)
        mark_replaced(session, picture.assessment.listings)
        picture = decide_again(session, picture, checking=True)
        counts: dict[str, object] = {"count": seen.addresses, "faulty": seen.faulty, "replaced": seen.replaced}
        notes.append(("images_checked", counts))
    result = tell(session, picture)
    result.notes += notes
    write(session, picture, result, checking=True)
    return result


@unswept()
def plan(session: Session) -> tuple[RunResult, Picture]:
    """What an import would do now; nothing is written."""
    picture = look(session, online=session.has_shop)
    result = tell(session, picture)
    name_plan(result, picture)
    return result, picture


def name_plan(result: RunResult, picture: Picture, chosen: str = "") -> None:
    """Tell the plan's ID, by which `import --plan` carries out exactly this plan; `chosen`: with these options."""
    result.counts["plan"] = picture.decision.plan.id
    result.notes.append(("plan_named", {"plan": picture.decision.plan.id, "chosen": chosen}))


def limit_breaches(session: Session, picture: Picture) -> tuple[Breach, ...]:
    rules = session.settings.rules
    limits = Limits(
        rules.max_price_change_percent,
        rules.max_zero_stock_skus,
        rules.max_pauses,
        rules.max_deletes,
        rules.max_publishes,
    )
    return breaches(picture.decision.plan, picture.decision.links, limits)


def voice(session: Session, picture: Picture) -> Voice:
    """How results speak: in the workbook's language, with the platform's own names."""
    return Voice(
        picture.snapshot.language,
        session.template,
        MISSING_CODES,
        next_day(session),
        session.timezone,
        picture.assessment.platform.names(),
        drift_shown=session.settings.rules.drift != "theirs",
        named=named_listings(picture.snapshot, picture.decision),
    )


def tell(session: Session, picture: Picture) -> RunResult:
    """The numbers and issues of this look."""
    counts: Totals = totals(picture.standings, MISSING_CODES)
    # An OFF row asks nothing of anyone: its issues stay out of the list, as they stay out of its row.
    shown: list[Issue] = list(picture.assessment.loose)
    for standing in picture.standings:
        if state_of(standing, MISSING_CODES) is not State.OFF:
            shown += [*standing.told, *objections(session, standing)]
    return RunResult(
        session.command, session.run_id, counts.products, counts.skus, counts.states, counts.listings, tuple(shown)
    )


def objections(session: Session, standing: Standing) -> Iterator[Issue]:
    """The review's objections as issues, for summary and JSON; in the row they stand under 審査NG理由."""
    for reason in standing.link.reasons if standing.link else ():
        column = column_of_position(reason.position)
        known = column if column and session.template.has(Tab.PRODUCTS, column) else None
        params = {"reasons": " / ".join(reason.reasons)}
        yield Issue(Tab.PRODUCTS, standing.want.product_key, known, "review_objection", params=params)


_KEPT = {"excel": "results_kept", "google": "results_kept_in_sheet"}
"""What is said of results that could not be written into the workbook."""


@unswept()
def write(session: Session, picture: Picture, result: RunResult, *, checking: bool = False) -> None:
    """Write results into the workbook in one go. When that cannot be, be it held open, its tabs gone or its sharing
    ended, everything stays in the store: the next run, or `report`, writes it.
    """
    session.progress.step("step_write_workbook")
    prefilled: Sequence[BaseRow] = ()
    try:
        patch = _patch(session, picture, result, checking=checking)
        written = session.workbook.write(patch)
    except (Unavailable, UsageError, CredentialsError) as error:
        if checking and not isinstance(error, Unavailable):
            raise  # nothing was sent, and there is nothing to tell but this
        result.unwritten = True
        result.notes.append((error.code, error.params))
        result.notes.append((_KEPT[session.settings.workbook.kind], {}))
    else:
        result.notes += [("row_vanished", {"row": key}) for _, key in written.vanished]
        rows = dict.fromkeys(key for _, key, _ in written.kept)
        result.notes += [("row_edited_meanwhile", {"row": key}) for key in rows]
        prefilled = picture.assessment.prefilled
        _note_cleared(session, picture, patch, written)
    found = picture.assessment
    remembered = remember(picture.snapshot, found.base, session.template, lines=found.lines, accidents=found.accidents)
    session.store.save_base_rows([*remembered, *prefilled])


def _note_cleared(session: Session, picture: Picture, patch: Patch, written: WriteResult) -> None:
    """Remember the words beside 出品指示 cells that were cleared: a cell filled again there is a new instruction."""
    updates, words = patch.tab(Tab.PRODUCTS).updates, voice(session, picture)
    elsewhere = {key for tab, key in (*written.vanished, *written.kept) if tab is Tab.PRODUCTS}
    for one in picture.standings:
        if one.instruction and "action" in updates.get(one.want.ref, {}) and one.want.product_key not in elsewhere:
            session.store.save_instruction(replace(one.instruction, told=action_text(one, words) or ""))


def _first_errors(tab: Tab, row: Mapping[str, CellValue], found: Results) -> dict[str, CellValue]:
    """What a row that is made now already has to say: 属性 rows are asked for because something is missing."""
    lines = found.get((tab, RowRef(row_key(tab, row))), {}).get("attribute_errors")
    return {"attribute_errors": lines} if isinstance(lines, str) and lines else {}


def _patch(session: Session, picture: Picture, result: RunResult, *, checking: bool) -> Patch:
    found = results(picture.standings, voice(session, picture), picture.assessment.loose)
    patch = results_patch(picture.snapshot, found, session.template, checking=checking)
    for tab, rows in picture.assessment.patch.tabs.items():
        target = patch.tab(tab)
        target.appends += [row | _first_errors(tab, row, found) for row in rows.appends]
        target.removes |= rows.removes
        for ref, cells in rows.updates.items():
            for column, value in cells.items():
                target.set(ref, column, value)
    patch.lists = picture.assessment.patch.lists
    if not checking and any(one.instruction and one.instruction.confirmed_at for one in picture.standings):
        # The one editor cell that a run may write: looked at again, since she may have changed it meanwhile.
        clear_actions(patch, session.workbook.read({Tab.PRODUCTS}), picture.standings, session.template)
    run = session.run()
    run.products, run.exit = result.products, int(result.exit_code)
    run.states = {state.value: count for state, count in (result.states or {}).items()}
    add_history(session, patch, run)
    return patch
