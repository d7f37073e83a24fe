"""Carries the workbook with every edit from one kind to the other: an Excel file becomes a Google Sheet, or back.

The former workbook stays as it is. Keys, ids and the store stay the same, so that every later run goes on as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.rows.conversion import Carried, carried
from sheets_sync.settings import load_settings
from sheets_sync.tables import CellValue, NewWorkbook, Whole
from sheets_sync.usecases.export import ExportOptions, export
from sheets_sync.usecases.history import history_rows
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.settings_file import set_keys

Kind = Literal["excel", "google"]
_OTHER: dict[Kind, Kind] = {"excel": "google", "google": "excel"}
_NAMED = 5


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """Which kind the workbook shall become. `spreadsheet`, id or address, and `path`, as the settings would name it,
    say where the two workbooks are; "" follows the settings. `switch`: the settings file to write the new place into.
    """

    to: Kind
    spreadsheet: str = ""
    path: str = ""
    switch: Path | None = None


def convert(session: Session, options: ConvertOptions) -> RunResult:
    """Make the new workbook. Raises UsageError (it exists already, nothing to convert, a text or formula that cannot be
    carried), Refused (another shop's workbook), Unavailable, CredentialsError; then there is no new workbook.
    """
    result = _converted(session, options, recorded=True)
    result.notes += _settings(session, options)
    return result


def export_to(session: Session, options: ConvertOptions, exported: ExportOptions) -> RunResult:
    """Convert, write the new place into the settings, and bring the cart into the new workbook. Raises as both do.

    The settings go with it: from then on the store's base is that of the new workbook, and an export into the former
    one would take the cart's old values there for edits.
    """
    told = _converted(session, options, recorded=False)
    told.notes += _settings(session, options)
    result = export(_on(session, options.to, options), exported)
    result.notes = told.notes + result.notes
    result.counts = told.counts | result.counts
    return result


def _converted(session: Session, options: ConvertOptions, *, recorded: bool) -> RunResult:
    source, target = _on(session, _OTHER[options.to], options), _on(session, options.to, options)
    _refuse_twins(session, options, source, target)
    session.progress.step("step_read_workbook", workbook=source.workbook.name)
    whole = source.workbook.read_whole()
    source.check_ids(whole.snapshot.ids)
    if whole.snapshot.open_elsewhere:
        raise Unavailable("convert_open", name=source.workbook.name)
    base = {tab: session.store.base_rows_lazily(tab) for tab in (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES)}
    found = carried(whole, base, session.template, dates_anywhere=options.to == "excel")
    result = _told(session, whole, found, source.workbook.name, target.workbook.name)
    rows: dict[Tab, list[Mapping[str, CellValue]]] = {tab: [*rows] for tab, rows in found.rows.items()}
    if recorded:
        session.notes.append(f"{source.workbook.name} → {target.workbook.name}")
        run = session.run()
        run.products = result.products
        rows[Tab.HISTORY] += history_rows(session, run)
    session.progress.step("step_convert", workbook=target.workbook.name)
    target.workbook.create(
        NewWorkbook(
            template=session.template,
            language=whole.snapshot.language,
            ids=whole.snapshot.ids,
            rows=rows,
            lists=whole.lists,
            sign_off=session.settings.rules.sign_off or found.sign_off,
            protect=session.settings.workbook.protect,
            own=found.own,
        )
    )
    return result


def _on(session: Session, kind: Kind, options: ConvertOptions) -> Session:
    """The same run on the workbook of that kind. Raises UsageError where nothing leads to one."""
    ours = session.settings.workbook
    path, spreadsheet = options.path or ours.path, options.spreadsheet or ours.spreadsheet_id
    if kind == "google":
        from sheets_sync.gsheets.spreadsheets import spreadsheet_id  # noqa: PLC0415  loads gspread only when needed

        if not spreadsheet:
            raise UsageError("convert_no_spreadsheet")
        spreadsheet = spreadsheet_id(spreadsheet)
    elif not path.casefold().endswith(".xlsx"):
        raise UsageError("convert_not_xlsx", path=path)
    workbook = ours.model_copy(update={"kind": kind, "path": path, "spreadsheet_id": spreadsheet})
    return replace(session, settings=session.settings.model_copy(update={"workbook": workbook}))


def _refuse_twins(session: Session, options: ConvertOptions, source: Session, target: Session) -> None:
    """Nothing to convert, or a workbook there already: two of them could not both be the one that runs work with."""
    ours = session.settings.workbook
    if target.workbook.exists():
        raise UsageError("convert_exists", name=target.workbook.name)
    named = ours.path if options.to == "excel" else ours.spreadsheet_id
    if ours.kind == options.to and named and session.workbook.exists():
        raise UsageError("convert_already", name=session.workbook.name)
    if not source.workbook.exists():
        raise UsageError("convert_nothing", name=source.workbook.name)


def _told(session: Session, whole: Whole, found: Carried, source: str, target: str) -> RunResult:
    tabs, template, language = whole.snapshot.tabs, session.template, whole.snapshot.language
    products, skus = (len({ref.key for ref, _ in tabs[tab].refs(tab)}) for tab in (Tab.PRODUCTS, Tab.SKUS))
    own = sum(map(len, found.own.values()))
    numbers: dict[str, object] = {"products": products, "skus": skus, "own": own}
    result = RunResult(
        session.command, session.run_id, products, skus, counts={"from": source, "workbook": target, "own_columns": own}
    )
    result.notes.append(("converted", {"source": source, "target": target, **numbers}))
    result.notes.append(("convert_left", {"source": source}))
    if found.as_text:
        cells = [
            f"{template.tab_name(tab, language)} {number} {template.column(tab, key).label(language)}"
            for tab, number, key in found.as_text[:_NAMED]
        ]
        result.notes.append(("convert_as_text", {"count": len(found.as_text), "cells": " / ".join(cells)}))
    return result


def _settings(session: Session, options: ConvertOptions) -> list[tuple[str, dict[str, object]]]:
    """Write the new place into the settings file, or tell what to write there."""
    workbook = _on(session, options.to, options).settings.workbook
    key, place = ("path", workbook.path) if options.to == "excel" else ("spreadsheet_id", workbook.spreadsheet_id)
    if options.switch is None:
        return [("convert_settings", {"kind": options.to, "key": key, "place": place})]
    set_keys(options.switch, {"workbook.kind": options.to, f"workbook.{key}": place})
    now = load_settings(options.switch).workbook
    code = "convert_switched" if (now.kind, getattr(now, key)) == (options.to, place) else "convert_overridden"
    return [(code, {"file": options.switch.name, "kind": options.to, "key": key, "place": place})]
