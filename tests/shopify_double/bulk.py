"""Bulk operations: started, running, done or failed, and the JSONL files that they leave."""

import functools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema

from .answering import NAMES, answer, in_order
from .bulk_rules import refusal
from .catalogue import gid, stamp
from .search_words import Term, fulfils, parse

Record = tuple[str, int | None, str]
ENDED = {"COMPLETED", "FAILED", "CANCELED", "EXPIRED"}


@dataclass
class Outcome:
    """How an operation shall end. `partial`: the share of the lines that a failed one leaves. `hold`: it never ends."""

    status: str = "COMPLETED"
    error_code: str | None = None
    partial: float = 0.0
    hold: bool = False


@dataclass
class BulkOperation:
    number: int
    query: str
    grouped: bool
    created_at: str
    started: float
    outcome: Outcome
    status: str = "CREATED"
    type: str = "QUERY"
    error_code: str | None = None
    completed_at: str | None = None
    object_count: str = "0"
    root_object_count: str = "0"
    polls: int = 0
    lines: tuple[str, ...] | None = None
    data: bytes = b""


class BulkDesk:
    """Takes, runs and cancels operations. `polls`, `seconds`: how many looks and how much time an operation takes."""

    def __init__(
        self, schema: GraphQLSchema, clock: Callable[[], float], run: Callable[[str], Mapping[str, Any]]
    ) -> None:
        self._schema, self._clock, self._run = schema, clock, run
        self.operations: list[BulkOperation] = []
        self.outcomes: list[Outcome] = []
        self.polls, self.seconds = 1, 0.0
        self.at_once = 5
        self.refusal_code = "OPERATION_IN_PROGRESS"
        self.shuffle: random.Random | None = random.Random(20261122)
        self.shuffles_variants = True
        self.base = ""
        self.links = 1

    # -- what the API asks

    def start(self, query: str, *, grouped: bool) -> tuple[BulkOperation | None, list[dict[str, Any]]]:
        if reason := refusal(self._schema, query):
            return None, [{"code": "INVALID", "field": ["query"], "message": reason}]
        running = [one for one in self.operations if one.status not in ENDED]
        if len(running) >= self.at_once:
            message = (
                "A bulk query operation for this app and shop is already in progress: "
                + gid("BulkOperation", running[-1].number)
                if self.refusal_code == "OPERATION_IN_PROGRESS"
                else "Bulk operations limit reached. Please try again later."
            )
            return None, [{"code": self.refusal_code, "field": None, "message": message}]
        now = self._clock()
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome()
        number = 4_500_000_000_001 + len(self.operations)
        operation = BulkOperation(number, query, grouped, stamp(now), now, outcome)
        self.operations.append(operation)
        return operation, []

    def find(self, identifier: str) -> BulkOperation | None:
        found = next((one for one in self.operations if gid("BulkOperation", one.number) == identifier), None)
        if found:
            self._look(found)
        return found

    def cancel(self, identifier: str) -> tuple[BulkOperation | None, list[dict[str, Any]]]:
        found = next((one for one in self.operations if gid("BulkOperation", one.number) == identifier), None)
        if found is None:
            return None, [{"field": ["id"], "message": "Bulk operation does not exist"}]
        if found.status in ENDED:
            message = f"A bulk operation cannot be canceled when it is {found.status.lower()}"
            return found, [{"field": None, "message": message}]
        found.status = "CANCELING"
        return found, []

    def all(self) -> list[BulkOperation]:
        for operation in self.operations:
            self._look(operation)
        return self.operations

    # -- what happens meanwhile

    def _look(self, operation: BulkOperation) -> None:
        """Each look lets an operation come one step further, once its time has passed."""
        if operation.status in ENDED:
            return
        if operation.status == "CANCELING":
            operation.status = "CANCELED"
            return
        operation.status = "RUNNING"
        if operation.lines is None:
            self._execute(operation)
        operation.polls += 1
        due = self._clock() >= operation.started + self.seconds
        if operation.polls > self.polls and due and not operation.outcome.hold:
            self._end(operation)

    def _execute(self, operation: BulkOperation) -> None:
        data = self._run(operation.query)
        records = list(_records(data))
        operation.root_object_count = str(sum(parent is None for _, parent, _ in records))
        operation.lines = tuple(self._file_order(records, grouped=operation.grouped))

    def _file_order(self, records: list[Record], *, grouped: bool) -> Iterator[str]:
        """Grouped: as executed. Scattered: every line somewhere behind its parent's; pictures, whose order nothing else
        tells, keep the order among themselves."""
        if grouped or self.shuffle is None:
            return (line for _, _, line in records)
        families: dict[tuple[int | None, str], list[int]] = {}
        for number, (kind, parent, _) in enumerate(records):
            families.setdefault((parent, kind), []).append(number)
        places = [0.0] * len(records)
        for (parent, kind), members in sorted(families.items(), key=lambda family: family[0][0] or -1):
            low = 0.0 if parent is None else places[parent]
            drawn = [low + (1.0 - low) * self.shuffle.uniform(0.001, 0.999) for _ in members]
            if parent is None:
                drawn = [number / len(members) for number in range(len(members))]
            elif not (kind == "ProductVariant" and self.shuffles_variants):
                drawn.sort()
            for number, place in zip(members, drawn, strict=True):
                places[number] = place
        return (records[number][2] for number in sorted(range(len(records)), key=places.__getitem__))

    def _end(self, operation: BulkOperation) -> None:
        outcome, lines = operation.outcome, operation.lines or ()
        operation.status, operation.error_code = outcome.status, outcome.error_code
        if outcome.status == "FAILED":
            lines = lines[: int(len(lines) * outcome.partial)]
        if outcome.status in {"CANCELED", "EXPIRED"}:
            lines = ()
        if outcome.status != "CANCELED":
            operation.completed_at = stamp(self._clock())
        operation.object_count = str(len(lines))
        operation.data = "".join(f"{line}\n" for line in lines).encode()

    # -- files

    def link(self, operation: BulkOperation) -> str | None:
        if not operation.data:
            return None
        return f"{self.base}/bulk-files/{operation.number}.jsonl?Signature={self.links}&Expires=604800"

    def expire_links(self) -> None:
        """Links that were given out work no more; a fresh look at the operation gives a new one."""
        self.links += 1

    def expire(self, operation: BulkOperation) -> None:
        operation.status, operation.data = "EXPIRED", b""

    def file(self, name: str, signature: str) -> bytes | None:
        """The file of a link; None when the link has expired."""
        found = next((one for one in self.operations if f"{one.number}.jsonl" == name), None)
        return found.data if found and found.data and signature == str(self.links) else None


