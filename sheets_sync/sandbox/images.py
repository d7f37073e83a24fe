"""Uploaded pictures and files: a look into the bytes, and the register of what was taken in (reference 3.9)."""

import hashlib
import io
import re
from collections import OrderedDict
from dataclasses import dataclass

from .answers import ApiError, Wire

MAX_IMAGE_BYTES = 10_000_000
FORMATS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "BMP": "bmp", "MPO": "jpeg"}
SIDES = {  # smallest and largest side in pixels by use
    "MAIN_IMAGE": (300, 4000),
    "ATTRIBUTE_IMAGE": (100, 20000),
    "DESCRIPTION_IMAGE": (100, 20000),
    "CERTIFICATION_IMAGE": (100, 20000),
    "SIZE_CHART_IMAGE": (100, 20000),
    "CUSTOMIZATION_IMAGE": (100, 20000),
}
SIZE_CHART_SHORT_SIDE = 1024
LARGEST_DECODED_SIDE = 10000  # larger ones are judged by their header alone
REWORKED_USES = ("MAIN_IMAGE", "ATTRIBUTE_IMAGE")
VIDEO_FORMATS = ("MP4", "MOV", "MKV", "WMV", "WEBM", "AVI", "3GP", "FLV", "MPEG")
MAX_VIDEO_BYTES, MAX_PDF_BYTES = 100_000_000, 20_000_000
_FILE_NAME = re.compile(r"[^\W_][^\s.]*\.[A-Za-z0-9]+")
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"heim", b"heis", b"hevc")


@dataclass(frozen=True)
class Picture:
    """A picture the shop knows: its address in JSON (`uri`) and in HTML (`url`), and its size in pixels."""

    uri: str
    url: str
    width: int
    height: int
    use_case: str


@dataclass(frozen=True)
class Inspected:
    """What the bytes turned out to be."""

    kind: str
    width: int
    height: int


def inspect_image(content: bytes, use_case: str) -> Inspected:
    """Judge an upload by its bytes, never by its name; refusals carry the codes of the upload page."""
    if not content:
        raise ApiError(12038002, "the uploaded image is empty")
    if len(content) > MAX_IMAGE_BYTES:
        raise ApiError(12038005, "the image file is larger than 10 MB")
    found = _heic(content) or _raster(content)
    low, high = SIDES[use_case]
    short, long = sorted((found.width, found.height))
    if short < low or long > high:
        raise ApiError(12038014, f"image dimensions must be from {low}x{low} to {high}x{high} px")
    if use_case == "SIZE_CHART_IMAGE" and short < SIZE_CHART_SHORT_SIDE:
        raise ApiError(12019116, f"the short side must be at least {SIZE_CHART_SHORT_SIDE} px")
    return found


def _raster(content: bytes) -> Inspected:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (importing the sandbox must stay cheap)

    try:
        with Image.open(io.BytesIO(content)) as image:
            kind, (width, height) = image.format or "", image.size
            if kind in FORMATS and max(width, height) <= LARGEST_DECODED_SIDE:
                image.draft("RGB", (width // 8 or 1, height // 8 or 1))  # JPEG: decode small, still to the end
                image.load()
    except UnidentifiedImageError:
        raise ApiError(12038004, "content is not a supported image") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ApiError(12038002, "the uploaded image is corrupt") from None
    if kind not in FORMATS:
        raise ApiError(12038015, "format not supported, use JPG, JPEG, PNG, WEBP, HEIC or BMP")
    return Inspected(FORMATS[kind], width, height)


def _heic(content: bytes) -> Inspected | None:
    """Size of a HEIC picture from its boxes (ISO 23008-12); Pillow alone does not read this format."""
    if content[4:8] != b"ftyp" or content[8:12] not in _HEIC_BRANDS:
        return None
    sizes = [
        (int.from_bytes(content[at + 8 : at + 12], "big"), int.from_bytes(content[at + 12 : at + 16], "big"))
        for at in (match.start() for match in re.finditer(b"ispe", content))
    ]
    if not sizes:
        raise ApiError(12038002, "the uploaded image is corrupt")
    return Inspected("heic", *max(sizes))


def squared(content: bytes) -> bytes:
    """The platform's 1:1 rework: the middle of the picture, as JPEG."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(io.BytesIO(content)) as image:
        side = min(image.size)
        out = io.BytesIO()
        ImageOps.fit(image.convert("RGB"), (side, side)).save(out, "JPEG")
    return out.getvalue()


class Uploads:
    """Pictures, files and videos taken in. Callers hold the sandbox's lock."""

    def __init__(self, base_url: str = "") -> None:
        self.base_url = base_url
        self.pictures: dict[str, Picture] = {}
        self.by_url: dict[str, Picture] = {}
        self.files: dict[str, Wire] = {}
        self._bytes: OrderedDict[str, tuple[str, bytes, bool]] = OrderedDict()
        self._held = 0
        self._serial = 0

    def add_picture(self, content: bytes, found: Inspected, use_case: str, keep: int) -> Picture:
        """Register an inspected picture; `keep` is how many bytes of pictures stay in memory."""
        self._serial += 1
        key = hashlib.sha256(self._serial.to_bytes(8, "big") + content).hexdigest()[:32]
        rework = use_case in REWORKED_USES and not 0.75 <= found.width / found.height <= 4 / 3
        side = min(found.width, found.height)
        width, height = (side, side) if rework else (found.width, found.height)
        name = f"tos-jp-i-sandbox/{key}"
        kind = "jpeg" if rework and found.kind != "heic" else found.kind
        picture = Picture(name, f"{self.base_url}/{name}~origin.{kind}", width, height, use_case)
        self.register(picture)
        self._bytes[picture.url] = (kind, content, rework and found.kind != "heic")
        self._held += len(content)
        while self._held > keep and self._bytes:
            self._held -= len(self._bytes.popitem(last=False)[1][1])
        return picture

    def register(self, picture: Picture) -> None:
        """Make a picture known without its bytes (a real shop's picture in a rehearsal)."""
        self.pictures[picture.uri] = picture
        self.by_url[picture.url] = picture

    def stored(self, url: str) -> tuple[str, bytes, bool] | None:
        """Kind, bytes, and whether they still have to be squared; None = unknown, or no longer held."""
        return self._bytes.get(url)

    def forget(self, uri: str) -> None:
        """The picture's life is over: using it now is refused with 12052722."""
        picture = self.pictures.pop(uri)
        del self.by_url[picture.url]

    def add_file(self, name: str, content: bytes) -> Wire:
        """Register a PDF or video; refusals carry the codes of the file upload page."""
        if not content:
            raise ApiError(12019103, "the file is empty")
        if not name:
            raise ApiError(12019104, "the file name is empty")
        if not _FILE_NAME.fullmatch(name):
            raise ApiError(12019105, "the file name needs one extension, no spaces, no leading symbol")
        kind = name.rpartition(".")[2].upper()
        if kind not in VIDEO_FORMATS and not (kind == "PDF" and content.startswith(b"%PDF")):
            raise ApiError(12019105, "file format not supported")
        if len(content) > (MAX_PDF_BYTES if kind == "PDF" else MAX_VIDEO_BYTES):
            raise ApiError(12038005, "the file is too large")
        self._serial += 1
        file_id = f"v09e40f4{self._serial:012d}"
        url = f"{self.base_url}/tos-jp-v-sandbox/{file_id}.{kind.lower()}"
        self.files[file_id] = {"id": file_id, "url": url, "name": name, "format": kind}
        return self.files[file_id]
