"""Places that hold stock, found by the names or numbers that a person wrote."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.errors import UsageError
from sheets_sync.shopify import queries
from sheets_sync.shopify.client import AdminApi
from sheets_sync.shopify.gathered import number_of


def location_ids(api: AdminApi, wanted: Sequence[str]) -> list[str]:
    """Ids of the locations that `wanted` names, each once. Raises UsageError for one that the shop does not have."""
    if not wanted:
        return []
    known: dict[str, str] = {}
    names: list[str] = []
    after, more = None, True
    while more:
        page = api.ask(queries.LOCATIONS, {"after": after}).data["locations"]
        for node in page["nodes"]:
            gid = node["id"]
            known |= {gid: gid, number_of(gid): gid, _folded(node["name"]): gid}
            names.append(node["name"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    for name in wanted:
        if _folded(name) not in known and name.strip() not in known:
            raise UsageError("shopify_location_unknown", read=name, known=", ".join(names))
    return list(dict.fromkeys(known.get(name.strip()) or known[_folded(name)] for name in wanted))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
