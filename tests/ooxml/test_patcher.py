"""What a patch changes, and that it changes nothing else."""
# ruff: noqa: E501 - XML reads best on one line

import datetime
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from sheets_sync.ooxml.errors import MissingSheet, SheetFull, UnsupportedCell, UnwritableValue
from sheets_sync.ooxml.patcher import PatchReport, SheetEdit, patch
from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.refs import letters
from sheets_sync.ooxml.values import CellError, Value

from .conftest import SHEET, Make, members, sheet_xml

PLAIN, PARSED = "", "<!-- to the parser -->"
both_engines = pytest.mark.parametrize("engine", [PLAIN, PARSED])


def values(path: Path, sheet: str = "S") -> dict[str, Value]:
    with Package.open(path) as package:
        return {
            f"{letters(column)}{row.number}": cell.value
            for row in package.rows(sheet)
            for column, cell in row.cells.items()
        }


def edit(path: Path, **changes: Any) -> PatchReport:
    return patch(path, path, {"S": SheetEdit(**changes)})


def xml(path: Path) -> str:
    text = members(path)[SHEET].decode().replace(PARSED, "")
    return text[text.index("<sheetData>") + 11 : text.index("</sheetData>")]


class TestCells:
    @both_engines
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("a<b>&", '<c r="A1" s="3" t="inlineStr"><is><t>a&lt;b&gt;&amp;</t></is></c>'),
            (" a", '<c r="A1" s="3" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
            ("a\rb\x01", '<c r="A1" s="3" t="inlineStr"><is><t>a_x000D_b_x0001_</t></is></c>'),
            ("a_x000D_", '<c r="A1" s="3" t="inlineStr"><is><t>a_x005F_x000D_</t></is></c>'),
            ("=1+1", '<c r="A1" s="3" t="inlineStr"><is><t>=1+1</t></is></c>'),
            ("\ud800\uffff", '<c r="A1" s="3" t="inlineStr"><is><t>_xD800__xFFFF_</t></is></c>'),
            (7, '<c r="A1" s="3"><v>7</v></c>'),
            (0.1, '<c r="A1" s="3"><v>0.1</v></c>'),
            (True, '<c r="A1" s="3" t="b"><v>1</v></c>'),
            (None, '<c r="A1" s="3"/>'),
            ("", '<c r="A1" s="3"/>'),
            (CellError("#N/A"), '<c r="A1" s="3" t="e"><v>#N/A</v></c>'),
            (datetime.date(2024, 1, 1), '<c r="A1" s="3"><v>45292</v></c>'),
            (datetime.datetime(2024, 1, 1, 12), '<c r="A1" s="3"><v>45292.5</v></c>'),
            (datetime.time(12), '<c r="A1" s="3"><v>0.5</v></c>'),
            (datetime.timedelta(hours=36), '<c r="A1" s="3"><v>1.5</v></c>'),
        ],
    )
    def test_replace(self, make: Make, engine: str, value: Value, written: str) -> None:
        path = make(
            engine + '<row r="1"><c r="A1" s="3" t="s" cm="1" vm="2"><v>0</v></c></row>', shared="<si><t>a</t></si>"
        )
        edit(path, cells={1: {0: value}})
        assert xml(path) == f'<row r="1">{written}</row>'

    @both_engines
    def test_insert_cells_and_rows_in_order(self, make: Make, engine: str) -> None:
        path = make(
            engine
            + '<row r="2" spans="2:4"><c r="B2"/><c r="D2"><v>1</v></c></row><row r="4"/><row r="6" ht="20"></row>'
        )
        edit(path, cells={n: {0: 1, 2: 2, 9: 3} for n in (1, 2, 3, 4, 6, 9)} | {7: {0: None}})
        numbers = [
            tuple(map(int, re.findall(r'r="[A-Z]?(\d+)"', row))) for row in re.findall("<row.*?</row>", xml(path))
        ]
        assert numbers == [(1,) * 4, (2,) * 6, (3,) * 4, (4,) * 4, (6,) * 4, (9,) * 4]
        assert 'spans="1:10"' in xml(path)
        assert re.findall(r'<c r="([A-Z])2"', xml(path)) == ["A", "B", "C", "D", "J"]
        assert values(path)["J9"] == 3

    @both_engines
    def test_untouched_cells_stay_byte_for_byte(self, make: Make, engine: str) -> None:
        rows = (
            '<row r="1" x14ac:dyDescent="0.4"><c r="A1" s="1"  ><f>B1*2</f><v>8.0</v></c><c r="B1"><v>4</v></c>'
            '<c r="C1" t="inlineStr"><is><r><t>rich</t></r></is></c></row>'
        )
        before = 'x="1" <sheetPr/>'[6:]
        path = make(engine + rows, before=before)
        edit(path, cells={1: {1: 5}})
        assert xml(path) == rows.replace('<c r="B1"><v>4</v></c>', '<c r="B1"><v>5</v></c>')

    @both_engines
    def test_empty_sheet(self, make: Make, engine: str) -> None:
        text = sheet_xml("", before=engine).replace("<sheetData></sheetData>", "<sheetData/>")
        path = make("", sheet=text)
        edit(path, cells={3: {1: "x"}}, append=[{0: 1}])
        assert values(path) == {"B3": "x", "A4": 1}

    def test_prefixed_xml(self, make: Make) -> None:
        path = make('<x:row r="2"><x:c r="B2" t="str"><x:v>a</x:v></x:c></x:row>', prefix="x")
        edit(path, cells={2: {1: "b", 3: True}, 1: {0: 2}}, append=[{0: "z"}], new_column_width={3: 12})
        assert values(path) == {"A1": 2, "B2": "b", "D2": True, "A3": "z"}
        assert openpyxl.load_workbook(path)["S"]["A3"].value == "z"

    def test_rows_and_cells_without_references(self, make: Make) -> None:
        path = make("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>")
        edit(path, cells={1: {1: "b"}, 3: {0: "c"}, 2: {4: "e"}})
        assert values(path) == {"A1": 1, "B1": "b", "E2": "e", "A3": "c"}

    def test_utf16_sheet(self, make: Make) -> None:
        text = sheet_xml('<row r="1"><c r="A1" t="str"><v>商品</v></c></row>').replace("UTF-8", "UTF-16")
        path = make("", sheet=text.encode("utf-16"))
        edit(path, cells={1: {1: "価格"}})
        assert values(path) == {"A1": "商品", "B1": "価格"}

    def test_unknown_sheet(self, make: Make) -> None:
        path = make("")
        with pytest.raises(MissingSheet):
            patch(path, path, {"T": SheetEdit(cells={1: {0: 1}})})

    @pytest.mark.parametrize(
        "value",
        ["x" * 32768, "😀" * 16384, float("nan"), float("inf"), datetime.date(1899, 1, 1), b"bytes",
         datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)],
    )  # fmt: skip
    def test_values_that_no_cell_can_hold(self, make: Make, value: Any) -> None:
        path = make('<row r="1"><c r="A1"><v>1</v></c></row>')
        before = path.read_bytes()
        with pytest.raises(UnwritableValue, match="B2"):
            edit(path, cells={1: {0: 2}, 2: {1: value}})
        assert path.read_bytes() == before

    def test_longest_text(self, make: Make) -> None:
        path = make("")
        edit(path, cells={1: {0: "あ" * 32767}})
        assert values(path) == {"A1": "あ" * 32767}

    @pytest.mark.parametrize("place", [{0: {0: 1}}, {1048577: {0: 1}}, {1: {16384: 1}}, {1: {-1: 1}}])
    def test_places_that_do_not_exist(self, make: Make, place: dict[int, dict[int, Value]]) -> None:
        with pytest.raises(SheetFull):
            edit(make(""), cells=place)


