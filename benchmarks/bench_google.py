"""A Google Sheet on loopback: the first export, and five result columns written back into every row, against unmodified
gspread that writes the same values with one `update` a tab. Counted besides: calls, and how large they are."""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import math
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LONG = "商品名: 長すぎます。読み取った文字数は300、正しくは255文字までです\n"
ROWS_A_CALL = 5_000


def writeback(settings: str) -> None:
    """Results into every row, as a check of a faulty catalogue would write them."""
    from sheets_sync.issue import Tab
    from sheets_sync.settings import load_settings
    from sheets_sync.tables import Patch
    from sheets_sync.usecases.session import open_session

    with open_session(load_settings(Path(settings)), "writeback") as session:
        snapshot = session.workbook.read()
        patch = Patch()
        for number, (ref, _) in enumerate(snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)):
            for key, value in (
                ("state", "入力エラー"), ("errors", LONG * (number % 4 + 1)), ("planned", f"新規 {number}"),
                ("effective_price", 1980 + number), ("effective_stock", number % 50),
            ):  # fmt: skip
                patch.tab(Tab.PRODUCTS).set(ref, key, value)
        for number, (ref, _) in enumerate(snapshot.tabs[Tab.SKUS].refs(Tab.SKUS)):
            for key, value in (
                ("sku_errors", LONG), ("effective_price", 1980 + number), ("effective_stock", number % 50),
            ):  # fmt: skip
                patch.tab(Tab.SKUS).set(ref, key, value)
        result = session.workbook.write(patch)
        assert not result.vanished


def naive(key: str, url: str, sheet: str, values: str) -> None:
    """gspread as its manual shows it: one tab, one `update`."""
    import gspread
    from google.oauth2.service_account import Credentials

    scopes = ["https://www.googleapis.com/auth/spreadsheets"]
    client = gspread.Client(Credentials.from_service_account_file(key, scopes=scopes))
    client.http_client.session.mount("https://", _elsewhere(url))
    book = client.open_by_key(sheet)
    for title, rows in pickle.loads(Path(values).read_bytes()).items():
        width = max(map(len, rows), default=1)
        tab = book.add_worksheet(title, rows=len(rows), cols=width)
        tab.update([row + [""] * (width - len(row)) for row in rows], "A1", raw=True)


def _elsewhere(url: str) -> Any:
    from requests.adapters import HTTPAdapter

    class Elsewhere(HTTPAdapter):
        """Google's address, led to this machine."""

        def send(self, request: Any, *arguments: Any, **more: Any) -> Any:
            request.url = url + request.url.removeprefix("https://sheets.googleapis.com")
            return super().send(request, *arguments, **more)

    return Elsewhere()


JOBS = {"writeback": writeback, "naive": naive}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs="+", metavar="X", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        job, *arguments = options.child
        JOBS[job](*arguments)
        return 0
    sizes = sorted({options.rows // 5, options.rows})
    met = [_measured(size, options.runs) for size in sizes]
    return 1 if not all(met) and options.check else 0


def _measured(count: int, times: int) -> bool:
    from catalogue_cart import Folder, write_cart
    from google_process import google_process
    from measure import Claim, Run, child, interleaved, process, report

    calls: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as name, google_process(Path(name) / "key.json") as google:
        place = Path(name)
        folder = Folder(place / "shop")
        write_cart(folder.cart, count)
        values = place / "values"

        def counted(job: str, run: Any) -> Run:
            google.ask("clear")
            found: Run = run()
            calls[job] = google.ask("calls")
            return found

        def export() -> Run:
            folder.forget()
            sheet = google.ask("new")
            folder.settings.write_text(
                f'[workbook]\nkind = "google"\nspreadsheet_id = "{sheet}"\ncredentials = "{place}/key.json"\n'
                f'api_base = "{google.url}"\n', "utf-8",
            )  # fmt: skip
            run = counted("export", lambda: process(*folder.command("export")))
            tabs.update(google.ask("dump", sheet, str(values)))
            return run

        def rival() -> Run:
            sheet = google.ask("new")
            arguments = ("naive", str(place / "key.json"), google.url, sheet, str(values))
            return counted("naive", lambda: child(__file__, *arguments))

        def write_back() -> Run:
            return counted("write back", lambda: child(__file__, "writeback", str(folder.settings)))

        tabs: dict[str, int] = {}
        jobs = {"export": export, "write back": write_back, "naive gspread": rival}
        runs = interleaved(jobs, times)
        rows = tabs["商品"] + tabs["SKU"]
    most = 1 + math.ceil(rows / ROWS_A_CALL)  # wall time is mostly the double's; Google's own nobody knows here
    ours = [calls[job] for job in ("export", "write back")]
    claims = [
        Claim("export: write calls", ours[0]["write"], most, unit="calls"),
        Claim("write back: write calls", ours[1]["write"], most, unit="calls"),
        Claim("largest call", max(found["largest"] for found in ours) / 1e6, 8.1, unit="MB"),
        Claim("processor, export / naive gspread", runs["export"].cpu / runs["naive gspread"].cpu, 14, 8),
        Claim("processor, write back / naive gspread", runs["write back"].cpu / runs["naive gspread"].cpu, 24, 12),
    ]
    notes = [
        f"{job}: {found['read']} reads, {found['write']} writes, {found['bytes'] / 1e6:.1f} MB in all, "
        f"the largest {found['largest'] / 1e6:.1f} MB"
        for job, found in calls.items()
    ]
    title = f"Google Sheet of {count:,} SKUs ({rows:,} rows) on loopback, whole processes"
    return report(title, runs, "naive gspread", claims, notes)


if __name__ == "__main__":
    sys.exit(main())
