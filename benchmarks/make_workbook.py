"""Makes the worked-in workbook in a process of its own, so that the benchmarks' parent stays small (the kernel counts
a parent's memory towards its children's peak)."""

import sys
from pathlib import Path

from catalogue_workbook import worked_in

if __name__ == "__main__":
    _, path, count, shared = sys.argv[1:]
    worked_in(Path(path), int(count), shared_strings=shared == "1")