class TestFormulas:
    chain = '<c r="A1" i="1"/><c r="B1"/><c r="C1" l="1"/><c r="A9" i="2"/>'

    @both_engines
    def test_overwritten_formula_leaves_the_calculation_chain(self, make: Make, engine: str) -> None:
        path = make(engine + '<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>2</f></c></row>', calc_chain=self.chain)
        report = edit(path, cells={1: {0: 5}})
        assert report.replaced_formulas == {"S": ["A1"]}
        chain = members(path)["xl/calcChain.xml"].decode()
        assert chain.endswith('<c r="B1" i="1"/><c r="C1" l="1"/><c r="A9" i="2"/></calcChain>')

    def test_empty_calculation_chain_goes_away(self, make: Make) -> None:
        path = make('<row r="1"><c r="A1"><f>1</f></c></row>', calc_chain='<c r="A1" i="1"/>')
        edit(path, cells={1: {0: None}})
        after = members(path)
        assert "xl/calcChain.xml" not in after
        assert not any(b"calcChain" in data for data in after.values())
        assert openpyxl.load_workbook(path)["S"]["A1"].value is None

    @both_engines
    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="A1"><f t="shared" ref="A1:A3" si="0">B1</f><v>1</v></c>',
            '<c r="A1"><f t="array" ref="A1:A3">B1:B3</f><v>1</v></c>',
            '<c r="A1"><f t="dataTable" ref="A1:A3" r1="B1"/><v>1</v></c>',
        ],
    )
    def test_formula_that_other_cells_live_on_is_kept(self, make: Make, engine: str, cell: str) -> None:
        path = make(f'{engine}<row r="1">{cell}</row>')
        before = path.read_bytes()
        with pytest.raises(UnsupportedCell, match="A1:A3"):
            edit(path, cells={1: {0: 5}})
        assert path.read_bytes() == before

    @both_engines
    def test_part_of_an_array_is_kept(self, make: Make, engine: str) -> None:
        rows = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A3">X()</f><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>'
        path = make(engine + rows)
        with pytest.raises(UnsupportedCell, match="A3: part of the array"):
            edit(path, cells={3: {0: 5}})
        edit(path, cells={3: {1: 5}})

    @both_engines
    @pytest.mark.parametrize("formula", ['<f t="shared" si="0"/>', '<f t="array" ref="A1">X()</f>', "<f>1</f>"])
    def test_other_formulas_may_go(self, make: Make, engine: str, formula: str) -> None:
        path = make(f'{engine}<row r="1"><c r="A1">{formula}<v>1</v></c></row>')
        edit(path, cells={1: {0: 5}})
        assert xml(path) == '<row r="1"><c r="A1"><v>5</v></c></row>'

    @both_engines
    def test_recalculation_is_asked_for_where_a_formula_exists(self, make: Make, engine: str) -> None:
        path = make(engine + '<row r="1"><c r="A1"><f>B1</f><v>1</v></c><c r="B1"><v>1</v></c></row>')
        edit(path, cells={1: {1: 5}})
        assert b'</sheets><calcPr fullCalcOnLoad="1"/></workbook>' in members(path)["xl/workbook.xml"]
        bare = make(engine + '<row r="1"><c r="B1"><v>1</v></c></row>')
        assert edit(bare, cells={1: {1: 5}}).changed_parts == [SHEET]

    def test_existing_calculation_settings_stay(self, make: Make) -> None:
        book = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets><calcPr calcId="191029" iterate="1"/>'
        path = make('<row r="1"><c r="A1"><f>B1</f></c></row>', workbook=book)
        edit(path, cells={1: {1: 5}})
        assert b'<calcPr calcId="191029" iterate="1" fullCalcOnLoad="1"/>' in members(path)["xl/workbook.xml"]

    def test_merged_cells(self, make: Make) -> None:
        path = make(
            '<row r="1"><c r="A1"/><c r="B1"/></row>', after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
        )
        edit(path, cells={1: {0: "seen", 1: None}})
        with pytest.raises(UnsupportedCell, match="B1: hidden by the merged cells A1:B1"):
            edit(path, cells={1: {1: "unseen"}})


