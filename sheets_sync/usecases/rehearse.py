"""Rehearsal: the same import against a TikTok Shop on this machine, before anything leaves the house.

It runs on a throw-away store and a throw-away shop. That shop holds the linked listings as they were last known, so an
edit is rehearsed as an edit and not as a new listing. Only the findings come back: what would be refused or fail the
review stands in エラー and 次回の送信内容, marked as a rehearsal's; no id of it reaches the workbook or the store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import text
from sheets_sync.payload_parts import Market
from sheets_sync.ports import Progress
from sheets_sync.push.refresh import refresh
from sheets_sync.records import Outcome
from sheets_sync.report import Standing, Trial
from sheets_sync.sandbox import Sandbox, SandboxOptions
from sheets_sync.settings import Settings, StoreSettings
from sheets_sync.tables import Patch, Shorten, Snapshot, WorkbookIds, WriteResult
from sheets_sync.usecases.check import Picture, look, objections, tell, write
from sheets_sync.usecases.platform_rules import add_category_rules, load_rules
from sheets_sync.usecases.rehearsal_shop import Wire, known_listing, known_rules, strange_listing
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.send import SendOptions, open_shop, send
from sheets_sync.usecases.session import Session, open_session
from sheets_sync.usecases.standings import ELSEWHERE, STOPPED_ONCE, without_listing

ORIGIN = "rehearsal"


class _ReadOnly:
    """The workbook of the real run, which a rehearsal may read but never write, and that is bound to no shop."""

    def __init__(self, session: Session) -> None:
        self._workbook = session.workbook
        self.name = session.workbook.name
        self.exists = session.workbook.exists

    def read(self, tabs: Collection[Tab] | None = None, shorten: Shorten | None = None) -> Snapshot:
        snapshot = self._workbook.read(tabs, shorten)
        snapshot.ids = WorkbookIds(cart=snapshot.ids.cart)
        return snapshot

    def write(self, patch: Patch) -> WriteResult:
        """Say that everything was written."""
        return WriteResult(sum(len(cells) for tab in patch.tabs.values() for cells in tab.updates.values()))


class _Quieter:
    """Progress of a rehearsal: that of the run, but for what it does not do."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.advance = progress.advance

    def step(self, code: str, **params: object) -> None:
        if code not in ("step_settle", "step_write_workbook"):
            self._progress.step(code, **params)


def rehearse(session: Session, options: SendOptions) -> RunResult:
    """Import into the sandbox, the review included, and tell in the rows what was found. The numbers and states of the
    result are those that the import would end with. Raises what `send` raises.
    """
    session.progress.step("step_rehearse")
    picture = look(session, online=False)
    with ExitStack() as stack:
        aside = tempfile.TemporaryDirectory(prefix="sheets_sync_", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(aside))
        sandbox = stack.enter_context(Sandbox(options=SandboxOptions(rate_per_second=0, daily_quota=0)))
        settings = _settings(session.settings, sandbox, folder)
        progress = _Quieter(session.progress)
        trial = stack.enter_context(open_session(settings, session.command, progress=progress, clock=session.clock))
        trial.__dict__["workbook"] = _ReadOnly(session)
        _furnish(sandbox, session)
        context = open_shop(trial)
        _bring_along(session, trial, picture)
        sandbox.load(products=list(_listings(session, picture, context.market)))
        result = send(trial, replace(options, wait=False, confirm=None, plan_id=""))
        # Reviews are decided by the next request; what was in review before stays so.
        refresh(context, trial.settings.tiktok.workers)
        after = look(trial, online=False)
        ended = tell(trial, after)
        attempts = trial.store.last_attempts().values()
        sent = {attempt.product_key for attempt in attempts if attempt.run_id == trial.run_id}
        trials = _trials(session, picture, after, sent)
    picture = replace(picture, standings=[replace(s, trial=trials.get(s.want.product_key)) for s in picture.standings])
    return _told(session, picture, replace(result, run_id=session.run_id, states=ended.states, listings=ended.listings))


def _told(session: Session, picture: Picture, result: RunResult) -> RunResult:
    """Write the findings into the rows, and tell them with the rehearsed import's numbers."""
    found = tell(session, picture)
    session.notes.append(text("note_rehearsal", session.language))
    write(session, picture, found, checking=True)
    trials = [standing.trial for standing in picture.standings if standing.trial]
    faulty = sum(bool(trial.issues) for trial in trials)
    result.issues, result.unwritten, result.attention = found.issues, found.unwritten, bool(faulty)
    result.notes = [*result.notes, ("rehearsed", {"count": len(trials), "faulty": faulty}), *found.notes]
    return result


# -- before ----------------------------------------------------------------------------------------------------------


