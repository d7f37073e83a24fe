"""What result cells say: exactly one 状態 per product, and the words beside it. Pure; every text from the catalogue.

The state is a fixed order in which wrong beats unchanged (docs/design.md, section 4). 出品状況 is the platform's alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.content import group
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.drift import readable
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language, text
from sheets_sync.plan import ProductPlan, Step, StepKind, Wait
from sheets_sync.records import Instruction, Link
from sheets_sync.review_positions import column_of_position
from sheets_sync.shop import UNDER_REVIEW
from sheets_sync.states import Action, Listing, State
from sheets_sync.template import Template

LINES = 20
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
# On sale before long, if nobody stops it.
_COMING = frozenset({Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.SCHEDULED})
# What plans, refusals and drift speak of under names that are not columns of 商品: each has a text `field_<name>`.
_GROUPS = frozenset({"images", "weight", "dimensions", "attributes", "skus", "options", "price", "stock"})


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rehearsal, or the platform's listing check, found out about a product. It is told in the row; nothing was
    sent, so the 状態 stays. `code` and `params`: its line in 次回の送信内容.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(slots=True)
class Standing:
    """Everything that is known of one product when its result cells are written.

    `failures`: what the platform refused or did not take, as issues; they speak of the content as it is now.
    `unsettled`: the outcome of its last write is not known yet.
    """

    want: DesiredListing
    plan: ProductPlan
    link: Link | None = None
    issues: Sequence[Issue] = ()
    failures: Sequence[Issue] = ()
    instruction: Instruction | None = None
    unsettled: bool = False
    trial: Trial | None = None

    @property
    def told(self) -> list[Issue]:
        """Everything that the error cells say."""
        return [*self.issues, *self.failures, *(self.trial.issues if self.trial else ())]

    @property
    def listing(self) -> Listing:
        return self.link.listing if self.link else Listing.NONE


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak: language, labels, codes that mean "missing", the day on which the allowance is renewed.

    `names`: what the platform calls its categories, brands and attributes, by `field:id`. `drift_shown`: whether what
    others change on TikTok's side is worth a word. `named`: ids of listings by product, where only the row remembers
    the listing (a lost store): it is looked for before anything is created.
    """

    language: Language
    template: Template
    missing_codes: frozenset[str]
    next_day: str = ""
    timezone: dt.tzinfo = dt.UTC
    names: Mapping[str, str] = field(default_factory=dict)
    drift_shown: bool = True
    named: Mapping[str, str] = field(default_factory=dict)

    def say(self, code: str, **params: object) -> str:
        return text(code, self.language, **params)

    def label(self, tab: Tab, column: str) -> str:
        """What the workbook calls a column; one that this tab lacks has its name on the SKU tab, or is a group."""
        for place in (tab, Tab.SKUS):
            if self.template.has(place, column):
                return self.template.column(place, column).label(self.language)
        return self.say(f"field_{column}") if column in _GROUPS else column

    def moment(self, at: dt.datetime) -> str:
        local = at.astimezone(self.timezone)
        return f"{local:%m/%d %H:%M}"


def state_of(standing: Standing, missing_codes: frozenset[str]) -> State:  # noqa: PLR0911  one line a state
    """The one state of a product, in the design's order of precedence."""
    errors = [issue.code for issue in standing.issues if issue.severity is Severity.ERROR]
    link, plan = standing.link, standing.plan
    # 連携対象 that can be read neither as on nor as off is a fault, not a wish to leave the product out.
    unread = any(i.tab is Tab.PRODUCTS and i.column == "sync" and i.severity is Severity.ERROR for i in standing.issues)
    if not standing.want.sync and not unread:
        stopping = plan.instruction in (Action.PAUSE, Action.DELETE) or _stop_failed(standing)
        return State.FAILED if stopping and standing.failures else State.OFF
    if any(code not in missing_codes for code in errors):
        return State.INVALID
    if errors:
        return State.INCOMPLETE
    if standing.failures:
        return State.FAILED
    if standing.unsettled:
        return State.UNKNOWN
    if standing.listing in (Listing.TAKEN_DOWN, Listing.FROZEN):
        return State.PLATFORM_STOPPED
    if link and link.audit == "FAILED":
        return State.REVIEW_FAILED
    if plan.wait is Wait.ALLOWANCE:
        return State.WAITING
    if plan.steps or plan.wait in (Wait.LISTED, Wait.SALE_PERIOD):
        return State.READY
    if link and (link.audit in UNDER_REVIEW or standing.listing is Listing.IN_REVIEW):
        return State.IN_REVIEW
    return State.SYNCED


