"""What a query costs and the bucket that it is paid from.

An object costs 1, a connection 2 and its children by its size, a mutation 10, a root count 10; money, weights and
`pageInfo` cost nothing. What was asked for has to be in the bucket; what was not used flows back.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

MOST_OF_ONE_QUERY = 1000
_FREE = {"PageInfo", "MoneyV2", "Weight", "InventoryItemMeasurement"}
Rule = Literal["logarithmic", "linear"]


@dataclass
class Bucket:
    """Points that flow back by the second."""

    clock: Callable[[], float]
    size: float = 2000
    restore: float = 100
    _points: float = field(default=-1.0, init=False)
    _at: float = field(default=0.0, init=False)

    @property
    def available(self) -> float:
        now = self.clock()
        if self._points < 0:
            self._points, self._at = self.size, now
        self._points = min(self.size, self._points + (now - self._at) * self.restore)
        self._at = now
        return self._points

    def take(self, points: float) -> None:
        self._points = max(0.0, self.available - points)

    def give_back(self, points: float) -> None:
        self._points = min(self.size, self.available + points)

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": float(self.size),
            "currentlyAvailable": int(self.available),
            "restoreRate": float(self.restore),
        }


class Cost:
    """The cost of one document: as asked for (`requested`) and by what came (`actual`)."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], rule: Rule = "logarithmic"
    ) -> None:
        self._schema, self._variables, self._rule = schema, variables, rule
        fragments = (one for one in document.definitions if isinstance(one, FragmentDefinitionNode))
        self._fragments = {one.name.value: one for one in fragments}
        self._operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))

    def requested(self) -> int:
        return self._root(None)

    def actual(self, data: Mapping[str, Any] | None) -> int:
        return 0 if data is None else self._root(data)

    def _root(self, data: Any) -> int:
        kind = self._schema.get_root_type(self._operation.operation)
        assert kind is not None
        if self._operation.operation.value == "mutation":
            return 10 * len(self._operation.selection_set.selections)
        return self._selected(self._operation.selection_set, kind, data, asked=data is None)

    def _selected(self, selected: SelectionSetNode | None, kind: Any, data: Any, *, asked: bool) -> int:
        """The cost of everything within an object. `asked`: by the query alone, `data` is not looked at."""
        total, dearest = 0, 0
        for one in selected.selections if selected else ():
            match one:
                case FieldNode():
                    total += self._field(one, kind, data, asked=asked)
                case InlineFragmentNode():
                    inner = self._schema.get_type(one.type_condition.name.value) if one.type_condition else kind
                    dearest = max(dearest, self._selected(one.selection_set, inner, data, asked=asked))
                case FragmentSpreadNode():
                    fragment = self._fragments[one.name.value]
                    inner = self._schema.get_type(fragment.type_condition.name.value)
                    total += self._selected(fragment.selection_set, inner, data, asked=asked)
        return total + dearest

    def _field(self, node: FieldNode, kind: Any, data: Any, *, asked: bool) -> int:
        definition = getattr(kind, "fields", {}).get(node.name.value)
        if definition is None:
            return 0
        inner = get_named_type(definition.type)
        if not is_composite_type(inner):
            return 0
        value = None if asked else (data or {}).get(node.alias.value if node.alias else node.name.value)
        if not asked and value is None:
            return 0
        if inner.name.endswith("Connection"):
            return self._connection(node, inner, value, asked=asked)
        if inner.name == "Count":
            return 10 if kind.name == "QueryRoot" else 0
        values = value if isinstance(value, list) else [value]
        price = 0 if inner.name in _FREE or inner.name.endswith("Edge") else 1
        return price + max((self._selected(node.selection_set, inner, one, asked=asked) for one in values), default=0)

    def _connection(self, node: FieldNode, kind: Any, value: Any, *, asked: bool) -> int:
        size = self._size(node) if asked else _length(value)
        child = 0
        for one in node.selection_set.selections if node.selection_set else ():
            if isinstance(one, FieldNode) and one.name.value in {"nodes", "edges"}:
                name = one.alias.value if one.alias else one.name.value
                child = max(child, self._children(one, kind, None if asked else value.get(name), asked=asked))
        if not asked and not size:
            return 2
        if self._rule == "linear":
            return 2 + size * max(1, child)
        return 2 + int(2 * math.log(max(2, size))) * max(1, child)

    def _children(self, node: FieldNode, connection: Any, values: Any, *, asked: bool) -> int:
        """What one child costs: itself and what is asked of it."""
        inner: Any = get_named_type(connection.fields[node.name.value].type)
        selected, kids = node.selection_set, list(values or ())
        if node.name.value == "edges":
            parts = selected.selections if selected else ()
            found = [one for one in parts if isinstance(one, FieldNode) and one.name.value == "node"]
            selected = found[0].selection_set if found else None
            inner = get_named_type(inner.fields["node"].type)
            kids = [edge.get("node") for edge in kids]
        if asked:
            return 1 + self._selected(selected, inner, None, asked=True)
        return max((1 + self._selected(selected, inner, kid, asked=False) for kid in kids), default=0)

    def _size(self, node: FieldNode) -> int:
        arguments = {one.name.value: one.value for one in node.arguments or ()}
        for name in ("first", "last"):
            if name in arguments:
                return int(value_from_ast_untyped(arguments[name], dict(self._variables)) or 0)
        return 0


def _length(value: Any) -> int:
    held = [one for one in value.values() if isinstance(one, list)]
    return len(held[0]) if held else 0
