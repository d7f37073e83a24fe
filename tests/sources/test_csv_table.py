"""Records of a delimited file, with their line numbers."""

import itertools
from pathlib import Path

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.sources.csv_table import CELL_LIMIT, CsvTable, Record, open_tables


def table(tmp_path: Path, text: str | bytes) -> CsvTable:
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvTable(path)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found(tmp_path: Path, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(row) for row in [["a", "b", "c"], ["1", '"x\r\ny"', "3"], ["4", "5", "6"]])
    found = table(tmp_path, text)
    assert found.heading == ["a", "b", "c"]
    assert list(found.records()) == [Record(2, ["1", "x\r\ny", "3"]), Record(4, ["4", "5", "6"])]


def test_records_can_be_read_again(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b\n1,2\n")
    assert list(found.records()) == list(found.records()) == [Record(2, ["1", "2"])]


def test_the_mark_at_the_end_of_old_files_is_no_record(tmp_path: Path) -> None:
    assert [record.cells for record in table(tmp_path, "a,b\r\n1,2\r\n\x1a").records()] == [["1", "2"]]


def test_blank_rows_are_no_records(tmp_path: Path) -> None:
    found = table(tmp_path, "\n,,\na,b\n\n,\n \u3000,\t\n1,\n\n")
    assert found.heading == ["a", "b"]
    assert list(found.records()) == [Record(7, ["1", ""])]


def test_nul_characters_are_taken_out(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b\n\0,\0\n1\0,2\n3,4\n")
    assert list(found.records()) == [Record(3, ["1", "2"], True), Record(4, ["3", "4"])]


def test_a_quote_within_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b\n12" 皿,x"y\n')
    assert [record.cells for record in found.records()] == [['12" 皿', 'x"y']]


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,2\n"3,4\n5,6\n',  # nothing closes it
        'a,b\n1,2\n"3,4\n5,"6"\n',  # the next quote closes it, in the middle of a cell
        'a,b\n1,2\n"3,4\n' + "5,6\n" * (CELL_LIMIT // 4 + 1),  # a whole file would be swallowed
    ],
)
def test_an_unclosed_quote_is_named_where_it_began(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        list(table(tmp_path, text).records())
    assert (refusal.value.code, refusal.value.params["line"]) == ("quote_broken", 3)


def test_a_long_description_is_read(tmp_path: Path) -> None:
    (record,) = table(tmp_path, 'a,b\n1,"' + "長" * 1_000_000 + '"\n').records()
    assert len(record.cells[1]) == 1_000_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source_empty"),
        (b"\r\n\r\n , \r\n", "source_empty"),
        (b"PK\x03\x04\x14\x00\x06\x00", "source_is_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "source_is_excel"),
        (b"%PDF-1.7", "source_is_pdf"),
        (b"\x1f\x8b\x08", "source_is_archive"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html><html>", "source_is_html"),
    ],
)
def test_files_that_are_no_csv_are_named(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UsageError) as refusal:
        table(tmp_path, content)
    assert refusal.value.code == code


def test_a_glob_or_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("a\n1\n")
    for name, code in {"*.csv": "source_missing", "no.csv": "source_missing", "": "source_folder_empty"}.items():
        with pytest.raises(UsageError) as refusal:
            open_tables(str(tmp_path / name), "auto")
        assert refusal.value.code == code


def test_a_folder_stands_for_the_csv_files_in_it(tmp_path: Path) -> None:
    for name in ("p_10.csv", "p_2.CSV", "p.txt"):
        (tmp_path / name).write_text("a\n1\n")
    assert [table.path.name for table in open_tables(str(tmp_path), "auto")] == ["p_2.CSV", "p_10.csv"]


@pytest.mark.parametrize("later", ["a\n1\n", "a\n1\n2\n3\n4\n", 'a\n1\n2\n"3'])
def test_a_file_that_changes_while_it_is_read_is_not_half_believed(tmp_path: Path, later: str) -> None:
    found = table(tmp_path, "a\n1\n2\n3\n")
    rows = found.records()
    assert next(rows).cells == ["1"]
    (tmp_path / "t.csv").write_text(later)
    with pytest.raises(Unavailable) as refusal:
        list(itertools.chain(rows, found.records()))
    assert refusal.value.code == "source_changed"
