"""LibreOffice as a judge and as a colleague who opens and saves the workbook with it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


def saved_by_libreoffice(source: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it after opening it, in another folder under the same name."""
    folder.mkdir(exist_ok=True)
    profile = (folder / "profile").as_uri()
    program = [str(SOFFICE), f"-env:UserInstallation={profile}", "--headless"]
    job = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(source)]
    subprocess.run([*program, *job], check=True, capture_output=True, timeout=120)
    return folder / source.name
