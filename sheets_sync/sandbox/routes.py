"""The table of endpoints: path, scope, how `shop_cipher` stands to it, handler."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from . import availability, editing, pricing, reading, reference_data, searching, uploading, webhook_settings
from .answers import Wire
from .call import Call

Cipher = Literal["needed", "optional", "forbidden"]
BASIC, WRITE, DELETE = "seller.product.basic", "seller.product.write", "seller.product.delete"
LOGISTICS, SHOPS, OPTIMIZE = "seller.logistics", "seller.authorization.info", "serller.product.optimize"


@dataclass(frozen=True)
class Route:
    """One endpoint. `operation` is its short name in the log and in fault orders."""

    operation: str
    method: str
    template: str
    scopes: tuple[str, ...]
    handler: Callable[[Call], Wire]
    cipher: Cipher = "needed"
    multipart: bool = False
    locked: bool = True


_P = "/product/202309"
ROUTES = (
    Route("shops", "GET", "/authorization/202309/shops", (SHOPS,), reference_data.authorized_shops, "forbidden"),
    Route("categories", "GET", f"{_P}/categories", (BASIC,), reference_data.categories),
    Route("rules", "GET", f"{_P}/categories/{{category_id}}/rules", (BASIC,), reference_data.category_rules),
    Route("attributes", "GET", f"{_P}/categories/{{category_id}}/attributes", (BASIC,),
          reference_data.category_attributes),
    Route("recommend", "POST", f"{_P}/categories/recommend", (BASIC,), reference_data.recommend_category, "optional"),
    Route("brands", "GET", f"{_P}/brands", (BASIC,), reference_data.brands),
    Route("create_brand", "POST", f"{_P}/brands", (BASIC,), reference_data.create_brand, "forbidden"),
    Route("prerequisites", "GET", "/product/202312/prerequisites", (BASIC,), reference_data.prerequisites),
    Route("listing_check", "POST", f"{_P}/products/listing_check", (BASIC, OPTIMIZE), editing.listing_check),
    Route("diagnoses", "GET", "/product/202405/products/diagnoses", (OPTIMIZE,), reference_data.diagnoses),
    Route("upload_image", "POST", f"{_P}/images/upload", (BASIC,), uploading.upload_image, "forbidden", True, False),
    Route("upload_file", "POST", f"{_P}/files/upload", (BASIC,), uploading.upload_file, "forbidden", True, False),
    Route("create", "POST", f"{_P}/products", (WRITE,), editing.create),
    Route("get", "GET", f"{_P}/products/{{product_id}}", (BASIC,), reading.get_product),
    Route("edit", "PUT", "/product/202509/products/{product_id}", (WRITE,), editing.edit),
    Route("edit", "PUT", f"{_P}/products/{{product_id}}", (WRITE,), editing.edit),
    Route("partial_edit", "POST", "/product/202509/products/{product_id}/partial_edit", (WRITE,),
          editing.partial_edit),
    Route("partial_edit", "POST", f"{_P}/products/{{product_id}}/partial_edit", (WRITE,), editing.partial_edit),
    Route("search", "POST", "/product/202502/products/search", (BASIC,), searching.search_products),
    Route("search", "POST", "/product/202312/products/search", (BASIC,), searching.search_products),
    Route("search", "POST", f"{_P}/products/search", (BASIC,), searching.search_products),
    Route("prices", "POST", f"{_P}/products/{{product_id}}/prices/update", (WRITE,), pricing.update_prices),
    Route("inventory", "POST", f"{_P}/products/{{product_id}}/inventory/update", (WRITE,), pricing.update_inventory,
          "optional"),
    Route("inventory_search", "POST", f"{_P}/inventory/search", (BASIC,), searching.search_inventory),
    Route("activate", "POST", f"{_P}/products/activate", (BASIC,), availability.activate),
    Route("deactivate", "POST", f"{_P}/products/deactivate", (BASIC,), availability.deactivate),
    Route("delete", "DELETE", f"{_P}/products", (DELETE,), availability.delete),
    Route("recover", "POST", f"{_P}/products/recover", (DELETE,), availability.recover),
    Route("warehouses", "GET", "/logistics/202309/warehouses", (LOGISTICS,), reference_data.warehouses),
    Route("delivery_options", "GET", "/logistics/202309/warehouses/{warehouse_id}/delivery_options", (LOGISTICS,),
          reference_data.delivery_options),
    Route("webhooks", "GET", "/event/202309/webhooks", (SHOPS,), webhook_settings.get_webhooks),
    Route("set_webhook", "PUT", "/event/202309/webhooks", (SHOPS,), webhook_settings.put_webhook),
    Route("delete_webhook", "DELETE", "/event/202309/webhooks", (SHOPS,), webhook_settings.delete_webhook),
)
OPERATIONS = tuple(dict.fromkeys(route.operation for route in ROUTES))


@cache
def _patterns() -> tuple[tuple[Route, re.Pattern[str]], ...]:
    """Routes with path variables."""
    return tuple(
        (route, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.template)))
        for route in ROUTES if "{" in route.template
    )


@cache
def _fixed() -> dict[str, dict[str, Route]]:
    found: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        if "{" not in route.template:
            found.setdefault(route.template, {})[route.method] = route
    return found


def match(path: str) -> tuple[dict[str, Route], dict[str, str]]:
    """The routes of a path by method, and its path variables; no routes when the path is unknown."""
    fixed = _fixed().get(path)
    if fixed is not None:
        return fixed, {}
    routes: dict[str, Route] = {}
    variables: dict[str, str] = {}
    for route, pattern in _patterns():
        hit = pattern.fullmatch(path)
        if hit:
            routes[route.method], variables = route, hit.groupdict()
    return routes, variables
