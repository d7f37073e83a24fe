"""Judged by Shopify's own schema: what we ask can be asked, and the double promises nothing that it does not."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    is_interface_type,
    is_object_type,
    is_specified_scalar_type,
    parse,
    print_type,
    validate,
)

from sheets_sync.shopify import queries
from sheets_sync.shopify.queries import Wanted
from tests.shopify_double import Media, Metafield, Product, ShopifyDouble, Variant
from tests.shopify_double.bulk_rules import refusal
from tests.shopify_double.double import SCHEMA

SHARED = Path(__file__).parents[2].parent / "shared" / "shopify"
VERSIONS = ("2026-07", "2026-10")
needs_schema = pytest.mark.skipif(not SHARED.exists(), reason="the platform's schema is not here")
WIDE = Wanted(
    (("custom", "tiktok_category"), ('a"b', "material\\"), ("seo", "title"), ("seo", "description"), ("seo", "hidden")),
    ("gid://shopify/Location/1", "gid://shopify/Location/2"),
)
SEARCH = "tag:'TikTok Shop接続' status:active"

ORDINARY = {
    "count": queries.COUNT,
    "listing": queries.LISTING,
    "about": queries.ABOUT,
    "locations": queries.LOCATIONS,
    "names": queries.NAMES,
    "bulk run": queries.BULK_RUN,
    "bulk poll": queries.BULK_POLL,
    "tags": queries.TAGS,
    "metafields set": queries.METAFIELDS_SET,
    "tag changes": queries.tag_changes(3, 2),
    "a tag added": queries.tag_changes(1, 0),
    "media page": queries.media_page(),
    **{
        f"{name}, {kind}": text(wanted)
        for kind, wanted in (("plain", Wanted()), ("wide", WIDE))
        for name, text in (
            ("products page", queries.products_page),
            ("products by id", queries.products_by_id),
            ("variants page", queries.variants_page),
        )
    },
}
IN_BULK = {
    "listing": queries.listing_bulk(SEARCH),
    "products, plain": queries.products_bulk(Wanted(), SEARCH),
    "products, wide": queries.products_bulk(WIDE, 'tag:"a\\"b"'),
}


@pytest.fixture(scope="module", params=VERSIONS)
def platform(request: pytest.FixtureRequest) -> GraphQLSchema:
    """The platform's schema of one version, from a copy that lies beside the project."""
    with gzip.open(SHARED / f"admin_schema_{request.param}.json.gz") as file:
        told = json.load(file)
    return build_client_schema(told.get("data", told), assume_valid=True)


def texts_of(module: Any) -> Iterator[str]:
    """GraphQL texts that stand in a module as constants."""
    for value in vars(module).values():
        if isinstance(value, str) and value.lstrip().startswith(("query ", "mutation ", "{")):
            yield value


def test_no_query_is_left_out_here() -> None:
    assert set(texts_of(queries)) <= set(ORDINARY.values())


@needs_schema
@pytest.mark.parametrize("name", ORDINARY)
def test_the_platform_understands_what_is_asked(platform: GraphQLSchema, name: str) -> None:
    assert validate(platform, parse(ORDINARY[name])) == []


@needs_schema
@pytest.mark.parametrize("name", IN_BULK)
def test_the_platform_understands_what_is_asked_in_bulk(platform: GraphQLSchema, name: str) -> None:
    assert refusal(platform, IN_BULK[name]) == ""


@pytest.mark.parametrize("name", ORDINARY)
def test_the_double_understands_the_same(name: str) -> None:
    assert validate(SCHEMA, parse(ORDINARY[name])) == []


@pytest.mark.parametrize("name", IN_BULK)
def test_the_double_understands_the_same_in_bulk(name: str) -> None:
    assert refusal(SCHEMA, IN_BULK[name]) == ""


# -- the double's schema is a part of the platform's


