"""Tags inside of tags, as far as every generation of TikTok Shop's rules takes them (reference: TikTok Shop API 5.5):
paragraphs and lists stand side by side, a list holds items only, and what is bold or slanted stands innermost. No text
is lost: a list in a list becomes items of the outer one, a paragraph in an item becomes a line of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile

DEEPEST = 3
"""Tags open at once: a list, its item, and one for the looks of the text."""
_LISTS = ("ul", "ol")
_LOOKS = frozenset({"strong", "b", "i", "em", "u"})
_TAG = re.compile(r'<(/?)([a-z]+)(?:[^>"]|"[^"]*")*>')
_PLAIN = r'[^<]++|<br>|<img(?:[^>"]|"[^"]*+")*+>'
_LOOK = "|".join(f"<{name}>(?:{_PLAIN})*+</{name}>" for name in sorted(_LOOKS))
_LINE = f"(?:{_PLAIN}|{_LOOK})*+"
_LIST = "|".join(rf"<{name}>(?:\s*+<li>{_LINE}</li>)*+\s*+</{name}>" for name in _LISTS)
_FLAT = re.compile(f"(?:{_PLAIN}|{_LOOK}|<p>{_LINE}</p>|{_LIST})*+")
"""What most descriptions look like, told in one go: nothing in them has to be changed."""


def side_by_side(html: str) -> str:
    """A cleaned description (lower-case tags of the safe set, every one closed) with its tags nested no deeper."""
    if _FLAT.fullmatch(html):
        return html
    writer = _Writer()
    at = 0
    for tag in _TAG.finditer(html):
        writer.text(html[at : tag.start()])
        at = tag.end()
        closes, name = bool(tag[1]), tag[2]
        if name in _LOOKS:
            writer.looks_change(name, closes=closes)
        elif name in ("p", "li", *_LISTS):
            writer.block(name, closes=closes)
        else:
            writer.text(tag[0])
    writer.text(html[at:])
    writer.close_to(0)
    return "".join(writer.out)


@dataclass
class _Writer:
    """`blocks`: open paragraphs, lists and items, as written. `lists`: how many lists are open as read. `looks`: what
    the text is to look like, `shown`: which of it is open as written. `line_due`: a new line before the next text.
    """

    out: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    lists: int = 0
    line_due: bool = False
    filled: bool = False

    def text(self, text: str) -> None:
        if not text:
            return
        if text.isspace():
            self._show(self.shown[: self._still(self._wanted())])
        else:
            if self.blocks and self.blocks[-1] in _LISTS:
                self._open("li")
            if self.line_due and self.filled and text != "<br>":
                self.out.append("<br>")
            self.line_due, self.filled = False, True
            self._show(self._wanted())
        self.out.append(text)

    def looks_change(self, name: str, *, closes: bool) -> None:
        if not closes:
            self.looks.append(name)
        elif name in self.looks:
            del self.looks[len(self.looks) - 1 - self.looks[::-1].index(name)]

    def block(self, name: str, *, closes: bool) -> None:
        if name in _LISTS:
            self._list(name, closes=closes)
        elif name == "li" or not self.lists:
            if self.blocks and self.blocks[-1] in ("p", "li"):
                self.close_to(len(self.blocks) - 1)
            if not closes:
                self._open(name)
        else:
            self.line_due = True

    def _list(self, name: str, *, closes: bool) -> None:
        self.lists = max(0, self.lists + (-1 if closes else 1))
        self.close_to(1 if self.lists > (0 if closes else 1) else 0)
        if not closes and self.lists == 1:
            self._open(name)

    def _open(self, name: str) -> None:
        self._show([])
        self.blocks.append(name)
        self.out.append(f"<{name}>")
        self.line_due = self.filled = False

    def close_to(self, left: int) -> None:
        """Close blocks until so many are open."""
        self._show([])
        while len(self.blocks) > left:
            self.out.append(f"</{self.blocks.pop()}>")
        self.line_due = False

    def _wanted(self) -> list[str]:
        """The looks that the text here gets."""
        return list(dict.fromkeys(self.looks))[: DEEPEST - len(self.blocks)]

    def _still(self, wanted: list[str]) -> int:
        """How many of the open ones can stay open."""
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, self.shown, strict=False)))

    def _show(self, wanted: list[str]) -> None:
        """Let just these be open."""
        same = self._still(wanted)
        self.out += [f"</{name}>" for name in reversed(self.shown[same:])]
        self.out += [f"<{name}>" for name in wanted[same:]]
        self.shown = list(wanted)