class TestStyles:
    def test_date_twins(self, make: Make) -> None:
        path = make('<row r="1"><c r="A1" s="0"/><c r="B1" s="5"/><c r="C1" s="2"/></row>', xfs=(0, 14, 22, 21, 46, 49))
        moment = datetime.datetime(2024, 1, 2, 3, 4)
        edit(path, cells={1: {0: moment, 1: moment.date(), 2: moment.date(), 3: datetime.time(3), 4: moment.date()}})
        assert values(path) == {
            "A1": moment, "B1": moment.date(), "C1": datetime.datetime(2024, 1, 2), "D1": datetime.time(3), "E1": moment.date()
        }  # fmt: skip
        styles = members(path)["xl/styles.xml"].decode()
        assert '<cellXfs count="10">' in styles
        assert 'numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' in styles
        assert openpyxl.load_workbook(path)["S"]["B1"].value == datetime.datetime(2024, 1, 2)

    def test_1904_dates(self, make: Make) -> None:
        book = '<workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        path = make('<row r="1"><c r="A1" s="1"/></row>', workbook=book)
        edit(path, cells={1: {0: datetime.date(2024, 1, 1)}})
        assert xml(path) == '<row r="1"><c r="A1" s="1"><v>43830</v></c></row>'

    @both_engines
    def test_style_of_a_new_cell(self, make: Make, engine: str) -> None:
        cols = '<cols><col min="2" max="3" width="9" style="4"/></cols>'
        rows = '<row r="1"><c r="A1" s="1"/></row><row r="2" s="2" customFormat="1"><c r="A2" s="3"/></row>'
        path = make(engine + rows, before=cols)
        edit(path, cells={1: {1: 1, 3: 1, 5: 1}, 2: {1: 1, 5: 1}}, style_like={5: 0}, new_column_width={5: 20.5})
        assert re.findall(r'<c r="(\w+)"(?: s="(\d)")?><v>', xml(path)) == [
            ("B1", "4"), ("D1", ""), ("F1", "1"), ("B2", "2"), ("F2", "3")
        ]  # fmt: skip
        assert '<col min="6" max="6" width="20.5" customWidth="1"/></cols>' in members(path)[SHEET].decode()

    def test_columns_are_added_in_order(self, make: Make) -> None:
        path = make("", before='<cols><col min="1" max="1" width="9"/><col min="5" max="16384" width="9"/></cols>')
        edit(path, cells={1: {2: 1}}, new_column_width={2: 5, 8: 5})
        assert re.findall(r'<col min="(\d+)"', members(path)[SHEET].decode()) == ["1", "3", "5"]
        bare = make("")
        edit(bare, cells={1: {2: 1}}, new_column_width={2: 5})
        assert (
            '<cols><col min="3" max="3" width="5" customWidth="1"/></cols><sheetData>' in members(bare)[SHEET].decode()
        )


