"""Joins the files of a cart that tells one product in several of them: products, variants, stock, prices …

A file's role is told by its headings, never by its name, and a role may come in several files (split exports). The
main file's rows are streamed in their order; rows of all other files wait in a temporary database on disk, by the
product's key, so that memory stays flat and no file has to be sorted. Nothing is dropped: what belongs to no product
comes as `Skipped`, with its file and line.

    files = JoinedFiles(open_tables(path, encoding), ROLES, language)     # the first of ROLES is the main one
    for item in files.products():                                         # Joined | Skipped
        item.main["title"], item.rows("stock")
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.products import Skipped
from sheets_sync.sources import headings
from sheets_sync.sources.cart_values import plain
from sheets_sync.sources.csv_table import CsvTable, Record
from sheets_sync.sources.file_kinds import FileKind
from sheets_sync.sources.telling import Place, Telling

KEY = "key"
"""The field of every role that names the product."""

_MARK = "\0"  # between cells in the database: the CSV reader leaves none in a cell


@dataclass(frozen=True, slots=True)
class Role:
    """What a file is for. `kind` tells it by its headings (`kind.label` is its name for a person); `fields`: field →
    accepted headings, with `KEY` among them. `required`: without such a file nothing can be read.
    """

    kind: FileKind
    fields: Mapping[str, Sequence[str]]
    required: bool = False

    @property
    def name(self) -> str:
        return self.kind.name


@dataclass(frozen=True, slots=True)
class RoleFile:
    """A file whose role is known. `at`: field → 0-based index, for the columns that the file has; `last`: the last."""

    table: CsvTable
    role: Role
    at: Mapping[str, int]
    last: int

    @property
    def name(self) -> str:
        return self.table.path.name

    @property
    def key_heading(self) -> str:
        """The heading of the column that names the product, as written."""
        return self.table.heading[self.at[KEY]].strip()


@dataclass(slots=True)
class Row:
    """A record of a file, looked into when asked. `raw`: its cells, with what no cell holds between them.

    A missing column reads as "" like a blank cell; `has` tells the two apart.
    """

    file: RoleFile
    line: int
    raw: str
    mended: bool = False
    _texts: dict[str, str] | None = None

    def __getitem__(self, field: str) -> str:
        return self.texts.get(field, "")

    @property
    def texts(self) -> dict[str, str]:
        """The cells of all fields that the file has."""
        if self._texts is None:
            cells, at = self.cells, self.file.at
            if len(cells) <= self.file.last:  # a row that ends before the last column
                cells += [""] * (self.file.last + 1 - len(cells))
            self._texts = dict(zip(at, map(str.strip, map(cells.__getitem__, at.values())), strict=True))
        return self._texts

    @property
    def cells(self) -> list[str]:
        return self.raw.split(_MARK)

    def row_of(self, field: str) -> "Row":  # noqa: ARG002  a single row is where all of its fields are
        """Where a field stands, for what is told of it."""
        return self

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self.file.name, self.line)

    def has(self, field: str) -> bool:
        """Whether the file has this column at all."""
        return field in self.file.at

    @property
    def text(self) -> str:
        """All cells, for telling a person which row is meant."""
        return " ".join(cell.strip() for cell in self.cells if cell.strip())

    @property
    def surplus(self) -> str:
        """What stands beyond the last heading: the row's values may be shifted."""
        width = len(self.file.table.heading)
        if self.raw.count(_MARK) < width:
            return ""
        return " ".join(cell.strip() for cell in self.cells[width:] if cell.strip())


@dataclass(slots=True)
class Joined:
    """A row of the main file with everything that the other files say of it, in their order."""

    key: str
    main: Row
    sides: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, role: str) -> list[Row]:
        """The rows of a role, none when there are none."""
        return self.sides.get(role, [])

    @property
    def all_rows(self) -> Iterator[Row]:
        yield self.main
        for rows in self.sides.values():
            yield from rows

    @property
    def records(self) -> int:
        return 1 + sum(map(len, self.sides.values()))


