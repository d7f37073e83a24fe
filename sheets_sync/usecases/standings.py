"""Puts together, for every product, what its rows want, what was sent, what is planned and what went wrong."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheets_sync.approval import Approval
from sheets_sync.cart_policies import CartPolicies, policy_issues, settled, stops_since, waits_for_period
from sheets_sync.content import content, whole
from sheets_sync.desired import DesiredListing
from sheets_sync.drift import agreed
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import catalogue
from sheets_sync.payload import pictures_needed
from sheets_sync.plan import Plan, ProductPlan, Wait, step_print
from sheets_sync.planning import Approved, PlanRules, make_plan
from sheets_sync.ports import PictureFault
from sheets_sync.push.uploads import FAULT, picture_issue
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome
from sheets_sync.report import Standing
from sheets_sync.states import Action, CartStatus, Listing
from sheets_sync.tiktok.classify import advice, column_of, seller_can_mend
from sheets_sync.usecases.assess import Assessment
from sheets_sync.usecases.session import Session

ALLOWANCE_DAY = "allowance_spent_on"
SELLER_MENDS = dt.timedelta(hours=1)
ALLOWANCE_SPENT = "12052093"
STOPPED_ONCE = "stopped_once"
"""Kind under which the store keeps, by product key, that the reason to stop a product which holds now is done with."""

ELSEWHERE = "listed_elsewhere"
"""Kind under which the store keeps, by product key, which listing holds a row's seller SKUs: a check is offline."""
_STOPPED = frozenset({Listing.TAKEN_DOWN, Listing.FROZEN})
SCHEDULED_AT = "scheduled_at"


@dataclass
class Decision:
    """The plan and everything it was made from."""

    plan: Plan
    wants: dict[str, DesiredListing]
    items: dict[str, Approved]
    links: Mapping[str, Link]
    instructions: Mapping[str, Instruction]
    issues: dict[str, list[Issue]]
    attempts: dict[str, list[Attempt]]
    unsettled: frozenset[str]
    rules: PlanRules

    def standings(self) -> list[Standing]:
        """One per product, in sheet order."""
        plans = self.plan.by_key()
        return [self._standing(key, want, plans[key]) for key, want in self.wants.items()]

    def _standing(self, key: str, want: DesiredListing, plan: ProductPlan) -> Standing:
        issues = list(self.issues.get(key, ()))
        if plan.impossible:
            params = {"read": plan.instruction.value}
            issues.append(Issue(Tab.PRODUCTS, key, "action", plan.impossible, params=params))
        link = self.links.get(key)
        issues += [
            Issue(Tab.PRODUCTS, key, None, "platform_warning", Severity.WARNING, {"words": words})
            for words in (link.warnings if link else ())
        ]
        if link and want.sync:
            issues += [_open_item(key, item) for item in link.open_items]
            issues += _skus_off(want, link)
        if link and want.sync and link.listing in _STOPPED:
            issues.append(Issue(Tab.PRODUCTS, key, None, f"platform_{link.listing}", Severity.INFO))
        failures = list(_failures(want, plan, self.attempts.get(key, ()), self.instructions.get(key)))
        return Standing(want, plan, link, issues, failures, self.instructions.get(key), unsettled=key in self.unsettled)


