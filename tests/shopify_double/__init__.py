"""A double of Shopify's Admin GraphQL API for tests."""

from .catalogue import Location, Media, Metafield, Product, Variant
from .double import Call, ShopifyDouble
from .faults import Fault

__all__ = ["Call", "Fault", "Location", "Media", "Metafield", "Product", "ShopifyDouble", "Variant"]