def _stop_failed(standing: Standing) -> bool:
    instruction = standing.instruction
    return bool(instruction and instruction.failed and instruction.action in (Action.PAUSE, Action.DELETE))


@dataclass(slots=True)
class Totals:
    """Counts over all products: the states add up to the products read, and so do the listings."""

    products: int = 0
    skus: int = 0
    states: Counter[State] = field(default_factory=Counter)
    listings: Counter[Listing] = field(default_factory=Counter)


def totals(standings: Iterable[Standing], missing_codes: frozenset[str]) -> Totals:
    counts = Totals()
    for standing in standings:
        counts.products += 1
        counts.skus += len(standing.want.skus)
        counts.states[state_of(standing, missing_codes)] += 1
        counts.listings[standing.listing] += 1
    return counts


# -- lines of issues -------------------------------------------------------------------------------------------------


def issue_lines(issues: Iterable[Issue], voice: Voice, tab: Tab, names: Mapping[str, str] | None = None) -> str:
    """The error cell: errors first, then warnings, a line each, 20 lines at most. `names`: SKU codes by variant key."""
    ordered = sorted(issues, key=lambda issue: _ORDER[issue.severity])
    lines = list(dict.fromkeys(_line(issue, voice, tab, names or {}) for issue in ordered))
    if len(lines) > LINES:
        lines = [*lines[:LINES], voice.say("more_lines", count=len(lines) - LINES)]
    return "\n".join(lines)


def _line(issue: Issue, voice: Voice, tab: Tab, names: Mapping[str, str]) -> str:
    words = voice.say(issue.code, **issue.params)
    mark = "" if issue.severity is Severity.ERROR else voice.say(f"severity_{issue.severity}")
    mark += voice.say(f"origin_{issue.origin}") if issue.origin else ""
    if issue.column is None:
        return mark + voice.say("issue_line_row", text=words, id=issue.code)
    label = voice.label(issue.tab, issue.column)
    if tab is Tab.PRODUCTS and issue.tab is not Tab.PRODUCTS:
        sku = names.get(issue.row_key) or issue.row_key
        if issue.tab is Tab.SKUS:
            return mark + voice.say("issue_line_sku", sku=sku, column=label, text=words, id=issue.code)
        label = f"{voice.template.tab_name(issue.tab, voice.language)} {label}"
    return mark + voice.say("issue_line", column=label, text=words, id=issue.code)


# -- what a product's cells say --------------------------------------------------------------------------------------


def planned_text(standing: Standing, state: State, voice: Voice) -> str:
    """次回の送信内容: what the next import will do, and what waits and why."""
    plan, want = standing.plan, standing.want
    lines = [line for step in plan.steps for line in _step_lines(step, want, voice)]
    if state is State.OFF and not plan.steps:
        coming = standing.listing in _COMING and not (standing.link and standing.link.hold)
        off = [voice.say("plan_off_live")] if standing.listing is Listing.LIVE else []
        off += [voice.say("plan_off_coming")] if coming else []
        off += [voice.say("plan_off_action")] if want.action in (Action.PUBLISH, Action.DRAFT) else []
        if off:
            return "\n".join(off)
    if plan.wait:
        fields = field_names(plan.waiting, voice)
        lines.append(voice.say(f"plan_wait_{plan.wait}", fields=fields, day=voice.next_day))
    if want.taken and want.sync:
        pairs = (f"{taken.name or voice.label(Tab.PRODUCTS, key)}={taken.value}" for key, taken in want.taken.items())
        lines.append(voice.say("plan_defaults", values=", ".join(pairs)))
    if not plan.steps and not plan.wait and state in (State.SYNCED, State.IN_REVIEW):
        # A deleted listing asks for nothing, but "no change" would sound as if it were on sale.
        deleted = standing.listing is Listing.DELETED
        lines.insert(0, voice.say(f"plan_wait_{Wait.DELETED}" if deleted else "plan_none"))
    if standing.trial:
        lines.append(voice.say(standing.trial.code, **standing.trial.params))
    return "\n".join(lines)


