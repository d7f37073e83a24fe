"""Description HTML as TikTok Shop shows it: a small set of tags, and pictures that TikTok itself hosts.

Reference: TikTok Shop API 5.5. Anything outside of the safe set is dropped, its text kept. Emoji and control characters
are dropped too: the platform refuses them (2.4, 12052932).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

import nh3

from sheets_sync.description_nesting import side_by_side
from sheets_sync.shop import UploadedImage

SAFE_TAGS = frozenset({"p", "img", "ul", "ol", "li", "br", "strong", "b", "i", "em", "u"})
_IMG = re.compile(r'<img\b[^>]*?src="([^"]*)"[^>]*>', re.IGNORECASE)
_ANY_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
# Tags whose loss nobody sees, since what they did to the layout is kept.
_UNSEEN = frozenset(
    {
        "div", "span", "section", "article", "header", "footer", "main", "font", "html", "body", "head", "meta",
        "thead", "tbody", "tfoot", "tr", "th", "td", "colgroup", "col", "dt", "dd", "caption", "figcaption", "center",
    }
)  # fmt: skip
EMOJI = (
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽"
    "⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
    "\ufe0f\u20e3"
)
"""Characters of the basic plane that are shown as pictures, and the two that turn others into pictures."""

EMOJI_PLANE = range(0x1F000, 0x1FB00)
_PICTURES = f"{EMOJI}{chr(EMOJI_PLANE.start)}-{chr(EMOJI_PLANE.stop - 1)}\u200d\U000e0020-\U000e007f"
_CONTROLS = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f"
_JOINERS = "\u200d\ufe0f\u20e3"
_EMOJI_FOUND = re.compile(f"[{_PICTURES}]")
_CONTROL_FOUND = re.compile(f"[{_CONTROLS}]")
_UNWANTED = re.compile(f"[{_PICTURES}{_CONTROLS}]")
_TAG_OR_UNWANTED = re.compile(f"(<[^>]*>)|[{_PICTURES}{_CONTROLS}]+")
_LINE_ENDS = re.compile(
    r"</\s*(?:div|h[1-6]|tr|section|article|header|footer|blockquote|dt|dd|pre|caption|figcaption|address)\s*>",
    re.IGNORECASE,
)
_CELL_ENDS = re.compile(r"</\s*(?:td|th)\s*>", re.IGNORECASE)
_IDLE_BREAKS = re.compile(r"(^|</?(?:p|ul|ol|li)>)(?:\s*<br>)+|(?:<br>\s*)+(?=</?(?:p|ul|ol|li)>|\s*$)")
_SPACES = re.compile(r"(&nbsp;|\u00a0)+")
_TAG_OR_ENTITY = re.compile(r"<[^>]*>|&(lt|gt|amp);(?=([#\w]*;?))")
_SIGNS = {"lt": "＜", "gt": "＞", "amp": "&"}


def clean(html: str) -> str:
    """The description with only tags and characters that TikTok Shop shows. Plain text becomes paragraphs, one a line;
    where a tag that ends a line is dropped, the line still ends.
    """
    if not _TAG.search(html):
        lines = (line.strip() for line in html.splitlines())
        # "S<M" is no tag: read as one, it would swallow the rest of the line.
        html = "".join("<p>" + line.replace("<", "&lt;") + "</p>" for line in lines if line)
    lines_end = _LINE_ENDS.search(html) is not None
    if lines_end:
        html = _LINE_ENDS.sub("<br>", _CELL_ENDS.sub(" ", html))
    safe = nh3.clean(html, tags=set(SAFE_TAGS), attributes={"img": {"src"}}, url_schemes={"http", "https"})
    if lines_end:
        safe = _IDLE_BREAKS.sub(r"\1", safe)
    if _UNWANTED.search(safe):
        safe = _TAG_OR_UNWANTED.sub(lambda found: found[1] or "", safe)
    return side_by_side(_without_entities(_SPACES.sub(" ", safe))).strip()


def _without_entities(html: str) -> str:
    """Signs that HTML needs an entity for, as characters: whether the platform takes `&lt;` is not known (reference:
    5.5 strips entities, 2.4 names no exception), and full-width ones read the same.
    """
    if "&" not in html:
        return html

    def sign(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        # A plain & must not make an entity of what follows it.
        read = f"&{found[2]}"
        taken = found[1] == "amp" and (unescape(read) != read or found[2].endswith(";"))
        return "＆" if taken else _SIGNS[found[1]]

    return _TAG_OR_ENTITY.sub(sign, html)


def losses(html: str) -> Iterator[tuple[str, dict[str, object]]]:
    """What `clean` takes away that a reader might miss, as message codes with their places."""
    text = unescape(html) if "&#" in html else html
    text = unescape(strip_tags(html)) if _UNWANTED.search(text) else ""
    if tags := [name for name in dropped_tags(html) if name not in _UNSEEN]:
        yield "description_tags_dropped", {"tags": " ".join(f"<{name}>" for name in tags)}
    if emoji := dict.fromkeys(_EMOJI_FOUND.findall(text)):
        yield "description_emoji_dropped", {"read": "".join(char for char in emoji if char not in _JOINERS)[:10]}
    if _CONTROL_FOUND.search(text):
        yield "description_controls_dropped", {}


def dropped_tags(html: str) -> tuple[str, ...]:
    """Names of the tags that `clean` takes away, in the order met: worth a note to whoever wrote them."""
    names = dict.fromkeys(name.lower() for name in _TAG.findall(html))
    return tuple(name for name in names if name not in SAFE_TAGS)


def picture_addresses(html: str) -> tuple[str, ...]:
    """Addresses of the pictures in a cleaned description, each once."""
    return tuple(dict.fromkeys(unescape(address) for address in _IMG.findall(html)))


def with_pictures(html: str, pictures: Mapping[str, UploadedImage]) -> str:
    """The cleaned description with TikTok's own address for each picture; pictures without one are left out."""

    def swap(match: re.Match[str]) -> str:
        found = _IMG.match(match.group())
        picture = pictures.get(unescape(found.group(1))) if found else None
        if picture is None:
            return ""
        address = picture.url.replace('"', "%22")
        return f'<img src="{address}" width="{picture.width}" height="{picture.height}">'

    return _ANY_IMG.sub(swap, html)


def strip_tags(html: str) -> str:
    """The text of a description without any tag, for comparing what two sides show."""
    return nh3.clean(html, tags=set())
