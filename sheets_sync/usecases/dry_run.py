"""The online dry run: TikTok Shop's own listing check is asked about every product that would be created or edited.

It creates nothing (reference: TikTok Shop API 3.8). Pictures are uploaded for it, since the check looks at them: an
uploaded picture that no listing uses is seen by nobody, and the import that follows uploads it no second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from sheets_sync.drift import untouched
from sheets_sync.errors import ShopConflict, ShopRejected
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import text
from sheets_sync.payload import create_body, full_body, pictures_needed
from sheets_sync.payload_parts import Parts
from sheets_sync.plan import Step, StepKind
from sheets_sync.planning import Approved, PlanRules, plan_product
from sheets_sync.push.context import PushContext, Task
from sheets_sync.push.uploads import upload
from sheets_sync.records import Link
from sheets_sync.report import Trial
from sheets_sync.shop import ShopProduct
from sheets_sync.usecases.check import write
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.send import SendOptions, prepare, told
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import refusal_issue, without_listing

ORIGIN = "listing_check"
_CONTENT = frozenset(
    {StepKind.CREATE, StepKind.CREATE_DRAFT, StepKind.EDIT, StepKind.SAVE_DRAFT, StepKind.PUBLISH, StepKind.PRICE}
)


def dry_run(session: Session, options: SendOptions) -> RunResult:
    """Ask about what an import would send, and write the answers into エラー and 次回の送信内容. Raises what `send`
    raises; nothing is written when the shop cannot be reached.
    """
    prepared = prepare(session, options)
    context, decision = prepared.context, prepared.decision
    tasks = [task for task in prepared.tasks if any(step.kind in _CONTENT for step in task.plan.steps)]
    session.progress.step("step_listing_check", count=len(tasks))
    trials: dict[str, Trial] = {}
    with ThreadPoolExecutor(session.settings.tiktok.workers, thread_name_prefix="check") as pool:
        answers = pool.map(lambda task: _ask(context, task, decision.links.get(task.want.product_key)), tasks)
        for task, issues in zip(tasks, answers, strict=True):
            trials[task.want.product_key] = _trial(issues)
            session.progress.advance("step_products", len(trials), len(tasks))
    standings = [replace(one, trial=trials.get(one.want.product_key)) for one in prepared.picture.standings]
    picture = replace(prepared.picture, decision=decision, standings=standings)
    result = told(session, picture, [], dry=True, chosen=options.choice())
    faulty = sum(any(issue.severity is Severity.ERROR for issue in trial.issues) for trial in trials.values())
    result.notes.append(("listing_checked", {"count": len(trials), "faulty": faulty}))
    result.attention = any(trial.issues for trial in trials.values())
    session.notes.append(text("note_listing_check", session.language))
    write(session, picture, result, checking=True)
    return result


def _trial(issues: Sequence[Issue]) -> Trial:
    faults = sum(issue.severity is Severity.ERROR for issue in issues)
    code = "trial_check_faults" if faults else "trial_check_passed"
    return Trial(code, {"count": faults}, tuple(issues))


def _ask(ctx: PushContext, task: Task, link: Link | None) -> list[Issue]:
    """What the platform objects to in one product."""
    want = task.want
    link = None if without_listing(link) else link
    actual = _read(ctx, link) if link else None
    uploads = upload(ctx, want, pictures_needed(want, None))
    issues = [replace(issue, origin=ORIGIN) for issue in uploads.issues]
    if any(issue.severity is Severity.ERROR for issue in issues):
        return issues
    foreign = untouched(want, link, ctx.drift) if link else frozenset()
    step = _whole_step(ctx, task, linked=link is not None)
    rules = ctx.rules.get(want.category)
    parts = Parts(want, step, ctx.market, rules, uploads.images, actual, link, foreign, ctx.now())
    answer = ctx.shop.listing_check(_body(parts))
    for fault in answer.faults:
        refusal = refusal_issue(want.product_key, fault.code, fault.words, fault.request_id)
        issues.append(replace(refusal, origin=ORIGIN))
    for words in answer.warnings:
        params = {"words": words}
        issues.append(
            Issue(Tab.PRODUCTS, want.product_key, None, "listing_warning", Severity.WARNING, params, origin=ORIGIN)
        )
    return issues


def _read(ctx: PushContext, link: Link) -> ShopProduct | None:
    try:
        return ctx.shop.get(link.product_id)
    except (ShopRejected, ShopConflict):
        return None


def _whole_step(ctx: PushContext, task: Task, *, linked: bool) -> Step:
    """The product as if it were created now: all content, prices and stock. An edit leaves the stock of SKUs that are
    listed alone, so a number that only a create would be refused for is not held against it.
    """
    rules = PlanRules(price_decimals=ctx.price_decimals)
    steps = plan_product(Approved(task.want, approved=True), None, rules).steps
    step = steps[0] if steps else task.plan.steps[0]
    return replace(step, stock=tuple((key, max(1, n)) for key, n in step.stock)) if linked else step


def _body(parts: Parts) -> dict[str, Any]:
    """A create's body. Of a product that is listed, what the sheet does not speak of comes from its listing, and its
    external id is left out: it is taken, by itself.
    """
    body = create_body(parts, draft=False)
    if parts.actual is not None:
        body = {**full_body(parts), "skus": body["skus"]}
    if parts.link is not None:
        body.pop("external_product_id", None)
    body.pop("save_mode", None)
    return body
