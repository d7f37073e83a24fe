"""`sheets-sync check` as a whole: read, look at every row, write back. A quarter of the products is ON, some of them
with faults; the platform's rules are in the store. Besides: the same check again, when all results stand there."""
# ruff: noqa: PLC0415 - the parent stays small

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalogue_cart import Folder, write_cart
from measure import Claim, Run, child, interleaved, process, report
from shop_process import shop_process

MUST, AIM = 20, 12  # seconds for 100,000 SKUs on the reference machine (2 cores)
NOT_ALL_WELL = (0, 3)
CATEGORIES = ("600024", "605249")  # mugs and hats: nothing is asked for beyond the parcel's weight


def edit(settings: Path) -> None:
    """What she typed: ticks, categories and weights in every fourth row, and a fault in some."""
    from sheets_sync.issue import Tab
    from sheets_sync.settings import load_settings
    from sheets_sync.tables import CellValue, Patch
    from sheets_sync.usecases.platform_rules import load_rules
    from sheets_sync.usecases.session import open_session

    with open_session(load_settings(settings), "edit") as session:
        entries = load_rules(session, online=False).choices()["category"]
        labels = {entry.rsplit("[", 1)[1].rstrip("]"): entry for entry in entries}
        snapshot = session.workbook.read({Tab.PRODUCTS})
        patch = Patch()
        for number, (ref, _) in enumerate(snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)):
            if number % 4:
                continue
            category = labels[CATEGORIES[number % 8 // 4]]
            cells: dict[str, CellValue] = {"sync": True, "category": category, "package_weight_g": 300 + number % 500}
            match number % 80:
                case 0:
                    cells["category"] = None
                case 20:
                    cells["package_weight_g"] = "三百グラム"
                case 40:
                    cells["title"] = "長" * 300
                case 60:
                    cells["image_1"] = "写真.txt ではない"
            for key, value in cells.items():
                patch.tab(Tab.PRODUCTS).set(ref, key, value)
        session.workbook.write(patch)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=1, metavar="SETTINGS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        edit(Path(options.child[0]))
        return 0
    return 1 if not _measured(options) and options.check else 0


def _measured(options: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as name, shop_process() as shop:
        folder, kept = made(Path(name), options.rows, shop)

        def first() -> Run:
            folder.restore(kept)
            return process(*folder.command("check"), expected=NOT_ALL_WELL)

        def again() -> Run:
            return process(*folder.command("check"), expected=NOT_ALL_WELL)

        runs = interleaved({"check": first, "check again": again}, options.runs)
    share = options.rows / 100_000
    claims = [
        Claim("check, wall", runs["check"].wall, max(2.0, MUST * share), AIM * share, "s"),
        Claim("check, processor", runs["check"].cpu, max(2.0, MUST * share), AIM * share, "s"),
    ]
    return report(f"check of {options.rows:,} SKUs, a quarter ON, whole process", runs, "check", claims)


def made(place: Path, rows: int, shop: dict[str, str]) -> tuple[Folder, Path]:
    """A folder with a workbook that she worked in, and where its state is put aside."""
    folder = Folder(place / "shop", shop)
    write_cart(folder.cart, rows)
    process(*folder.command("export"))
    child(__file__, str(folder.settings))
    process(*folder.command("plan", "--json"), expected=NOT_ALL_WELL)  # brings the rules into the store
    folder.keep(place / "kept")
    return folder, place / "kept"


if __name__ == "__main__":
    sys.exit(main())
