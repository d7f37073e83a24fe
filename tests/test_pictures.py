"""Pictures from anywhere: fetched safely, looked into, mended or refused."""

from __future__ import annotations

import io
import random
import socket
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from sheets_sync.messages import catalogue
from sheets_sync.picture_mending import MOST_BYTES, mend
from sheets_sync.pictures import PictureFetcher, is_public
from sheets_sync.ports import PictureFault, PreparedPicture
from sheets_sync.sandbox.images import inspect_image
from tests.tiktok.stub_server import Received, Reply, StubServer

# what Pillow says of bombs and of tampered tags; the tests want it said as a fault
pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore::UserWarning")


def picture(width: int = 600, height: int = 600, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, kind: str, mode: str = "RGB", **options: Any) -> bytes:
    channels = len(Image.new(mode, (1, 1)).getbands())
    out = io.BytesIO()
    grain = random.Random(1).randbytes(width * height * channels)
    Image.frombytes(mode, (width, height), grain).save(out, kind, **options)
    return out.getvalue()


PLAIN = picture()


def fault_of(found: object) -> str:
    assert isinstance(found, PictureFault), found
    text = catalogue()[found.code]
    for language in ("ja", "en"):
        assert "?" not in text[language].format_map({"address": "a", **found.params})
    return found.code


# ---------------------------------------------------------------- the web


@pytest.fixture
def server() -> Iterator[StubServer]:
    with StubServer(Reply(PLAIN)) as stub:
        yield stub


@pytest.fixture
def fetcher(tmp_path: Path) -> PictureFetcher:
    """One that may look around on this machine, whatever the name."""
    here = lambda _name, _port: ["127.0.0.1"]  # noqa: E731
    return PictureFetcher(
        tmp_path, allow_private_addresses=True, max_bytes=100_000, timeout_seconds=2, resolve=here
    )


def test_a_picture_from_the_web(fetcher: PictureFetcher, server: StubServer) -> None:
    assert fetcher.fetch(f"http://shop.example.test:{server.port}/a b/写真.jpg?v=1&w=é") == PLAIN
    (sent,) = server.received
    assert sent.headers["host"] == f"shop.example.test:{server.port}"
    assert sent.path == "/a%20b/%E5%86%99%E7%9C%9F.jpg"
    assert sent.query == {"v": "1", "w": "é"}


def test_many_pictures_share_a_connection(fetcher: PictureFetcher, server: StubServer) -> None:
    assert [fetcher.fetch(f"{server.url}/{n}.jpg") for n in range(5)] == [PLAIN] * 5
    assert len({request.port for request in server.received}) == 1


def test_a_kept_connection_that_was_closed_meanwhile(fetcher: PictureFetcher) -> None:
    with StubServer(Reply(PLAIN), Reply(cut="all"), Reply(PLAIN)) as server:
        assert [fetcher.fetch(f"{server.url}/a.jpg") for _ in range(2)] == [PLAIN] * 2


def test_redirects_are_followed(fetcher: PictureFetcher) -> None:
    def answer(request: Received) -> Reply:
        hops = {"/a": "/b", "/b": f"http://cdn.example.test:{stub.port}/c"}
        if request.path in hops:
            return Reply(b"moved", 302, {"Location": hops[request.path]})
        return Reply(PLAIN)

    with StubServer(answer) as stub:
        assert fetcher.fetch(f"{stub.url}/a") == PLAIN
    assert [request.path for request in stub.received] == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(b"", 404), "picture_not_found"),
        (Reply(b"", 410), "picture_not_found"),
        (Reply(b"", 403), "picture_refused"),
        (Reply(b"", 500), "picture_refused"),
        (Reply(b"", 304), "picture_refused"),
        (Reply(b"", 302, {"Location": "/round"}), "picture_redirects"),
        (Reply(b"", 302, {"Location": "file:///etc/passwd"}), "picture_address"),
        (Reply(b"", 302, {"Location": "http://["}), "picture_address"),
        (Reply(PLAIN, cut="half"), "picture_cut"),
        (Reply(cut="all"), "picture_unreachable"),
        (Reply(b"x" * 100_001), "picture_too_large"),
        (Reply(PLAIN, hold=threading.Event()), "picture_slow"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path: Path, reply: Reply, code: str) -> None:
    fetcher = PictureFetcher(tmp_path, allow_private_addresses=True, max_bytes=100_000, timeout_seconds=0.2)
    with StubServer(reply) as server:
        assert fault_of(fetcher.fetch(f"{server.url}/round")) == code
        if reply.hold:
            reply.hold.set()


