"""A Shopify shop on loopback: what a test starts, fills, disturbs and looks into."""

import copy
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from . import answers_products, answers_roots, answers_variants, changes  # noqa: F401  each registers its fields
from .answering import Asking, internal_error, kind_of, resolve
from .bulk import BulkDesk, BulkOperation, Outcome
from .catalogue import Catalogue, Location, Product, Variant, gid
from .cost import MOST_OF_ONE_QUERY, Bucket, Cost, Rule
from .faults import Fault
from .server import NO_ANSWER, Reply, Request, Server
from .tokens import Tokens

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))
for _type in SCHEMA.type_map.values():
    if isinstance(_type, GraphQLInterfaceType):
        _type.resolve_type = kind_of
ALL_SCOPES = frozenset({"read_products", "write_products", "read_inventory", "read_locations"})
_GRAPHQL = re.compile(r"/admin/api/(?P<version>[\w-]+)/graphql\.json")
_FILE = re.compile(r"/bulk-files/(?P<name>\d+\.jsonl)")
_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass
class Call:
    """One request as it was answered. `roots`: names of the root fields; `token`, `file` for the other addresses."""

    roots: list[str]
    query: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    codes: list[str] = field(default_factory=list)
    requested_cost: int | None = None
    actual_cost: int | None = None


