"""Runs every benchmark of this folder in turn and ends with one table of their limits.

    python benchmarks/run_all.py [--rows 100000] [--only export check …] [--check]
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORDER = (
    "help", "export", "second_export", "write", "read", "shopify", "writeback", "google", "validate", "check", "push",
    "growth",
)  # fmt: skip
# A line of a table of limits: name, reached, must, aim. Lines of the other table have four figures.
_LIMIT = re.compile(r"\S.{35,}? +-?\d+\.\d\d +\d[\d.e+-]*(?: +\d[\d.e+-]*)? +\D*$|.*(?:MISSED|\(limit .*\))")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=ORDER, default=ORDER)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    options = parser.parse_args()
    limits: list[str] = []
    missed: list[str] = []
    for name in options.only:
        rows = "--skus" if name == "validate" else "--rows"
        command = [sys.executable, str(HERE / f"bench_{name}.py"), rows, str(options.rows), "--check"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        limits += [f"{name:14}{line}" for line in done.stdout.splitlines() if _LIMIT.match(line) or "(must" in line]
        if done.returncode:
            missed.append(name)
    print("\n==== all limits ====")
    print("\n".join(limits))
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nnothing missed")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
