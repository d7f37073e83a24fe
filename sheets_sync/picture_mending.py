"""A picture as TikTok Shop takes it: mended where that is mechanical, refused where a person has to choose another one.

The content is looked at and never believed by name. Same bytes in, same bytes out: uploads are remembered by content.
Limits: Partner Center, Upload Product Image (reference: TikTok Shop API 3.9).
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from sheets_sync.ports import PictureFault, PreparedPicture

MOST_BYTES = 10_000_000
MOST_PIXELS = 89_000_000
"""Beyond this a picture is taken for a decompression bomb; it is also where Pillow begins to warn."""

warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # said to a person as a fault instead
_READ = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "JPEG2000")
_KEPT = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "BMP": "bmp"}
_KEPT_MODES = ("RGB", "L", "RGBA", "LA", "P", "1")
_DRAWN = ("PNG", "GIF")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_QUALITIES = (92, 85, 75)
_DAMAGED = (
    OSError, EOFError, SyntaxError, ValueError, TypeError, IndexError, KeyError, struct.error, OverflowError,
    ZeroDivisionError, MemoryError,
)  # fmt: skip
"""What Pillow raises on files that are cut or were tampered with."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """Pixels: the short side at least, the long side at most."""

    short: int = 100
    long: int = 20_000


_LIMITS = {
    "MAIN_IMAGE": _Limits(300, 4000),
    "ATTRIBUTE_IMAGE": _Limits(100, 4000),
    "DESCRIPTION_IMAGE": _Limits(100, 3999),
    "SIZE_CHART_IMAGE": _Limits(1024),
}


class _Unusable(Exception):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.fault = PictureFault(code, params)


def mend(content: bytes, use: str) -> PreparedPicture | PictureFault:
    """`content` ready for the platform's use case `use` (MAIN_IMAGE …), unchanged where it is already fit."""
    try:
        return _mended(content, _LIMITS.get(use, _Limits()))
    except _Unusable as unusable:
        return unusable.fault


def _mended(content: bytes, limits: _Limits) -> PreparedPicture:
    if not content:
        raise _Unusable("picture_empty")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return _heic(content)
    with _reading():
        image = _opened(content)
        _check_size(image, limits)
        fits = _fits(image, content, limits)
        upright = _upright(image, limits)
    if fits:
        return PreparedPicture(content, f"image.{_KEPT[str(image.format)]}")
    drawn = image.format in _DRAWN and len(content) <= MOST_BYTES
    return _encoded(_in_plain_colours(upright), limits, drawn=drawn)


@contextmanager
def _reading() -> Iterator[None]:
    """Around everything that meets the file's own bytes: whatever Pillow stumbles over is the file's fault."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _Unusable("picture_too_many_pixels", limit=MOST_PIXELS // 1_000_000) from None
    except _DAMAGED:
        raise _Unusable("picture_damaged") from None


def _opened(content: bytes) -> Image.Image:
    Image.init()  # all formats: the ones named below are not all known from the start
    try:
        return Image.open(io.BytesIO(content), formats=_READ)
    except UnidentifiedImageError:
        start = content[:512].lower()
        page = b"<!doctype html" in start or b"<html" in start
        raise _Unusable("picture_is_page" if page else "picture_not_a_picture") from None


def _heic(content: bytes) -> PreparedPicture:
    """The platform takes HEIC, and nothing here can look into it."""
    if len(content) > MOST_BYTES:
        raise _Unusable("picture_too_large", megabytes=MOST_BYTES // 1_000_000)
    return PreparedPicture(content, "image.heic")


def _check_size(image: Image.Image, limits: _Limits) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _Unusable("picture_too_many_pixels", limit=MOST_PIXELS // 1_000_000)
    if min(width, height) < limits.short:
        raise _Unusable("picture_too_small", width=width, height=height, smallest=limits.short)
    if min(width, height) * min(1.0, limits.long / max(width, height)) < limits.short:
        raise _Unusable("picture_too_narrow", width=width, height=height)


def _fits(image: Image.Image, content: bytes, limits: _Limits) -> bool:
    """Whether the platform takes the bytes as they are."""
    deep = image.format == "PNG" and content[24:25] == b"\x10"  # 16 bits a channel
    turned = image.getexif().get(0x0112, 1) != 1
    return (
        image.format in _KEPT
        and image.mode in _KEPT_MODES
        and getattr(image, "n_frames", 1) == 1
        and not deep
        and not turned
        and max(image.size) <= limits.long
        and len(content) <= MOST_BYTES
    )


def _upright(image: Image.Image, limits: _Limits) -> Image.Image:
    """Read to its end and turned the right way; a JPEG far too large is decoded smaller at once, to spare memory."""
    if image.format == "JPEG" and max(image.size) > 2 * limits.long:
        image.draft(image.mode, (limits.long, limits.long))
    image.load()
    return ImageOps.exif_transpose(image)


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """With eight bits a channel, in RGB, RGBA or grey."""
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK":
        return _from_cmyk(image, profile)
    if image.has_transparency_data:
        return _with_profile(image.convert("RGBA"), profile)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep_grey(image)
    if image.mode in ("1", "L", "LA"):
        return _with_profile(image.convert("L"), None)
    return _with_profile(image.convert("RGB"), profile)


def _from_cmyk(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the print profile where the file brings one, so that colours stay what the photographer saw."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return _with_profile(cast("Image.Image", converted), None)
        except (ImageCms.PyCMSError, OSError):
            pass  # an unusable profile: plain arithmetic is what remains
    return _with_profile(image.convert("RGB"), None)


def _from_deep_grey(image: Image.Image) -> Image.Image:
    wide = image.convert("F")
    brightest = cast("tuple[float, float]", wide.getextrema())[1]
    return wide.point(lambda value: value * (1 / 257)).convert("L") if brightest > 255 else wide.convert("L")


def _with_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    image.info = {"icc_profile": profile} if profile else {}
    return image


def _encoded(image: Image.Image, limits: _Limits, *, drawn: bool) -> PreparedPicture:
    """PNG for drawings and for what has transparency, JPEG for the rest; smaller until it has few enough bytes."""
    image.thumbnail((limits.long, limits.long), Image.Resampling.LANCZOS)
    if image.mode == "RGBA" or drawn:
        png = _bytes(image, "PNG")
        share = 0.95 * (MOST_BYTES / len(png)) ** 0.5
        if len(png) > MOST_BYTES and image.mode == "RGBA" and min(image.size) * share >= limits.short:
            png = _bytes(_smaller(image, share), "PNG")
        if len(png) <= MOST_BYTES:
            return PreparedPicture(png, "image.png")
    image = _on_white(image)
    while True:
        for quality in _QUALITIES:
            jpeg = _bytes(image, "JPEG", quality)
            if len(jpeg) <= MOST_BYTES:
                return PreparedPicture(jpeg, "image.jpg")
        if min(image.size) * 0.8 < limits.short:
            raise _Unusable("picture_too_large", megabytes=MOST_BYTES // 1_000_000)
        image = _smaller(image, 0.8)


def _smaller(image: Image.Image, share: float) -> Image.Image:
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def _bytes(image: Image.Image, kind: str, quality: int = 0) -> bytes:
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    options = {"quality": quality, "subsampling": 0 if quality > 90 else 2} if quality else {}
    image.save(out, kind, icc_profile=profile, **options)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    plain = Image.new("RGB", image.size, "white")
    plain.paste(image, mask=image.getchannel("A"))
    return _with_profile(plain, image.info.get("icc_profile"))
