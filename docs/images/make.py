"""Makes the pictures of the documents: runs the demo, opens its workbook in LibreOffice, and cuts out the cells shown.

    python docs/images/make.py

Needs LibreOffice (`soffice`), poppler (`pdftoppm`) and a Japanese font. The pictures are real renders of the workbook
that the demo leaves; only print area, hidden rows and columns, row heights and the look of flags are set, in a copy.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import east_asian_width

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image, ImageChops, ImageOps

from sheets_sync.cli.main import run
from sheets_sync.issue import Tab
from sheets_sync.template import Template
from sheets_sync.template_files import load_template

HERE = Path(__file__).parent
DPI = 110


@dataclass(frozen=True)
class View:
    """One picture: columns of a tab (none = all), and its rows: those of the products `keys`, else the first `rows`."""

    name: str
    tab: Tab
    columns: Sequence[str] = ()
    keys: Sequence[str] = ()
    rows: int = 0


VIEWS = (
    View(
        "products",
        Tab.PRODUCTS,
        ("sync", "action", "state", "listing", "errors", "review_reasons", "product_key", "cart_title"),
        ("linen-tee", "raffia-hat", "canvas-tote", "light-rice-bowl", "tokoname-teapot", "houjicha", "hitokuchi-yokan",
         "kobachi-set", "shiba-plush", "iroha-karuta", "gift-card"),
    ),
    View(
        "plan",
        Tab.PRODUCTS,
        ("sync", "state", "listing", "planned", "action_result", "cart_title"),
        ("houjicha", "shiba-plush", "iroha-karuta"),
    ),
    View(
        "edit",
        Tab.PRODUCTS,
        ("sync", "product_key", "title", "category", "image_1", "package_weight_g", "seller_sku", "cart_price", "price",
         "effective_price", "person"),
        ("mino-mug", "raffia-hat", "kobachi-set", "hitokuchi-yokan", "iroha-karuta", "ippitsusen"),
    ),
    View("skus", Tab.SKUS, ("product_key", "sku_errors", "option1_name", "option1_value", "option2_value", "seller_sku",
                            "cart_price", "cart_stock"), ("border-tee", "canvas-tote")),
    View("attributes", Tab.ATTRIBUTES, keys=("mino-mug", "yuzu-lotion", "shiba-plush")),
    View("defaults", Tab.DEFAULTS, ("match_kind", "match_value", "category", "package_weight_g", "package_length_cm",
                                    "package_width_cm", "package_height_cm", "attributes"), rows=9),
    View("guide", Tab.GUIDE, rows=43),
)  # fmt: skip


def main() -> int:
    """Make every picture in both languages."""
    missing = [program for program in ("soffice", "pdftoppm") if shutil.which(program) is None]
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}\n")
        return 2
    template = load_template("JP")
    with tempfile.TemporaryDirectory(prefix="pictures_") as scratch:
        for language in ("ja", "en"):
            folder = Path(scratch) / language
            if run(["demo", "--folder", str(folder), "--language", language, "--quiet"]) != 0:
                return 1
            for view in VIEWS:
                copy = Path(scratch) / f"{view.name}.{language}.xlsx"
                _leave_only(folder / "tiktok_products.xlsx", view, template, language, copy)
                draw(copy, HERE / f"{view.name}.{language}.png")
    return 0


def draw(copy: Path, target: Path) -> None:
    """Print a workbook of one page and cut the paper away."""
    profile = (copy.parent / "profile").as_uri()
    pdf, page = copy.with_suffix(".pdf"), copy.with_suffix("")
    office = ("soffice", f"-env:UserInstallation={profile}", "--headless")
    _run(*office, "--convert-to", "pdf", "--outdir", copy.parent, copy)
    _run("pdftoppm", "-r", DPI, "-png", "-singlefile", pdf, page)
    with Image.open(f"{page}.png") as drawn:
        white = Image.new("RGB", drawn.size, "white")
        box = ImageChops.difference(drawn.convert("RGB"), white).getbbox()
        framed = ImageOps.expand(drawn.convert("RGB").crop(box), border=8, fill="white")
        framed.quantize(96, dither=Image.Dither.NONE).save(target, optimize=True)


def _run(program: str, *arguments: object) -> None:
    command = [str(shutil.which(program)), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603  the two programs named above


def _leave_only(workbook: Path, view: View, template: Template, language: str, copy: Path) -> None:
    """A copy of the workbook that prints the view and nothing else, on one page."""
    book = openpyxl.load_workbook(workbook)
    name = template.tab_name(view.tab, "en" if language == "en" else "ja")
    for other in book.sheetnames:
        if other != name:
            book[other].sheet_state = "hidden"
    sheet = book[name]
    book.active = book.sheetnames.index(name)
    rows = list(_shown_rows(sheet, view, template, language))
    last = max(rows)
    for number in range(1, last + 1):
        sheet.row_dimensions[number].hidden = number not in rows
    columns = _shown_columns(sheet, view, template, language)
    _hide_columns(sheet, columns)
    for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, bool)):
        cell.number_format = '"TRUE";;"FALSE"'  # as Excel shows a flag
    sheet.print_area = f"A1:{openpyxl.utils.get_column_letter(max(columns))}{last}"
    if view.tab is not Tab.GUIDE:
        _fit_heights(sheet, rows[1:], columns)
    sheet.print_title_rows = None
    sheet.freeze_panes = None
    sheet.print_options.headings = view.tab is not Tab.GUIDE
    sheet.print_options.gridLines = view.tab is not Tab.GUIDE
    for part in (sheet.oddHeader, sheet.oddFooter):
        part.left.text = part.center.text = part.right.text = ""
    sheet.page_setup.paperSize = 8  # A3
    sheet.page_setup.orientation = "landscape" if view.tab is not Tab.GUIDE else "portrait"
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    book.save(copy)


def _shown_rows(sheet: Worksheet, view: View, template: Template, language: str) -> Iterator[int]:
    yield 1
    if view.rows:
        yield from range(2, min(view.rows, sheet.max_row) + 1)
        return
    label = template.column(view.tab, "product_key").label("en" if language == "en" else "ja")
    place = next(cell.column for cell in sheet[1] if cell.value == label)
    for number in range(2, sheet.max_row + 1):
        if sheet.cell(number, place).value in view.keys:
            yield number


def _shown_columns(sheet: Worksheet, view: View, template: Template, language: str) -> list[int]:
    if not view.columns:
        return list(range(1, sheet.max_column + 1))
    labels = {template.column(view.tab, key).label("en" if language == "en" else "ja") for key in view.columns}
    return [cell.column for cell in sheet[1] if cell.value in labels]


def _hide_columns(sheet: Worksheet, shown: Sequence[int]) -> None:
    """Widths are kept in groups of columns: take the groups apart, then hide what is not shown."""
    widths: dict[int, float] = {}
    for dimension in sheet.column_dimensions.values():
        dimension.reindex()
        for number in range(dimension.min or 1, min(dimension.max or 1, sheet.max_column) + 1):
            widths[number] = dimension.width
    sheet.column_dimensions.clear()
    for number in range(1, sheet.max_column + 1):
        column = sheet.column_dimensions[openpyxl.utils.get_column_letter(number)]
        column.width = widths.get(number, 13)
        column.hidden = number not in shown


def _fit_heights(sheet: Worksheet, rows: Sequence[int], columns: Sequence[int]) -> None:
    """Rows as tall as their wrapped text, as a double click on a row's edge makes them."""
    for number in rows:
        cells = [sheet.cell(number, column) for column in columns]
        lines = max(_lines(cell, sheet) for cell in cells)
        sheet.row_dimensions[number].height = max(22.0, 6 + 15.5 * lines)


def _lines(cell: Cell, sheet: Worksheet) -> int:
    if not (isinstance(cell.value, str) and cell.alignment.wrap_text):
        return 1
    room = sheet.column_dimensions[cell.column_letter].width - 3
    widths = (sum(1.8 if east_asian_width(c) in "FWA" else 1 for c in line) for line in cell.value.split("\n"))
    return sum(1 + int(width // room) for width in widths)


if __name__ == "__main__":
    sys.exit(main())
