"""Review: what TikTok decided and shows now, written into the rows; a pending stop is carried out when it can be."""

from __future__ import annotations

from dataclasses import replace

from sheets_sync.plan import StepKind
from sheets_sync.push.context import Task
from sheets_sync.push.refresh import refresh
from sheets_sync.push.run import push_all
from sheets_sync.push.settle import settle
from sheets_sync.usecases.check import Picture, decide_again, look, tell, write
from sheets_sync.usecases.mark_cart import mark_cart
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.send import STEPS_COUNTED, open_shop, wait_for_reviews
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.unlinked import adopt_named


def review(session: Session, *, wait: bool = False, wait_seconds: float = 24 * 3600) -> RunResult:
    """Read the listings that are in review or changed, and write states, reasons and suggestions."""
    context = open_shop(session)
    session.progress.step("step_settle")
    settle(context)
    session.progress.step("step_refresh")
    interrupted = False
    if wait:
        interrupted = wait_for_reviews(session, context, wait_seconds)
    else:
        refresh(context, session.settings.tiktok.workers)
    picture = look(session, online=True)
    if adopt_named(session, picture.snapshot, picture.decision):
        picture = decide_again(session, picture)
    paused = [] if interrupted else _due_stops(picture)
    if paused:
        done = list(push_all(replace(context), paused, session.settings.tiktok.workers))
        picture = decide_again(session, picture)
    else:
        done = []
    result = tell(session, picture)
    result.counts |= dict.fromkeys(STEPS_COUNTED, 0)
    result.counts |= {"paused": sum(StepKind.PAUSE in one.done for one in done)}
    result.counts |= {
        "unchanged": len(picture.standings) - len(done),
        "rejected": sum(one.refused for one in done),
        "failed": sum(one.later for one in done),
        "unknown": sum(one.unknown for one in done),
        "waiting": 0,
        "api_calls": session.shop.calls,
    }
    result.interrupted = interrupted
    if interrupted:
        result.notes.append(("interrupted", {}))
    write(session, picture, result)
    if not interrupted:
        mark_cart(session, picture.standings, result)
    return result


def _due_stops(picture: Picture) -> list[Task]:
    """Listings that went live while a stop was pending: hidden at once, nothing else is sent."""
    decision = picture.decision
    due: list[Task] = []
    for plan in decision.plan.products:
        link = decision.links.get(plan.product_key)
        stops = tuple(step for step in plan.steps if step.kind is StepKind.PAUSE)
        if link and link.hold and stops:
            due.append(Task(replace(plan, steps=stops), decision.wants[plan.product_key]))
    return due
