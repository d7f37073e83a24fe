"""The Excel workbook of one shop: made by XlsxWriter and the project's own engine, read and patched by the engine.

Everything that is no cell of ours - her columns, formats, charts, notes - is copied byte for byte. A write goes to a
file beside the workbook, which takes its place only if nobody saved the workbook meanwhile.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml import patcher
from sheets_sync.ooxml.patcher import SheetEdit
from sheets_sync.ooxml.reader import Package
from sheets_sync.ports import Clock, Copy
from sheets_sync.tables import (
    NewWorkbook,
    OwnColumn,
    Patch,
    Shorten,
    Snapshot,
    TabPatch,
    TabSnapshot,
    Whole,
    WriteResult,
)
from sheets_sync.template import Template
from sheets_sync.workbooks import copies, lists
from sheets_sync.workbooks.edited_meanwhile import Kept, editor_columns, may_touch_hers, spared
from sheets_sync.workbooks.file_errors import file_errors
from sheets_sync.workbooks.fingerprint import Fingerprint, fingerprint
from sheets_sync.workbooks.open_files import is_held
from sheets_sync.workbooks.sheet_edits import PlannedEdit, SheetEditor, rows_by_place
from sheets_sync.workbooks.shown_columns import DATA_TABS, shown_columns
from sheets_sync.workbooks.tab_places import TabPlaces, find_sheets
from sheets_sync.workbooks.tab_reading import TabReader, first_free_column, read_lists

_TRIES = 3


@dataclass(slots=True)
class _Known:
    """What is known of the file whose fingerprint is `mark`."""

    mark: Fingerprint
    language: Language
    lists_sheet: str
    lists: lists.ListsTab
    places: dict[Tab, TabPlaces] = field(default_factory=dict)


class ExcelWorkbook:
    """`ports.Workbook` over an .xlsx file. `language` is that of messages and of a workbook whose own is not told."""

    def __init__(
        self,
        path: Path,
        template: Template,
        *,
        language: Language,
        clock: Clock,
        sign_off: bool = False,
        protect: bool = False,
    ) -> None:
        self._path = path
        self._template = template
        self._language = language
        self._clock = clock
        self._sign_off = sign_off
        self._protect = protect
        self._known: _Known | None = None
        self._read: dict[Tab, TabSnapshot] = {}
        self._shorten: Shorten | None = None

    @property
    def name(self) -> str:
        """File name."""
        return self._path.name

    def exists(self) -> bool:
        return self._path.exists()

    # ---------------------------------------------------------------- making

    def create(self, content: NewWorkbook) -> None:
        """Make the workbook with its rows. Raises UsageError when there is one already or its name is another kind of
        file's, Unavailable for the disk.
        """
        if os.path.lexists(self._path):
            raise UsageError("workbook_exists", name=self.name)
        if self._path.suffix.lower() != ".xlsx":
            raise UsageError("workbook_name_no_xlsx", name=self.name)  # Excel would not open what is in it
        from sheets_sync.ooxml.filler import fill  # noqa: PLC0415 - only an export needs the makers of workbooks
        from sheets_sync.workbooks.skeleton import write_skeleton  # noqa: PLC0415

        content = replace(
            content, sign_off=content.sign_off or self._sign_off, protect=content.protect or self._protect
        )
        self._refuse_if_held()
        with file_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="sheets_sync_", ignore_cleanup_errors=True) as folder:
                skeleton = Path(folder) / "skeleton.xlsx"
                write_skeleton(skeleton, content, self._clock.now())
                sheets = {tab: content.template.tab_name(tab, content.language) for tab in DATA_TABS}
                fill(skeleton, self._path, {sheet: rows_by_place(tab, content) for tab, sheet in sheets.items()})
        self._known = None

    # ---------------------------------------------------------------- reading

    def read(self, tabs: Collection[Tab] | None = None, shorten: Shorten | None = None) -> Snapshot:
        """The workbook as saved. Raises UsageError for the file or its structure, Unavailable when it cannot be had."""
        wanted = [tab for tab in DATA_TABS if tabs is None or tab in tabs]
        found: dict[Tab, TabSnapshot] = {}
        with file_errors(self._path):
            saved_at = dt.datetime.fromtimestamp(self._path.stat().st_mtime, self._clock.now().tzinfo)
            with self._opened() as (package, known):
                reader = TabReader(package, self._template, known.language)
                for tab, sheet in self._sheets(package, wanted, known.language).items():
                    found[tab], known.places[tab] = reader.tab(tab, sheet, shorten)
        self._known, self._read, self._shorten = known, found, shorten
        return Snapshot(known.language, known.lists.ids, found, saved_at, open_elsewhere=is_held(self._path))

    def read_whole(self) -> Whole:
        """All tabs with her own columns and the drop-downs' entries. Raises as `read` does."""
        from sheets_sync.workbooks.whole_reading import list_entries, own_columns  # noqa: PLC0415 - rarely asked for

        found: dict[Tab, TabSnapshot] = {}
        own: dict[Tab, Sequence[OwnColumn]] = {}
        with file_errors(self._path):
            saved_at = dt.datetime.fromtimestamp(self._path.stat().st_mtime, self._clock.now().tzinfo)
            with self._opened() as (package, known):
                reader = TabReader(package, self._template, known.language)
                for tab, sheet in self._sheets(package, DATA_TABS, known.language).items():
                    found[tab], _ = reader.tab(tab, sheet)
                    own[tab] = own_columns(package, sheet, found[tab].headings)
                entries = list_entries(package, known.lists_sheet)
        snapshot = Snapshot(known.language, known.lists.ids, found, saved_at, open_elsewhere=is_held(self._path))
        return Whole(snapshot, own, entries)

    def request(self) -> str:
        """A file has no menu to ask by."""
        return ""

    def clear_request(self, request: str) -> None:
        """Nothing was asked."""

    @contextlib.contextmanager
    def _opened(self) -> Iterator[tuple[Package, _Known]]:
        """The file with its `_lists`. The fingerprint is taken first: a save while we read is then noticed."""
        mark = fingerprint(self._path)
        with Package.open(self._path) as package:
            lists_sheet = self._sheets(package, [Tab.LISTS], self._language)[Tab.LISTS]
            lists_tab = read_lists(package, lists_sheet)
            language = lists_tab.language or self._language_of(package)
            yield package, _Known(mark, language, lists_sheet, lists_tab)

    def _language_of(self, package: Package) -> Language:
        """The language that the tabs are named in."""
        names = {info.name for info in package.sheet_names}
        for language in ("ja", "en"):
            if self._template.tab_name(Tab.PRODUCTS, language) in names:
                return language
        return self._language

    def _sheets(self, package: Package, tabs: Collection[Tab], language: Language) -> dict[Tab, str]:
        names = [info.name for info in package.sheet_names]
        return find_sheets(self._template, tabs, names, language, self.name)

    # ---------------------------------------------------------------- writing

    def write(self, patch: Patch) -> WriteResult:
        """Find the rows again, then write everything at once. Raises Unavailable, and nothing is changed, when the
        workbook is open, kept being saved, or the disk is full; UsageError for its structure or an unwritable value.
        What she saved into cells of hers after they were read stays.
        """
        if not patch and not patch.add_columns:
            return WriteResult()
        for _ in range(_TRIES):
            self._refuse_if_held()
            with file_errors(self._path):
                known, now = self._located(patch)
                sparing, kept = spared(patch, self._read, now, self._template, self._shorten)
                planned = self._planned(sparing, known)
                edits = {known.places[tab].sheet: edit.sheet_edit() for tab, edit in planned.items() if edit}
                if cells := lists.edits(known.lists, patch.lists, patch.ids):
                    edits[known.lists_sheet] = SheetEdit(cells)
                if not edits or self._replaced(edits, known.mark):
                    return _result(planned, kept)
        raise Unavailable("workbook_busy", name=self.name)

    def _located(self, patch: Patch) -> tuple[_Known, dict[Tab, TabSnapshot]]:
        """Where the rows of the patch are now. If the file is not the one that was read, it is looked at again, and
        the tabs on which the patch touches what is hers come with their cells.
        """
        needed = [tab for tab in DATA_TABS if patch.add_columns or patch.tabs.get(tab)]
        known, now = self._known, dict[Tab, TabSnapshot]()
        if known and known.mark == fingerprint(self._path) and known.places.keys() >= set(needed):
            return known, now
        with self._opened() as (package, known):
            reader = TabReader(package, self._template, known.language)
            for tab, sheet in self._sheets(package, needed, known.language).items():
                hers = editor_columns(self._template, tab)
                if tab in self._read and may_touch_hers(patch.tabs.get(tab) or TabPatch(), hers):
                    now[tab], known.places[tab] = reader.tab(tab, sheet)
                else:
                    known.places[tab] = reader.places(tab, sheet)
        self._known = None if now else known  # the next write has to look at her cells again
        return known, now

    def _planned(self, patch: Patch, known: _Known) -> dict[Tab, PlannedEdit]:
        planned: dict[Tab, PlannedEdit] = {}
        for tab, places in known.places.items():
            new = self._new_columns(tab, places) if patch.add_columns else {}
            changes = patch.tabs.get(tab)
            if new or changes:
                editor = SheetEditor(self._template, tab, places, known.language, new)
                planned[tab] = editor.plan(changes or TabPatch())
        return planned

    def _new_columns(self, tab: Tab, places: TabPlaces) -> dict[str, int]:
        """Columns that the tab lacks, with their places right of everything that stands there."""
        shown = shown_columns(self._template, tab, self._sign_off)
        absent = [column.key for column in shown if column.key not in places.headings.columns]
        if not absent:
            return {}
        with Package.open(self._path) as package:
            free = first_free_column(package, places.sheet, places.headings)
        return {key: free + number for number, key in enumerate(absent)}

    def _replaced(self, edits: Mapping[str, SheetEdit], mark: Fingerprint) -> bool:
        """Write the edited workbook in the place of the one with that fingerprint; False if it is another by now."""
        path = Path(os.path.realpath(self._path))
        draft = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
        try:
            patcher.patch(path, draft, edits)
            self._refuse_if_held()
            if fingerprint(path) != mark:
                return False
            put_in_place(draft, path)
            self._read = {}  # from here on the file differs by what we wrote ourselves
        finally:
            take_away(draft)
            self._known = None
        return True

    def _refuse_if_held(self) -> None:
        if is_held(self._path):
            raise Unavailable("workbook_open", name=self.name)

    # ---------------------------------------------------------------- copies

    def keep_copy(self, stamp: str, keep: int) -> None:
        """Keep the workbook as it is under `stamp`; only the newest `keep` copies stay. `keep` 0 keeps none."""
        if keep <= 0:
            return
        with file_errors(self._path):
            copies.keep(self._path, stamp)
            copies.prune(self._path, keep)

    def copies(self) -> Sequence[Copy]:
        with file_errors(self._path):
            return copies.kept(self._path)

    def restore(self, stamp: str) -> None:
        """Put a kept copy in place. The present workbook is kept first, and refused while it is open."""
        self._refuse_if_held()
        with file_errors(self._path):
            copies.require(self._path, stamp)
            if self._path.exists():
                copies.keep(self._path, copies.stamp_of(self._clock.now(), self._template.timezone))
            copies.bring_back(self._path, stamp)
        self._known = None


def _result(planned: Mapping[Tab, PlannedEdit], kept: Kept) -> WriteResult:
    return WriteResult(
        cells=sum(edit.written for edit in planned.values()),
        appended=sum(len(edit.append) for edit in planned.values()),
        vanished=tuple((tab, key) for tab, edit in planned.items() for key in edit.vanished),
        kept=kept,
    )
