"""A Google on loopback in a process of its own, so that its work and memory are not counted as ours.

    with google_process(folder / "key.json") as google:
        sheet = google.ask("new")           # id of an empty spreadsheet that is shared with the account
        google.ask("clear")                 # forget the calls so far
        google.ask("calls")                 # {"read": 3, "write": 21, "largest": 8000000, "bytes": …}
        google.ask("dump", sheet, file)     # its tabs into a file, by which the same values can be written again
"""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))


class Google:
    """The other end of the line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = str(self._answer())

    def ask(self, *words: str) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@contextmanager
def google_process(key: Path) -> Iterator[Google]:
    """Serve until the block ends. `key` becomes the service account's file."""
    command = [sys.executable, __file__, str(key)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Google(process)
        finally:
            assert process.stdin
            process.stdin.close()


def serve(key: Path) -> None:
    from tests.google_double import GoogleDouble  # noqa: PLC0415 - the parent stays small

    with GoogleDouble(keep_bodies=False) as google:
        google.quotas.on = False  # calls are counted here, and not waited for
        google.most_bytes = 1 << 40  # the rival writes a tab at once
        google.service_account_file(key)
        _say(google.url)
        for line in sys.stdin:
            match json.loads(line):
                case ["new"]:
                    sheet = google.new_spreadsheet("商品表", shared_with=[google.EMAIL], locale="ja_JP")
                    _say(sheet.id)
                case ["clear"]:
                    google.clear_log()
                    _say(None)
                case ["calls"]:
                    calls = google.calls()
                    told = {cost: sum(call.cost == cost for call in calls) for cost in ("read", "write")}
                    sizes = [call.size for call in calls if call.cost == "write"]
                    _say(told | {"largest": max(sizes, default=0), "bytes": sum(sizes)})
                case ["dump", sheet_id, file]:
                    state = google.spreadsheet(sheet_id)
                    tabs = {title: state.tab(title).values() for title in state.titles}
                    values = {title: [list(map(_plain, row)) for row in rows] for title, rows in tabs.items()}
                    Path(file).write_bytes(pickle.dumps(values))
                    _say({title: len(rows) for title, rows in values.items()})


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str) else "" if value is None else str(value)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
