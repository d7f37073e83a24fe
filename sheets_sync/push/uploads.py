"""Brings the pictures that a body needs to TikTok: fetched once, checked, uploaded once by content and use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sheets_sync.desired import DesiredListing
from sheets_sync.errors import ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.payload_parts import CERTIFICATE, CERTIFICATE_FILE, DESCRIPTION, MAIN, SIZE_CHART, VARIANT, VIDEO
from sheets_sync.ports import PictureFault, Pictures, PreparedPicture, Store
from sheets_sync.push.context import PushContext
from sheets_sync.records import FetchedPicture
from sheets_sync.shop import UploadedImage

# Kind under which the store keeps the faults of pictures, by "use address", so that a later check can still tell them.
FAULT = "picture_fault"
VIDEO_KINDS = frozenset({"mp4", "mov", "mkv", "wmv", "webm", "avi", "3gp", "flv", "mpeg"})
"""Endings of videos that the platform takes (reference: TikTok Shop API 3.9)."""


@dataclass(slots=True)
class Uploads:
    """Uploaded pictures by (address, use case), and the faults of those that could not be used."""

    images: dict[tuple[str, str], UploadedImage] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def upload(ctx: PushContext, want: DesiredListing, needed: Iterable[tuple[str, str]]) -> Uploads:
    """Upload what is not on TikTok's side yet. A picture that cannot be used is an issue in its own column."""
    result = Uploads()
    faulty = set(ctx.store.cached_keys(FAULT))
    for address, use in needed:
        with ctx.turns.of(address):
            found = _known(ctx.store, address, use) or _fetch_and_upload(ctx, address, use)
        name = f"{use} {address}"
        image, taken_as = (found, use) if isinstance(found, PictureFault) else found
        if isinstance(image, PictureFault):
            ctx.store.save_cached(FAULT, name, [image.code, dict(image.params)], ctx.now())
            result.issues.append(picture_issue(want, address, use, image))
            continue
        result.images[address, taken_as] = image
        if name in faulty:
            ctx.store.forget_cached(FAULT, name)
    return result


def forget_uploads(ctx: PushContext, pictures: Iterable[tuple[str, str]]) -> None:
    """Take these pictures as not uploaded: TikTok has forgotten at least one of them."""
    for address, use in pictures:
        if known := _known(ctx.store, address, use):
            ctx.store.forget_uploaded(known[0].uri)


def content_mark(content: bytes) -> str:
    """What a content is remembered by."""
    return hashlib.sha256(content).hexdigest()


def fetch(pictures: Pictures, address: str, use: str) -> bytes | PictureFault:
    """The bytes behind an address, for this use."""
    return pictures.fetch_file(address) if use == VIDEO else pictures.fetch(address)


def prepare(pictures: Pictures, content: bytes, use: str, address: str) -> PreparedPicture | PictureFault:
    """The content as the platform takes it. Files go as they are, under a name with the right ending."""
    kind = use_of(content, use)
    if kind == CERTIFICATE_FILE:
        return PreparedPicture(content, "certificate.pdf")
    if kind == VIDEO:
        ending = address.partition("?")[0].rpartition(".")[2].lower()
        if ending not in VIDEO_KINDS:
            return PictureFault("video_format", {"known": " / ".join(sorted(VIDEO_KINDS))})
        return PreparedPicture(content, f"video.{ending}")
    return pictures.prepare(content, use)


def use_of(content: bytes, use: str) -> str:
    """A certificate may be a picture or a PDF: its bytes tell."""
    return CERTIFICATE_FILE if use == CERTIFICATE and content.startswith(b"%PDF") else use


def _known(store: Store, address: str, use: str) -> tuple[UploadedImage, str] | None:
    """The upload of an address and the use that it was taken for."""
    fetched = store.fetched(address)
    for kind in (use, CERTIFICATE_FILE) if fetched and use == CERTIFICATE else (use,):
        if fetched and (image := store.uploaded(fetched.content, kind)):
            return image, kind
    return None


def _fetch_and_upload(ctx: PushContext, address: str, use: str) -> tuple[UploadedImage, str] | PictureFault:
    content = fetch(ctx.pictures, address, use)
    if isinstance(content, PictureFault):
        return content
    mark, kind = content_mark(content), use_of(content, use)
    with ctx.turns.of(mark):
        image = ctx.store.uploaded(mark, kind) or _upload(ctx, content, use, address)
        if isinstance(image, PictureFault):
            return image
        ctx.store.save_uploaded(mark, kind, image)
    ctx.store.save_fetched(FetchedPicture(address, mark, fetched_at=ctx.now()))
    return image, kind


def _upload(ctx: PushContext, content: bytes, use: str, address: str) -> UploadedImage | PictureFault:
    prepared = prepare(ctx.pictures, content, use, address)
    if isinstance(prepared, PictureFault):
        return prepared
    try:
        if use_of(content, use) in (VIDEO, CERTIFICATE_FILE):
            file = ctx.shop.upload_file(prepared.content, prepared.name)
            return UploadedImage(file.id, file.url)
        return ctx.shop.upload_image(prepared.content, use, prepared.name)
    except ShopRejected as error:
        return PictureFault("image_refused", {"words": error.words, "shop_code": error.shop_code})
    except ShopUnknown as error:
        # An upload that may have landed harms nobody: it is simply done again.
        raise ShopUnavailable(error.code, shop_code=error.shop_code, words=error.words) from error


def picture_issue(want: DesiredListing, address: str, use: str, fault: PictureFault) -> Issue:
    """The fault, at the cell that names the picture."""
    params = {**fault.params, "address": address}
    if use == VARIANT:
        sku = next(s for s in want.skus if s.image == address)
        return Issue(sku.tab, sku.ref.key, "sku_image", fault.code, params=params, product_key=want.product_key)
    if use == CERTIFICATE:
        named = next((key for key, values in want.attributes.items() if address in values), "")
        row = f"{want.product_key}/{named}"
        return Issue(Tab.ATTRIBUTES, row, "value", fault.code, params=params, product_key=want.product_key)
    severity = Severity.WARNING if use == DESCRIPTION else Severity.ERROR
    column = {DESCRIPTION: "description", SIZE_CHART: "size_chart", VIDEO: "video"}.get(use, "image_1")
    if use == MAIN and address in want.images:
        column = f"image_{want.images.index(address) + 1}"
    return Issue(Tab.PRODUCTS, want.product_key, column, fault.code, severity, params, want.product_key)
