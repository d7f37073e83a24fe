"""Records as JSON texts, and back. Pure.

A new field of a record needs a default (older documents lack it) and, because an older program would refuse or lose it,
a new schema version all the same: see `schema.py`. Moments are ISO 8601 with their offset. What a record holds as
`Any` (an attempt's facts, cached rules) has to be JSON-ready: text keys, lists, no dates.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.records import Attempt, BaseRow, Call, FetchedPicture, Instruction, Link, Outcome, Run, SkuLink
from sheets_sync.shop import Reason, UploadedImage
from sheets_sync.states import Action, Listing


class DamagedDocumentError(ValueError):
    """A text in the store is not what was written there."""


def dumps(value: object) -> str:
    """`value` as compact JSON. Only halves of a surrogate pair are escaped: a platform that cuts words at a number of
    UTF-16 units leaves such halves behind, and no database takes them; losing the answer for that would be worse.
    """
    text = _READABLE.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ASCII.encode(value)
    return text


def loads(text: str) -> Any:
    """Raises DamagedDocumentError."""
    try:
        return _READ(text)
    except ValueError as error:
        raise DamagedDocumentError from error


def loads_many(texts: Sequence[str]) -> list[Any]:
    """Several documents at once: one call for all is faster, and equal keys become one object in memory."""
    found: list[Any] = loads(f"[{','.join(texts)}]")
    return found


def base_row_document(row: BaseRow) -> str:
    return dumps([row.product_key, row.base, row.seen, row.gone, row.added_on, row.extra])


def base_row(tab: Tab, key: str, plain: list[Any]) -> BaseRow:
    return BaseRow(tab, key, *plain)


def link(plain: dict[str, Any]) -> Link:
    plain["listing"] = Listing(plain["listing"])
    plain["reasons"] = tuple(
        Reason(reason["position"], tuple(reason["reasons"]), tuple(reason["suggestions"]))
        for reason in plain["reasons"]
    )
    plain["skus"] = {key: SkuLink(**sku) for key, sku in plain["skus"].items()}
    plain["checked_at"] = _moment(plain["checked_at"])
    plain["synced_at"] = _moment(plain["synced_at"])
    plain["warnings"] = tuple(plain["warnings"])
    plain["open_items"] = tuple(plain.get("open_items", ()))
    return Link(**plain)


def attempt(plain: dict[str, Any]) -> Attempt:
    plain["call"] = Call(plain["call"])
    plain["outcome"] = Outcome(plain["outcome"])
    plain["started_at"] = dt.datetime.fromisoformat(plain["started_at"])
    plain["ended_at"] = _moment(plain["ended_at"])
    plain["looks"] = [dt.datetime.fromisoformat(look) for look in plain["looks"]]
    return Attempt(**plain)


def instruction(plain: dict[str, Any]) -> Instruction:
    plain["action"] = Action(plain["action"])
    plain["consumed_at"] = dt.datetime.fromisoformat(plain["consumed_at"])
    plain["confirmed_at"] = _moment(plain["confirmed_at"])
    return Instruction(**plain)


def run(plain: dict[str, Any]) -> Run:
    plain["started"] = dt.datetime.fromisoformat(plain["started"])
    plain["finished"] = _moment(plain["finished"])
    return Run(**plain)


def fetched_picture(plain: dict[str, Any]) -> FetchedPicture:
    plain["fetched_at"] = _moment(plain["fetched_at"])
    return FetchedPicture(**plain)


def uploaded_image(plain: dict[str, Any]) -> UploadedImage:
    return UploadedImage(**plain)


def cached_document(value: Any, at: dt.datetime) -> str:
    return dumps([at.isoformat(), value])


def cached(plain: list[Any]) -> tuple[Any, dt.datetime]:
    at, value = plain
    return value, dt.datetime.fromisoformat(at)


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)


def _plain(value: object) -> object:
    if found := _FIELDS.get(type(value)):
        names, values = found
        return dict(zip(names, values(value), strict=True))
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a store document cannot hold {type(value).__name__}")


_RECORDS = (Attempt, FetchedPicture, Instruction, Link, Reason, Run, SkuLink, UploadedImage)
_FIELDS: dict[type, tuple[tuple[str, ...], attrgetter[tuple[Any, ...]]]] = {
    kind: (tuple(kind.__dataclass_fields__), attrgetter(*kind.__dataclass_fields__)) for kind in _RECORDS
}
_READ = json.JSONDecoder().decode  # json.loads, less what it asks of its arguments
_READABLE = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_plain)
_ASCII = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":"), default=_plain)
