"""What an import will do, as data: it can be printed, hashed, compared and refused.

A step names the fields that differ, so that a price or stock update can never carry the publication state with it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum

from sheets_sync.content import fingerprint
from sheets_sync.states import Action

Prices = tuple[tuple[str, str], ...]
Stock = tuple[tuple[str, int], ...]


class StepKind(StrEnum):
    """One thing to be done to a listing. HOLD only remembers that the listing is to be paused once it is live."""

    CREATE = "create"
    CREATE_DRAFT = "create_draft"
    EDIT = "edit"
    SAVE_DRAFT = "save_draft"
    PRICE = "price"
    STOCK = "stock"
    PUBLISH = "publish"
    PAUSE = "pause"
    HOLD = "hold"
    DELETE = "delete"


class Wait(StrEnum):
    """Why a change, or a whole product, is not sent now."""

    ALLOWANCE = "allowance"
    PAUSED = "paused"
    TAKEN_DOWN = "taken_down"
    FROZEN = "frozen"
    HELD = "held"
    DELETED = "deleted"
    REFUSED = "refused"
    UNSETTLED = "unsettled"
    LISTED = "listed"
    SALE_PERIOD = "sale_period"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `fields`: content fields that differ, by group. `prices`, `stock`: by variant, those of added variants
    with them. `added`, `removed`: variants. `mark`: fingerprint of the content that the step carries.
    """

    kind: StepKind
    fields: tuple[str, ...] = ()
    prices: Prices = ()
    stock: Stock = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    mark: str = ""

    def canonical(self) -> list[object]:
        """The step as plain values, the same in whatever order rows and cells stand."""
        lists = (self.fields, self.prices, self.stock, self.added, self.removed)
        return [self.kind, self.mark, *(sorted(values) for values in lists)]


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """Steps of one product in order. `waiting`: fields that differ but are not sent now, and `wait` says why.

    `refused`: steps left out because TikTok Shop refused exactly this content before: only a change can heal that.
    `instruction`: the fresh 出品指示 that these steps carry out (KEEP: none). `already`: it needs no call, the listing
    is so by now. `impossible`: message code when it cannot be carried out in this state.
    """

    product_key: str
    steps: tuple[Step, ...] = ()
    waiting: tuple[str, ...] = ()
    wait: Wait | None = None
    instruction: Action = Action.KEEP
    already: bool = False
    impossible: str = ""
    refused: tuple[StepKind, ...] = ()

    @property
    def creates(self) -> bool:
        return any(step.kind in (StepKind.CREATE, StepKind.CREATE_DRAFT) for step in self.steps)

    @property
    def spends_allowance(self) -> bool:
        """Whether the platform counts this against the day's allowance (creates and activations, reference: 5.4)."""
        return any(step.kind in (StepKind.CREATE, StepKind.PUBLISH) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one import will do, for one shop."""

    shop_id: str
    products: tuple[ProductPlan, ...] = field(default_factory=tuple)

    @property
    def id(self) -> str:
        """Twelve hex digits that stand for exactly this plan, in whatever order the rows stand.

        Without the shop: a store belongs to one shop, and a plan may be made before the first sign-in names it.
        """
        steps = {p.product_key: [p.instruction, [s.canonical() for s in p.steps]] for p in self.products if p.steps}
        body = json.dumps(steps, sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()[:12]

    def by_key(self) -> dict[str, ProductPlan]:
        return {plan.product_key: plan for plan in self.products}

    def count(self, *kinds: StepKind) -> int:
        """How many products have a step of these kinds."""
        return sum(any(step.kind in kinds for step in p.steps) for p in self.products)


def step_print(step: Step) -> str:
    """Fingerprint of what a step sends: tells whether a refusal speaks of the same content."""
    return fingerprint(step.canonical())