class JoinedFiles:
    """The files of a cart by role. Reading may be repeated: each `products()` looks at the files anew."""

    def __init__(self, tables: Iterable[CsvTable], roles: Sequence[Role], language: Language = "ja") -> None:
        """`roles`: the main one first; the first that fits a file's headings wins.

        Raises UsageError that names a file of no role, or the required roles that no file has.
        """
        self._roles, self._language = roles, language
        self._files = [_with_role(table, roles) for table in tables]
        lacking = [role.kind.label for role in roles if role.required and not self.files(role.name)]
        if lacking:
            found = "、".join(f"{file.name}（{file.role.kind.label}）" for file in self._files)
            raise UsageError("joined_role_missing", wanted="、".join(lacking), found=found)

    def files(self, role: str) -> list[RoleFile]:
        """The files of a role, in the order given."""
        return [file for file in self._files if file.role.name == role]

    @cached_property
    def absent(self) -> list[Role]:
        """Roles that no file has."""
        return [role for role in self._roles if not self.files(role.name)]

    def lacks(self, role: str, field: str) -> bool:
        """Whether files of a role are there, and none of them has this column."""
        files = self.files(role)
        return bool(files) and not any(field in file.at for file in files)

    def products(self) -> Iterator[Joined | Skipped]:
        """Each row of the main files with the rows of the others; then what belongs to no row of them.

        A further main row of a key is told, not joined. Raises UsageError (broken quotes), OSError, sqlite3.Error.
        """
        main = self._roles[0].name
        others = [file for file in self._files if file.role.name != main]
        index = _SideRows(others)
        try:
            lines: dict[str, tuple[str, int]] = {}
            telling = Telling(self._language)
            for file in self.files(main):
                for record in file.table.records():
                    row = Row(file, record.line, _MARK.join(record.cells), record.mended)
                    key = _key(file, record)
                    if not key:
                        yield from telling.one_by_one(
                            "joined_key_missing", row.place, row.text, column=file.key_heading
                        )
                    elif key in lines:
                        name, line = lines[key]
                        params = {"column": file.key_heading, "other": name, "first": line}
                        yield from telling.one_by_one("joined_key_doubled", row.place, key, **params)
                    else:
                        lines[key] = (file.name, row.line)
                        yield Joined(key, row, index.rows(key))
                yield from telling.rest()
            yield from self._unclaimed(index)
        finally:
            index.close()

    def _unclaimed(self, index: "_SideRows") -> Iterator[Skipped]:
        telling = Telling(self._language)
        for key, row in index.unclaimed():
            code = "joined_row_without_product" if key else "joined_key_missing"
            yield from telling.one_by_one(code, row.place, key or row.text, column=row.file.key_heading)
        yield from telling.rest()


class _SideRows:
    """Rows of all files but the main ones, by key, in a temporary database that vanishes with its connection."""

    def __init__(self, files: Sequence[RoleFile]) -> None:
        self._files = files
        self._claimed: set[str] = set()
        self._left = 0
        self._database = database = sqlite3.connect("", isolation_level=None)  # "": a file of its own, not memory
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -16000")  # KiB
        database.execute("CREATE TABLE side (key TEXT, file INTEGER, line INTEGER, mended INTEGER, cells TEXT)")
        database.execute("BEGIN")
        for number, file in enumerate(files):
            rows = (_stored(file, number, record) for record in file.table.records())
            self._left += database.executemany("INSERT INTO side VALUES (?, ?, ?, ?, ?)", rows).rowcount
        database.execute("CREATE INDEX by_key ON side (key)")
        database.execute("COMMIT")

    def rows(self, key: str) -> dict[str, list[Row]]:
        """The rows of a key by role; they count as claimed."""
        if not self._left:
            return {}
        files, last = self._files, None
        found: dict[str, list[Row]] = {}
        rows: list[Row] = []
        for number, line, mended, raw in self._database.execute(
            "SELECT file, line, mended, cells FROM side WHERE key = ? ORDER BY rowid", (key,)
        ):
            file = files[number]
            row = Row(file, line, raw, bool(mended))
            if file is last:
                rows.append(row)
            else:
                last, rows = file, found.setdefault(file.role.name, [])
                rows.append(row)
            self._left -= 1
        self._claimed.add(key)
        return found

    def unclaimed(self) -> Iterator[tuple[str, Row]]:
        """Rows whose key nobody asked for, in the order of the files; "" is the key of a row that names none."""
        if not self._left:
            return
        for (key,) in self._database.execute("SELECT DISTINCT key FROM side").fetchall():
            if key in self._claimed:
                self._database.execute("DELETE FROM side WHERE key = ?", (key,))
        for key, number, line, mended, raw in self._database.execute("SELECT * FROM side ORDER BY rowid"):
            yield key, Row(self._files[number], line, raw, bool(mended))

    def close(self) -> None:
        self._database.close()


def _stored(file: RoleFile, number: int, record: Record) -> tuple[str, int, int, bool, str]:
    return _key(file, record), number, record.line, record.mended, _MARK.join(record.cells)


def _key(file: RoleFile, record: Record) -> str:
    index = file.at[KEY]
    return plain(record.cells[index]) if index < len(record.cells) else ""


def _with_role(table: CsvTable, roles: Iterable[Role]) -> RoleFile:
    names = {headings.folded(name) for name in table.heading}
    for role in roles:
        if role.kind.fits(names):
            at = headings.match(table.heading, role.fields).at
            return RoleFile(table, role, at, max(at.values()))
    found = "、".join(name.strip()[:30] for name in table.heading[:6] if name.strip())
    raise UsageError("joined_file_unknown", file=table.path.name, read=found)