def own_types() -> list[GraphQLNamedType]:
    return [kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")]


@needs_schema
def test_every_type_of_the_double_is_one_of_the_platforms(platform: GraphQLSchema) -> None:
    strangers = [kind.name for kind in own_types() if kind.name not in platform.type_map]
    assert strangers == []
    for kind in own_types():
        assert type(kind) is type(platform.type_map[kind.name]), kind.name
        if not is_specified_scalar_type(kind):
            assert print_type(kind)


@needs_schema
def test_fields_are_as_the_platform_has_them(platform: GraphQLSchema) -> None:
    """Same types, same nullability; no argument that the platform does not take, none left out that it demands."""
    wrong = []
    for kind in own_types():
        if not (is_object_type(kind) or is_interface_type(kind)):
            continue
        real: Any = platform.type_map[kind.name]
        for name, field in kind.fields.items():
            theirs = real.fields.get(name)
            if theirs is None or str(theirs.type) != str(field.type):
                wrong.append(f"{kind.name}.{name}: {field.type}, not {theirs and theirs.type}")
                continue
            wrong += [
                f"{kind.name}.{name}({argument}: {given.type})"
                for argument, given in field.args.items()
                if argument not in theirs.args or str(theirs.args[argument].type) != str(given.type)
            ]
            wrong += [
                f"{kind.name}.{name} lacks ({argument})"
                for argument, demanded in theirs.args.items()
                if str(demanded.type).endswith("!") and argument not in field.args
            ]
    assert wrong == []


@needs_schema
def test_interfaces_choices_and_inputs_are_the_platforms(platform: GraphQLSchema) -> None:
    for kind in own_types():
        real: Any = platform.type_map[kind.name]
        if isinstance(kind, GraphQLObjectType):
            assert {one.name for one in kind.interfaces} <= {one.name for one in real.interfaces}, kind.name
        if isinstance(kind, GraphQLEnumType):
            assert set(kind.values) <= set(real.values), kind.name
        if isinstance(kind, GraphQLInputObjectType):
            ours = {name: str(field.type) for name, field in kind.fields.items()}
            theirs = {name: str(field.type) for name, field in real.fields.items()}
            assert ours.items() <= theirs.items(), kind.name
            assert {name for name, told in theirs.items() if told.endswith("!")} <= set(ours), kind.name


# -- and answers what others ask of it

UNANSWERED = {
    "fulfillment_create", "fulfillment_orders", "inventory_adjust", "inventory_set", "order_create", "webhook_create",
}  # fmt: skip


@needs_schema
def test_the_double_answers_operations_that_were_written_for_the_platform() -> None:
    with ShopifyDouble() as shop:
        picture = Media("https://shop.example/shirt.jpg")
        shirt = shop.add(
            Product(
                "シャツ", tags=["TikTok Shop接続"], media=[picture], category=("aa-1", "Apparel > Shirts"),
                metafields=[Metafield("custom", "material", "single_line_text_field", "綿")],
                variants=[Variant(sku="S-1", options={"サイズ": "M"}, stock=4, weight=(180, "GRAMS"), media=[picture])],
            )
        )  # fmt: skip
        item = f"gid://shopify/InventoryItem/{shirt.variants[0].number + 40_000_000_000_000}"
        inner = {path.stem: path.read_text("utf-8") for path in (SHARED / "queries").glob("*_bulk_inner.graphql")}
        variables = {
            "bulk_run": {"query": inner["products_bulk_inner"], "group": True},
            "bulk_poll": {"id": "gid://shopify/BulkOperation/1"},
            "bulk_cancel": {"id": "gid://shopify/BulkOperation/1"},
            "product_variants_page": {"id": shirt.gid},
            "products_page": {"first": 5, "query": SEARCH},
            "inventory_level": {"itemId": item, "locationId": "gid://shopify/Location/61001"},
            "tags_add": {"id": shirt.gid, "tags": ["新着"]},
            "tags_remove": {"id": shirt.gid, "tags": ["新着"]},
        }
        for path in sorted((SHARED / "queries").glob("*.graphql")):
            if path.stem in UNANSWERED or path.stem in inner:
                continue
            body = {"query": path.read_text("utf-8"), "variables": variables.get(path.stem, {})}
            answer = requests.post(
                f"{shop.url}/admin/api/2026-10/graphql.json", json=body,
                headers={"X-Shopify-Access-Token": shop.token}, timeout=10,
            ).json()  # fmt: skip
            assert "errors" not in answer, (path.stem, answer)
            assert answer["data"], path.stem
        for text in inner.values():
            assert refusal(SCHEMA, text) == ""
