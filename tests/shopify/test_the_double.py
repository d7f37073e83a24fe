"""The double behaves as the platform is documented to: what our adapter is tried against has to be right itself."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.shopify_double import Media, Metafield, Product, ShopifyDouble, Variant
from tests.shopify_double.search_words import AnyOf, parse

BULK = (
    "{ products { edges { node { id title media { edges { node { id } } }"
    " variants { edges { node { id sku media { edges { node { id } } } } } } } } } }"
)
RUN = """mutation($q: String!, $g: Boolean!) {
  bulkOperationRunQuery(query: $q, groupObjects: $g) { bulkOperation { id } userErrors { code field message } }
}"""
POLL = """query($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount fileSize url partialDataUrl completedAt }
}"""
MEDIA = "media { edges { node { id } } }"
SIX = f"{{ products {{ edges {{ node {{ id a: {MEDIA} b: {MEDIA} c: {MEDIA} d: {MEDIA} e: {MEDIA} }} }} }} }}"
DEEP = """{ products { edges { node { id variants { edges { node { id inventoryItem {
  inventoryLevels { edges { node { id item { variants { edges { node { id } } } } } } }
} } } } } } } }"""


class Time:
    now = 1_763_800_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """Asks the double as a program would."""

    def __init__(self, shop: ShopifyDouble) -> None:
        self.shop, self.token = shop, shop.token

    def post(self, query: str, version: str = "2026-10", **variables: Any) -> requests.Response:
        return requests.post(
            f"{self.shop.url}/admin/api/{version}/graphql.json", json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token}, timeout=10,
        )  # fmt: skip

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(query, **variables).json()
        return answer

    def titles(self, search: str) -> list[str]:
        answer = self.ask("query($q: String) { products(first: 50, query: $q) { nodes { title } } }", q=search)
        return [node["title"] for node in answer["data"]["products"]["nodes"]]

    def bulk(self, query: str = BULK, *, grouped: bool = False) -> str:
        started = self.ask(RUN, q=query, g=grouped)["data"]["bulkOperationRunQuery"]
        assert started["userErrors"] == []
        return str(started["bulkOperation"]["id"])

    def poll(self, identifier: str) -> dict[str, Any]:
        operation: dict[str, Any] = self.ask(POLL, id=identifier)["data"]["bulkOperation"]
        return operation

    def lines(self, identifier: str) -> list[dict[str, Any]]:
        self.poll(identifier)
        text = requests.get(self.poll(identifier)["url"], timeout=10).content.decode()
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def shop(clock: Time) -> Iterator[ShopifyDouble]:
    with ShopifyDouble(clock) as served:
        yield served


@pytest.fixture
def client(shop: ShopifyDouble) -> Client:
    return Client(shop)


def shirt(number: int = 1, **more: Any) -> Product:
    pictures = [Media(f"https://shop.example/{number}-{place}.jpg") for place in range(4)]
    variants = [Variant(sku=f"S{number}-{size}", options={"サイズ": size}, media=[pictures[0]]) for size in "SML"]
    return Product(f"シャツ{number}", media=pictures, variants=variants, **more)


# -- search


def test_searches_choose_as_the_platform_documents(shop: ShopifyDouble, client: Client) -> None:
    shop.add(Product("赤", handle="red", tags=["TikTok Shop接続", "夏"], vendor="青空"))
    shop.add(Product("白", handle="white", tags=["夏"], status="DRAFT", variants=[Variant(sku="W 1")]))
    shop.add(Product("黒", handle="black", tags=["冬"], status="UNLISTED"))
    assert client.titles("tag:'TikTok Shop接続' status:active") == ["赤"]
    assert client.titles("tag:夏") == ["赤", "白"]
    assert client.titles("status:draft,unlisted") == ["白", "黒"]
    assert client.titles("NOT tag:夏") == ["黒"]
    assert client.titles("-status:active") == ["白", "黒"]
    assert client.titles('sku:"W 1" OR handle:bl*') == ["白", "黒"]
    assert client.titles("(tag:夏 AND status:active) OR vendor:nobody") == ["赤"]
    assert client.titles(f"id:>{shop.products[0].number}") == ["白", "黒"]
    assert isinstance(parse("a OR b"), AnyOf)


def test_or_binds_tighter_than_and(shop: ShopifyDouble, client: Client) -> None:
    shop.add(Product("赤", tags=["夏"]))
    shop.add(Product("白", tags=["冬"]))
    assert client.titles("tag:夏 OR tag:冬 title:赤") == ["赤"]


def test_an_unknown_filter_is_ignored_with_a_warning_only(shop: ShopifyDouble, client: Client) -> None:
    shop.add(Product("赤"))
    answer = client.ask('{ products(first: 5, query: "tga:x") { nodes { title } } }')
    assert len(answer["data"]["products"]["nodes"]) == 1
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "tga"


def test_times_need_quotes(shop: ShopifyDouble, client: Client, clock: Time) -> None:
    shop.add(Product("前"))  # 08:26:40 UTC
    clock.now += 3600
    shop.add(Product("後"))
    assert client.titles("updated_at:>'2025-11-22T08:30:00Z'") == ["後"]
    answer = client.ask('{ products(first: 5, query: "updated_at:>2025-11-22T08:30:00Z") { nodes { title } } }')
    assert len(answer["data"]["products"]["nodes"]) == 2
    assert answer["extensions"]["search"]


def test_searches_lag_behind_and_the_answer_does_not(shop: ShopifyDouble, client: Client) -> None:
    red = shop.add(Product("赤", tags=["夏"]))
    shop.let_search_lag()
    shop.change(red, tags=[], title="紅")
    shop.add(Product("白", tags=["夏"]))
    assert client.titles("tag:夏") == ["紅"]
    shop.let_search_catch_up()
    assert client.titles("tag:夏") == ["白"]


# -- pages


def test_paging_meets_every_product_once(shop: ShopifyDouble, client: Client) -> None:
    for number in range(7):
        shop.add(Product(f"{number}"))
    query = "query($a: String) { products(first: 3, after: $a) { nodes { title } pageInfo { hasNextPage endCursor } } }"
    titles: list[str] = []
    after = None
    while True:
        page = client.ask(query, a=after)["data"]["products"]
        titles += [node["title"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert titles == list("0123456")


def test_paging_comes_to_its_end_without_a_word(shop: ShopifyDouble, client: Client) -> None:
    shop.page_end = 3
    for number in range(5):
        shop.add(Product(f"{number}"))
    page = client.ask("{ products(first: 250) { nodes { id } pageInfo { hasNextPage } } }")["data"]["products"]
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (3, False)


def test_a_connection_needs_a_size(shop: ShopifyDouble, client: Client) -> None:
    assert "first or last" in client.ask("{ products { nodes { id } } }")["errors"][0]["message"]
    assert "errors" in client.ask("{ products(first: 251) { nodes { id } } }")


def test_counts_stop_at_their_limit(shop: ShopifyDouble, client: Client) -> None:
    for number in range(3):
        shop.add(Product(f"{number}"))
    answer = client.ask("{ all: productsCount { count precision } some: productsCount(limit: 2) { count precision } }")
    assert answer["data"] == {
        "all": {"count": 3, "precision": "EXACT"}, "some": {"count": 2, "precision": "AT_LEAST"},
    }  # fmt: skip


# -- cost


def test_costs_follow_the_recorded_rule(shop: ShopifyDouble, client: Client) -> None:
    """2 + ⌊2 ln max(2, first)⌋ × (1 + child); the documented example costs 3, a root count 10, a mutation 10."""

    def cost(query: str) -> int:
        return int(client.ask(query)["extensions"]["cost"]["requestedQueryCost"])

    assert cost("{ products(first: 1) { edges { node { title } } } }") == 3
    assert cost("{ products(first: 250) { nodes { id seo { title } } } }") == 2 + 11 * 2
    assert cost("{ productsCount { count } }") == 10
    assert cost('mutation { tagsAdd(id: "gid://shopify/Product/1", tags: ["a"]) { userErrors { message } } }') == 10
    assert cost("{ products(first: 2) { nodes { id } pageInfo { hasNextPage } } }") == 3


def test_the_bucket_empties_and_fills_by_the_clock(shop: ShopifyDouble, client: Client, clock: Time) -> None:
    shop.bucket.size, shop.bucket.restore = 25, 5
    for number in range(30):
        shop.add(Product(f"{number}"))
    query = "{ products(first: 250) { nodes { id } } }"
    assert client.ask(query)["extensions"]["cost"]["requestedQueryCost"] == 13
    assert client.ask(query)["extensions"]["cost"]["actualQueryCost"] == 8
    refused = client.post(query)
    assert (refused.status_code, "data" in refused.json()) == (200, False)
    assert refused.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert refused.json()["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 9
    clock.now += 1
    assert "data" in client.ask(query)


def test_too_dear_a_query_is_refused_whatever_the_bucket_holds(shop: ShopifyDouble, client: Client) -> None:
    query = (
        "{ products(first: 250) { nodes { variants(first: 250) { nodes { media(first: 250) { nodes { id } } } } } } }"
    )
    error = client.ask(query)["errors"][0]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["message"].startswith("Query cost is 1")


# -- bulk operations


def test_children_come_scattered_and_always_behind_their_parents(shop: ShopifyDouble, client: Client) -> None:
    for number in range(20):
        shop.add(shirt(number))
    lines = client.lines(client.bulk())
    assert len(lines) == 20 * (1 + 4 + 3 + 3)
    seen: set[str] = set()
    apart = 0
    for before, line in zip([{}, *lines], lines, strict=False):
        parent = line.get("__parentId")
        assert parent is None or parent in seen
        apart += parent is not None and parent not in (before.get("id"), before.get("__parentId"))
        seen.add(line["id"])
    assert apart > 50
    family = [line["id"] for line in lines if line.get("__parentId") == shop.products[0].gid]
    pictures = [identifier for identifier in family if "Media" in identifier]
    assert pictures == sorted(pictures)


def test_grouped_files_hold_the_same_lines_in_order(shop: ShopifyDouble, client: Client) -> None:
    for number in range(5):
        shop.add(shirt(number))
    grouped, scattered = client.lines(client.bulk(grouped=True)), client.lines(client.bulk())
    assert grouped != scattered
    assert sorted(map(str, grouped)) == sorted(map(str, scattered))
    assert [line["id"] for line in grouped[:2]] == [shop.products[0].gid, grouped[1]["id"]]


def test_numbers_are_texts_and_slashes_escaped(shop: ShopifyDouble, client: Client) -> None:
    shop.add(shirt())
    identifier = client.bulk()
    assert client.poll(identifier)["status"] == "RUNNING"
    done = client.poll(identifier)
    assert (done["status"], done["objectCount"], type(done["fileSize"])) == ("COMPLETED", "11", str)
    assert b"gid:\\/\\/shopify" in requests.get(done["url"], timeout=10).content


def test_nothing_found_leaves_no_file(shop: ShopifyDouble, client: Client) -> None:
    identifier = client.bulk()
    client.poll(identifier)
    done = client.poll(identifier)
    assert (done["status"], done["url"], done["objectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { name } }",
        "{ products { nodes { id } } }",
        "{ products { edges { node { title variants { edges { node { id } } } } } } }",
        "{ products { edges { node { id } } } locations { edges { node { id } } } }",
        "query($a: String) { products(query: $a) { edges { node { id } } } }",
        '{ node(id: "x") { id } }',
        "{ products { edges { node { nonsense } } } }",
        SIX,
        DEEP,
    ],
)
def test_queries_that_bulk_operations_do_not_take(client: Client, query: str) -> None:
    refused = client.ask(RUN, q=query, g=False)["data"]["bulkOperationRunQuery"]
    assert refused["bulkOperation"] is None
    assert refused["userErrors"][0]["code"] == "INVALID"


def test_the_sixth_operation_has_to_wait(shop: ShopifyDouble, client: Client) -> None:
    for _ in range(5):
        client.bulk()
    refused = client.ask(RUN, q=BULK, g=False)["data"]["bulkOperationRunQuery"]["userErrors"][0]
    assert (refused["code"], refused["field"]) == ("OPERATION_IN_PROGRESS", None)


def test_failures_leave_a_part_and_say_so(shop: ShopifyDouble, client: Client) -> None:
    shop.add(shirt())
    shop.next_bulk("FAILED", error_code="TIMEOUT", partial=0.5)
    shop.next_bulk("CANCELED")
    failed, canceled = client.bulk(), client.bulk()
    client.poll(failed), client.poll(canceled)
    told = client.poll(failed)
    assert (told["status"], told["errorCode"], told["url"]) == ("FAILED", "TIMEOUT", None)
    assert len(requests.get(told["partialDataUrl"], timeout=10).content.splitlines()) == 5
    told = client.poll(canceled)
    assert (told["status"], told["completedAt"]) == ("CANCELED", None)


def test_files_come_in_ranges_break_off_and_expire(shop: ShopifyDouble, client: Client) -> None:
    shop.add(shirt())
    identifier = client.bulk()
    client.poll(identifier)
    url = client.poll(identifier)["url"]
    whole = requests.get(url, timeout=10).content
    rest = requests.get(url, headers={"Range": "bytes=100-"}, timeout=10)
    assert (rest.status_code, rest.content) == (206, whole[100:])
    assert rest.headers["Content-Range"] == f"bytes 100-{len(whole) - 1}/{len(whole)}"
    shop.fault("cut_half", on="file", at_byte=100)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(url, timeout=10)
    shop.bulk.expire_links()
    assert requests.get(url, timeout=10).status_code == 403
    assert requests.get(client.poll(identifier)["url"], timeout=10).content == whole


# -- changes


def test_tags_and_metafields_move_the_time_of_the_product(shop: ShopifyDouble, client: Client, clock: Time) -> None:
    product = shop.add(shirt())
    made = product.updated_at
    clock.now += 60
    client.ask('mutation($id: ID!) { tagsAdd(id: $id, tags: ["新着"]) { userErrors { message } } }', id=product.gid)
    assert (product.tags, product.updated_at > made) == (["新着"], True)
    clock.now += 60
    moved = product.updated_at
    shop.order(product.variants[0])
    assert product.updated_at > moved
    assert product.variants[0].stock == {"本店": -1}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"value": "1.5", "type": "number_integer"}, "INVALID_VALUE"),
        ({"value": "", "type": "single_line_text_field"}, "BLANK"),
        ({"value": "x"}, "BLANK"),
        ({"value": "x", "type": "no_such_type"}, "INVALID_TYPE"),
        ({"value": "x", "type": "json", "key": "held"}, "INVALID_TYPE"),
        ({"value": "x", "type": "single_line_text_field", "ownerId": "gid://shopify/Product/1"}, "INVALID"),
    ],
)
def test_metafields_are_set_all_or_none(shop: ShopifyDouble, client: Client, wanted: dict[str, str], code: str) -> None:
    product = shop.add(shirt(metafields=[Metafield("tiktok", "held", "single_line_text_field", "前")]))
    good = {"ownerId": product.gid, "namespace": "tiktok", "key": "id", "value": "1", "type": "number_integer"}
    call = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { code field } } }"
    errors = client.ask(call, m=[good, {**good, "type": None, **wanted}])["data"]["metafieldsSet"]["userErrors"]
    assert [error["code"] for error in errors] == [code]
    assert [one.key for one in product.metafields] == ["held"]
    assert client.ask(call, m=[good])["data"]["metafieldsSet"]["userErrors"] == []
    assert [one.key for one in product.metafields] == ["held", "id"]


def test_only_so_many_metafields_at_once(shop: ShopifyDouble, client: Client) -> None:
    one = {"ownerId": shop.add(shirt()).gid, "namespace": "tiktok", "key": "id", "value": "1", "type": "json"}
    call = "mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { userErrors { code } } }"
    assert client.ask(call, m=[one] * 26)["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


# -- tokens, versions, faults


def test_tokens_are_granted_expire_and_are_refused(shop: ShopifyDouble, client: Client, clock: Time) -> None:
    keys = {"client_id": shop.tokens.client_id, "client_secret": shop.tokens.client_secret}
    url, wanted = f"{shop.url}/admin/oauth/access_token", {**keys, "grant_type": "client_credentials"}
    told = requests.post(url, data=wanted, timeout=10).json()
    assert (told["expires_in"], requests.post(url, json=wanted, timeout=10).status_code) == (86_399, 200)
    client.token = told["access_token"]
    assert client.post("{ shop { name } }").status_code == 200
    clock.now += 86_400
    refused = client.post("{ shop { name } }")
    assert (refused.status_code, "Invalid API key" in refused.text) == (401, True)
    assert requests.post(url, data={**wanted, "client_secret": "x"}, timeout=10).status_code == 401
    shop.tokens.permitted = False
    assert "shop_not_permitted" in requests.post(url, data=wanted, timeout=10).text


def test_missing_scopes_are_told_field_by_field(shop: ShopifyDouble, client: Client) -> None:
    shop.scopes = {"read_products"}
    answer = client.ask("{ shop { name } locations(first: 5) { nodes { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    scopes = client.ask("{ currentAppInstallation { accessScopes { handle } } }")["data"]["currentAppInstallation"]
    assert scopes == {"accessScopes": [{"handle": "read_products"}]}


def test_old_versions_fall_forward(client: Client, shop: ShopifyDouble) -> None:
    assert client.post("{ shop { name } }", "2024-01").headers["X-Shopify-API-Version"] == "2026-01"
    assert client.post("{ shop { name } }", "2026-07").headers["X-Shopify-API-Version"] == "2026-07"
    assert client.post("{ shop { name } }", "nonsense").status_code == 404


def test_partial_data_stands_beside_its_error(shop: ShopifyDouble, client: Client) -> None:
    first, second = shop.add(shirt(1, category=("a", "A"))), shop.add(shirt(2, category=("a", "A")))
    shop.fault("broken_field", field="Product.category", only=second.gid)
    answer = client.ask("{ products(first: 5) { nodes { id category { id } } } }")
    nodes = answer["data"]["products"]["nodes"]
    assert [(node["id"], node["category"] is None) for node in nodes] == [(first.gid, False), (second.gid, True)]
    assert answer["errors"][0]["path"] == ["products", "nodes", 1, "category"]


def test_faults_come_when_they_are_asked_for(shop: ShopifyDouble, client: Client) -> None:
    product = shop.add(shirt())
    query = "{ products(first: 5) { nodes { id } } }"
    shop.fault("internal", on="products")
    error = client.ask(query)["errors"][0]["extensions"]
    assert (error["code"], bool(error["requestId"])) == ("INTERNAL_SERVER_ERROR", True)
    shop.fault("status", status=429, retry_after="7")
    refused = client.post(query)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    shop.fault("status", status=502)
    assert re.search("<html>", client.post(query).text)
    shop.fault("cut_after")
    with pytest.raises(requests.ConnectionError):
        client.ask('mutation($id: ID!) { tagsAdd(id: $id, tags: ["a"]) { userErrors { message } } }', id=product.gid)
    assert product.tags == ["a"]
    shop.fault("cut_before")
    with pytest.raises(requests.ConnectionError):
        client.ask('mutation($id: ID!) { tagsAdd(id: $id, tags: ["b"]) { userErrors { message } } }', id=product.gid)
    assert product.tags == ["a"]
    shop.meanwhile(lambda: shop.delete(product), on="products", after=1)
    assert len(client.ask(query)["data"]["products"]["nodes"]) == 1
    assert client.ask(query)["data"]["products"]["nodes"] == []
