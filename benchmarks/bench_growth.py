"""Whether time grows in proportion: export, second export, check and the plan of a push at 1,000, 10,000 and 100,000
SKUs. Compared is the processor time a row beyond that of an almost empty run (start-up is the same for all sizes)."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench_check import NOT_ALL_WELL, made
from measure import Claim, Run, process, report
from shop_process import shop_process

EMPTY = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="the largest size; a tenth and a hundredth go before")
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    options = parser.parse_args()
    sizes = [EMPTY, *(max(EMPTY * 10, options.rows // part) for part in (100, 10, 1))]
    runs: dict[str, Run] = {}
    with shop_process() as shop:
        for size in sizes:
            with tempfile.TemporaryDirectory() as name:
                runs |= {f"{job} {size:,}": run for job, run in _jobs(Path(name), size, shop).items()}
    met = report("growth", runs, f"export {EMPTY:,}", list(_claims(runs, sizes)))
    return 1 if options.check and not met else 0


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
        for small, large in zip(rest, rest[1:], strict=False):
            # A thousand rows take a few hundredths of a second: what they say of a row is mostly noise.
            must = 1.5 if small >= 10_000 else 2.5
            claims.append(Claim(f"{job}, time a row: {large:,} / {small:,}", each[large] / each[small], must, 1.1))
    return claims


if __name__ == "__main__":
    sys.exit(main())
