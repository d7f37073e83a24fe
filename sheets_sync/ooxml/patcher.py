"""Writes single cells and new rows into an existing workbook, and copies all the rest byte for byte."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import patch_by_parser, patch_by_search, table_part
from .atomic_file import replacing
from .cell_xml import CellXml
from .errors import DamagedWorkbook
from .parts import Parts, Sheet, open_parts
from .plain_part import NotPlain
from .sheet_plan import SheetPlan
from .sheet_survey import last_row
from .styles import Styles
from .values import Value
from .workbook_edits import (
    edited_calc_chain,
    edited_workbook,
    recalculates,
    without_content_type,
    without_part,
)
from .zip_writer import ZipWriter

_CONTENT_TYPES = "[Content_Types].xml"
_NEAR_4_GIB = 3 << 30
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """What to change in one sheet.

    ``cells``: row number -> 0-based column -> new value; None clears the value and keeps the style.
    ``append``: new rows directly below the last row with a value or formula; their cells keep the style that stands
    there already, else take the column's default style, else that of the cell above.
    ``new_column_width``: width in characters of columns that have none yet. ``style_like``: column -> column whose
    cells' style a new cell takes, row by row (heading from heading).
    """

    cells: Mapping[int, Mapping[int, Value]] = field(default_factory=dict)
    append: Sequence[Mapping[int, Value]] = ()
    new_column_width: Mapping[int, float] = field(default_factory=dict)
    style_like: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PatchReport:
    """What was done: cells written and row numbers appended per sheet, formulas overwritten, parts not copied raw."""

    cells: dict[str, int]
    appended: dict[str, range]
    replaced_formulas: dict[str, list[str]]
    changed_parts: list[str]


def patch(source: Path, target: Path, edits: Mapping[str, SheetEdit], *, compresslevel: int = 2) -> PatchReport:
    """Write ``source`` with the edits to ``target`` (which may be ``source``), as a whole or not at all.

    ``compresslevel``: a file that is written again and again may be a fifth larger, since it is done in a third of the
    time.

    Raises MissingSheet, SheetFull, UnwritableValue and, for cells that other cells' formulas or merges need,
    UnsupportedCell; NotAWorkbook, EncryptedWorkbook, DamagedWorkbook for the file; OSError for the disk. Whatever is
    raised, ``target`` is as it was before.
    """
    with open_parts(source) as parts:
        patching = _Patch(parts, edits)
        with replacing(target, like=source) as file:
            writer = ZipWriter(file, compresslevel)
            try:
                patching.write(writer)
                parts.close()  # some systems do not replace a file that is open
            except EOFError as error:
                raise DamagedWorkbook(source, str(error)) from error
            finally:
                writer.close()
        return patching.report()


class _Patch:
    """One run over a workbook: sheets first, then the small parts that depend on what the sheets told."""

    def __init__(self, parts: Parts, edits: Mapping[str, SheetEdit]) -> None:
        self._parts = parts
        with parts.xml_errors(parts.styles or ""):
            self._styles = Styles(parts.read(parts.styles) if parts.styles else b"")
        self._xml = CellXml(self._styles, parts.date1904)
        self._plans: dict[str, tuple[Sheet, SheetPlan]] = {}
        self._changed: list[str] = []
        for name, edit in edits.items():
            sheet = parts.sheet(name)
            if edit.cells or edit.append:
                self._plans[parts.info(sheet.part).filename] = sheet, self._plan(name, sheet, edit)

    def write(self, writer: ZipWriter) -> None:
        parts = self._parts
        later = [part for part in self._late_parts() if parts.has(part)]
        late = {parts.info(part).filename for part in later}
        for info in parts.members:
            planned = self._plans.get(info.filename)
            if planned is not None:
                self._write_sheet(writer, *planned)
                self._changed.append(info.filename)
            elif info.filename not in late:
                writer.copy(parts.file, info)
        new = self._late_edits()
        for part in later:
            info = parts.info(part)
            if part not in new:
                writer.copy(parts.file, info)
                continue
            self._changed.append(info.filename)
            if new[part] is not None:
                writer.add(info, new[part] or b"")
        writer.finish([info.filename for info in parts.members])

    def report(self) -> PatchReport:
        plans = {sheet.name: plan for sheet, plan in self._plans.values()}
        return PatchReport(
            cells={name: sum(map(len, plan.cells.values())) for name, plan in plans.items()},
            appended={name: plan.appended for name, plan in plans.items() if plan.appended},
            replaced_formulas={name: plan.replaced_formulas for name, plan in plans.items() if plan.replaced_formulas},
            changed_parts=self._changed,
        )

    def _plan(self, name: str, sheet: Sheet, edit: SheetEdit) -> SheetPlan:
        self._xml.check(name, edit.cells.items())
        cells = {row: columns for row, columns in edit.cells.items() if columns}
        plan = SheetPlan(name, cells, self._xml, new_column_width=edit.new_column_width, style_like=edit.style_like)
        if edit.append:
            with self._parts.xml_errors(sheet.part):
                last = last_row(lambda: self._parts.chunks(sheet.part))
            first = max([last.number, *(row for row, columns in cells.items() if _has_value(columns))]) + 1
            plan.appended = range(first, first + len(edit.append))
            plan.styles_above = last.styles
            new = dict(zip(plan.appended, edit.append, strict=True))
            self._xml.check(name, new.items())
            plan.cells = cells | new
        for part in self._tables(sheet):
            plan.refuse_inside(
                table_part.headings(self._parts.tree(part)), "a heading of the table in", head_allowed=False
            )
        return plan

    def _tables(self, sheet: Sheet) -> list[str]:
        return [each.target for each in self._parts.relations(sheet.part) if each.kind == "table"]

    def _write_sheet(self, writer: ZipWriter, sheet: Sheet, plan: SheetPlan) -> None:
        parts, info = self._parts, self._parts.info(sheet.part)
        with writer.stream(info, zip64=info.file_size > _NEAR_4_GIB) as member, parts.xml_errors(sheet.part):
            try:
                member.write_all(patch_by_search.edited(parts.chunks(sheet.part), plan))
            except NotPlain:
                member.restart()
                plan.restart()
                member.write_all(patch_by_parser.edited(parts.chunks(sheet.part), plan))

    def _late_parts(self) -> list[str]:
        parts = self._parts
        late = [parts.workbook, parts.styles, parts.calc_chain]
        late += [part for sheet, plan in self._plans.values() if plan.appended for part in self._tables(sheet)]
        if parts.calc_chain:
            late += [_CONTENT_TYPES, parts.relations_part(parts.workbook)]
        return [part for part in late if part]

    def _late_edits(self) -> dict[str, bytes | None]:
        """New contents of small parts; None removes the part."""
        parts = self._parts
        new: dict[str, bytes | None] = {}
        if self._styles.changed and parts.styles:
            new[parts.styles] = self._styles.xml()
        for sheet, plan in self._plans.values():
            for part in self._tables(sheet) if plan.appended else ():
                old = parts.read(part)
                if (longer := table_part.extended(old, plan.appended)) != old:
                    new[part] = longer
        bottoms = {
            sheet.index: plan.filter_bottom for sheet, plan in self._plans.values() if plan.filter_bottom is not None
        }
        with parts.xml_errors(parts.workbook):
            old = parts.read(parts.workbook)
            recalculate = bool(self._plans) and self._needs_recalculation()
            workbook = edited_workbook(old, recalculate=recalculate, filter_bottoms=bottoms)
        if workbook != old:
            new[parts.workbook] = workbook
        removed = {(sheet.id, ref) for sheet, plan in self._plans.values() for ref in plan.replaced_formulas}
        if removed and parts.calc_chain:
            with parts.xml_errors(parts.calc_chain):
                chain = edited_calc_chain(parts.read(parts.calc_chain), removed)
            new[parts.calc_chain] = chain
            if chain is None:
                relations = parts.relations_part(parts.workbook)
                new[relations] = without_part(parts.read(relations), "calcChain")
                new[_CONTENT_TYPES] = without_content_type(parts.read(_CONTENT_TYPES), parts.calc_chain)
        return new

    def _needs_recalculation(self) -> bool:
        """Some cell has a formula, and the workbook does not say yet that it shall be recalculated."""
        parts = self._parts
        if recalculates(parts.tree(parts.workbook)):
            return False
        if parts.calc_chain or any(plan.has_formulas for _, plan in self._plans.values()):
            return True
        planned = {sheet.part for sheet, _ in self._plans.values()}
        return any(_has_formula(parts.chunks(sheet.part)) for sheet in parts.sheets if sheet.part not in planned)


def _has_value(columns: Mapping[int, Value]) -> bool:
    return any(value is not None for value in columns.values())


def _has_formula(chunks: Iterator[bytes]) -> bool:
    seam = b""
    for chunk in chunks:
        if _FORMULA.search(seam + chunk):
            return True
        seam = chunk[-64:]
    return False
