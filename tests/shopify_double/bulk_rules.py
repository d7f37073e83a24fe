"""Which queries a bulk operation takes: one root field, one to five connections, two deep, `edges { node }`, ids."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
)

MOST_CONNECTIONS = 5
DEEPEST = 2


def refusal(schema: GraphQLSchema, text: str) -> str:
    """Why the platform refuses a bulk query; "" when it takes it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return f"Invalid bulk query: {error.message}"
    if faults := validate(schema, document):
        return f"Invalid bulk query: {faults[0].message}"
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return "Bulk queries must be exactly one query operation."
    operation = operations[0]
    if operation.variable_definitions:
        return "Bulk queries cannot contain variables."
    roots = operation.selection_set.selections
    if len(roots) != 1 or not isinstance(roots[0], FieldNode):
        return "Bulk queries cannot contain more than one top-level field."
    if roots[0].name.value in {"node", "nodes"}:
        return "Bulk queries cannot contain a top-level `node` or `nodes` field."
    look = _Look()
    look.fields(roots, schema.query_type, depth=0, in_list=False)
    if look.fault:
        return look.fault
    if not look.connections:
        return "Bulk queries must contain at least one connection."
    if look.connections > MOST_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    return ""


class _Look:
    """One walk over the query's fields."""

    def __init__(self) -> None:
        self.connections, self.fault = 0, ""

    def fields(self, selected: Any, kind: Any, *, depth: int, in_list: bool) -> bool:
        """Whether a connection was among them."""
        met = False
        for one in selected:
            if isinstance(one, FragmentSpreadNode):
                self._say("Bulk queries cannot contain named fragments.")
            elif isinstance(one, InlineFragmentNode):
                met |= self.fields(one.selection_set.selections, kind, depth=depth, in_list=in_list)
            elif (field := getattr(kind, "fields", {}).get(one.name.value)) is not None and one.selection_set:
                met |= self._field(one, field, depth=depth, in_list=in_list)
        return met

    def _field(self, one: FieldNode, field: Any, *, depth: int, in_list: bool) -> bool:
        inner = get_named_type(field.type)
        if not inner.name.endswith("Connection"):
            listed = in_list or is_list_type(get_nullable_type(field.type))
            assert one.selection_set
            return self.fields(one.selection_set.selections, inner, depth=depth, in_list=listed)
        self.connections += 1
        if in_list:
            self._say("Queries that contain a connection field within a list field are not supported.")
        if depth > DEEPEST:
            self._say(f"Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}.")
        self._children(one, inner, depth)
        return True

    def _children(self, connection: FieldNode, kind: Any, depth: int) -> None:
        assert connection.selection_set
        for part in connection.selection_set.selections:
            if isinstance(part, FieldNode) and part.name.value == "nodes":
                self._say("Bulk queries cannot select `nodes`; use `edges { node { ... } }`.")
            if not isinstance(part, FieldNode) or part.name.value != "edges" or not part.selection_set:
                continue
            for node in part.selection_set.selections:
                if isinstance(node, FieldNode) and node.name.value == "node" and node.selection_set:
                    inner = get_named_type(get_named_type(kind.fields["edges"].type).fields["node"].type)
                    self._node(node.selection_set.selections, inner, depth)

    def _node(self, chosen: Any, kind: Any, depth: int) -> None:
        plain_id = any(isinstance(one, FieldNode) and one.name.value == "id" and not one.alias for one in chosen)
        if self.fields(chosen, kind, depth=depth + 1, in_list=False) and not plain_id:
            self._say(
                "The parent 'node' field for a nested connection must select the 'id' field without an alias: "
                f"{kind.name}."
            )

    def _say(self, fault: str) -> None:
        self.fault = self.fault or fault