def decide(session: Session, assessment: Assessment, *, checking: bool, retry_pictures: bool = False) -> Decision:
    """Make the plan. `checking`: this run shows her the values (sign-off). `retry_pictures`: pictures that could not be
    used before are tried again, so their faults hold nothing back.
    """
    store, settings = session.store, session.settings
    attempts = _by_product(store.last_attempts().values())
    issues = _grouped(assessment.issues)
    wants = _wants(assessment.listings)
    links = _links(session, wants)
    _forgive_kept_schedules(issues, wants, links)
    policies = CartPolicies(
        settings.rules.push_unpublished, settings.rules.deleted_in_cart, settings.rules.sale_period
    )
    stops = _stops(session, wants, links, policies)
    instructions = _current_instructions(session, wants)
    if settings.rules.sign_off:
        _sign_off(session, wants, issues, checking=checking)
    rules = PlanRules(
        publish_new=settings.rules.publish_new,
        price_decimals=session.template.price_decimals,
        allowance_left=_allowance_left(session, attempts),
        drift=settings.rules.drift,
    )
    faults = {} if retry_pictures else _picture_issues(session, wants)
    elsewhere = set(store.cached_keys(ELSEWHERE))
    items: dict[str, Approved] = {}
    now = session.clock.now()
    statuses = {s: session.template.choice_label("cart_status", s, session.language) for s in CartStatus}
    for key, want in wants.items():
        if want.sync:
            told = policy_issues(want, links.get(key), policies, now, stops=key in stops, words=statuses)
            issues.setdefault(key, []).extend(told)
        issues.setdefault(key, []).extend(faults.get(key, ()))
        action = _effective(want.action, instructions.get(key), stops=key in stops)
        errors = any(issue.severity is Severity.ERROR for issue in issues.get(key, ()))
        approved = want.sync and not want.held and not errors
        listed = key in elsewhere and without_listing(links.get(key))
        waits = waits_for_period(want, policies, now)
        items[key] = Approved(want, approved, action, _refusals(attempts.get(key, ()), now), listed, waits)
    unsettled = frozenset(attempt.product_key for attempt in store.unsettled_attempts())
    plan = make_plan(items.values(), links, unsettled, store.fact("shop_id"), rules)
    for key in (held.product_key for held in plan.products if held.wait is Wait.LISTED):
        issues[key].append(_already_listed(session, key))
    return Decision(plan, wants, items, links, instructions, issues, attempts, unsettled, rules)


def _wants(listings: Sequence[DesiredListing]) -> dict[str, DesiredListing]:
    """By product key. Of rows that share a key the topmost one counts; where they differ, all of them are held."""
    wants = {want.product_key: want for want in reversed(listings)}
    return dict(reversed(wants.items()))


def _open_item(key: str, item: str) -> Issue:
    """What the seller has to settle in Seller Center before the product goes on sale; unknown items as they are."""
    code = f"open_item_{item.lower()}"
    known = code in catalogue()
    return Issue(Tab.PRODUCTS, key, None, code if known else "open_item_other", Severity.WARNING, {"item": item})


def _skus_off(want: DesiredListing, link: Link) -> Iterable[Issue]:
    """SKUs that are off sale though their listing is on: those that the seller took off herself are only told."""
    for sku in want.skus:
        known = link.skus.get(sku.variant_key)
        if known and known.off:
            code, severity = ("sku_off", Severity.WARNING)
            if known.off == "SELLER":
                code, severity = ("sku_off_by_seller", Severity.INFO)
            yield Issue(sku.tab, sku.ref.key, "seller_sku", code, severity, product_key=want.product_key)


def without_listing(link: Link | None) -> bool:
    """Whether a row has no listing: it never had one, or the one it had was deleted."""
    return link is None or link.listing is Listing.DELETED


def _already_listed(session: Session, key: str) -> Issue:
    """The warning that asks for a person: which listing of the shop has the row's seller SKUs."""
    known = session.store.cached(ELSEWHERE, key)
    params = known[0] if known else {}
    return Issue(Tab.PRODUCTS, key, "seller_sku", "sku_already_listed", Severity.WARNING, params)


def _links(session: Session, wants: Mapping[str, DesiredListing]) -> dict[str, Link]:
    """All links. Where a row has come to say what someone wrote on TikTok's side, that is remembered as agreed."""
    links = session.store.links()
    for key in [key for key, link in links.items() if link.drift and key in wants]:
        link = agreed(wants[key], links[key], session.template.price_decimals)
        if link is not links[key]:
            session.store.save_link(link)
            links[key] = link
    return links


def _forgive_kept_schedules(
    issues: dict[str, list[Issue]], wants: Mapping[str, DesiredListing], links: Mapping[str, Link]
) -> None:
    """A 公開予約日時 that TikTok Shop has taken and that has come since is no fault: the product went on sale by it."""
    for key, found in issues.items():
        link = links.get(key)
        if link is None or link.listing in (Listing.DRAFT, Listing.DELETED):
            continue
        if any(issue.code == "schedule_past" for issue in found) and (
            link.sent.get(SCHEDULED_AT) == content(wants[key])[SCHEDULED_AT]
        ):
            issues[key] = [issue for issue in found if issue.code != "schedule_past"]


def _grouped(issues: Iterable[Issue]) -> dict[str, list[Issue]]:
    found: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        found[issue.product].append(issue)
    return found


