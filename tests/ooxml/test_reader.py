"""Every kind of cell that a workbook can hold, as the reader tells it."""
# ruff: noqa: E501 - XML reads best on one line

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from sheets_sync.ooxml.errors import (
    DamagedWorkbook,
    EncryptedWorkbook,
    MissingSheet,
    NotAWorkbook,
    OldWorkbook,
)
from sheets_sync.ooxml.reader import Package, SheetInfo
from sheets_sync.ooxml.values import Cell, CellError, Row, Value

from .conftest import SHEET, STRICT, Make, members, parts, sheet_xml, zipped


def read(path: Path, sheet: str = "S") -> list[Row]:
    with Package.open(path) as package:
        return list(package.rows(sheet))


def one(make: Make, cell: str, **options: object) -> Cell | None:
    """The cell A2, read by search and by the parser, which must agree."""
    rows = f'<row r="2">{cell}</row>'
    plain = read(make(rows, **options))
    parsed = read(make(f"<!-- to the parser -->{rows}", **options))
    assert plain == parsed
    return plain[0].cells[0] if plain else None


class TestKindsOfCells:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ('<c r="A2"><v>123</v></c>', 123),
            ('<c r="A2"><v>-7</v></c>', -7),
            ('<c r="A2"><v>123.0</v></c>', 123.0),
            ('<c r="A2"><v>1.5E3</v></c>', 1500.0),
            ('<c r="A2"><v>0.30000000000000004</v></c>', 0.30000000000000004),
            ('<c r="A2"><v>1729000000000000123</v></c>', 1729000000000000123),
            ('<c r="A2" t="n"><v>5</v></c>', 5),
            ('<c r="A2" s="0" ph="1"><v>6</v></c>', 6),
            ('<c r="A2" t="b"><v>1</v></c>', True),
            ('<c r="A2" t="b"><v>0</v></c>', False),
            ('<c r="A2" t="str"><v>TRUE</v></c>', "TRUE"),
            ('<c r="A2" t="inlineStr"><is><t>00123</t></is></c>', "00123"),
            ('<c r="A2" t="inlineStr"><is><t>1729000000000000123</t></is></c>', "1729000000000000123"),
            ('<c r="A2" t="inlineStr"><is><t>NA</t></is></c>', "NA"),
            ('<c r="A2" t="inlineStr"><is><t></t></is></c>', ""),
            ('<c r="A2" t="inlineStr"><is><t>  a  </t></is></c>', "  a  "),
            ('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> a\n</t></is></c>', " a\n"),
            ('<c r="A2" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
            ('<c r="A2" t="inlineStr"><is><t>a_x005F_x000D_b</t></is></c>', "a_x000D_b"),
            ('<c r="A2" t="inlineStr"><is><t>_xD83D__xDE00_ _xD83D_</t></is></c>', "😀 \ufffd"),
            ('<c r="A2" t="inlineStr"><is><t>&lt;p&gt; &amp;amp; &#x3042;&#12356;</t></is></c>', "<p> &amp; あい"),
            ('<c r="A2" t="inlineStr"><is><t>a\r\nb\rc</t></is></c>', "a\nb\nc"),
            ('<c r="A2" t="inlineStr"><is><r><rPr><b/></rPr><t>赤</t></r><r><t> S</t></r></is></c>', "赤 S"),
            ('<c r="A2" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>', "東京"),
            ('<c r="A2" t="inlineStr"><is><t><![CDATA[<b>&]]></t></is></c>', "<b>&"),
            ('<c r="A2" t="inlineStr"><is><t/></is></c>', ""),
            ('<c r="A2" t="e"><v>#N/A</v></c>', CellError("#N/A")),
            ('<c r="A2" t="e" cm="1"><f t="array" ref="A2">X()</f><v>#SPILL!</v></c>', CellError("#SPILL!")),
            ('<c r="A2" t="e" vm="1"><v>#FIELD!</v></c>', CellError("#FIELD!")),
            ('<c r="A2" t="d"><v>2024-05-06</v></c>', datetime.date(2024, 5, 6)),
            ('<c r="A2" t="d"><v>2024-05-06T07:08:09</v></c>', datetime.datetime(2024, 5, 6, 7, 8, 9)),
            ('<c r="A2" t="d"><v>07:08:09</v></c>', datetime.time(7, 8, 9)),
            ('<c r="A2"><v>3,980円</v></c>', "3,980円"),
            ('<c r="A2" s="99"><v>1</v></c>', 1),
        ],
    )
    def test_value(self, make: Make, cell: str, value: Value) -> None:
        found = one(make, cell)
        assert found is not None
        assert found.value == value
        assert type(found.value) is type(value)

    @pytest.mark.parametrize(
        "cell",
        ['<c r="A2"/>', '<c r="A2" s="1"/>', '<c r="A2" s="1"></c>', '<c r="A2"><v></v></c>', '<c r="A2" t="s"/>'],
    )
    def test_blank(self, make: Make, cell: str) -> None:
        assert one(make, cell) is None

    def test_raw_number_text(self, make: Make) -> None:
        assert one(make, '<c r="A2"><v>1.0</v></c>') == Cell(1.0, False, "1.0")
        assert one(make, '<c r="A2" s="1"><v>45292</v></c>') == Cell(datetime.date(2024, 1, 1), False, "45292")

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            ('<c r="A2"><f>B2*2</f><v>8</v></c>', Cell(8, True, "8")),
            ('<c r="A2"><f>B2*2</f></c>', Cell(None, True)),
            ('<c r="A2"><f t="shared" si="0"/><v>8</v></c>', Cell(8, True, "8")),
            ('<c r="A2" t="str"><f>"a"&amp;"b"</f><v>a&amp;b</v></c>', Cell("a&b", True)),
            ('<c r="A2" t="b"><f>1=1</f><v>1</v></c>', Cell(True, True)),
            ('<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Cell(CellError("#DIV/0!"), True)),
        ],
    )
    def test_formula(self, make: Make, cell: str, expected: Cell) -> None:
        assert one(make, cell) == expected

    @pytest.mark.parametrize(
        ("number", "serial", "value"),
        [
            (14, "45292", datetime.date(2024, 1, 1)),
            (14, "45292.5", datetime.datetime(2024, 1, 1, 12)),
            (22, "45292", datetime.datetime(2024, 1, 1)),
            (22, "45292.25001157408", datetime.datetime(2024, 1, 1, 6, 0, 1)),
            (21, "0.5208333333333334", datetime.time(12, 30)),
            (46, "1.25", datetime.timedelta(hours=30)),
            (14, "1", datetime.date(1900, 1, 1)),
            (14, "59", datetime.date(1900, 2, 28)),
            (14, "60", 60),
            (14, "61", datetime.date(1900, 3, 1)),
            (14, "-1", -1),
            (14, "99999999", 99999999),
            (31, "45292", datetime.date(2024, 1, 1)),
        ],
    )
    def test_built_in_date_formats(self, make: Make, number: int, serial: str, value: Value) -> None:
        found = one(make, f'<c r="A2" s="0"><v>{serial}</v></c>', xfs=(number,))
        assert found == Cell(value, False, serial)

    @pytest.mark.parametrize(
        ("code", "value"),
        [
            ("yyyy/m/d", datetime.date(2024, 1, 1)),
            ("[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", datetime.date(2024, 1, 1)),
            ("yyyy-mm-dd hh:mm", datetime.datetime(2024, 1, 1)),
            ("[h]:mm", datetime.timedelta(days=45292)),
            ("0.00E+00", 45292),
            ("#,##0&quot;days&quot;", 45292),
            ("[Red]0.0;[Blue]-0.0", 45292),
            ("General", 45292),
            ("\\d0", 45292),
            ("@", 45292),
        ],
    )
    def test_custom_formats(self, make: Make, code: str, value: Value) -> None:
        found = one(make, '<c r="A2" s="0"><v>45292</v></c>', xfs=(164,), formats={164: code})
        assert found == Cell(value, False, "45292")

    def test_1904_dates(self, make: Make) -> None:
        workbook = '<workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
        assert one(make, '<c r="A2" s="1"><v>0</v></c>', workbook=workbook) == Cell(
            datetime.date(1904, 1, 1), False, "0"
        )

    def test_shared_strings(self, make: Make) -> None:
        shared = (
            "<si><t>00123</t></si><si><r><t>赤</t></r><r><rPr><b/></rPr><t xml:space='preserve'> S</t></r></si>"
            '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si><si><t>a_x000D_&amp;</t></si><si/>'
        )
        rows = '<row r="1">' + "".join(f'<c t="s" r="{"ABCDE"[n]}1"><v>{n}</v></c>' for n in range(5)) + "</row>"
        for text in (shared, f"<!-- -->{shared}"):
            cells = read(make(rows, shared=text))[0].cells
            assert [cells[n].value for n in range(5)] == ["00123", "赤 S", "東京", "a\r&", ""]

    def test_shared_string_that_does_not_exist(self, make: Make) -> None:
        for index in ("7", "-1", "x"):
            with pytest.raises(DamagedWorkbook):
                read(make(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>', shared="<si><t>a</t></si>"))


class TestShapesOfSheets:
    def test_true_row_numbers_with_gaps_and_a_wrong_dimension(self, make: Make) -> None:
        rows = (
            '<row r="3"><c r="B3"><v>1</v></c></row><row r="5"/><row r="6" spans="1:2"/>'
            '<row r="9" hidden="1"><c r="A9"><v>2</v></c></row>'
        )
        assert read(make(rows, before='<dimension ref="A1"/>')) == [
            Row(3, {1: Cell(1, False, "1")}),
            Row(9, {0: Cell(2, False, "2")}, hidden=True),
        ]

    def test_styled_blank_rows_are_left_out(self, make: Make) -> None:
        blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 2002))
        assert [row.number for row in read(make(f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}'))] == [1]

    def test_rows_and_cells_without_references(self, make: Make) -> None:
        rows = '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="4"><c r="C4"><v>4</v></c><c><v>5</v></c></row><row><c><v>6</v></c></row>'
        found = [(row.number, {column: cell.value for column, cell in row.cells.items()}) for row in read(make(rows))]
        assert found == [(1, {0: 1, 2: 3}), (4, {2: 4, 3: 5}), (5, {0: 6})]

    def test_late_departure_from_the_plain_shape_gives_every_row_once(self, make: Make) -> None:
        text = "x" * 3000
        rows = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{text}{n}</v></c></row>' for n in range(1, 1500))
        found = read(make(rows + '<row><c><v>1</v></c></row><!-- --><row r="1501"><c r="A1501"><v>2</v></c></row>'))
        assert [row.number for row in found] == list(range(1, 1502))

    @pytest.mark.parametrize("namespace", [STRICT, "http://schemas.openxmlformats.org/spreadsheetml/2006/main"])
    def test_prefixed_xml(self, make: Make, namespace: str) -> None:
        rows = '<x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="C2"><x:v>1</x:v></x:c></x:row>'
        assert read(make(rows, prefix="x", namespace=namespace)) == [Row(2, {1: Cell("a"), 2: Cell(1, False, "1")})]

    def test_strict_workbook(self, tmp_path: Path, make: Make) -> None:
        strict = {
            name: data.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", STRICT.encode()).replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            for name, data in parts(sheet_xml('<row r="1"><c r="A1" s="1" t="d"><v>2024-01-01</v></c></row>')).items()
        }
        path = zipped(tmp_path / "strict.xlsx", strict)
        assert read(path)[0].cells[0].value == datetime.date(2024, 1, 1)

    @pytest.mark.parametrize("encoding", ["utf-16", "shift_jis", "utf-8-sig"])
    def test_other_encodings(self, make: Make, encoding: str) -> None:
        name = "utf-8" if encoding == "utf-8-sig" else encoding
        xml = sheet_xml('<row r="1"><c r="A1" t="str"><v>商品</v></c></row>').replace("UTF-8", name).encode(encoding)
        assert read(make("", sheet=xml))[0].cells[0].value == "商品"

    def test_pretty_printed(self, make: Make) -> None:
        rows = '\n  <row r="1">\n    <c r="A1">\n      <v>1</v>\n    </c>\n  </row>\n  <row r="2" />\n'
        assert read(make(rows)) == [Row(1, {0: Cell(1, False, "1")})]

    def test_last_column(self, make: Make) -> None:
        assert list(read(make('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))[0].cells) == [16383]

    def test_merged_cells_give_the_first(self, make: Make) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"/></row>'
        assert read(make(rows, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'))[0].cells == {
            0: Cell(1, False, "1")
        }

    def test_empty_sheet(self, make: Make) -> None:
        xml = sheet_xml("").replace("<sheetData></sheetData>", "<sheetData/>")
        assert read(make("", sheet=xml)) == []


class TestChoiceOfColumns:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>memo</v></c><c r="C1" t="str"><v>price</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>x</v></c><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="B3" t="str"><v>only a memo</v></c></row>'
    )

    @pytest.mark.parametrize("comment", ["", "<!-- -->"])
    def test_only_wanted_columns_are_decoded(self, make: Make, comment: str) -> None:
        calls: list[dict[int, Value]] = []

        def choose(heading: dict[int, Cell]) -> set[int]:
            calls.append({column: cell.value for column, cell in heading.items()})
            return {0, 2}

        with Package.open(make(comment + self.rows)) as package:
            found = list(package.rows("S", columns=choose))
        assert calls == [{0: "id", 1: "memo", 2: "price"}]
        assert [(row.number, sorted(row.cells)) for row in found] == [(1, [0, 1, 2]), (2, [0, 2])]

    def test_without_a_heading_row(self, make: Make) -> None:
        with Package.open(make('<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>')) as package:
            assert [
                sorted(row.cells) for row in package.rows("S", columns=lambda heading: {1} if not heading else ())
            ] == [[1]]

    def test_an_error_of_the_chooser_is_the_callers(self, make: Make) -> None:
        def choose(_: dict[int, Cell]) -> set[int]:
            raise ValueError("no such heading")

        with Package.open(make(self.rows)) as package, pytest.raises(ValueError, match="no such heading"):
            list(package.rows("S", columns=choose))


class TestFiles:
    def test_names_and_states(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("商品")
            book.add_chartsheet("図")
            book.add_worksheet("_lists").very_hidden()
            book.add_worksheet("h").hide()
        with Package.open(path) as package:
            assert package.sheet_names == [
                SheetInfo("商品", "visible"),
                SheetInfo("_lists", "veryHidden"),
                SheetInfo("h", "hidden"),
            ]
            with pytest.raises(MissingSheet, match="'商品'"):
                package.rows("SKU")

    def test_no_zip(self, tmp_path: Path) -> None:
        for content in (b"", b"id,price\n1,2\n", b"%PDF-1.7"):
            path = tmp_path / "a.xlsx"
            path.write_bytes(content)
            with pytest.raises(NotAWorkbook):
                Package.open(path)

    def test_a_zip_of_something_else(self, tmp_path: Path) -> None:
        with pytest.raises(NotAWorkbook):
            Package.open(zipped(tmp_path / "a.xlsx", {"readme.txt": b"hello"}))
        ods = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
        with pytest.raises(NotAWorkbook, match="OpenDocument"):
            Package.open(zipped(tmp_path / "b.xlsx", ods))

    def test_encrypted_and_old(self, tmp_path: Path) -> None:
        magic = bytes.fromhex("d0cf11e0a1b11ae1")
        path = tmp_path / "a.xlsx"
        path.write_bytes(magic + bytes(1024) + "EncryptionInfo".encode("utf-16-le") + bytes(512))
        with pytest.raises(EncryptedWorkbook):
            Package.open(path)
        path.write_bytes(magic + bytes(1024) + "Workbook".encode("utf-16-le") + bytes(512))
        with pytest.raises(OldWorkbook):
            Package.open(path)

    def test_cut_off(self, make: Make, tmp_path: Path) -> None:
        whole = make('<row r="1"><c r="A1"><v>1</v></c></row>').read_bytes()
        path = tmp_path / "cut.xlsx"
        for length in (10, len(whole) // 2, len(whole) - 30):
            path.write_bytes(whole[:length])
            with pytest.raises(DamagedWorkbook):
                Package.open(path)

    def test_rotten_bits(self, make: Make) -> None:
        path = make("".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(1, 3000)))
        data = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            at = archive.getinfo(SHEET).header_offset + 200
        data[at] ^= 0xFF
        path.write_bytes(data)
        with pytest.raises(DamagedWorkbook):
            read(path)

    @pytest.mark.parametrize("cut", ["</row>", "</sheetData>", "</v>"])
    def test_cut_xml(self, make: Make, cut: str) -> None:
        xml = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')
        with pytest.raises(DamagedWorkbook):
            read(make("", sheet=xml[: xml.index(cut)]))

    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
    def test_entity_bombs_are_refused(self, tmp_path: Path, part: str) -> None:
        made = parts(sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared="<si><t>a</t></si>")
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        head, _, rest = made[part].rpartition(b"?>") if b"?>" in made[part] else (b"", b"", made[part])
        made[part] = (head + b"?>" if head else b"") + bomb + rest
        with pytest.raises(DamagedWorkbook, match="document type"):
            read(zipped(tmp_path / "bomb.xlsx", made))

    def test_a_workbook_saved_by_openpyxl(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].title = "S"
        values = ["a<b>&\n", 1, 2.5, True, datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.time(1, 2), "00123"]
        book.worksheets[0].append(values)
        book.save(tmp_path / "a.xlsx")
        assert [cell.value for cell in read(tmp_path / "a.xlsx")[0].cells.values()] == values
        assert members(tmp_path / "a.xlsx")
