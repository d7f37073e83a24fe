"""Values by name are what the reader of all cells gives, whatever shape the cells have."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.ooxml.cell_values import CellValues
from sheets_sync.ooxml.named_rows import named_rows
from sheets_sync.ooxml.sheet_rows import rows
from sheets_sync.ooxml.values import Cell, CellError, Value

SHARED = ["共有", "", "a_x000D_b", "<p>"]
KINDS = ["", "date"]
SHAPES = [
    '<c r="{at}"/>',
    '<c r="{at}" s="1"/>',
    '<c r="{at}" s="1"></c>',
    '<c r="{at}" s="1"><v>46348</v></c>',
    '<c r="{at}"><v>12.50</v></c>',
    '<c r="{at}" t="n"><v>7</v></c>',
    '<c r="{at}" t="s"><v>{n}</v></c>',
    '<c r="{at}" s="0" t="s"><v> {n} </v></c>',
    '<c r="{at}" t="b"><v>1</v></c>',
    '<c r="{at}" t="b"><v>0</v></c>',
    '<c r="{at}" t="e"><v>#N/A</v></c>',
    '<c r="{at}" t="d"><v>2026-11-22</v></c>',
    '<c r="{at}" s="1" t="inlineStr"><is><t>&lt;p&gt; &amp; _x0041_\r\nz</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t></t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t/></is></c>',
    '<c r="{at}" t="inlineStr"><is><r><t>太</t></r><r><t>字</t></r></is></c>',
    '<c r="{at}" t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ヒガシ</t></rPh></is></c>',
    '<c r="{at}"><f>1+1</f></c>',
    '<c r="{at}"><f>1+1</f><v>2</v></c>',
    '<c r="{at}"><f t="shared" si="0"/><v>2</v></c>',
    '<c r="{at}" t="str"><f>"a"</f><v>a</v></c>',
    '<c r="{at}" t="str"><f>""</f><v></v></c>',
    '<c r="{at}" cm="1"><f t="array" ref="{at}">1</f><v>3</v></c>',
    '<c r="{at}" s="1" vm="1" t="e"><v>#VALUE!</v></c>',
    '<c r="{at}" s="1"> <v>5</v> </c>',
    '<c s="1" r="{at}"><v>5</v></c>',
]
"""Also those in which the search finds its way only with the parser's help."""

_cells = st.dictionaries(st.sampled_from("ABCD"), st.tuples(st.sampled_from(SHAPES), st.integers(0, 3)), max_size=4)


def part(given_rows: list[dict[str, tuple[str, int]]], heading: bool) -> bytes:
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>見出し</t></is></c></row>' if heading else ""
    body = "".join(
        f'<row r="{number}" ht="15">'
        + "".join(shape.format(at=f"{letters}{number}", n=n) for letters, (shape, n) in sorted(cells.items()))
        + "</row>"
        for number, cells in enumerate(given_rows, 2)
    )
    return f'<worksheet xmlns="x"><sheetData>{first}{body}</sheetData></worksheet>'.encode()


@given(given_rows=st.lists(_cells, max_size=5), heading=st.booleans())
@settings(max_examples=300, deadline=None)
def test_both_readers_agree(given_rows: list[dict[str, tuple[str, int]]], heading: bool) -> None:
    xml = part(given_rows, heading)
    names = {0: "a", 1: "b", 3: "d"}
    headings: list[list[str]] = []

    def name(cells: dict[int, Cell]) -> dict[int, str]:
        headings.append([str(cell.value) for cell in cells.values()])
        return names

    def odd(cell: Cell) -> Value:
        return f"!{cell.value}"

    values = CellValues(SHARED, ["", "date"], False)
    found = [(row.number, row.cells) for row in named_rows(lambda: [xml], values, name, odd)]
    expected = []
    for row in rows(lambda: [xml], CellValues(SHARED, ["", "date"], False)):
        known = {names[column]: cell.value for column, cell in row.cells.items() if column in names}
        kept = {key: value for key, value in known.items() if value != ""}
        if row.number > 1 and kept:
            strange = (CellError,)
            shown = {k: f"!{v}" if v is None or type(v) in strange else v for k, v in kept.items()}
            expected.append((row.number, shown))
    assert found == expected
    assert [list(map(type, cells.values())) for _, cells in found] == [
        list(map(type, cells.values())) for _, cells in expected
    ]
    assert headings == [["見出し"]] if heading else headings in ([], [[]])
