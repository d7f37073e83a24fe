"""Other programs that save the workbook: openpyxl by heading, and LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def resave(workbook: Path) -> None:
    """Open the workbook in LibreOffice and save it as .xlsx again."""
    out = workbook.parent / "resaved"
    profile = f"-env:UserInstallation=file://{workbook.parent / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(workbook)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.move(out / workbook.name, workbook)


def edit(workbook: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    """Change the workbook with openpyxl, as some other program would."""
    book = openpyxl.load_workbook(workbook)
    change(book)
    book.save(workbook)


def column(sheet: Worksheet, heading: str) -> int:
    """1-based number of the column with that heading."""
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def shown(workbook: Path, tab: str) -> list[dict[str, object]]:
    """Rows of a tab by heading, as openpyxl reads them."""
    sheet = openpyxl.load_workbook(workbook)[tab]
    headings = [cell.value for cell in sheet[1]]
    return [dict(zip(headings, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
