"""The two multipart endpoints (reference 3.9)."""

from .answers import ApiError, Wire
from .call import Call
from .images import SIDES, inspect_image
from .multipart import parse_multipart


def upload_image(call: Call) -> Wire:
    """POST /product/202309/images/upload. Decoding happens outside the lock: it is the slow part."""
    parts = parse_multipart(call.content_type, call.raw_body)
    use_case = parts["use_case"].text if "use_case" in parts else "MAIN_IMAGE"
    if use_case not in SIDES:
        raise ApiError(11050001, f"use_case must be one of {', '.join(SIDES)}")
    if "data" not in parts:
        raise ApiError(11050001, "part data is missing")
    content = parts["data"].content
    found = inspect_image(content, use_case)
    with call.world.lock:
        picture = call.world.uploads.add_picture(content, found, use_case, call.world.options.image_bytes_kept)
    return {"uri": picture.uri, "url": picture.url, "width": picture.width, "height": picture.height,
            "use_case": use_case}


def upload_file(call: Call) -> Wire:
    """POST /product/202309/files/upload"""
    parts = parse_multipart(call.content_type, call.raw_body)
    if "data" not in parts:
        raise ApiError(11050001, "part data is missing")
    name = parts["name"].text if "name" in parts else ""
    with call.world.lock:
        return call.world.uploads.add_file(name, parts["data"].content)
