"""Uploads are judged by their bytes."""

import io

import pytest
import requests
from PIL import Image

from sheets_sync.sandbox import Sandbox

from .conftest import Caller, picture


def heic(width: int, height: int) -> bytes:
    """The boxes of a HEIC file that carry its size; there is no picture in it."""
    ispe = b"\x00\x00\x00\x14ispe\x00\x00\x00\x00" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + ispe


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_accepted_formats_are_served_back(call: Caller, kind: str) -> None:
    content = picture(640, 600, kind)
    data = call.upload(content).data
    assert (data["width"], data["height"], data["use_case"]) == (640, 600, "MAIN_IMAGE")
    served = requests.get(data["url"], timeout=5)
    assert (served.content, served.headers["content-type"]) == (content, f"image/{kind.lower()}")


def test_heic_is_measured(call: Caller) -> None:
    assert call.upload(heic(1200, 1600)).data["height"] == 1600
    assert call.upload(heic(100, 100)).code == 12038014


@pytest.mark.parametrize(("content", "code"), [
    (b"", 12038002),
    (b"<html>not found</html>", 12038004),
    (picture(600, 600, "GIF"), 12038015),
    (picture(600, 600, "TIFF"), 12038015),
    (picture(900, 900, "PNG")[:-40], 12038002),
    (picture()[: len(picture()) // 2], 12038002),
    (picture() + b"\0" * 10_000_000, 12038005),
])
def test_refused_bytes(call: Caller, content: bytes, code: int) -> None:
    assert call.upload(content).code == code


@pytest.mark.parametrize(("use_case", "size", "code"), [
    ("MAIN_IMAGE", (300, 300), 0), ("MAIN_IMAGE", (299, 300), 12038014), ("MAIN_IMAGE", (4000, 4000), 0),
    ("MAIN_IMAGE", (4001, 4000), 12038014), ("ATTRIBUTE_IMAGE", (100, 100), 0),
    ("ATTRIBUTE_IMAGE", (99, 100), 12038014), ("SIZE_CHART_IMAGE", (1024, 2000), 0),
    ("SIZE_CHART_IMAGE", (1023, 2000), 12019116), ("DESCRIPTION_IMAGE", (5000, 200), 0),
    ("POSTER", (600, 600), 11050001),
])
def test_dimensions_by_use(call: Caller, use_case: str, size: tuple[int, int], code: int) -> None:
    assert call.upload(picture(*size), use_case).code == code


def test_long_pictures_come_back_square(call: Caller) -> None:
    data = call.upload(picture(1200, 600)).data
    assert (data["width"], data["height"]) == (600, 600)
    served = Image.open(io.BytesIO(requests.get(data["url"], timeout=5).content))
    assert served.size == (600, 600)
    untouched = call.upload(picture(1200, 600), "DESCRIPTION_IMAGE").data
    assert (untouched["width"], untouched["height"]) == (1200, 600)


def test_the_same_bytes_get_a_new_uri_each_time(call: Caller, sandbox: Sandbox) -> None:
    first, second = call.upload(picture()).data["uri"], call.upload(picture()).data["uri"]
    assert first != second
    assert [image["uri"] for image in sandbox.control.images()] == [first, second]


def test_old_pictures_leave_memory_but_stay_known(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.set(image_bytes_kept=1)
    data = call.upload(picture()).data
    assert requests.get(data["url"], timeout=5).status_code == 404
    assert sandbox.control.images()[0]["uri"] == data["uri"]


def test_the_default_use_and_a_missing_part(call: Caller) -> None:
    path = "/product/202309/images/upload"
    answer = call("POST", path, cipher=False, files={"data": ("a.jpg", picture())})
    assert answer.data["use_case"] == "MAIN_IMAGE"
    assert call("POST", path, cipher=False, files={"other": ("a.jpg", picture())}).code == 11050001


@pytest.mark.parametrize(("name", "content", "code"), [
    ("guide.pdf", b"%PDF-1.7", 0), ("tshirt.mp4", b"\0\0\0\x18ftypmp42", 0), ("guide.pdf", b"no pdf", 12019105),
    ("guide.exe", b"MZ", 12019105), ("my guide.pdf", b"%PDF", 12019105), ("a.b.pdf", b"%PDF", 12019105),
    ("", b"%PDF", 12019104), ("guide.pdf", b"", 12019103),
])
def test_files(call: Caller, name: str, content: bytes, code: int) -> None:
    answer = call("POST", "/product/202309/files/upload", cipher=False, files={"data": ("x", content)},
                  form={"name": name})
    assert answer.code == code
    if code == 0:
        assert (answer.data["name"], answer.data["format"]) == (name, name[-3:].upper())


def test_a_video_of_a_listing(call: Caller, mug: dict[str, object]) -> None:
    video = call("POST", "/product/202309/files/upload", cipher=False, files={"data": ("x", b"\0\0ftyp")},
                 form={"name": "mug.mp4"}).data["id"]
    created = call.create({**mug, "video": {"id": video}})
    assert call.get(created.data["product_id"]).data["video"]["id"] == video
