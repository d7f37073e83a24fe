"""Category, brand, pictures, certificates, size chart and video of a listing."""

import re

from ..answers import ApiError, Wire
from ..images import SIZE_CHART_SHORT_SIDE
from .findings import Findings, Ground

_URI = re.compile(r"tos-[a-z0-9-]+/[A-Za-z0-9._~-]+")
_PERMISSIONS = {
    "INVITE_ONLY": (12052221, "this category is open to invited sellers only"),
    "NON_MAIN_CATEGORY": (12052225, "this category is outside the shop's main category"),
    "PROHIBITED": (12052220, "this category is prohibited"),
}
MAX_CERTIFICATIONS = 10
MAX_CERTIFICATION_FILES = 10


def check_category(body: Wire, ground: Ground, findings: Findings) -> str | None:
    """The version whose tree holds the leaf, or None when the category is refused."""
    version = body.get("category_version") or ground.options.default_category_version
    if version not in ground.options.category_versions:
        findings.fail(12052217, f"category_version {version} is not supported here")
        return None
    try:
        _, category = ground.catalogue.leaf(version, body["category_id"])
    except ApiError as error:
        findings.fail(error.code, error.message)
        return None
    for status in category["permission_statuses"]:
        if status in _PERMISSIONS:
            findings.fail(*_PERMISSIONS[status])
    return str(version)


def check_brand(body: Wire, ground: Ground, findings: Findings) -> str:
    """The brand's id, or "" when there is none or it was cleared."""
    brand_id: str = body.get("brand_id") or ""
    if not brand_id:
        return ""
    brand = ground.brands.get(brand_id) or ground.catalogue.brands.get(brand_id)
    if brand is None:
        if not ground.options.soft_defaults:
            findings.fail(12052026, "brand does not exist")
        findings.drop("brand_id", brand_id)
        return ""
    if brand["is_t1_brand"] and brand["authorized_status"] != "AUTHORIZED":
        findings.fail(12052201, "the shop is not authorized for this brand")
    elif brand.get("brand_status") == "UNAVAILABLE":
        findings.fail(12052200, "the brand authorization is not valid in this category")
    return brand_id


def check_main_images(body: Wire, ground: Ground, findings: Findings) -> None:
    images = body["main_images"]
    if not images:
        findings.fail(12052028, "main image is missing")
    if len(images) > ground.market.main_images:
        findings.fail(12052306, f"more than {ground.market.main_images} main images")
    for image in images:
        if not _URI.fullmatch(image["uri"]):
            findings.fail(12052300, "image uri is illegal")
        elif image["uri"] not in ground.uploads.pictures:
            findings.fail(12052722, "image uri was not uploaded to TikTok Shop")
        else:
            picture = ground.uploads.pictures[image["uri"]]
            if min(picture.width, picture.height) < 300:
                findings.fail(12052301, "main image is too small, at least 300x300 px")
            elif max(picture.width, picture.height) > 4000:
                findings.fail(12052302, "main image is too large, at most 4000x4000 px")


def known_image(uri: str, ground: Ground, findings: Findings, code: int, what: str) -> bool:
    """Whether an image of another use is known; otherwise the given code is noted."""
    if uri in ground.uploads.pictures:
        return True
    findings.fail(code, f"{what} uri is illegal or was not uploaded")
    return False


def check_certifications(body: Wire, rules: Wire, ground: Ground, findings: Findings) -> None:
    given = body.get("certifications") or []
    known = {entry["id"]: entry for entry in rules.get("product_certifications", [])}
    ids = [entry["id"] for entry in given]
    if len(ids) > MAX_CERTIFICATIONS:
        findings.fail(12052910, f"at most {MAX_CERTIFICATIONS} certifications")
    if len(set(ids)) < len(ids):
        findings.fail(12052656, "duplicate certification")
    for entry in given:
        files = (entry.get("images") or []) + (entry.get("files") or [])
        if entry["id"] not in known:
            findings.fail(12052655, "certification id does not exist in this category")
            continue
        if len(files) > MAX_CERTIFICATION_FILES:
            findings.fail(12052657, "too many certification files")
        if not files:
            findings.fail(12052105, f"certification {known[entry['id']]['name']} has no file")
        for image in entry.get("images") or []:
            known_image(image["uri"], ground, findings, 12052722, "certification image")
        needs_date = known[entry["id"]].get("expiration_date", {}).get("is_required")
        if needs_date and (entry.get("expiration_date") or 0) <= ground.now:
            findings.fail(12052385, "certification expiry date is missing or past")
    for entry in known.values():
        if entry["id"] not in ids and (entry["is_required"] or condition_met(entry, body)):
            findings.fail(12052105, f"certification {entry['name']} is required")


def condition_met(entry: Wire, body: Wire) -> bool:
    """Whether a condition of an attribute or certificate matches the attribute values given."""
    chosen = {
        (attribute["id"], value.get("id"))
        for attribute in body.get("product_attributes") or []
        for value in attribute["values"]
    }
    return any(
        (rule["attribute_id"], rule["attribute_value_id"]) in chosen for rule in entry.get("requirement_conditions", [])
    )


def check_size_chart(body: Wire, rules: Wire, ground: Ground, findings: Findings) -> None:
    chart = body.get("size_chart") or {}
    if not chart.get("image") and not chart.get("template"):
        if rules.get("size_chart", {}).get("is_required"):
            findings.fail(12052673, "size chart is required")
        return
    if chart.get("template"):
        findings.fail(12052128, "size chart template does not exist")
    elif known_image(chart["image"]["uri"], ground, findings, 12052670, "size chart image"):
        picture = ground.uploads.pictures[chart["image"]["uri"]]
        if min(picture.width, picture.height) < SIZE_CHART_SHORT_SIDE:
            findings.fail(12052671, "size chart image is too small")


def check_video(body: Wire, ground: Ground, findings: Findings) -> None:
    video = body.get("video")
    if video and video["id"] not in ground.uploads.files:
        findings.fail(12052360, "video does not exist")