def _step_lines(step: Step, want: DesiredListing, voice: Voice) -> list[str]:
    # Price and stock of an added SKU are part of adding it.
    price = any(key not in step.added for key, _ in step.prices)
    stock = any(key not in step.added for key, _ in step.stock)
    fields = step.fields + (("price",) if price else ()) + (("stock",) if stock else ())
    names = field_names(fields, voice)
    match step.kind:
        case StepKind.EDIT | StepKind.PRICE | StepKind.STOCK:
            lines = [voice.say("plan_update", fields=names)]
        case StepKind.SAVE_DRAFT:
            lines = [voice.say("plan_save_draft", fields=names)]
        case StepKind.PUBLISH:
            lines = [voice.say("plan_publish")]
        case StepKind.CREATE | StepKind.CREATE_DRAFT if known := voice.named.get(want.product_key):
            return [voice.say("plan_named_listing", id=known)]
        case _:
            return [voice.say(f"plan_{step.kind}")]
    skus = {sku.variant_key: sku for sku in want.skus}
    for code, keys in (("plan_sku_added", step.added), ("plan_sku_removed", step.removed)):
        if keys:
            lines.append(voice.say(code, names=", ".join(_sku_name(skus.get(key), key) for key in keys)))
    return lines


def _sku_name(sku: DesiredSku | None, key: str) -> str:
    return "・".join(option.value for option in sku.options) if sku and sku.options else key


def field_names(fields: Iterable[str], voice: Voice) -> str:
    """Content fields by the names that the workbook gives them."""
    names = (voice.say(f"field_{name}") if name in _GROUPS else voice.label(Tab.PRODUCTS, name) for name in fields)
    return ", ".join(dict.fromkeys(names))


def review_text(link: Link | None, voice: Voice) -> str:
    """審査NG理由: each objection at the column it speaks of, with the platform's suggestions."""
    lines: list[str] = []
    for reason in link.reasons if link else ():
        column = column_of_position(reason.position)
        label = voice.label(Tab.PRODUCTS, column) if column else reason.position
        lines.append(voice.say("review_line", column=label, reasons=" / ".join(reason.reasons)))
        lines += [voice.say("review_suggestion", text=suggestion) for suggestion in reason.suggestions]
    return "\n".join(lines)


def action_text(standing: Standing, voice: Voice) -> str | None:
    """指示結果, or None when there is no instruction to speak of: the cell keeps what it says."""
    instruction = standing.instruction
    if instruction is None:
        return None
    if instruction.confirmed_at:
        return voice.say(f"action_done_{instruction.action}", when=voice.moment(instruction.confirmed_at))
    if instruction.failed:
        return voice.say("action_failed")
    if standing.link and standing.link.hold:
        return voice.say("action_held")
    return voice.say("action_open")


def drift_text(link: Link | None, voice: Voice) -> str:
    """TikTok側の変更: what the listing showed after our last edit, and what it shows now."""
    if link is None or not voice.drift_shown:
        return ""
    lines: list[str] = []
    for name, now in link.drift.items():
        field_name, _, key = group(name).partition(":")
        label = voice.names.get(name) or field_names([field_name], voice)
        if key:
            label += f" {link.skus[key].seller_sku if key in link.skus else key}"
        before = link.shop.get(name, "")
        values = {"before": _shown(name, before, voice), "now": _shown(name, now, voice)}
        lines.append(voice.say("drift_line", column=label, **values))
    return "\n".join(lines)


def _shown(name: str, note: str, voice: Voice) -> str:
    """A note of drift in words."""
    value = readable(name, note, voice.names)
    if not value:
        return voice.say("drift_nothing")
    return voice.say(f"drift_{name}", value=value) if name in ("images", "weight", "dimensions") else value
