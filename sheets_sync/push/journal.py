"""The journal: the intent is committed before the call, the answer after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sheets_sync.errors import CredentialsError, ShopConflict, ShopError, ShopLimit, ShopUnavailable, ShopUnknown
from sheets_sync.push.context import PushContext
from sheets_sync.records import Attempt, Call, Outcome

T = TypeVar("T")


def begin(
    ctx: PushContext, product_key: str, call: Call, payload_hash: str, *, product_id: str = "", facts: dict[str, Any]
) -> Attempt:
    """Commit the intent. A create that surely was not done before is sent again under its old idempotency key, so that
    even a wrong "surely" makes no second listing.
    """
    attempt = Attempt(
        id=ctx.new_id(),
        product_key=product_key,
        call=call,
        payload_hash=payload_hash,
        idempotency_key=ctx.keys.get((product_key, payload_hash)) or ctx.new_id(),
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
    except ShopUnknown as error:
        _close(ctx, attempt, Outcome.UNKNOWN, error)
        raise
    except (ShopConflict, ShopLimit, ShopUnavailable) as error:
        _close(ctx, attempt, Outcome.FAILED, error)
        raise
    except ShopError as error:
        _close(ctx, attempt, Outcome.REJECTED, error)
        raise
    except CredentialsError as error:
        attempt.words = error.code
        _end(ctx, attempt, Outcome.FAILED)
        raise


def refuse(ctx: PushContext, attempt: Attempt, code: str, words: str, request_id: str, *, conflict: bool) -> None:
    """Close an attempt that was refused inside an answer which is otherwise a success."""
    attempt.shop_code, attempt.words, attempt.request_id = code, words, request_id
    _end(ctx, attempt, Outcome.FAILED if conflict else Outcome.REJECTED)


def _close(ctx: PushContext, attempt: Attempt, outcome: Outcome, error: ShopError) -> None:
    attempt.shop_code = error.shop_code
    attempt.words = error.words
    attempt.request_id = error.request_id
    attempt.facts["message"] = error.code
    _end(ctx, attempt, outcome)


def _end(ctx: PushContext, attempt: Attempt, outcome: Outcome) -> None:
    attempt.outcome = outcome
    attempt.ended_at = ctx.now()
    ctx.store.close_attempt(attempt)
