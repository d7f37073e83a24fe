"""Titles and descriptions (error codes 12052261, 051, 931 and 015, 013, 056, 340-352, 932)."""

import html.parser
import re
import unicodedata

from .findings import Findings, Ground
from .numbers import whole_number

_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_BASIC_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "#39"})
_RUN = re.compile(r"(\S)\1{9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_SPACE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693"
    "\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b"
    "\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\ufe0f]"
)
OLD_TAGS = frozenset({"p", "img", "ul", "ol", "li", "br", "strong", "b", "i", "em", "u"})
_REFUSED_TAGS = frozenset({
    "script", "style", "iframe", "frame", "object", "embed", "form", "input", "button", "select", "textarea", "link",
    "meta", "base", "video", "audio", "svg", "html", "head", "body",
})
_VOID = frozenset({"br", "img", "hr", "wbr", "col"})
_INLINE = frozenset({"strong", "b", "i", "em", "u", "br", "img"})
_DEEPEST = 3


def format_fault(text: str, *, html_text: bool = False, entities: frozenset[str] = frozenset()) -> str | None:
    """Why a text breaks the format rules shared by titles, descriptions and attribute names and values, or None."""
    if any(found not in entities for found in _ENTITY.findall(text)):
        return "HTML entities are not allowed"
    if _EMOJI.search(text):
        return "emoji are not allowed"
    if (_CONTROL_BUT_SPACE if html_text else _CONTROL).search(text):
        return "control characters are not allowed"
    if _RUN.search(text):
        return "the same character may not be repeated more than 9 times"
    plain = re.sub(r"<[^>]*>", "", text) if html_text else text
    if plain.strip() and not any(unicodedata.category(char)[0] in "LN" for char in plain):
        return "symbols only are not allowed"
    return None


def check_title(title: str, ground: Ground, findings: Findings) -> None:
    if not title.strip():
        findings.fail(12052261, "product name is empty")
        return
    if len(title) > ground.market.title_length:
        findings.fail(12052051, f"product name exceeds {ground.market.title_length} characters")
    fault = format_fault(title)
    if fault:
        findings.fail(12052931, f"product name format is invalid: {fault}")


def check_description(description: str, ground: Ground, findings: Findings) -> None:
    if not description.strip():
        findings.fail(12052015, "product description is empty")
        return
    if len(description) > ground.market.description_length:
        findings.fail(12052013, f"product description exceeds {ground.market.description_length} characters")
    page = _Page(ground, findings)
    page.feed(description)
    page.finish()
    entities = _BASIC_ENTITIES if ground.options.description_entities == "basic" else frozenset()
    fault = format_fault(description, html_text=True, entities=entities)
    if fault:
        findings.fail(12052932, f"product description format is invalid: {fault}")


class _Page(html.parser.HTMLParser):
    """Walks a description; each fault is reported once, in the order met."""

    def __init__(self, ground: Ground, findings: Findings) -> None:
        super().__init__(convert_charrefs=False)
        self._ground, self._findings = ground, findings
        self._open: list[str] = []
        self._seen: set[int] = set()
        self._images = 0

    def _fail(self, code: int, message: str) -> None:
        if code not in self._seen:
            self._seen.add(code)
            self._findings.fail(code, message)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        strict = self._ground.options.strict_html
        if tag in _REFUSED_TAGS or (strict and tag not in OLD_TAGS):
            self._fail(12052345, f"HTML tag <{tag}> is not supported in the description")
        if strict:
            self._check_nesting(tag)
        allowed = {"src", "width", "height"} if tag == "img" else set()
        for name, _ in attrs:
            if name.startswith("on") or (strict and name not in allowed):
                self._fail(12052350, f"HTML attribute {name} is not allowed")
        if tag == "img":
            self._check_image(dict(attrs))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self._fail(12052344, f"HTML syntax error near </{tag}>")

    def finish(self) -> None:
        self.close()
        if self._open:
            self._fail(12052344, f"HTML syntax error: <{self._open[-1]}> is not closed")
        if self._images > self._ground.market.description_images:
            self._fail(12052056, f"more than {self._ground.market.description_images} images in the description")

    def _check_nesting(self, tag: str) -> None:
        if len(self._open) >= _DEEPEST:
            self._fail(12052352, "HTML tags are nested too deep")
        elif self._open and tag not in _INLINE and not (tag == "li" and self._open[-1] in ("ul", "ol")):
            self._fail(12052349, f"<{tag}> may not stand inside <{self._open[-1]}>")

    def _check_image(self, attributes: dict[str, str | None]) -> None:
        self._images += 1
        source, sides = attributes.get("src"), [attributes.get(name) or "" for name in ("width", "height")]
        if not source or not all(sides):
            self._fail(12052348, "img needs src, width and height")
            return
        picture = self._ground.uploads.by_url.get(source)
        if picture is None:
            self._fail(12052340, "description image is not hosted by the platform")
            return
        side = self._ground.market.description_image_side
        stated = [whole_number(text) or 0 for text in sides]
        if not all(0 < number < side for number in (*stated, picture.width, picture.height)):
            self._fail(12052341, f"description image: each side must be below {side} px")
