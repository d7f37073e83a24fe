"""Judging a listing: the order of checks and the codes of Partner Center's Create and Edit Product pages."""

from dataclasses import dataclass

from ..answers import Wire
from .attributes import check_attributes
from .extras import check_extras
from .findings import Findings, Ground
from .package import check_package
from .placing import (
    check_brand,
    check_category,
    check_certifications,
    check_main_images,
    check_size_chart,
    check_video,
)
from .skus import CheckedSku, Place, Standing, check_skus
from .text import check_description, check_title

__all__ = ["CheckedSku", "Findings", "Ground", "Judgement", "Standing", "judge_listing"]

KEPT_AS_GIVEN = (
    "title", "description", "category_id", "main_images", "package_weight", "package_dimensions", "certifications",
    "size_chart", "video", "external_product_id", "is_not_for_sale", "shipping_template_id", "scheduled_sale",
    "search_terms", "key_product_features", "purchase_order_quantity_limit", "minimum_order_quantity",
)


@dataclass
class Judgement:
    """The verdict on a request: findings, and the listing as it would be stored (SKUs apart)."""

    findings: Findings
    content: Wire
    skus: list[CheckedSku]


def judge_listing(body: Wire, ground: Ground, standing: Standing | None = None) -> Judgement:
    """Judge a create or edit request whose types were already checked.

    Faults are collected in the platform's order (reference: TikTok Shop API 7): create and edit answer the first,
    the listing check all of them.
    """
    findings = Findings()
    check_title(body["title"], ground, findings)
    check_description(body["description"], ground, findings)
    version = check_category(body, ground, findings)
    rules = ground.catalogue.rules(version, body["category_id"]) if version else {}
    attributes = ground.catalogue.attributes(version, body["category_id"]) if version else []
    brand_id = check_brand(body, ground, findings)
    check_main_images(body, ground, findings)
    kept = check_attributes(body, attributes, ground, findings) if version else []
    resolved = {**body, "product_attributes": kept}
    check_certifications(resolved, rules, ground, findings)
    check_size_chart(body, rules, ground, findings)
    check_video(body, ground, findings)
    skus = check_skus(body, Place(rules, attributes), ground, standing or Standing(), findings)
    check_package(body, rules, findings)
    check_extras(body, ground, findings)
    content = {name: body[name] for name in KEPT_AS_GIVEN if body.get(name)}
    content["main_images"] = [{"uri": image["uri"]} for image in body["main_images"]]
    content |= {"category_version": version, "brand_id": brand_id, "product_attributes": kept}
    return Judgement(findings, content, skus)
