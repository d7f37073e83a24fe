"""The workbook as a Google Sheet, in which people go on working while results are written."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sheets_sync.errors import SheetsSyncError, UsageError
from sheets_sync.gsheets.spreadsheets import About, Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ports import Clock, Copy
from sheets_sync.tables import NewWorkbook, Patch, Shorten, Snapshot, TabSnapshot, Whole, WriteResult
from sheets_sync.template import Template
from sheets_sync.workbooks import copies
from sheets_sync.workbooks.colours import ERROR_COLUMNS
from sheets_sync.workbooks.file_errors import file_errors
from sheets_sync.workbooks.google import asking, kept
from sheets_sync.workbooks.google.making import Maker
from sheets_sync.workbooks.google.notes import Notes
from sheets_sync.workbooks.google.reading import Found, Reader
from sheets_sync.workbooks.google.whole import read_whole
from sheets_sync.workbooks.google.writing import SMALL, Writer
from sheets_sync.workbooks.shown_columns import DATA_TABS


class GoogleWorkbook:
    """`ports.Workbook` over one spreadsheet. Copies are kept in a folder beside `copies_beside` (`kept.py`).

    A write of more than one call is not atomic as a whole: each call is, results are in the store before, and what an
    interruption leaves out the next run writes. `language` is that of messages and of a workbook that tells none.
    """

    def __init__(
        self,
        spreadsheet: Spreadsheet,
        template: Template,
        *,
        language: Language,
        clock: Clock,
        folder: Path,
        sign_off: bool = False,
        protect: bool = False,
    ) -> None:
        self._spreadsheet = spreadsheet
        self._template = template
        self._language = language
        self._clock = clock
        self._copies = folder / f"google_{spreadsheet.id[:12]}.gz"
        self._sign_off = sign_off
        self._protect = protect
        self._about: About | None = None
        self._known: Found | None = None
        self._seen: dict[Tab, TabSnapshot] = {}

    @property
    def name(self) -> str:
        """Title and address. Asks Google for the title once."""
        about = self._about or self._asked()
        return f"{about.title} ({self._spreadsheet.url})"

    def exists(self) -> bool:
        """Whether our tabs are in the spreadsheet: one with other tabs only is no workbook yet."""
        found = {self._template.tab_of(sheet.title) for sheet in self._asked().sheets}
        return Tab.LISTS in found or {Tab.PRODUCTS, Tab.SKUS} <= found

    def _asked(self) -> About:
        self._about = self._spreadsheet.about()
        return self._about

    # ---------------------------------------------------------------- making and reading

    def create(self, content: NewWorkbook) -> None:
        """Make our tabs beside what is there. Raises UsageError when they are there already, or a tab of hers has one
        of their names; Unavailable, and then no tab of ours is left that counts.
        """
        if self.exists():
            raise UsageError("workbook_exists", name=self.name)
        content = replace(
            content, sign_off=content.sign_off or self._sign_off, protect=content.protect or self._protect
        )
        self._known = None
        Maker(self._spreadsheet, content, self._about or self._asked()).make()

    def read(
        self,
        tabs: Collection[Tab] | None = None,
        shorten: Shorten | None = None,  # noqa: ARG002  all cells came in one answer anyway
    ) -> Snapshot:
        """The workbook as it is now. Raises UsageError for its structure, Unavailable, CredentialsError."""
        wanted = [tab for tab in DATA_TABS if tabs is None or tab in tabs]
        self._known = found = self._reader().read(wanted)
        self._about = found.about
        self._seen |= found.tabs
        return Snapshot(found.language, found.lists.ids, dict(found.tabs), self._clock.now(), open_elsewhere=False)

    def read_whole(self) -> Whole:
        """All tabs with her own columns and the drop-downs' entries. Raises as `read` does."""
        found, own, entries = read_whole(self._reader())
        self._about = found.about
        return Whole(Snapshot(found.language, found.lists.ids, dict(found.tabs), self._clock.now()), own, entries)

    def _reader(self) -> Reader:
        return Reader(self._spreadsheet, self._template, self._language, self.name)

    # ---------------------------------------------------------------- writing

    def write(self, patch: Patch) -> WriteResult:
        """Find the rows again by key, write, and see that everything is where it belongs. Cells of hers into which she
        has typed since they were read stay as they are.

        Raises Unavailable when rows kept moving or Google did not answer: what is missing then the next run writes.
        """
        if not patch and not patch.add_columns:
            return WriteResult()
        reader = self._reader()
        known, self._known = self._known or reader.read(()), None
        seen, self._seen = self._seen, {}
        writer = Writer(self._spreadsheet, self._template, reader, known, self._clock, patch, seen, self._sign_off)
        result = writer.write()
        if patch.lists is None:
            self._known = writer.known
        return result

    # ---------------------------------------------------------------- requests

    def request(self) -> str:
        """What people ask for by the menu, "" for nothing: one read of two columns."""
        return asking.read_request(self._spreadsheet, self._template.tab_name(Tab.LISTS, self._language)).text

    def clear_request(self, request: str) -> None:
        """Take the request away, if it is still this very one."""
        asked = asking.read_request(self._spreadsheet, self._template.tab_name(Tab.LISTS, self._language))
        if request and asked.text == request:
            asking.clear(self._spreadsheet, asked)

    # ---------------------------------------------------------------- copies

    def keep_copy(self, stamp: str, keep: int) -> None:
        """Keep what is entered now under `stamp`; only the newest `keep` copies stay. `keep` 0 keeps none."""
        if keep <= 0:
            return
        self._keep(stamp)
        with self._file_errors():
            copies.prune(self._copies, keep)

    def copies(self) -> Sequence[Copy]:
        with self._file_errors():
            return copies.kept(self._copies)

    def restore(self, stamp: str) -> None:
        """Put what was entered then back in place. What is there now is kept first."""
        with self._file_errors():
            copies.require(self._copies, stamp)
            tabs = kept.load(copies.place(self._copies, stamp), self._spreadsheet)
        self._keep(copies.stamp_of(self._clock.now(), self._template.timezone))
        self._known = None
        kept.bring_back(self._spreadsheet, self._template, self._language, self._asked(), tabs)
        with contextlib.suppress(SheetsSyncError):  # a courtesy: all that was entered is back
            self._note_errors()

    def _note_errors(self) -> None:
        """Notes stand on their cells still, where now other rows are."""
        tabs = ((self._template.tab_of(sheet.title), sheet) for sheet in self._asked().sheets)
        sheets = {tab: sheet for tab, sheet in tabs if tab is not None and tab in ERROR_COLUMNS}
        Notes(self._spreadsheet, self._template, self._language, SMALL).refresh(sheets)

    def _keep(self, stamp: str) -> None:
        content = kept.contents(self._spreadsheet, self._template)
        with self._file_errors():
            kept.save(content, copies.free_place(self._copies, stamp))

    @contextmanager
    def _file_errors(self) -> Iterator[None]:
        """The folder of copies is on our disk."""
        with file_errors(self._copies):
            yield
