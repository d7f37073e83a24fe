"""Workbooks of the synthetic catalogue, made by XlsxWriter: a skeleton to fill, and one that a shop has worked in."""

from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from catalogue_data import HEADINGS, rows

TEXT_OPTIONS = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
DATES, UNLOCKED, BOOLEAN = (33, 34), (6, 7, 8, 9, 24, 26, 35, 36, 37), 0
LAST_ROW = 1_048_575


def skeleton(path: Path) -> None:
    """Heading, one sample row, validations, conditional formats, protection, checkboxes and the list sheet."""
    with xlsxwriter.Workbook(str(path), TEXT_OPTIONS) as book:
        sheet = book.add_worksheet("商品")
        formats = _styled(book, sheet)
        for column in range(len(HEADINGS)):
            if column == BOOLEAN:
                sheet.insert_checkbox(1, column, False)
            else:
                sheet.write_blank(1, column, None, formats[column])
        sheet.autofilter(0, 0, 1, len(HEADINGS) - 1)
        _lists(book)


def worked_in(path: Path, count: int, *, shared_strings: bool = True) -> None:
    """The catalogue as a merchandiser may have left it: three columns of her own, formulas, a chart, notes."""
    with xlsxwriter.Workbook(str(path), {**TEXT_OPTIONS, "constant_memory": not shared_strings}) as book:
        sheet = book.add_worksheet("商品")
        formats = _styled(book, sheet)
        sheet.write_row(0, len(HEADINGS), ["粗利", "発注", "写真"])
        for number, values in enumerate(rows(count), 1):
            for column, value in enumerate(values):
                if column == BOOLEAN:
                    sheet.insert_checkbox(number, column, bool(value), formats[column])
                elif value is None:
                    sheet.write_blank(number, column, None, formats[column])
                elif column in DATES:
                    sheet.write_datetime(number, column, value, formats[column])
                elif isinstance(value, str):
                    sheet.write_string(number, column, value, formats[column])
                else:
                    sheet.write_number(number, column, value, formats[column])
            sheet.write_formula(number, len(HEADINGS), f"=X{number + 1}*0.4", None, 200)
        sheet.autofilter(0, 0, count, len(HEADINGS) - 1)
        if shared_strings:
            sheet.write_comment(1, 6, "要確認")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=商品!$X$2:$X$50"})
        sheet.insert_chart("AT2", chart)
        _lists(book)


def _styled(book: Any, sheet: Any) -> list[Any]:
    head = book.add_format({"bold": True, "bg_color": "#DDEEFF", "text_wrap": True, "border": 1})
    kinds = {
        (date, locked): book.add_format({"num_format": "yyyy/m/d" if date else "@", "locked": locked})
        for date in (False, True)
        for locked in (False, True)
    }
    number = book.add_format({"num_format": "#,##0.##"})
    formats = [
        number if 19 <= column <= 26 else kinds[column in DATES, column not in UNLOCKED]
        for column in range(len(HEADINGS))
    ]
    for column, heading in enumerate(HEADINGS):
        sheet.set_column(column, column, 14)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 4)
    for column, source in ((8, "=_lists!$A$1:$A$130"), (9, "=_lists!$B$1:$B$48"), (1, "=_lists!$C$1:$C$3")):
        sheet.data_validation(1, column, LAST_ROW, column, {"validate": "list", "source": source})
    for column in (19, 24):
        sheet.data_validation(1, column, LAST_ROW, column, {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.conditional_format(1, 2, LAST_ROW, 2, {"type": "no_blanks", "format": head})
    sheet.conditional_format(1, 23, LAST_ROW, 23, {"type": "data_bar"})
    sheet.protect("", {"sort": True, "autofilter": True})
    return formats


def _lists(book: Any) -> None:
    sheet = book.add_worksheet("_lists")
    for number in range(130):
        sheet.write_row(number, 0, [f"区分{number}", f"ブランド{number % 48}", f"状態{number % 3}"])
    sheet.hide()