def serve_raw(*pieces: bytes, gap: threading.Event | None = None) -> int:
    """A server for one connection that sends `pieces` with a pause after each; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(65536)
            for piece in pieces:
                try:
                    connection.sendall(piece)
                except OSError:
                    return
                if gap:
                    gap.wait(0.05)

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


def test_a_picture_that_trickles_in_is_given_up(tmp_path: Path) -> None:
    fetcher = PictureFetcher(tmp_path, allow_private_addresses=True, timeout_seconds=0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    port = serve_raw(head, *[b"x"] * 1000, gap=threading.Event())
    assert fault_of(fetcher.fetch(f"http://127.0.0.1:{port}/")) == "picture_slow"


def test_a_body_without_a_length_is_bounded_too(fetcher: PictureFetcher) -> None:
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    port = serve_raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 9, b"0\r\n\r\n")
    assert fault_of(fetcher.fetch(f"http://127.0.0.1:{port}/")) == "picture_too_large"
    port = serve_raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, b"0\r\n\r\n")
    assert fetcher.fetch(f"http://127.0.0.1:{port}/") == b"x" * 0x8000


def test_nobody_listens(fetcher: PictureFetcher) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert fault_of(fetcher.fetch(f"http://shop.example.test:{port}/a.jpg")) == "picture_unreachable"


def test_the_next_address_of_a_host_is_tried(tmp_path: Path, server: StubServer) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", server.port))  # nobody listens there
        several = PictureFetcher(
            tmp_path, allow_private_addresses=True, resolve=lambda _n, _p: ["127.0.0.2", "127.0.0.1"]
        )
        assert several.fetch(f"http://shop.example.test:{server.port}/") == PLAIN


@pytest.mark.parametrize("address", ["", "  ", "data:image/png;base64,AAAA", "ftp://x.test/a.jpg", "file:///a", "http://"])
def test_addresses_that_are_none(fetcher: PictureFetcher, address: str) -> None:
    assert fault_of(fetcher.fetch(address)) == "picture_address"


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"http://{text}"))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    def nowhere(_name: str, _port: int) -> list[str]:
        raise OSError

    found = PictureFetcher(Path(__file__).parent / "no such folder", resolve=nowhere).fetch(text)
    assert isinstance(found, PictureFault)


def test_messages_show_no_password(fetcher: PictureFetcher, server: StubServer) -> None:
    server.replies = [Reply(b"", 404)]
    found = fetcher.fetch(f"http://user:pass@127.0.0.1:{server.port}/a.jpg?token=abc")
    assert isinstance(found, PictureFault)
    assert found.params["address"] == f"http://127.0.0.1:{server.port}/a.jpg"
    assert server.received[0].headers["authorization"].startswith("Basic ")


# ---------------------------------------------------------------- never into the house

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:192.168.0.1", "64:ff9b::7f00:1", "64:ff9b::c0a8:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "203.104.153.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "127.1", "0", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_this_machine_is_fetched(tmp_path: Path, server: StubServer, host: str) -> None:
    code = fault_of(PictureFetcher(tmp_path).fetch(f"http://{host}:{server.port}/"))
    assert code in ("picture_private_address", "picture_host_unknown")
    assert server.received == []


def test_a_name_that_stands_for_a_private_address_too_is_refused(tmp_path: Path, server: StubServer) -> None:
    both = PictureFetcher(tmp_path, resolve=lambda _n, _p: ["8.8.8.8", "127.0.0.1"])
    assert fault_of(both.fetch(f"http://shop.example.test:{server.port}/")) == "picture_private_address"
    assert server.received == []


def test_a_redirect_into_the_house_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StubServer(Reply(PLAIN)) as inside, StubServer(Reply(b"", 302)) as outside:
        outside.replies = [Reply(b"", 302, {"Location": f"http://inside.example.test:{inside.port}/"})]
        known = {"outside.example.test": "127.0.0.1", "inside.example.test": "127.0.0.2"}
        monkeypatch.setattr("sheets_sync.pictures.is_public", lambda address: address == "127.0.0.1")
        fetcher = PictureFetcher(tmp_path, resolve=lambda name, _port: [known[name]])
        assert fault_of(fetcher.fetch(f"http://outside.example.test:{outside.port}/")) == "picture_private_address"
        assert len(outside.received) == 1
        assert inside.received == []


def test_a_name_that_changes_its_mind_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was judged is the one connected to: a second look-up could answer another one."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    monkeypatch.setattr("sheets_sync.pictures.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", _only_numeric(socket.getaddrinfo))
    with StubServer(Reply(PLAIN)) as server:
        fetcher = PictureFetcher(tmp_path, resolve=lambda _n, _p: next(answers))
        assert fetcher.fetch(f"http://rebinding.example.test:{server.port}/") == PLAIN
        assert fetcher.fetch(f"http://rebinding.example.test:{server.port}/") == PLAIN


def _only_numeric(real: Any) -> Any:
    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        assert str(host)[0].isdigit(), "a name was resolved again"
        return real(host, *arguments, **more)

    return look_up


# ---------------------------------------------------------------- files


def test_a_file_beside_the_settings(tmp_path: Path, fetcher: PictureFetcher) -> None:
    (tmp_path / "画像").mkdir()
    (tmp_path / "画像" / "a b.jpg").write_bytes(PLAIN)
    for name in ("画像/a b.jpg", "画像\\a b.jpg", "./画像/../画像/a b.jpg", str(tmp_path / "画像" / "a b.jpg")):
        assert fetcher.fetch(name) == PLAIN


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "a/../../secret.jpg", "link/secret.jpg"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(PLAIN)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    assert fault_of(PictureFetcher(folder).fetch(name)) == "picture_outside_folder"


@pytest.mark.parametrize("name", ["missing.jpg", ".", "a\0b.jpg", "x" * 5000, "www.example.test/a.jpg"])
def test_files_that_are_not_there(fetcher: PictureFetcher, name: str) -> None:
    assert fault_of(fetcher.fetch(name)) in ("picture_file_missing", "picture_file_unreadable")


def test_a_file_too_large(tmp_path: Path, fetcher: PictureFetcher) -> None:
    (tmp_path / "big.jpg").write_bytes(b"x" * 100_001)
    assert fault_of(fetcher.fetch("big.jpg")) == "picture_too_large"


# ---------------------------------------------------------------- mending


def mended(content: bytes, use: str = "MAIN_IMAGE") -> tuple[PreparedPicture, Image.Image]:
    """What came out, held to what the platform takes."""
    found = mend(content, use)
    assert isinstance(found, PreparedPicture), found
    inspect_image(found.content, use)
    assert mend(content, use) == found
    return found, Image.open(io.BytesIO(found.content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PLAIN, "image.jpg"),
        (picture(kind="PNG"), "image.png"),
        (picture(kind="PNG", mode="RGBA"), "image.png"),
        (picture(kind="PNG", mode="P"), "image.png"),
        (picture(kind="WEBP"), "image.webp"),
        (picture(kind="BMP"), "image.bmp"),
        (picture(mode="L"), "image.jpg"),
        (picture(4000, 4000), "image.jpg"),
        (picture(300, 300), "image.jpg"),
    ],
)
def test_what_fits_is_left_alone(content: bytes, name: str) -> None:
    assert mended(content)[0] == PreparedPicture(content, name)


@pytest.mark.parametrize(
    ("content", "kind", "mode"),
    [
        (picture(kind="GIF", mode="P"), "PNG", "RGB"),
        (picture(kind="GIF", mode="P", transparency=0), "PNG", "RGBA"),
        (picture(kind="TIFF"), "JPEG", "RGB"),
        (picture(kind="TIFF", mode="CMYK"), "JPEG", "RGB"),
        (picture(kind="TIFF", mode="I;16"), "JPEG", "L"),
        (picture(kind="TIFF", mode="F"), "JPEG", "L"),
        (picture(kind="TIFF", mode="LAB"), "JPEG", "RGB"),
        (picture(kind="TIFF", mode="RGBA"), "PNG", "RGBA"),
        (picture(mode="CMYK"), "JPEG", "RGB"),
        (picture(kind="PNG", mode="I;16"), "PNG", "L"),
        (picture(kind="AVIF"), "JPEG", "RGB"),
        (picture(kind="JPEG2000"), "JPEG", "RGB"),
        (picture(4400, 2200), "JPEG", "RGB"),
        (picture(9000, 1000), "JPEG", "RGB"),
        (picture(4400, 2200, "PNG", "RGBA"), "PNG", "RGBA"),
    ],
)
def test_what_is_mechanical_is_mended(content: bytes, kind: str, mode: str) -> None:
    found, image = mended(content)
    assert (image.format, image.mode) == (kind, mode)
    assert found.name == {"PNG": "image.png", "JPEG": "image.jpg"}[kind]
    assert max(image.size) <= 4000


def test_a_turned_photo_is_put_upright() -> None:
    photo = Image.new("RGB", (800, 400), "red")
    photo.paste("blue", (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turn clockwise
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    _, image = mended(out.getvalue())
    assert image.size == (400, 800)
    assert image.getexif().get(0x0112, 1) == 1
    assert image.getpixel((200, 100))[2] > 200  # type: ignore[index]


def test_only_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    _, image = mended(out.getvalue())
    assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert mended(out.getvalue())[0].name == "image.jpg"


def test_sixteen_bits_keep_their_tones() -> None:
    grey = Image.new("I;16", (400, 400), 32768)
    out = io.BytesIO()
    grey.save(out, "PNG")
    _, image = mended(out.getvalue())
    assert image.getpixel((5, 5)) in (127, 128)


def test_sixteen_bits_a_channel_become_eight() -> None:
    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    side = 400
    head = side.to_bytes(4, "big") * 2 + bytes([16, 2, 0, 0, 0])
    rows = zlib.compress((b"\0" + b"\x80\x00" * 3 * side) * side)
    found, image = mended(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b""))
    assert found.content[24] == 8
    assert image.getpixel((5, 5)) == (128, 128, 128)


def test_print_colours_follow_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # of the wrong kind on purpose
    plain, odd = picture(mode="CMYK"), picture(mode="CMYK", icc_profile=profile)
    assert mended(odd)[1].getpixel((5, 5)) == mended(plain)[1].getpixel((5, 5))


def test_a_wide_gamut_profile_survives() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _, image = mended(picture(4400, 900, icc_profile=profile))
    assert image.info["icc_profile"] == profile


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (noise(1900, 1900, "PNG", compress_level=1), "image.jpg"),
        (noise(1900, 1900, "BMP"), "image.jpg"),
        (noise(2600, 2600, "JPEG", quality=98), "image.jpg"),
        (noise(1700, 1700, "PNG", "RGBA", compress_level=1), "image.png"),
    ],
    ids=["png", "bmp", "jpeg", "transparent"],
)
def test_too_many_bytes(content: bytes, name: str) -> None:
    assert len(content) > MOST_BYTES
    found, _ = mended(content)
    assert found.name == name


@pytest.mark.parametrize(
    ("use", "short", "code"),
    [
        ("MAIN_IMAGE", 299, "picture_too_small"),
        ("ATTRIBUTE_IMAGE", 99, "picture_too_small"),
        ("SIZE_CHART_IMAGE", 1023, "picture_too_small"),
        ("DESCRIPTION_IMAGE", 99, "picture_too_small"),
        ("CERTIFICATION_IMAGE", 99, "picture_too_small"),
    ],
)
def test_too_small_is_for_a_person(use: str, short: int, code: str) -> None:
    assert fault_of(mend(picture(short, short + 500), use)) == code
    mended(picture(short + 1, short + 500), use)


def test_so_narrow_that_it_cannot_be_made_to_fit() -> None:
    assert fault_of(mend(picture(9000, 400), "MAIN_IMAGE")) == "picture_too_narrow"


def test_a_long_size_chart_stays_readable() -> None:
    content = picture(1024, 9000)
    assert mended(content, "SIZE_CHART_IMAGE")[0].content == content


def test_pictures_in_the_description_stay_below_4000() -> None:
    _, image = mended(picture(4000, 2000), "DESCRIPTION_IMAGE")
    assert max(image.size) < 4000


def png_of_size(width: int, height: int) -> bytes:
    """A small file that claims to be huge."""
    content = bytearray(picture(10, 10, "PNG"))
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_empty"),
        (b"\n <!DOCTYPE html><html>...", "picture_is_page"),
        (b"<?xml version='1.0'?><html>", "picture_is_page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_not_a_picture"),
        (b"%PDF-1.7", "picture_not_a_picture"),
        (b"hello", "picture_not_a_picture"),
        (PLAIN[:-300], "picture_damaged"),
        (picture(kind="PNG")[:200], "picture_damaged"),
        (picture(kind="GIF", mode="P")[:300], "picture_damaged"),
        (png_of_size(12000, 12000), "picture_too_many_pixels"),
        (png_of_size(60000, 60000), "picture_too_many_pixels"),
        (png_of_size(10000, 9500), "picture_too_many_pixels"),
        (b"\0\0\0\x18ftypheic" + b"\0" * MOST_BYTES, "picture_too_large"),
    ],
)
def test_what_is_no_usable_picture(content: bytes, code: str) -> None:
    assert fault_of(mend(content, "MAIN_IMAGE")) == code


def test_heic_goes_as_it_is() -> None:
    content = b"\0\0\0\x18ftypheic" + b"\0" * 100
    assert mend(content, "MAIN_IMAGE") == PreparedPicture(content, "image.heic")


SEEDS = [PLAIN, picture(kind="PNG"), picture(kind="GIF", mode="P"), picture(kind="TIFF"), picture(kind="WEBP")]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_tampered_files_never_raise(seed: bytes, changes: list[tuple[int, int]]) -> None:
    content = bytearray(seed)
    for place, value in changes:
        content[place % len(content)] = value
    assert isinstance(mend(bytes(content), "MAIN_IMAGE"), PreparedPicture | PictureFault)