def _furnish(sandbox: Sandbox, session: Session) -> None:
    """Give the sandbox the real shop's cached rules; without any it keeps its own."""
    platform = load_rules(session, online=False)
    add_category_rules(session, platform, session.store.cached_keys("rules"), online=False)
    version = session.settings.tiktok.category_version or session.template.category_version
    sandbox.load(rules=known_rules(platform, version))


def _bring_along(session: Session, trial: Session, picture: Picture) -> None:
    """Everything that the plan depends on, so that the rehearsed plan is the real one. What is noted of the real
    listings' look is left behind: those of the sandbox look as the rows say.
    """
    real, store = session.store, trial.store
    for tab in (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES):
        store.save_base_rows(real.base_rows(tab).values())
    store.save_approvals(real.approvals())
    for instruction in real.instructions().values():
        store.save_instruction(instruction)
    for key in real.cached_keys(STOPPED_ONCE):
        if found := real.cached(STOPPED_ONCE, key):
            store.save_cached(STOPPED_ONCE, key, *found)
    links = picture.decision.links.items()
    store.save_links(replace(link, shop={}) for key, link in links if key in picture.decision.wants)
    for attempt in {a.id: a for a in [*real.last_attempts().values(), *real.unsettled_attempts()]}.values():
        if attempt.outcome is not Outcome.PUSHED:
            known = replace(attempt, looks=[])
            store.open_attempt(known)
            if attempt.outcome not in (Outcome.OPEN, Outcome.UNKNOWN):
                store.close_attempt(known)


def _listings(session: Session, picture: Picture, market: Market) -> Iterator[Wire]:
    """The linked listings as they are known, and those that rows must not be listed beside."""
    decision, rules = picture.decision, picture.assessment.platform.rules
    for key, link in decision.links.items():
        if key in decision.wants and not without_listing(link):
            want = decision.wants[key]
            yield known_listing(want, link, market, rules.get(want.category))
    for key in session.store.cached_keys(ELSEWHERE):
        if cached := session.store.cached(ELSEWHERE, key):
            yield strange_listing(cached[0])


# -- after -----------------------------------------------------------------------------------------------------------


def _trials(session: Session, before: Picture, after: Picture, sent: Collection[str]) -> dict[str, Trial]:
    """What the rehearsal found, for each product that it sent or could not send."""
    known: Mapping[str, Standing] = {standing.want.product_key: standing for standing in before.standings}
    trials: dict[str, Trial] = {}
    for standing in after.standings:
        key = standing.want.product_key
        told = known[key].told
        news = (issue for issue in standing.told if issue not in told)
        refusals = [_marked(issue) for issue in news if issue.severity is not Severity.INFO]
        if refusals or key in sent:
            trials[key] = _trial(session, standing, refusals)
    return trials


def _trial(session: Session, after: Standing, refusals: Sequence[Issue]) -> Trial:
    reasons = [_marked(issue) for issue in objections(session, after)]
    faults = [issue for issue in refusals if issue.severity is Severity.ERROR]
    if faults:
        return Trial("trial_rehearsal_refused", {"count": len(faults)}, (*refusals, *reasons))
    if reasons:
        told = " / ".join(str(issue.params["reasons"]) for issue in reasons)
        return Trial("trial_rehearsal_review", {"reasons": told}, (*refusals, *reasons))
    listing = session.template.choice_label("listing", after.listing.value, session.language)
    return Trial("trial_rehearsal_fine", {"listing": listing}, tuple(refusals))


def _marked(issue: Issue) -> Issue:
    """The issue as the rehearsal's. The sandbox's request id would only mislead whoever quotes it."""
    params = {**issue.params, "request_id": "-"} if "request_id" in issue.params else issue.params
    return replace(issue, origin=ORIGIN, params=params)


def _settings(real: Settings, sandbox: Sandbox, folder: Path) -> Settings:
    """The real settings with a shop, a store and tokens of their own. The cart is told nothing."""
    tiktok = {
        "api_base": sandbox.url,
        "auth_base": sandbox.url,
        "app_key": sandbox.app_key,
        "app_secret": SecretStr(sandbox.app_secret),
        "access_token": SecretStr(sandbox.access_token),
        "refresh_token": SecretStr(sandbox.refresh_token),
        "shop_cipher": SecretStr(sandbox.shop_cipher),
        "warehouse_id": "",
        "keep_tokens_in": "file",
    }
    return real.model_copy(
        update={
            "cart": real.cart.model_copy(update={"writeback": ()}),
            "tiktok": real.tiktok.model_copy(update=tiktok),
            "store": StoreSettings(url=SecretStr(f"sqlite:///{folder / 'rehearsal.db'}")),
        }
    ).within(real.folder, folder)
