"""The journal: the intent is committed before the call, the answer after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sheets_sync.errors import (
    SheetsSyncError,
    ShopConflict,
    ShopError,
    ShopLimit,
    ShopRejected,
    ShopUnavailable,
    ShopUnknown,
)
from sheets_sync.push.context import PushContext
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome
from sheets_sync.shop import Fault

T = TypeVar("T")
ALLOWANCE_SPENT = "12052093"


def begin(
    ctx: PushContext,
    product_key: str,
    call: Call,
    payload_hash: str,
    *,
    product_id: str = "",
    facts: dict[str, Any],
    key: str = "",
) -> Attempt:
    """Commit the intent. `key`: idempotency key of an earlier attempt at the same content that came to nothing, so that
    even a wrong "nothing" makes no second listing.
    """
    attempt = Attempt(
        id=ctx.new_id(),
        product_key=product_key,
        call=call,
        payload_hash=payload_hash,
        idempotency_key=key or ctx.new_id(),
        started_at=ctx.now(),
        product_id=product_id,
        facts=facts,
        run_id=ctx.run_id,
    )
    ctx.store.open_attempt(attempt)
    return attempt


def send(ctx: PushContext, attempt: Attempt, call: Callable[[], T]) -> T:
    """Make the call of an open attempt. A failure is recorded and raised; a success is for the caller to close with
    what follows from it, so that the answer and the link are one commit.
    """
    try:
        return call()
    except SheetsSyncError as error:
        if isinstance(error, ShopError):
            attempt.shop_code, attempt.words, attempt.request_id = error.shop_code, error.words, error.request_id
            attempt.facts["message"] = error.code
        else:
            # Credentials, a locked token file, a wrong address: nothing was sent.
            attempt.words = error.code
        _end(ctx, attempt, _outcome(error))
        raise


def _outcome(error: SheetsSyncError) -> Outcome:
    match error:
        case ShopUnknown():
            return Outcome.UNKNOWN
        case ShopConflict() | ShopLimit() | ShopUnavailable():
            return Outcome.FAILED
        case ShopError():
            return Outcome.REJECTED
        case _:
            return Outcome.FAILED


def accept(ctx: PushContext, attempt: Attempt, link: Link, instruction: Instruction | None = None) -> Link:
    """Close an attempt that was accepted: answer, link and instruction in one commit."""
    attempt.outcome = Outcome.PUSHED
    attempt.ended_at = link.synced_at = ctx.now()
    ctx.store.close_attempt(attempt, link, instruction)
    return link


def refuse(ctx: PushContext, attempt: Attempt, fault: Fault, link: Link | None = None) -> ShopError:
    """Close an attempt that was refused inside an answer which is otherwise a success; returns what to raise."""
    attempt.shop_code, attempt.words, attempt.request_id = fault.code, fault.words, fault.request_id
    kind = ShopLimit if fault.code == ALLOWANCE_SPENT else ShopConflict if fault.conflict else ShopRejected
    error = kind("shop_refused", shop_code=fault.code, words=fault.words, request_id=fault.request_id)
    _end(ctx, attempt, _outcome(error), link)
    return error


def in_doubt(ctx: PushContext, attempt: Attempt) -> None:
    """Close an attempt whose effect could not be told: it is settled by the next run."""
    _end(ctx, attempt, Outcome.UNKNOWN)


def _end(ctx: PushContext, attempt: Attempt, outcome: Outcome, link: Link | None = None) -> None:
    attempt.outcome = outcome
    attempt.ended_at = ctx.now()
    ctx.store.close_attempt(attempt, link)