def _records(data: Mapping[str, Any]) -> Iterator[Record]:
    """Kind, place of the parent and line of every node of every connection, parents before their children."""
    count = 0

    def walk(value: Mapping[str, Any], parent: int | None, parent_id: str) -> Iterator[Record]:
        nonlocal count
        inline, connections = _split(value)
        if parent is not None or parent_id:
            inline["__parentId"] = parent_id
        own, identifier = count, inline.get("id", "")
        count += 1
        kind = str(identifier).removeprefix("gid://shopify/").split("/")[0]
        yield kind, parent, json.dumps(inline, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        for connection in connections:
            for edge in connection["edges"]:
                yield from walk(edge["node"], own, identifier)

    for root in data.values():
        for top in _connections(root):
            for edge in top["edges"]:
                yield from walk(edge["node"], None, "")


def _connections(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        return []
    if isinstance(value.get("edges"), list):
        return [value]
    return [found for inner in value.values() for found in _connections(inner)]


def _split(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """A node without its connections, and these. They may sit in an object of the node."""
    inline: dict[str, Any] = {}
    connections: list[Mapping[str, Any]] = []
    for name, part in value.items():
        if isinstance(part, Mapping) and isinstance(part.get("edges"), list):
            connections.append(part)
        elif isinstance(part, Mapping):
            inline[name], inner = _split(part)
            connections += inner
        else:
            inline[name] = part
    return inline, connections


# -- the API's fields

NAMES[BulkOperation] = "BulkOperation"


@answer("QueryRoot.currentBulkOperation")
def _current(_root: Any, asking: Any, type: str = "QUERY") -> BulkOperation | None:  # noqa: A002
    operations: list[BulkOperation] = asking.bulk.all()
    return operations[-1] if operations and type == "QUERY" else None


@answer("QueryRoot.bulkOperations")
def _operations(
    _root: Any, asking: Any, query: str | None = None, reverse: bool = False, sortKey: str = "", **paging: Any  # noqa: N803
) -> Any:
    wish = parse(query) if query else None
    found = [one for one in asking.bulk.all() if wish is None or fulfils(wish, functools.partial(_fits, one))]
    return in_order(asking, found if reverse else found[::-1], **paging)


def _fits(operation: BulkOperation, term: Term) -> bool:
    known = {"status": operation.status, "operation_type": operation.type}
    return known.get(term.field, term.value).lower() == term.value.lower()


answer("BulkOperation.id")(lambda operation, _asking: gid("BulkOperation", operation.number))
answer("BulkOperation.url")(
    lambda operation, asking: asking.bulk.link(operation) if operation.status == "COMPLETED" else None
)
answer("BulkOperation.partialDataUrl")(
    lambda operation, asking: asking.bulk.link(operation) if operation.status == "FAILED" else None
)
answer("BulkOperation.fileSize")(lambda operation, _asking: str(len(operation.data)) if operation.data else None)
