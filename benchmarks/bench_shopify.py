"""Reading a large shop: Shopify's bulk result and carts' CSV files into products, against a bare parse of the file.

The bare parse does nothing with what it reads: `json.loads` a line, `csv.reader` a row. `csv.DictReader` is the least
that a reader of columns by their names does. All are whole processes: what ours spends on imports is told beside it.
"""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import functools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MOST_TIMES_BARE = 2.0
MOST_MEGABYTES = 300.0


def bare_json(path: Path) -> int:
    import json

    with path.open("rb") as file:
        return sum("__parentId" not in json.loads(line) for line in file)


def bulk_result(path: Path) -> int:
    """From the file that a bulk operation left to products."""
    from sheets_sync.shopify.jsonl import joined
    from sheets_sync.shopify.products import Maker

    make = Maker([], frozenset(), 0, lambda _: {})
    return sum(bool(make(gathered).variants) for gathered in joined(path))


def bare_csv(path: Path) -> int:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def dict_csv(path: Path) -> int:
    """Cells by their headings."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def csv_source(path: Path) -> int:
    """Through the door that an export takes."""
    from sheets_sync.products import Product
    from sheets_sync.sources.open_source import open_csv

    return sum(isinstance(item, Product) for item in open_csv(path).products())


def imports(_: Path) -> int:
    """What every run of ours begins with, whatever it reads."""
    from sheets_sync.sources import open_source

    return sys.maxsize if open_source else 0


JOBS = {
    "json.loads a line": bare_json,
    "bulk result": bulk_result,
    "csv.reader": bare_csv,
    "csv.DictReader": dict_csv,
    "CSV source": csv_source,
    "imports alone": imports,
}
# What the file is, the bare parses of it, and our job.
JSON_JOBS = ("json.loads a line",), "bulk result"
CSV_JOBS = ("csv.reader", "csv.DictReader"), "CSV source"
FILES = {
    "grouped.jsonl": ("bulk result, children behind their parents", JSON_JOBS),
    "scattered.jsonl": ("bulk result, children anywhere", JSON_JOBS),
    "shopify.csv": ("Shopify's product CSV", CSV_JOBS),
    "matrixify.csv": ("a cart's CSV by its format file (Matrixify)", CSV_JOBS),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=2, metavar=("JOB", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        assert JOBS[options.child[0]](Path(options.child[1])) * 12 >= options.rows
        return 0
    from catalogue_cart import write_cart
    from measure import Claim, child, interleaved, process, report

    met = True
    maker = str(Path(__file__).with_name("catalogue_shopify.py"))
    with tempfile.TemporaryDirectory() as folder:
        for name, (what, (bare, ours)) in FILES.items():
            path = Path(folder) / name
            if name == "shopify.csv":
                write_cart(path, options.rows)
            else:
                process(maker, path.stem, str(path), str(options.rows))
            jobs = {
                job: functools.partial(child, __file__, job, str(path), "--rows", str(options.rows))
                for job in (*bare, ours, "imports alone")
            }
            runs = interleaved(jobs, options.runs)
            claims = [
                *(
                    Claim(f"{path.stem}: processor time / {base}", runs[ours].cpu / runs[base].cpu, MOST_TIMES_BARE)
                    for base in bare
                ),
                Claim(f"{path.stem}: peak memory", runs[ours].peak, MOST_MEGABYTES, unit="MB"),
            ]
            size = path.stat().st_size / 1e6
            met = report(f"{options.rows:,} SKUs, {size:.0f} MB: {what}", runs, bare[0], claims) and met
            path.unlink()
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
