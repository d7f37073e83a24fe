"""`sheets-sync --help` as a process, against the CLI library's own empty help; and which heavy packages it loads."""

import argparse
import functools
import subprocess
import sys

from measure import Claim, Run, interleaved, process, report

EMPTY = "import click; click.Command('empty').main(['--help'])"
HEAVY = ("pandas", "numpy", "pandera", "openpyxl", "xlsxwriter", "gspread", "requests", "sqlalchemy", "pydantic", "PIL")
LOADED = f"""
import sys
from sheets_sync.cli.main import run
run(["--help"])
found = [name for name in {HEAVY} if name in sys.modules]
sys.exit("loaded by --help: " + ", ".join(found) if found else 0)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=0, help="not used; here so that all benchmarks take it")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    options = parser.parse_args()
    heavy = subprocess.run([sys.executable, "-c", LOADED], stdout=subprocess.DEVNULL, check=False).returncode
    jobs: dict[str, functools.partial[Run]] = {
        "sheets-sync --help": functools.partial(process, "-m", "sheets_sync", "--help"),
        "click's empty help": functools.partial(process, "-c", EMPTY),
        "bare python": functools.partial(process, "-c", "pass"),
    }
    runs = interleaved(jobs, options.runs)
    mine, base = runs["sheets-sync --help"], runs["click's empty help"]
    claims = [
        Claim("time", mine.wall, 0.3, unit="s"),
        Claim("processor / click's empty help", mine.cpu / base.cpu, 4.0, 1.5),
        Claim("heavy packages loaded", heavy, 0, unit=""),
    ]
    met = report("--help, whole process", runs, "click's empty help", claims)
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
