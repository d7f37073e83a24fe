"""The log of a run, where there is trouble with it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from sheets_sync.run_log import run_log

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_full_disk_costs_the_log_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "run.log").symlink_to(FULL)
    with run_log(tmp_path, "run", []):
        logging.getLogger("sheets_sync.test").info("begins")
    assert capfd.readouterr() == ("", "")


def test_a_bug_in_a_log_line_is_still_seen(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with run_log(tmp_path, "run", []):
        logging.getLogger("sheets_sync.test").info("%d", "no number")
    assert "TypeError" in capfd.readouterr().err