def _by_product(attempts: Iterable[Attempt]) -> dict[str, list[Attempt]]:
    """Attempts by product, the newest of each kind of step only."""
    newest: dict[tuple[str, str], Attempt] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.started_at):
        newest[attempt.product_key, str(attempt.facts.get("step", attempt.call))] = attempt
    found: dict[str, list[Attempt]] = defaultdict(list)
    for (key, _), attempt in newest.items():
        found[key].append(attempt)
    return found


def _refusals(attempts: Sequence[Attempt], now: dt.datetime) -> dict[str, str]:
    """What must not be sent again. What the seller can mend in Seller Center is tried again after a while."""
    return {
        str(attempt.facts.get("step")): attempt.payload_hash
        for attempt in attempts
        if attempt.outcome is Outcome.REJECTED
        and not (seller_can_mend(attempt.shop_code) and now - attempt.started_at >= SELLER_MENDS)
    }


def idempotency_keys(attempts: Mapping[str, Sequence[Attempt]]) -> dict[tuple[str, str], str]:
    """Keys of creates that came to nothing, by product and content: the same content goes out under the same key."""
    return {
        (attempt.product_key, attempt.payload_hash): attempt.idempotency_key
        for found in attempts.values()
        for attempt in found
        if attempt.call is Call.CREATE and attempt.outcome is Outcome.FAILED
    }


def _failures(
    want: DesiredListing, plan: ProductPlan, attempts: Sequence[Attempt], instruction: Instruction | None
) -> Iterable[Issue]:
    """Refusals that speak of what would be sent now, as issues at the column they speak of."""
    open_steps = {str(step.kind): step_print(step) for step in plan.steps}
    for attempt in attempts:
        kind = str(attempt.facts.get("step", ""))
        named = bool(attempt.shop_code or attempt.facts.get("message"))
        if attempt.outcome not in (Outcome.REJECTED, Outcome.FAILED) or not named:
            continue
        if attempt.shop_code == ALLOWANCE_SPENT:
            continue
        if kind in plan.refused or open_steps.get(kind) == attempt.payload_hash or _is_of(attempt, instruction):
            yield failure_issue(want.product_key, attempt)
    if instruction and instruction.failed == "publish_in_doubt":
        yield Issue(Tab.PRODUCTS, want.product_key, "action", instruction.failed)


def _is_of(attempt: Attempt, instruction: Instruction | None) -> bool:
    """Whether the attempt was part of an instruction that failed."""
    return bool(instruction and instruction.failed and attempt.started_at >= instruction.consumed_at)


def failure_issue(product_key: str, attempt: Attempt) -> Issue:
    """What TikTok Shop said to an attempt, for a person: our advice, its own words, its code and request id."""
    if not attempt.shop_code:
        return Issue(Tab.PRODUCTS, product_key, None, "sent_later")
    return refusal_issue(product_key, attempt.shop_code, attempt.words, attempt.request_id)


def refusal_issue(product_key: str, shop_code: str, words: str, request_id: str) -> Issue:
    """A refusal in TikTok Shop's own words, with our advice, at the column that it speaks of."""
    params = {"words": words, "shop_code": shop_code, "request_id": request_id}
    return Issue(Tab.PRODUCTS, product_key, column_of(shop_code, words), advice(shop_code, words), params=params)


# -- instructions ----------------------------------------------------------------------------------------------------


def _current_instructions(session: Session, wants: Mapping[str, DesiredListing]) -> dict[str, Instruction]:
    """Instructions that still stand. One whose cell was read blank or different is over, but its result is still told
    by the cell, so the record can go.
    """
    known = session.store.instructions()
    over = [
        key
        for key, done in known.items()
        # What this very run carried out (a pending stop, say) has no cell, but a result to be told first.
        if key in wants and _is_over(wants[key], done) and done.consumed_at < session.started
    ]
    session.store.forget_instructions(over)
    return {key: done for key, done in known.items() if key not in over}


def _is_over(want: DesiredListing, done: Instruction) -> bool:
    """Whether the cell no longer speaks of the instruction: it is blank or different, or the same value was filled in
    anew after it had been cleared. The cell of a held row may be another's.
    """
    if want.held:
        return False
    return want.action is not done.action or (bool(done.told) and want.action_result == done.told)


