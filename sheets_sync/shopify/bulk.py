"""Bulk operations: the shop works through a query by itself and leaves one file (Shopify, "Bulk operations").

The id of a running operation is remembered, so that a run that was killed is gone on with and not begun anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from sheets_sync.errors import CredentialsError, Unavailable, UsageError
from sheets_sync.ports import Clock, Progress
from sheets_sync.shopify import queries
from sheets_sync.shopify.client import AdminApi
from sheets_sync.shopify.download import LinkDead, download

log = logging.getLogger(__name__)

MOST_STARTS = 3
MOST_WAITING = dt.timedelta(hours=6)
ADOPTED_UNTIL = dt.timedelta(minutes=30)
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 60.0
_GROWTH = 1.5
_AT_WORK = ("CREATED", "RUNNING", "CANCELING")
_BUSY = ("OPERATION_IN_PROGRESS", "LIMIT_REACHED")


class Memory(Protocol):
    """Where the id of a running operation is remembered: facts by name."""

    def fact(self, name: str) -> str: ...
    def save_fact(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """A complete result. `file` is None when nothing matched. `roots`: how many products are in it, None = not told.

    `began`: the server's clock when the operation began, ISO 8601.
    """

    file: Path | None
    roots: int | None
    began: str


class _StartAgain(Exception):
    """This operation came to nothing; another one may do."""


class Bulk:
    """Runs bulk operations for one shop, one at a time."""

    def __init__(self, api: AdminApi, memory: Memory, clock: Clock, progress: Progress, fact: str) -> None:
        """`fact`: the name under which a running operation is remembered."""
        self._api = api
        self._memory = memory
        self._clock = clock
        self._progress = progress
        self._fact = fact

    @contextmanager
    def run(self, query: str) -> Iterator[Result]:
        """The complete result of a query; its file is there until the block ends.

        Raises Unavailable (failed again and again), CredentialsError, UsageError (a query that the shop refuses).
        """
        with TemporaryDirectory(prefix="sheets_sync-", ignore_cleanup_errors=True) as folder:
            yield self._complete(query, Path(folder) / "products.jsonl")

    def _complete(self, query: str, file: Path) -> Result:
        gid = self._adopted(query)
        for _ in range(MOST_STARTS):
            gid = gid or self._started(query)
            try:
                result = self._fetched(self._finished(gid), file)
            except _StartAgain:
                log.warning("bulk operation %s came to nothing", gid)
                gid = ""
                self._forget()
            else:
                self._forget()
                return result
        raise Unavailable("shopify_bulk_failed")

    # -- starting ----------------------------------------------------------------------------------------------------

    def _adopted(self, query: str) -> str:
        """The operation that an earlier run began with this very query and did not live to read; "" for none."""
        try:
            known = json.loads(self._memory.fact(self._fact) or "{}")
        except ValueError:
            known = {}
        if known.get("of") != _mark(query, self._api.version):
            return ""
        gid = str(known.get("id") or "")
        told = self._told(gid) or {}
        fresh = self._clock.now() - dt.datetime.fromisoformat(known["at"]) < ADOPTED_UNTIL
        if told.get("status") in _AT_WORK or (told.get("status") == "COMPLETED" and fresh):
            log.info("going on with bulk operation %s", gid)
            self._progress.step("step_shopify_bulk_adopted")
            return gid
        return ""

    def _started(self, query: str) -> str:
        """The id of a new operation. While others of this app are at work, that may take a while."""
        began, pause = self._clock.now(), _FIRST_PAUSE
        self._progress.step("step_shopify_bulk")
        while True:
            told = self._api.ask(queries.BULK_RUN, {"query": query}).data["bulkOperationRunQuery"]
            faults = told["userErrors"]
            if not faults and told["bulkOperation"]:
                gid = str(told["bulkOperation"]["id"])
                self._remember(gid, query)
                return gid
            if not any(_is_busy(fault) for fault in faults):
                words = " / ".join(str(fault["message"]) for fault in faults)
                raise UsageError("shopify_query_refused", words=words)
            if self._clock.now() - began > MOST_WAITING:
                raise Unavailable("shopify_bulk_busy")
            self._progress.step("step_shopify_bulk_busy", seconds=round(pause))
            self._clock.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * _GROWTH)

    def _remember(self, gid: str, query: str) -> None:
        known = {"id": gid, "of": _mark(query, self._api.version), "at": self._clock.now().isoformat()}
        self._memory.save_fact(self._fact, json.dumps(known))

    def _forget(self) -> None:
        self._memory.save_fact(self._fact, "")

    # -- waiting and fetching ----------------------------------------------------------------------------------------

    def _told(self, gid: str) -> dict[str, Any] | None:
        told: dict[str, Any] | None = self._api.ask(queries.BULK_POLL, {"id": gid}).data["bulkOperation"]
        return told

    def _finished(self, gid: str) -> dict[str, Any]:
        """The operation once it is COMPLETED. Raises _StartAgain, CredentialsError, Unavailable."""
        began, pause = self._clock.now(), _FIRST_PAUSE
        while (told := self._told(gid)) is not None and told["status"] in _AT_WORK:
            if self._clock.now() - began > MOST_WAITING:
                raise Unavailable("shopify_bulk_slow")
            self._progress.advance("step_shopify_bulk_progress", int(told["objectCount"] or 0), 0)
            self._clock.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * _GROWTH)
        if told is None:
            raise _StartAgain
        if told.get("errorCode") == "ACCESS_DENIED":
            self._forget()
            raise CredentialsError("shopify_access_denied", words="ACCESS_DENIED")
        if told["status"] != "COMPLETED":  # what it read until then (partialDataUrl) is never taken for everything
            log.warning("bulk operation %s: %s %s", gid, told["status"], told.get("errorCode"))
            raise _StartAgain
        return told

    def _fetched(self, told: dict[str, Any], file: Path) -> Result:
        roots = _whole(told.get("rootObjectCount"))
        if not told.get("url"):
            if _whole(told.get("objectCount")):
                raise _StartAgain
            return Result(None, 0, str(told["createdAt"]))
        self._progress.step("step_shopify_download")
        try:
            download(str(told["url"]), file, _whole(told.get("fileSize")), self._clock)
        except LinkDead:
            raise _StartAgain from None
        except OSError as error:
            raise Unavailable("shopify_no_room", reason=error.strerror or type(error).__name__) from None
        return Result(file, roots, str(told["createdAt"]))


def _is_busy(fault: dict[str, Any]) -> bool:
    return fault.get("code") in _BUSY or "already in progress" in str(fault.get("message"))


def _whole(text: object) -> int | None:
    """A 64-bit number, which the API sends as text."""
    return None if text is None else int(str(text))


def _mark(query: str, version: str) -> str:
    return hashlib.sha256(f"{version}\n{query}".encode()).hexdigest()[:16]
