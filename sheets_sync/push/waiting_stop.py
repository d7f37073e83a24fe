"""A stop that waited for its listing to go live (出品指示 停止する during a review)."""

from __future__ import annotations

from sheets_sync.desired import DesiredListing
from sheets_sync.plan import ProductPlan, Step, StepKind
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.product import push_product
from sheets_sync.records import Link
from sheets_sync.states import Action, Listing
from sheets_sync.tables import RowRef


def is_due(link: Link) -> bool:
    return link.hold and link.listing is Listing.LIVE


def carry_out_stop(ctx: PushContext, link: Link) -> Pushed:
    """Hide the listing now, without a look at the rows: a stop needs no approval. Raises CredentialsError."""
    key = link.product_key
    known = ctx.store.instructions().get(key)
    taken = known is not None and known.action is Action.PAUSE and not known.failed
    plan = ProductPlan(key, (Step(StepKind.PAUSE),), instruction=Action.PAUSE if taken else Action.KEEP)
    return push_product(ctx, Task(plan, DesiredListing(RowRef(key), key)), known if taken else None)
