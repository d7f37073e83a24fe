"""LibreOffice, where installed, opens what was filled and patched, and sees the same cells."""

import csv
import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from sheets_sync.ooxml.filler import fill
from sheets_sync.ooxml.patcher import SheetEdit, patch

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def test_filled_and_patched(tmp_path: Path) -> None:
    base, book = tmp_path / "base.xlsx", tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(base)) as made:
        sheet = made.add_worksheet("S")
        date = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["id", "price", "date", "on", "text"])
        for column, style in enumerate((made.add_format({"num_format": "@"}), None, date, None, None)):
            sheet.write_blank(1, column, None, style or made.add_format({"bold": True}))
        sheet.autofilter(0, 0, 1, 4)
    day = datetime.date(2024, 5, 6)
    fill(base, book, {"S": ([f"{n:05d}", n, day, True, f"<{n}> & あ"] for n in range(300))})
    edit = SheetEdit(cells={2: {1: 99, 4: "=1+1"}, 301: {3: None}}, append=[{0: "new", 2: day, 6: 1.5}])
    patch(book, book, {"S": edit})
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1",
        "--outdir",
    ]
    subprocess.run([*command, str(tmp_path), str(book)], check=True, capture_output=True, timeout=120)
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 302
    assert rows[1][:5] == ["00000", "99", "2024-05-06", "TRUE", "=1+1"]
    assert rows[150][:5] == ["00149", "149", "2024-05-06", "TRUE", "<149> & あ"]
    assert rows[300][3] == ""
    assert rows[301][0] == "new"
    assert rows[301][6] == "1.5"
