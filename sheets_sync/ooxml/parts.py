"""The package of a workbook: a zip with parts, their relations, and the list of sheets (ECMA-376 Part 2)."""

import contextlib
import posixpath
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, cast
from xml.parsers import expat

from .errors import DamagedWorkbook, EncryptedWorkbook, MissingSheet, NotAWorkbook, OldWorkbook, WorkbookError
from .xml_parts import Element, UnreadableXmlError, local, tree, utf8

_CHUNK = 1 << 20
_SMALL_PART = 1 << 28
_CFB = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_ENCRYPTED = 1

State: TypeAlias = Literal["visible", "hidden", "veryHidden"]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part; ``kind`` is the last segment of its type, the same in strict and transitional files."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook; ``index`` counts chart sheets too, as defined names do."""

    name: str
    state: State
    index: int
    id: str
    part: str


class Parts:
    """An open workbook file. Names of parts have no leading slash; letters' case does not matter."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: BinaryIO = path.open("rb")
        try:
            self._zip = _open_zip(self.file, path)
            self._infos = self._index()
            self._find_workbook()
        except BaseException:
            self.file.close()
            raise

    def close(self) -> None:
        self._zip.close()
        self.file.close()

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def members(self) -> list[zipfile.ZipInfo]:
        return self._zip.infolist()

    def info(self, part: str) -> zipfile.ZipInfo:
        try:
            return self._infos[_key(part)]
        except KeyError:
            raise DamagedWorkbook(self.path, f"part {part} is missing") from None

    def has(self, part: str) -> bool:
        return _key(part) in self._infos

    def chunks(self, part: str) -> Iterator[bytes]:
        """The part's bytes in UTF-8, about 1 MiB at a time; DamagedWorkbook when the archive is."""
        return utf8(self._raw_chunks(part))

    def read(self, part: str) -> bytes:
        """A small part as a whole."""
        if self.info(part).file_size > _SMALL_PART:
            raise DamagedWorkbook(self.path, f"part {part} is absurdly large")
        return b"".join(self.chunks(part))

    def tree(self, part: str) -> Element:
        with self.xml_errors(part):
            return tree(self.read(part))

    def relations(self, part: str) -> list[Relation]:
        """Relations of a part ("" is the package) to other parts; links to the outside are left out."""
        folder, rels = posixpath.dirname(part), self.relations_part(part)
        if not self.has(rels):
            return []
        found = []
        for element in self.tree(rels).every("Relationship"):
            get = element.attributes.get
            if get("TargetMode") != "External":
                target = urllib.parse.unquote(get("Target", ""))
                kind = get("Type", "").rpartition("/")[2]
                found.append(Relation(get("Id", ""), kind, posixpath.normpath(posixpath.join("/", folder, target))[1:]))
        return found

    @staticmethod
    def relations_part(part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def related(self, part: str, kind: str) -> str | None:
        """The first part of that kind, if it exists in the archive."""
        parts = (relation.target for relation in self.relations(part) if relation.kind == kind)
        return next((target for target in parts if self.has(target)), None)

    def sheet(self, name: str) -> Sheet:
        """The worksheet of that name; as in Excel, letters' case does not matter where no exact one exists."""
        for known in self.sheets:
            if known.name == name:
                return known
        for known in self.sheets:
            if known.name.casefold() == name.casefold():
                return known
        raise MissingSheet(name, [known.name for known in self.sheets])

    @contextlib.contextmanager
    def xml_errors(self, part: str) -> Iterator[None]:
        """Turns what a parser raises about a part into DamagedWorkbook."""
        try:
            yield
        except (expat.ExpatError, UnreadableXmlError, UnicodeError) as error:
            raise DamagedWorkbook(self.path, f"{part}: {error}") from error

    def _raw_chunks(self, part: str) -> Iterator[bytes]:
        info = self.info(part)
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise DamagedWorkbook(self.path, f"{part}: {error}") from error

    def _index(self) -> dict[str, zipfile.ZipInfo]:
        infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if info.flag_bits & _ZIP_ENCRYPTED:
                raise EncryptedWorkbook(self.path)
            if _key(info.filename) in infos:
                raise DamagedWorkbook(self.path, f"two parts are named {info.filename}")
            infos[_key(info.filename)] = info
        if "mimetype" in infos and self._zip.read(infos["mimetype"]).startswith(b"application/vnd.oasis"):
            raise NotAWorkbook(self.path, "it is an OpenDocument file")
        return infos

    def _find_workbook(self) -> None:
        workbook = self.related("", "officeDocument")
        if workbook is None:
            raise NotAWorkbook(self.path, "the archive holds no office document")
        if workbook.endswith(".bin"):
            raise NotAWorkbook(self.path, "it is a binary workbook (.xlsb)")
        self.workbook = workbook
        root = self.tree(workbook)
        if root.name != "workbook":
            raise NotAWorkbook(self.path, f"it is a {root.name}, no workbook")
        relations = {relation.id: relation for relation in self.relations(workbook)}
        self.sheets = list(_worksheets(root, relations))
        settings = root.first("workbookPr")
        self.date1904 = settings is not None and settings.attributes.get("date1904") in ("1", "true", "on")
        self.styles = self.related(workbook, "styles")
        self.shared_strings = self.related(workbook, "sharedStrings")
        self.calc_chain = self.related(workbook, "calcChain")


def open_parts(path: Path) -> Parts:
    """Open a workbook, or say what the file is instead. Raises WorkbookError kinds and OSError."""
    try:
        return Parts(path)
    except WorkbookError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DamagedWorkbook(path, str(error)) from error


def _worksheets(root: Element, relations: dict[str, Relation]) -> Iterable[Sheet]:
    listed = root.first("sheets")
    for index, element in enumerate(listed.every("sheet") if listed else ()):
        get = element.attributes.get
        ids = [value for name, value in element.attributes.items() if ":" in name and local(name) == "id"]
        relation = relations.get(ids[0]) if ids else None
        if relation is not None and relation.kind == "worksheet":
            state = get("state", "visible")
            known = cast(State, state if state in ("hidden", "veryHidden") else "visible")
            yield Sheet(get("name", ""), known, index, get("sheetId", ""), relation.target)


def _open_zip(file: BinaryIO, path: Path) -> zipfile.ZipFile:
    magic = file.read(8)
    file.seek(0)
    if magic == _CFB:
        names = file.read()
        if "EncryptionInfo".encode("utf-16-le") in names or "EncryptedPackage".encode("utf-16-le") in names:
            raise EncryptedWorkbook(path)
        raise OldWorkbook(path)
    if not magic:
        raise NotAWorkbook(path, "the file is empty")
    if magic[:2] != b"PK":
        raise NotAWorkbook(path, "it is not a zip archive")
    return zipfile.ZipFile(file)


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
