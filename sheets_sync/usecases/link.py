"""Link: listings that were made by hand, or by another connector, are tied to the rows that sell the same SKUs.

Nothing changes on TikTok. What the shop shows becomes what was last agreed, so the next import sends real differences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_sync.adoption import Candidate, Match
from sheets_sync.desired import DesiredListing
from sheets_sync.errors import UsageError
from sheets_sync.usecases.binding import bind_shop
from sheets_sync.usecases.check import decide_again, look, tell, write
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import Decision, without_listing
from sheets_sync.usecases.unlinked import adopt_named, find_unlinked


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Options of `link`. `only`: tie these rows alone. `confirm` is shown what was found, full matches first, and says
    whether the full ones shall be tied.
    """

    only: Collection[str] = ()
    confirm: Callable[[Sequence[Match], Sequence[Match]], bool] = lambda _full, _half: False


def link(session: Session, options: LinkOptions = LinkOptions()) -> RunResult:
    """Find and tie. Raises Refused (another shop), Unavailable, CredentialsError, UsageError."""
    bind_shop(session)
    picture = look(session, online=True)
    if adopt_named(session, picture.snapshot, picture.decision):
        picture = decide_again(session, picture)
    decision = picture.decision
    if unknown := sorted(set(options.only) - decision.wants.keys()):
        raise UsageError("only_unknown", names=", ".join(unknown))
    session.progress.step("step_link")
    found = find_unlinked(session, decision, _rows_without_listing(decision))
    full = [match for match in found.matches if not match.half and _chosen(match, options)]
    half = [match for match in found.matches if match.half]
    tied = full if options.confirm(full, half) else []
    for match in tied:
        found.adopt(session, decision.wants[match.product_key], match)
    if tied:
        picture = decide_again(session, picture)
    told = tell(session, picture)
    result = RunResult(session.command, session.run_id, told.products, told.skus)
    linked = {match.product_key for match in tied}
    result.counts = {
        "matches": [_match(match, decision, linked) for match in full],
        "half": [_half(match) for match in half],
        "linked": len(tied),
    }
    result.attention = bool(half)
    if tied:
        write(session, picture, told)
        result.notes, result.unwritten = told.notes, told.unwritten
    return result


def _chosen(match: Match, options: LinkOptions) -> bool:
    return not options.only or match.product_key in options.only


def _rows_without_listing(decision: Decision) -> list[DesiredListing]:
    """Rows that may be tied: it is certain what they are, and no call without an answer may have listed them."""
    return [
        want
        for key, want in decision.wants.items()
        if without_listing(decision.links.get(key)) and not want.held and key not in decision.unsettled
    ]


def _match(match: Match, decision: Decision, linked: Collection[str]) -> dict[str, Any]:
    there = match.candidates[0]
    return {
        "product_key": match.product_key,
        "title": match.title,
        "product_id": there.product_id,
        "listing_title": there.title,
        "listing": there.listing.value,
        "skus": len(decision.wants[match.product_key].skus),
        "linked": match.product_key in linked,
    }


def _half(match: Match) -> dict[str, Any]:
    return {
        "product_key": match.product_key,
        "title": match.title,
        "reason": str(match.half),
        "missing": list(match.missing),
        "rivals": list(match.rivals),
        "listings": [_candidate(one) for one in match.candidates],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "product_id": one.product_id,
        "title": one.title,
        "listing": one.listing.value,
        "seller_skus": list(one.codes),
    }
