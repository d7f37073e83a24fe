"""Brings the pictures that a body needs to TikTok: fetched once, checked, uploaded once by content and use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sheets_sync.desired import DesiredListing
from sheets_sync.errors import ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.payload import CERTIFICATE, DESCRIPTION, MAIN, SIZE_CHART, VARIANT
from sheets_sync.ports import PictureFault, Store
from sheets_sync.push.context import PushContext
from sheets_sync.records import FetchedPicture
from sheets_sync.shop import UploadedImage

# Kind under which the store keeps the faults of pictures, by "use address", so that a later check can still tell them.
FAULT = "picture_fault"


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
            image = _known(ctx.store, address, use) or _fetch_and_upload(ctx, address, use)
        name = f"{use} {address}"
        if isinstance(image, PictureFault):
            ctx.store.save_cached(FAULT, name, [image.code, dict(image.params)], ctx.now())
            result.issues.append(picture_issue(want, address, use, image))
            continue
        result.images[address, use] = image
        if name in faulty:
            ctx.store.forget_cached(FAULT, name)
    return result


def forget_uploads(ctx: PushContext, pictures: Iterable[tuple[str, str]]) -> None:
    """Take these pictures as not uploaded: TikTok has forgotten at least one of them."""
    for address, use in pictures:
        if image := _known(ctx.store, address, use):
            ctx.store.forget_uploaded(image.uri)


def _known(store: Store, address: str, use: str) -> UploadedImage | None:
    fetched = store.fetched(address)
    return store.uploaded(fetched.content, use) if fetched else None


def _fetch_and_upload(ctx: PushContext, address: str, use: str) -> UploadedImage | PictureFault:
    content = ctx.pictures.fetch(address)
    if isinstance(content, PictureFault):
        return content
    mark = hashlib.sha256(content).hexdigest()
    with ctx.turns.of(mark):
        image = ctx.store.uploaded(mark, use) or _upload(ctx, content, use)
        if isinstance(image, PictureFault):
            return image
        ctx.store.save_uploaded(mark, use, image)
    ctx.store.save_fetched(FetchedPicture(address, mark, fetched_at=ctx.now()))
    return image


def _upload(ctx: PushContext, content: bytes, use: str) -> UploadedImage | PictureFault:
    prepared = ctx.pictures.prepare(content, use)
    if isinstance(prepared, PictureFault):
        return prepared
    try:
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
    column = {DESCRIPTION: "description", SIZE_CHART: "size_chart"}.get(use, "image_1")
    if use == MAIN and address in want.images:
        column = f"image_{want.images.index(address) + 1}"
    return Issue(Tab.PRODUCTS, want.product_key, column, fault.code, severity, params, want.product_key)
