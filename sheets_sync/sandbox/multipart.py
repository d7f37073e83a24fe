"""Parts of a multipart/form-data body (RFC 7578), whole in memory: uploads are at most 100 MB."""

import re
from dataclasses import dataclass

from .answers import ApiError

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[; ]name="((?:[^"\\]|\\.)*)"')
_FILENAME = re.compile(r'filename="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Part:
    """One part: a form field, or a file when `filename` is given."""

    name: str
    filename: str | None
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


def parse_multipart(content_type: str, body: bytes) -> dict[str, Part]:
    """The parts by name. A body without a usable boundary is refused with 36009023."""
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise ApiError(36009023, "multipart body has no boundary", status=400)
    delimiter = b"\r\n--" + match[1].strip().encode("latin-1")
    parts: dict[str, Part] = {}
    for chunk in (b"\r\n" + body).split(delimiter)[1:]:
        if chunk.startswith(b"--"):
            return parts
        head, separator, content = chunk.partition(b"\r\n\r\n")
        header = head.decode("utf-8", "replace")
        name = _NAME.search(header)
        if separator and name:
            filename = _FILENAME.search(header)
            parts[name[1]] = Part(name[1], filename[1] if filename else None, content)
    raise ApiError(36009023, "multipart body is cut short", status=400)
