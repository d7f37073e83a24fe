"""What can be wrong with a workbook file. Texts are technical English; the caller words them for people."""

from collections.abc import Sequence
from pathlib import Path


class WorkbookError(Exception):
    """Base of everything that this package raises on purpose."""


class NotAWorkbook(WorkbookError):
    """The file is something else (CSV, PDF, ODS, XLSB ...)."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} is not an Excel workbook (.xlsx): {why}")
        self.path, self.why = path, why


class OldWorkbook(NotAWorkbook):
    """An Excel 97-2003 workbook (.xls), or one saved under the wrong name."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it is an old .xls workbook (Excel 97-2003)")


class EncryptedWorkbook(WorkbookError):
    """The workbook asks for a password to be opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is encrypted with a password")
        self.path = path


class DamagedWorkbook(WorkbookError):
    """A workbook whose container or XML cannot be read (cut off, bit rot, forbidden DTD)."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name} is damaged: {why}")
        self.path, self.why = path, why


class MissingSheet(WorkbookError):
    """No worksheet of that name."""

    def __init__(self, sheet: str, available: Sequence[str]) -> None:
        super().__init__(f"no worksheet {sheet!r}; there are: {', '.join(map(repr, available)) or 'none'}")
        self.sheet, self.available = sheet, list(available)


class SheetFull(WorkbookError):
    """More rows or columns than a sheet can hold (1,048,576 and 16,384), or a part past 4 GiB."""

    def __init__(self, sheet: str, why: str) -> None:
        super().__init__(f"{sheet!r}: {why}")
        self.sheet, self.why = sheet, why


class UnsupportedCell(WorkbookError):
    """A cell that must not be written, since a formula or a merge around it would break."""

    def __init__(self, sheet: str, ref: str, why: str) -> None:
        super().__init__(f"{sheet!r} {ref}: {why}")
        self.sheet, self.ref, self.why = sheet, ref, why


class UnwritableValue(UnsupportedCell):
    """A value that no cell can hold: text past 32,767 characters, NaN, a date before 1900, an unknown type."""