class TestAppend:
    @both_engines
    def test_below_the_last_content(self, make: Make, engine: str) -> None:
        blank = "".join(f'<row r="{n}"><c r="A{n}" s="2"/><c r="B{n}" s="3"/></row>' for n in range(3, 2003))
        rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>1</v></c><c r="C2" s="4"/></row>{blank}'
        path = make(
            engine + rows,
            before='<dimension ref="A1:B2002"/>',
            after='<autoFilter ref="A1:B2"/>',
            xfs=(0, 1, 2, 3, 4),
        )
        report = edit(path, append=[{0: "a", 2: 1}, {1: "b"}])
        assert report.appended == {"S": range(3, 5)}
        assert values(path) == {"A1": 1, "A2": 1, "A3": "a", "C3": 1, "B4": "b"}
        assert '<c r="A3" s="2" t="inlineStr">' in xml(path)
        assert '<c r="C3" s="4"><v>' in xml(path)
        assert '<dimension ref="A1:C2002"/>' in members(path)[SHEET].decode()
        assert '<autoFilter ref="A1:B4"/>' in members(path)[SHEET].decode()

    def test_style_of_the_column_before_the_cell_above(self, make: Make) -> None:
        path = make(
            '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>1</v></c></row>',
            before='<cols><col min="1" max="1" width="9" style="4"/></cols>',
        )
        edit(path, append=[{0: 5, 1: 6}])
        assert '<row r="2"><c r="A2" s="4"><v>5</v></c><c r="B2" s="2"><v>6</v></c></row>' in xml(path)

    def test_hidden_filter_name_follows(self, make: Make) -> None:
        book = (
            '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm._FilterDatabase"'
            ' localSheetId="0" hidden="1">S!$A$1:$B$2</definedName><definedName name="x">S!$A$2</definedName></definedNames>'
        )
        path = make('<row r="2"><c r="A2"><v>1</v></c></row>', workbook=book, after='<autoFilter ref="A1:B2"/>')
        edit(path, append=[{0: 1}])
        assert b"S!$A$1:$B$3</definedName>" in members(path)["xl/workbook.xml"]
        assert b"S!$A$2</definedName>" in members(path)["xl/workbook.xml"]

    def test_below_cells_of_the_same_edit(self, make: Make) -> None:
        path = make('<row r="1"><c r="A1"><v>1</v></c></row>')
        edit(path, cells={5: {0: 5}, 8: {0: None}}, append=[{0: 6}])
        assert values(path) == {"A1": 1, "A5": 5, "A6": 6}

    @pytest.mark.parametrize("totals", [False, True])
    def test_table_follows(self, tmp_path: Path, totals: bool) -> None:
        path = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            columns = [{"header": "a"}, {"header": "b", "total_function": "sum"} if totals else {"header": "b"}]
            options = {"columns": columns, "total_row": totals, "data": [[1, 2], [3, 4]]}
            book.add_worksheet("S").add_table(0, 0, 3 if totals else 2, 1, options)
        edit(path, append=[{0: 5}, {0: 6}])
        table = openpyxl.load_workbook(path)["S"].tables["Table1"]
        assert table.ref == ("A1:B4" if totals else "A1:B5")
        assert table.autoFilter.ref == ("A1:B3" if totals else "A1:B5")

    def test_table_headings_are_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("S").add_table(0, 0, 2, 1, {"columns": [{"header": "a"}, {"header": "b"}]})
        with pytest.raises(UnsupportedCell, match="B1: a heading of the table in A1:B1"):
            edit(path, cells={1: {1: "c"}})
        edit(path, cells={1: {2: "beside"}, 2: {1: 5}})

    def test_full_sheet(self, make: Make) -> None:
        path = make('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
        with pytest.raises(SheetFull):
            edit(path, append=[{0: 1}])


class TestFile:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'

    @pytest.mark.parametrize("place", ["write", "fsync", "replace"])
    def test_a_failing_disk_leaves_the_source_alone(
        self, make: Make, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        path = make(self.rows)
        before = path.read_bytes()

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        if place == "write":
            real = os.fdopen

            def limited(handle: int, mode: str) -> Any:
                file = real(handle, mode, buffering=0)

                class Full:
                    def __getattr__(self, name: str) -> Any:
                        return full if name == "write" and file.tell() > 300 else getattr(file, name)

                    def __enter__(self) -> "Full":
                        return self

                    def __exit__(self, *_: object) -> None:
                        file.close()

                return Full()

            monkeypatch.setattr(os, "fdopen", limited)
        else:
            monkeypatch.setattr(os, place, full)
        with pytest.raises(OSError, match="No space left"):
            edit(path, cells={1: {0: 2}})
        assert path.read_bytes() == before
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_another_target(self, make: Make, tmp_path: Path) -> None:
        path, target = make(self.rows), tmp_path / "out.xlsx"
        before = path.read_bytes()
        patch(path, target, {"S": SheetEdit(cells={1: {0: 2}})})
        assert path.read_bytes() == before
        assert values(target) == {"A1": 2}

    def test_mode_is_kept(self, make: Make, tmp_path: Path) -> None:
        path = make(self.rows)
        path.chmod(0o640)
        edit(path, cells={1: {0: 2}})
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        patch(path, tmp_path / "new.xlsx", {})
        assert stat.S_IMODE((tmp_path / "new.xlsx").stat().st_mode) == 0o640

    @pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
    def test_the_source_is_closed_before_it_is_replaced(self, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        path, real = make(self.rows), os.replace
        held: list[Path] = []

        def replace(old: str, new: str) -> None:
            handles = (handle for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink())
            held.extend(handle for handle in handles if os.path.realpath(handle) == str(path))
            real(old, new)

        monkeypatch.setattr(os, "replace", replace)
        edit(path, cells={1: {0: 2}})
        assert held == []
        assert values(path) == {"A1": 2}

    def test_a_link_stays_a_link(self, make: Make, tmp_path: Path) -> None:
        path, link = make(self.rows), tmp_path / "link.xlsx"
        link.symlink_to(path)
        edit(link, cells={1: {0: 2}})
        assert link.is_symlink()
        assert values(path) == {"A1": 2}

    def test_no_edits_copy_every_member(self, make: Make, tmp_path: Path) -> None:
        path = make(self.rows)
        assert patch(path, tmp_path / "out.xlsx", {"S": SheetEdit()}).changed_parts == []
        assert members(tmp_path / "out.xlsx") == members(path)

    def test_order_of_members_is_kept(self, make: Make) -> None:
        path = make(self.rows, calc_chain='<c r="A1" i="1"/>')
        with zipfile.ZipFile(path) as archive:
            before = archive.namelist()
        edit(path, cells={1: {0: datetime.date(2024, 1, 1)}})
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == before
