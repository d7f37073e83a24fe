"""What is asked of the Admin GraphQL API (Shopify, Admin API reference 2026-07 and 2026-10). Pure: texts only.

Products are read with the same fields by pages and by bulk operation, so that both give the same products. What differs
is how connections are written: pages take `nodes` and a number, a bulk query takes `edges { node }` and no number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

_PRODUCT = """
id title descriptionHtml vendor productType status tags updatedAt totalInventory
isGiftCard requiresSellingPlan hasVariantsThatRequiresComponents
variantsCount { count }
category { id fullName }
options { name position }
"""
_VARIANT = """
id sku barcode position price compareAtPrice taxable inventoryQuantity inventoryPolicy requiresComponents
selectedOptions { name value }
"""
_MEDIA = "id status ... on MediaImage { image { url } }"
_AVAILABLE = 'quantities(names: ["available"]) { quantity }'
_PAGE = "pageInfo { hasNextPage endCursor }"
_SEO = (("seo", "title"), ("seo", "description"))
"""Named like metafields, but fields of the product: what search engines are told of it."""

COUNT = """query ProductsCount($query: String) {
  productsCount(query: $query, limit: null) { count }
  products(first: 1, query: $query) { nodes { id } }
}"""
"""How many products there are. The one product makes the server judge the search itself, too."""

LISTING = """query ProductsListing($first: Int!, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id status tags updatedAt totalInventory }
    pageInfo { hasNextPage endCursor }
  }
}"""

ABOUT = """query About {
  shop { name myshopifyDomain currencyCode taxesIncluded }
  currentAppInstallation { accessScopes { handle } }
}"""

LOCATIONS = """query Locations($after: String) {
  locations(first: 250, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
}"""

NAMES = """query Names($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Metaobject { displayName }
    ... on Product { title }
    ... on ProductVariant { displayName }
    ... on Collection { title }
    ... on Page { title }
    ... on TaxonomyValue { name }
    ... on MediaImage { image { url } }
    ... on GenericFile { url }
  }
}"""
"""What a person calls the things that metafields refer to."""

BULK_RUN = """mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { code field message }
  }
}"""

BULK_POLL = """query BulkPoll($id: ID!) {
  bulkOperation(id: $id) { id status errorCode createdAt objectCount rootObjectCount fileSize url }
}"""

TAGS = """query Tags($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { id tags } } }"""

METAFIELDS_SET = """mutation MetafieldsSet($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { field message elementIndex } }
}"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of each product besides its own fields.

    `metafields`: (namespace, key), or one of `_SEO`, in answers `m0`, `m1` …; `locations`: ids of the places whose
    stock counts, in answers `l0`, `l1` …, none = the shop's own sum.
    """

    metafields: Sequence[tuple[str, str]] = ()
    locations: Sequence[str] = ()

    def product_fields(self) -> str:
        fields = [f"m{number}: {_told(*pair)}" for number, pair in enumerate(self.metafields)]
        return "\n".join([_PRODUCT.strip(), *fields])

    def variant_fields(self) -> str:
        levels = [
            f"l{number}: inventoryLevel(locationId: {quoted(place)}) {{ {_AVAILABLE} }}"
            for number, place in enumerate(self.locations)
        ]
        item = " ".join(["tracked requiresShipping measurement { weight { value unit } }", *levels])
        return f"{_VARIANT.strip()}\ninventoryItem {{ {item} }}"


def _told(namespace: str, key: str) -> str:
    if (namespace, key) in _SEO:
        return f"seo {{ value: {key} }}"
    return f"metafield(namespace: {quoted(namespace)}, key: {quoted(key)}) {{ type value }}"


def quoted(text: str) -> str:
    """A GraphQL string literal."""
    return json.dumps(text, ensure_ascii=False)


def products_page(wanted: Wanted) -> str:
    """A page of whole products, in the order of their ids."""
    return f"""query ProductsPage($first: Int!, $variants: Int!, $media: Int!, $after: String, $query: String) {{
  products(first: $first, after: $after, query: $query, sortKey: ID) {{
    nodes {{ {_whole(wanted)} }}
    {_PAGE}
  }}
}}"""


def products_by_id(wanted: Wanted) -> str:
    """Whole products by their ids."""
    return f"""query ProductsById($ids: [ID!]!, $variants: Int!, $media: Int!) {{
  nodes(ids: $ids) {{ ... on Product {{ {_whole(wanted)} }} }}
}}"""


def variants_page(wanted: Wanted) -> str:
    """More variants of one product."""
    return f"""query VariantsPage($id: ID!, $first: Int!, $after: String) {{
  product(id: $id) {{
    variants(first: $first, after: $after) {{ nodes {{ {_page_variant(wanted)} }} {_PAGE} }}
  }}
}}"""


def media_page() -> str:
    """More media of one product."""
    return f"""query MediaPage($id: ID!, $first: Int!, $after: String) {{
  product(id: $id) {{ media(first: $first, after: $after) {{ nodes {{ {_MEDIA} }} {_PAGE} }} }}
}}"""


def _whole(wanted: Wanted) -> str:
    return f"""{wanted.product_fields()}
media(first: $media) {{ nodes {{ {_MEDIA} }} {_PAGE} }}
variants(first: $variants) {{ nodes {{ {_page_variant(wanted)} }} {_PAGE} }}"""


def _page_variant(wanted: Wanted) -> str:
    return f"{wanted.variant_fields()} media(first: 1) {{ nodes {{ id }} }}"


def products_bulk(wanted: Wanted, search: str) -> str:
    """The inner query of a bulk operation that reads whole products. Bulk queries take no variables."""
    return f"""{{
  products(query: {quoted(search)}) {{ edges {{ node {{
    {wanted.product_fields()}
    media {{ edges {{ node {{ {_MEDIA} }} }} }}
    variants {{ edges {{ node {{
      {wanted.variant_fields()}
      media {{ edges {{ node {{ id }} }} }}
    }} }} }}
  }} }} }}
}}"""


def listing_bulk(search: str) -> str:
    """The inner query of a bulk operation that reads what a listing does."""
    fields = "id status tags updatedAt totalInventory"
    return f"{{ products(query: {quoted(search)}) {{ edges {{ node {{ {fields} }} }} }} }}"


def tag_changes(count_add: int, count_remove: int) -> str:
    """Tags of several products in one request: variables `a0`, `ta0` … for those added, `r0`, `tr0` … removed."""
    names = [("a", "tagsAdd", n) for n in range(count_add)] + [("r", "tagsRemove", n) for n in range(count_remove)]
    head = ", ".join(f"${kind}{n}: ID!, $t{kind}{n}: [String!]!" for kind, _, n in names)
    body = "\n".join(
        f"  {kind}{n}: {call}(id: ${kind}{n}, tags: $t{kind}{n}) {{ userErrors {{ field message }} }}"
        for kind, call, n in names
    )
    return f"mutation TagChanges({head}) {{\n{body}\n}}"
