from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.description import clean, strip_tags
from sheets_sync.description_nesting import DEEPEST


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<ul><li><p>綿</p><p>麻</p></li></ul>", "<ul><li>綿<br>麻</li></ul>"),
        ("<ul><li>綿<ul><li>白</li></ul>紺</li><li>麻</li></ul>",
         "<ul><li>綿</li><li>白</li><li>紺</li><li>麻</li></ul>"),
        ("<ul><ol><li>一</li></ol></ul>", "<ul><li>一</li></ul>"),
        ("<ul>綿<li>麻</li></ul>", "<ul><li>綿</li><li>麻</li></ul>"),
        ("<b><p>太字</p></b>", "<p><b>太字</b></p>"),
        ("<strong><ul><li>一</li><li>二</li></ul></strong>",
         "<ul><li><strong>一</strong></li><li><strong>二</strong></li></ul>"),
        ("<p><b><i><u>字</u></i></b></p>", "<p><b><i>字</i></b></p>"),
        ("<ul><li><b><i>字</i></b></li></ul>", "<ul><li><b>字</b></li></ul>"),
        ("<p>前<b>太字</b> <i>斜体</i><br>後</p>", "<p>前<b>太字</b> <i>斜体</i><br>後</p>"),
        ("<b><b>二重</b>一重</b>", "<b>二重一重</b>"),
    ],
)  # fmt: skip
def test_tags_stand_side_by_side(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned


class Judge(HTMLParser):
    """Finds what stands in what, in its own way."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("br", "img"):
            return
        if len(self.open) >= DEEPEST:
            self.faults.append(f"{self.open} > {tag} is too deep")
        if tag in ("p", "ul", "ol") and self.open:
            self.faults.append(f"{tag} in {self.open}")
        if tag == "li" and self.open not in ([], ["ul"], ["ol"]):
            self.faults.append(f"li in {self.open}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another tag")


def tree(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["p", "ul", "ol", "li", "b", "strong", "i", "em", "u", "div", "h2", "table"])
    return st.builds(lambda name, inner: f"<{name}>{''.join(inner)}</{name}>", names, st.lists(children, max_size=4))


LEAVES = st.sampled_from(["字", "語 ", " ", "<br>", '<img src="https://pictures.example/a.jpg">', "A&B"])


@given(st.lists(st.recursive(LEAVES, tree, max_leaves=12), min_size=1, max_size=4))
def test_whatever_is_nested_comes_out_flat_with_every_word(parts: list[str]) -> None:
    html = "<p>始</p>" + "".join(parts)
    found = clean(html)
    judge = Judge()
    judge.feed(found)
    assert not judge.faults + judge.open, found
    assert "".join(strip_tags(found).split()) == "".join(strip_tags(html).split())
    assert found.count("<img") == html.count("<img")
    assert clean(found) == found
