"""`sheets-sync` and `python -m sheets_sync`."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line and end the process with its code."""
    from sheets_sync.cli.main import run  # noqa: PLC0415  keeps `python -m` and the script alike

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Redirected on Japanese Windows, a stream speaks CP932: an emoji in a product's name must not end a run.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
