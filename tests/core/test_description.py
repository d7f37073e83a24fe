from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.description import SAFE_TAGS, clean, dropped_tags, losses, picture_addresses, strip_tags, with_pictures
from sheets_sync.shop import UploadedImage


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("一行目\n\n 二行目 ", "<p>一行目</p><p>二行目</p>"),
        ("A & B < C", "<p>A & B ＜ C</p>"),
        ("サイズはS<M<Lの順です", "<p>サイズはS＜M＜Lの順です</p>"),
        ("A &amp; B", "<p>A & B</p>"),
        ("R&D &amp;nbsp; &amp;copy &#39;", "<p>R&D ＆nbsp; ＆copy '</p>"),
        ("<p>5&lt;6</p>", "<p>5＜6</p>"),
        ("<p>太<b>字</b></p>", "<p>太<b>字</b></p>"),
        ('<div style="x">中<span>身</span></div>', "中身"),
        ("<script>alert(1)</script><style>p{}</style><p>x</p>", "<p>x</p>"),
        ('<a href="https://x.example">リンク</a>', "リンク"),
        ('<p onclick="x" class="y">x</p>', "<p>x</p>"),
        (
            '<img src="javascript:x"><img src="https://x.example/a.jpg" alt="y">',
            '<img><img src="https://x.example/a.jpg">',
        ),
        ("a&nbsp;&nbsp;b<br>c", "a b<br>c"),
        ("", ""),
    ],
)
def test_only_what_tiktok_shows_is_left(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned


@given(st.text(alphabet=st.sampled_from("<>/&;\"' pbimgsrc=ul字\n"), max_size=60))
def test_cleaning_is_safe_and_settles(html: str) -> None:
    once = clean(html)
    assert set(re.findall(r"<\s*/?([a-zA-Z0-9]+)", once)) <= SAFE_TAGS
    assert clean(once) == once or not re.search("<[a-z]", once)


@pytest.mark.parametrize(
    ("html", "cleaned", "told"),
    [
        ("<h2>題😀</h2><p>文</p>", "題<p>文</p>", {"description_tags_dropped", "description_emoji_dropped"}),
        ("<div>一</div><div>二</div>", "一<br>二", set()),
        ("<table><tr><th>素材</th><td>綿</td></tr><tr><td>重さ</td></tr></table>", "素材 綿 <br>重さ",
         {"description_tags_dropped"}),
        ("<p>火❤️\u200d🔥&#128512;</p>", "<p>火❤</p>", {"description_emoji_dropped"}),
        ("<p>x\x01y&nbsp;z</p>", "<p>xy z</p>", {"description_controls_dropped"}),
        ('<img src="https://x.example/a😀.jpg">', '<img src="https://x.example/a😀.jpg">', set()),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told(html: str, cleaned: str, told: set[str]) -> None:
    assert clean(html) == cleaned
    assert {code for code, _ in losses(html)} == told
    assert not list(losses(cleaned))


def test_dropped_tags_are_named_once() -> None:
    assert dropped_tags("<table><tr><td>1</td></tr><TABLE><p>x</p></table>") == ("table", "tr", "td")


def test_pictures_are_found_by_their_real_address_and_replaced_by_tiktoks_own() -> None:
    html = clean('<p>x</p><img src="https://x.example/a.jpg?v=1&w=2"><img src="b.jpg"><img src="b.jpg">')
    assert picture_addresses(html) == ("https://x.example/a.jpg?v=1&w=2", "b.jpg")
    hosted = {"https://x.example/a.jpg?v=1&w=2": UploadedImage("u", "https://tiktok.example/a?x=1&y=2", 600, 400)}
    assert with_pictures(html, hosted) == (
        '<p>x</p><img src="https://tiktok.example/a?x=1&y=2" width="600" height="400">'
    )


def test_the_words_alone() -> None:
    assert strip_tags("<p>A <b>B</b></p>") == "A B"