class ShopifyDouble:
    """`with ShopifyDouble() as shop:`, then `shop.url` is the API's base and `shop.token` opens it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.catalogue = Catalogue(clock)
        self.tokens = Tokens(clock)
        self.scopes = set(ALL_SCOPES)
        self.bucket = Bucket(clock)
        self.bulk = BulkDesk(SCHEMA, clock, self._run_bulk)
        self.faults: list[Fault] = []
        self.log: list[Call] = []
        self.cost_rule: Rule = "logarithmic"
        self.page_end: int | None = 25_000
        self.answers_as_version = ""
        self.oldest_version, self.newest_version = "2026-01", "2026-10"
        self.moved_to = ""
        self._index: dict[int, Product] | None = None
        self._server = Server(self._answer, clock)
        self.url = self.bulk.base = self._server.url
        self.facts: dict[str, Any] = {
            "id": gid("Shop", 9001), "name": "青空雑貨店", "myshopifyDomain": "aozora-zakka.myshopify.com",
            "url": "https://aozora-zakka.example", "currencyCode": "JPY", "taxesIncluded": True,
            "ianaTimezone": "Asia/Tokyo", "timezoneOffsetMinutes": 540, "weightUnit": "KILOGRAMS",
            "plan": {"publicDisplayName": "Basic", "shopifyPlus": False, "partnerDevelopment": False},
            "resourceLimits": {"maxProductOptions": 3, "maxProductVariants": 2048, "locationLimit": 10},
        }  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    # -- what a test does to the shop

    @property
    def token(self) -> str:
        return next(iter(self.tokens.static))

    @property
    def products(self) -> list[Product]:
        return list(self.catalogue.products.values())

    def add(self, product: Product) -> Product:
        with self.lock:
            return self.catalogue.add(product)

    def change(self, product: Product, **facts: Any) -> None:
        """Edit a product in the admin; parts may be edited in place beforehand."""
        with self.lock:
            self.catalogue.change(product, **facts)

    def delete(self, product: Product) -> None:
        with self.lock:
            self.catalogue.delete(product)

    def order(self, variant: Variant, quantity: int = 1) -> None:
        with self.lock:
            self.catalogue.order(variant, quantity)

    def add_location(self, name: str, **facts: Any) -> Location:
        with self.lock:
            return self.catalogue.add_location(name, **facts)

    def let_search_lag(self) -> None:
        """From now on searches find by what the shop held at this moment."""
        with self.lock:
            self._index = copy.deepcopy(self.catalogue.products)

    def let_search_catch_up(self) -> None:
        self._index = None

    def fault(self, kind: Any, **facts: Any) -> Fault:
        """Let something go wrong; see `Fault`."""
        fault = Fault(kind, **facts)
        with self.lock:
            self.faults.append(fault)
        return fault

    def meanwhile(self, action: Callable[[], Any], *, on: str = "", after: int = 0) -> None:
        """Do something to the shop right before the request that is next after `after` others."""
        self.fault("do", on=on, after=after, action=action)

    def next_bulk(self, status: str = "COMPLETED", **facts: Any) -> None:
        """How the bulk operation that is started next ends; see `Outcome`."""
        self.bulk.outcomes.append(Outcome(status, **facts))

    def calls(self, root: str) -> list[Call]:
        return [call for call in self.log if root in call.roots]

    # -- HTTP

    def _answer(self, request: Request) -> Reply:
        path = urlsplit(request.target).path
        wait = threading.Event()
        with self.lock:
            call, document = self._read(request, path)
            self.log.append(call)
            met = [fault for fault in self.faults if fault.meets(call.roots)]
            for fault in met:
                fault.action()
            bad = next((fault for fault in met if fault.kind not in {"do", "slow"}), None)
            reply = self._reply(request, path, call, document, bad)
            call.status = reply.status
        for fault in met:
            if fault.kind == "slow":
                wait.wait(fault.seconds)
        return reply

    def _read(self, request: Request, path: str) -> tuple[Call, DocumentNode | GraphQLError | None]:
        call = Call([], headers=request.headers, token=request.headers.get("x-shopify-access-token", ""))
        if path == "/admin/oauth/access_token":
            call.roots = ["token"]
        elif _FILE.fullmatch(path):
            call.roots = ["file"]
        elif found := _GRAPHQL.fullmatch(path):
            call.version = found["version"]
            return call, self._document(request, call)
        return call, None

    def _document(self, request: Request, call: Call) -> DocumentNode | GraphQLError | None:
        try:
            body = json.loads(request.body)
        except ValueError:
            return None
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return None
        call.query, call.variables = body["query"], body.get("variables") or {}
        try:
            document = parse(call.query)
        except GraphQLError as error:
            return error
        for part in document.definitions:
            if isinstance(part, OperationDefinitionNode):
                call.roots += [one.name.value for one in part.selection_set.selections if isinstance(one, FieldNode)]
        return document

    def _reply(
        self, request: Request, path: str, call: Call, document: DocumentNode | GraphQLError | None, bad: Fault | None
    ) -> Reply:
        if bad and bad.kind == "cut_before":
            return Reply(cut_at=NO_ANSWER)
        if bad and bad.kind == "status":
            return _refused(bad)
        if self.moved_to and call.version:
            return Reply(307, b"", {"Location": self.moved_to + request.target})
        if path == "/admin/oauth/access_token":
            reply = self._token(request)
        elif found := _FILE.fullmatch(path):
            reply = self._file(found["name"], request)
        elif call.version:
            reply = self._api(call, document, bad)
        else:
            reply = _json(404, {"errors": "Not Found"})
        if bad and bad.kind == "cut_after":
            reply.cut_at = NO_ANSWER
        if bad and bad.kind == "cut_half":
            reply.cut_at = bad.at_byte or len(reply.body) // 2
        return reply

    def _token(self, request: Request) -> Reply:
        if request.headers.get("content-type", "").startswith("application/json"):
            wanted = json.loads(request.body or b"{}")
        else:
            wanted = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        status, answer = self.tokens.grant(wanted, self.scopes)
        return _json(status, answer)

    def _file(self, name: str, request: Request) -> Reply:
        """As a storage host does: no token asked for, ranges served, an old link forbidden."""
        signature = parse_qs(urlsplit(request.target).query).get("Signature", [""])[0]
        data = self.bulk.file(name, signature)
        if data is None:
            told = b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code></Error>"
            return Reply(403, told, {"Content-Type": "application/xml"})
        kind = {"Content-Type": "application/jsonl", "Accept-Ranges": "bytes", "ETag": f'"{name}-{len(data)}"'}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if not wanted or request.headers.get("if-range", kind["ETag"]) != kind["ETag"]:
            return Reply(200, data, kind)
        start, last = int(wanted[1]), int(wanted[2] or len(data) - 1)
        if start >= len(data):
            return Reply(416, b"", {**kind, "Content-Range": f"bytes */{len(data)}"})
        part = data[start : last + 1]
        return Reply(206, part, {**kind, "Content-Range": f"bytes {start}-{start + len(part) - 1}/{len(data)}"})

    # -- GraphQL

    def _api(self, call: Call, document: DocumentNode | GraphQLError | None, bad: Fault | None) -> Reply:
        if not re.fullmatch(r"\d{4}-\d\d|unstable", call.version):
            return _json(404, {"errors": "Not Found"})
        if not self.tokens.valid(call.token):
            return _json(401, {"errors": _BAD_TOKEN})
        if document is None:
            return _json(400, {"errors": {"query": "Required parameter missing or invalid"}})
        answer = self._execute(call, document, bad)
        call.codes = [error.get("extensions", {}).get("code", "") for error in answer.get("errors", ())]
        reply = _json(200, answer)
        reply.headers = {**_JSON, "X-Shopify-API-Version": self.answers_as_version or self._version(call.version)}
        return reply

    def _version(self, asked: str) -> str:
        """Versions that are no more fall forward to the oldest that is; later ones than the newest do not exist yet."""
        return asked if asked == "unstable" else min(max(asked, self.oldest_version), self.newest_version)

    def _execute(self, call: Call, document: DocumentNode | GraphQLError, bad: Fault | None) -> dict[str, Any]:
        if isinstance(document, GraphQLError):
            return {"errors": [document.formatted]}
        if faults := validate(SCHEMA, document):
            return {"errors": [fault.formatted for fault in faults]}
        if get_operation_ast(document) is None:
            return {"errors": [{"message": "An operation name is required"}]}
        cost = Cost(SCHEMA, document, call.variables, self.cost_rule)
        call.requested_cost = asked = cost.requested()
        if asked > MOST_OF_ONE_QUERY:
            message = f"Query cost is {asked}, which exceeds the single query max cost limit ({MOST_OF_ONE_QUERY})."
            told = {"code": "MAX_COST_EXCEEDED", "cost": asked, "maxCost": MOST_OF_ONE_QUERY}
            return {"errors": [{"message": message, "extensions": told}]}
        if (bad and bad.kind == "throttled") or asked > self.bucket.available:
            told = {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}
            return {"errors": [{"message": "Throttled", "extensions": told}], "extensions": self._costs(asked, None)}
        if bad and bad.kind == "internal":
            message = "Internal error. Looks like something went wrong on our end."
            return {"errors": [{"message": message, "extensions": internal_error()}]}
        self.bucket.take(asked)
        return self._run(call, document, cost, bad)

    def _run(self, call: Call, document: DocumentNode, cost: Cost, bad: Fault | None) -> dict[str, Any]:
        asking = self._asking()
        if bad and bad.kind == "broken_field":
            asking.broken[bad.field] = bad.only
        result = execute_sync(
            SCHEMA, document, context_value=asking, variable_values=dict(call.variables), field_resolver=resolve
        )
        call.actual_cost = min(cost.actual(result.data), call.requested_cost or 0)
        self.bucket.give_back((call.requested_cost or 0) - call.actual_cost)
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        answer["extensions"] = self._costs(call.requested_cost, call.actual_cost)
        if asking.searches:
            answer["extensions"]["search"] = asking.searches
        return answer

    def _costs(self, asked: int | None, actual: int | None) -> dict[str, Any]:
        return {
            "cost": {"requestedQueryCost": asked, "actualQueryCost": actual, "throttleStatus": self.bucket.status()}
        }

    def _asking(self, *, whole: bool = False) -> Asking:
        index = self.catalogue.products if self._index is None else self._index
        return Asking(self.catalogue, index, self.bulk, self.scopes, self.facts, whole, self.page_end)

    def _run_bulk(self, query: str) -> Mapping[str, Any]:
        """The inner query over everything, not paged and not charged."""
        result = execute_sync(SCHEMA, parse(query), context_value=self._asking(whole=True), field_resolver=resolve)
        assert result.data is not None, result.errors
        return result.data


def _json(status: int, answer: Any) -> Reply:
    return Reply(status, json.dumps(answer, ensure_ascii=False).encode(), dict(_JSON))


def _refused(fault: Fault) -> Reply:
    texts = {
        402: "Unavailable Shop", 403: "Forbidden", 404: "Not Found", 423: "Locked", 430: "Shopify Security Rejection",
        429: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
    }  # fmt: skip
    if fault.status in texts:
        reply = _json(fault.status, {"errors": texts[fault.status]})
        if fault.status == 429:
            reply.headers["Retry-After"] = fault.retry_after
        return reply
    page = f"<!DOCTYPE html><html><body><h1>{fault.status}</h1>Something went wrong.</body></html>"
    return Reply(fault.status, page.encode(), {"Content-Type": "text/html"})


__all__ = ["BulkOperation", "Call", "ShopifyDouble"]
