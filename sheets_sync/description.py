"""Description HTML as TikTok Shop shows it: a small set of tags, and pictures that TikTok itself hosts.

Reference: TikTok Shop API 5.5. Anything outside of the safe set is dropped, its text kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

import nh3

from sheets_sync.shop import UploadedImage

SAFE_TAGS = frozenset({"p", "img", "ul", "ol", "li", "br", "strong", "b", "i", "em", "u"})
_IMG = re.compile(r'<img\b[^>]*?src="([^"]*)"[^>]*>', re.IGNORECASE)
_ANY_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<\s*([a-zA-Z][a-zA-Z0-9]*)")
_SPACES = re.compile(r"(&nbsp;|\u00a0)+")


def clean(html: str) -> str:
    """The description with only tags that TikTok Shop shows. Plain text becomes paragraphs, one a line."""
    if not _TAG.search(html):
        lines = (line.strip() for line in html.splitlines())
        html = "".join(f"<p>{line}</p>" for line in lines if line)
    safe = nh3.clean(html, tags=set(SAFE_TAGS), attributes={"img": {"src"}}, url_schemes={"http", "https"})
    return _SPACES.sub(" ", safe).strip()


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
        return f'<img src="{escape(picture.url)}" width="{picture.width}" height="{picture.height}">' if picture else ""

    return _ANY_IMG.sub(swap, html)


def strip_tags(html: str) -> str:
    """The text of a description without any tag, for comparing what two sides show."""
    return nh3.clean(html, tags=set())
