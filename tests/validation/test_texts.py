"""Marks of many texts at once agree with looking at each text alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.validation.texts import (
    BREAK,
    CONTROL,
    EMOJI,
    ENTITY,
    NO_TEXT,
    REPEATED,
    SYMBOLS,
    marks,
    offending,
)

CHARACTERS = "aあー  \u3000\n\t\x00\x07&;<>★😀⭐️𠮷9\ud800"


def naive(text: str) -> int:
    """The same rules, one text at a time, with nothing clever."""
    found = 0
    if re.search("[\U0001f000-\U0001faff⭐\ufe0f]", text):
        found |= EMOJI
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        found |= CONTROL
    if re.search(r"[\t\n\r]", text):
        found |= BREAK
    if re.search(r"(\S)\1{9}", text):
        found |= REPEATED
    if re.search(r"&[A-Za-z][A-Za-z0-9]*;", text):
        found |= ENTITY
    stripped = re.sub(r"&[A-Za-z][A-Za-z0-9]*;", " ", text)
    if not any(char.isalnum() for char in stripped):
        found = found | SYMBOLS if stripped.strip() else NO_TEXT
    return found


@given(st.lists(st.lists(st.sampled_from(["", *CHARACTERS, "&nbsp;", "ー" * 9, "a" * 10])).map("".join)))
def test_many_texts_at_once(texts):
    assert marks(texts, 9).tolist() == [naive(text) for text in texts]


def test_texts_do_not_run_into_one_another():
    assert marks(["ーーーーー", "ーーーーー"] + ["\n"] * 20 + [""] * 20, 9)[:2].tolist() == [0, 0]
    assert marks(["あ" + "\n" * 9, *[""] * 20], 9)[0] == BREAK
    assert marks([], 9).tolist() == []
    assert marks(["あ", "", ""], 9).tolist() == [0, NO_TEXT, NO_TEXT]


def test_chunks_change_nothing(monkeypatch):
    texts = ["あ😀", "い" * 10, "", "&nbsp;", "う"] * 7
    whole = marks(texts, 9).tolist()
    monkeypatch.setattr("sheets_sync.validation.texts._CHUNK", 3)
    assert marks(texts, 9).tolist() == whole


@pytest.mark.parametrize(
    ("html", "mark"),
    [
        ("<p>文</p>", 0),
        ("文", 0),
        ("<p>文\n二</p>", 0),
        ("<p title='a'> </p>", NO_TEXT),
        ("<p>★</p>", SYMBOLS),
        ("a < b", 0),
        ("<p>&amp;</p>", NO_TEXT),
        ("<p>文&amp;文</p>", 0),
        ("<p>文&hearts;</p>", ENTITY),
    ],
)
def test_html(html, mark):
    assert marks([html], 9, html=True)[0] == mark


def test_what_is_shown_of_a_fault():
    assert offending("夏😀と⭐", "text_emoji", 9) == "😀⭐"
    assert offending("わーーーーーーーーーーい", "text_repeated", 9) == "ー"
    assert offending("A&nbsp;B&nbsp;C&copy;", "text_entity", 9) == "&nbsp; &copy;"
