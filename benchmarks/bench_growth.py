"""Whether time grows in proportion: export, second export, check and the plan of a push at 1,000, 10,000 and 100,000
SKUs. Compared is the processor time a row beyond that of an almost empty run (start-up is the same for all sizes)."""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

from bench_check import NOT_ALL_WELL, made
from measure import Claim, Run, process, report
from shop_process import shop_process

EMPTY = 10
SHORT = 10_000  # runs of fewer rows are repeated: start-up and chance weigh too much in them


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="the largest size; a tenth and a hundredth go before")
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    options = parser.parse_args()
    sizes = [EMPTY, *(max(EMPTY * 10, options.rows // part) for part in (100, 10, 1))]
    runs: dict[str, Run] = {}
    with shop_process() as shop:
        for size in sizes:
            times = 3 if size < SHORT else 1
            tried = [_tried(size, shop) for _ in range(times)]
            for job in tried[0]:
                runs[f"{job} {size:,}"] = sorted((each[job] for each in tried), key=lambda run: run.cpu)[times // 2]
    met = report("growth", runs, f"export {EMPTY:,}", list(_claims(runs, sizes)))
    return 1 if options.check and not met else 0


def _tried(size: int, shop: dict[str, str]) -> dict[str, Run]:
    with tempfile.TemporaryDirectory() as name:
        return _jobs(Path(name), size, shop)


def _jobs(place: Path, size: int, shop: dict[str, str]) -> dict[str, Run]:
    folder, kept = made(place, size, shop)
    found: dict[str, Run] = {}
    found["plan"] = process(*folder.command("plan", "--json"), expected=NOT_ALL_WELL)
    folder.restore(kept)
    found["check"] = process(*folder.command("check"), expected=NOT_ALL_WELL)
    found["second export"] = process(*folder.command("export"))
    folder.forget()
    return {"export": process(*folder.command("export"))} | found


def _claims(runs: dict[str, Run], sizes: list[int]) -> list[Claim]:
    """Time a row at one size against that at the size before; 1 is a straight line."""
    empty, *rest = sizes
    claims = []
    for job in ("export", "second export", "check", "plan"):
        floor = runs[f"{job} {empty:,}"].cpu
        each = {size: max(1e-9, runs[f"{job} {size:,}"].cpu - floor) / size for size in rest}
        for small, large in itertools.pairwise(rest):
            claims.append(Claim(f"{job}, time a row: {large:,} / {small:,}", each[large] / each[small], 1.5, 1.1))
    return claims


if __name__ == "__main__":
    sys.exit(main())
