"""Telling how a text file is encoded."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.errors import UsageError
from sheets_sync.sources import encoding
from sheets_sync.sources.encoding import Fault, detect, first_fault

JAPANESE = "Handle,Title\nkettle,鉄瓶①（髙橋㈱）～南部鉄器\n"


def put(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp932", "cp932"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_detected(tmp_path: Path, written: str, found: str) -> None:
    path = put(tmp_path, JAPANESE.encode(written))
    assert detect(path) == found
    assert path.read_text(found) == JAPANESE


def test_characters_that_plain_shift_jis_lacks_are_read(tmp_path: Path) -> None:
    path = put(tmp_path, JAPANESE.encode("cp932"))
    for wanted in ("shift_jis", "Shift-JIS", "sjis", "cp932", "ms932"):
        assert detect(path, wanted) == "cp932"


def test_the_setting_wins(tmp_path: Path) -> None:
    path = put(tmp_path, JAPANESE.replace("①（髙橋㈱）～", "").encode("euc_jp"))
    assert detect(path, "EUC-JP") == "euc_jp"


@pytest.mark.parametrize("name", ["utf8", "UTF-8", "utf-8-sig"])
def test_utf8_by_name_takes_files_with_and_without_mark(tmp_path: Path, name: str) -> None:
    for written in ("utf-8", "utf-8-sig"):
        path = put(tmp_path, JAPANESE.encode(written))
        assert path.read_text(detect(path, name)) == JAPANESE


def refused(path: Path, wanted: str = "auto") -> tuple[str, object, object]:
    with pytest.raises(UsageError) as refusal:
        detect(path, wanted)
    return refusal.value.code, refusal.value.params.get("line"), refusal.value.params.get("byte")


def test_a_codec_that_does_not_fit_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    content = JAPANESE.encode("cp932")
    path = put(tmp_path, content)
    assert refused(path, "utf-8") == ("encoding_wrong", 2, content.index("鉄".encode("cp932")) + 1)


@pytest.mark.parametrize("name", ["klingon", "base64", "hex", "rot13", "sjis2000"])
def test_a_name_that_is_no_text_encoding_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(put(tmp_path, b"a"), name)[0] == "encoding_unknown"


def test_utf8_with_one_broken_byte_is_not_taken_for_cp932(tmp_path: Path) -> None:
    good = JAPANESE.encode()
    path = put(tmp_path, good + "a,箸".encode()[:-1] + b"\n")
    assert refused(path) == ("encoding_damaged", 3, len(good) + 3)


def test_a_cut_utf8_file_is_damaged(tmp_path: Path) -> None:
    content = JAPANESE.strip().encode()[:-1]
    assert refused(put(tmp_path, content)) == ("encoding_damaged", 2, len(content) - 1)


def test_what_fits_nothing_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    assert refused(put(tmp_path, b"Handle\r\na\r\n\x82\xa0\x82\r\n")) == ("encoding_unclear", 3, 14)


def test_a_marked_file_with_a_fault_is_damaged(tmp_path: Path) -> None:
    assert refused(put(tmp_path, b"\xef\xbb\xbfab\n\xff"))[:2] == ("encoding_damaged", 2)
    assert refused(put(tmp_path, "﻿ab".encode("utf-16-le") + b"\x00"))[0] == "encoding_damaged"


@given(st.binary(max_size=40), st.sampled_from(["utf-8", "cp932", "euc_jp"]), st.integers(1, 7))
def test_the_first_fault_is_where_decoding_stops_whatever_the_chunks(content: bytes, codec: str, chunk: int) -> None:
    expected = None
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        expected = error.start + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_CHUNK", chunk)
        fault = first_fault(_Memory(content), codec)  # type: ignore[arg-type]
    assert (fault and fault.byte) == expected


class _Memory:
    """Just enough of a path whose content is in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def open(self, _mode: str) -> object:
        return io.BytesIO(self._content)


def test_a_fault_tells_line_byte_and_wide_characters(tmp_path: Path) -> None:
    assert first_fault(put(tmp_path, "あい\rう\r".encode() + b"\xff"), "utf-8") == Fault(3, 12, 3)