def _effective(cell: Action, instruction: Instruction | None, *, stops: bool) -> Action:
    """The instruction to carry out now: a fresh one, or one that was taken but neither done nor failed. `stops`: with
    a blank cell the shop's rules stop it.
    """
    if instruction and instruction.action is cell and (instruction.confirmed_at or instruction.failed):
        return Action.KEEP
    return Action.PAUSE if stops and cell is Action.KEEP else cell


def _stops(
    session: Session, wants: Mapping[str, DesiredListing], links: Mapping[str, Link], policies: CartPolicies
) -> frozenset[str]:
    """Products on sale that the shop's rules stop now. What was off sale since the reason arose, or was put on sale by
    a person after it, is remembered, so that each reason stops a product once.
    """
    store, now = session.store, session.clock.now()
    done = {key: found[1] for key in store.cached_keys(STOPPED_ONCE) if (found := store.cached(STOPPED_ONCE, key))}
    instructions = store.instructions()
    stops: set[str] = set()
    for key, want in wants.items():
        if want.held:
            continue  # its cells may be another's: nothing is decided, and nothing forgotten
        link = links.get(key)
        since = stops_since(want, policies, now, session.timezone)
        if since is None:
            if key in done:
                store.forget_cached(STOPPED_ONCE, key)
        elif key in done and done[key] >= since:
            continue
        elif settled(since, link, instructions.get(key)):
            store.save_cached(STOPPED_ONCE, key, True, now)
        elif link and link.listing is Listing.LIVE:
            stops.add(key)
    return frozenset(stops)


# -- what holds a product back besides its own cells -----------------------------------------------------------------


def _picture_issues(session: Session, wants: Mapping[str, DesiredListing]) -> dict[str, list[Issue]]:
    """Pictures that could not be used when they were last tried."""
    bad = set(session.store.cached_keys(FAULT))
    found: dict[str, list[Issue]] = defaultdict(list)
    for key, want in wants.items() if bad else ():
        for address, use in pictures_needed(want, None):
            name = f"{use} {address}"
            cached = session.store.cached(FAULT, name) if name in bad else None
            if cached:
                code, params = cached[0]
                found[key].append(picture_issue(want, address, use, PictureFault(code, params)))
    return found


def _sign_off(
    session: Session, wants: Mapping[str, DesiredListing], issues: dict[str, list[Issue]], *, checking: bool
) -> None:
    """Ticks in 承認: a product without a valid one is not sent, and says so."""
    known = session.store.approvals()
    changed: dict[str, str] = {}
    for key, want in wants.items():
        if want.held:
            continue
        now = whole(want, session.template.price_decimals)
        before = Approval.from_text(known.get(key, ""))
        after = before.after_reading(now, ticked=want.approved, checking=checking)
        if after != before:
            changed[key] = after.to_text()
        if want.sync and not after.holds(now):
            code = "approval_void" if after.void else "approval_missing"
            issues.setdefault(key, []).append(Issue(Tab.PRODUCTS, key, "approval", code))
    session.store.save_approvals(changed)


# -- the day's allowance ---------------------------------------------------------------------------------------------


def _allowance_left(session: Session, attempts: Mapping[str, Sequence[Attempt]]) -> int | None:
    """How many listings the platform still takes today; None = not known."""
    if session.store.fact(ALLOWANCE_DAY) == session.today.isoformat():
        return 0
    allowed = session.settings.tiktok.daily_allowance
    if not allowed:
        return None
    spent = sum(_spent_today(session, attempt) for found in attempts.values() for attempt in found)
    return max(0, allowed - spent)


def _spent_today(session: Session, attempt: Attempt) -> bool:
    made = attempt.call in (Call.CREATE, Call.ACTIVATE) and attempt.outcome is Outcome.PUSHED
    return made and session.local(attempt.started_at).date() == session.today


def next_day(session: Session) -> str:
    """The day on which the allowance is renewed, as a cell shows it (resets at midnight, reference: 5.4)."""
    return f"{session.today + dt.timedelta(days=1):%m-%d}"


def only(decision: Decision, keys: Iterable[str]) -> Decision:
    """The same decision for these products only (`import --only`, `--limit`)."""
    kept = set(keys)
    products = tuple(p if p.product_key in kept else replace(p, steps=()) for p in decision.plan.products)
    return replace(decision, plan=replace(decision.plan, products=products))
