"""The closed lists of words that the workbook, the JSON and the plan speak in (docs/design.md, sections 2 and 4)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """状態: what is asked of the merchandiser. Listed in order of precedence: the first that applies wins."""

    OFF = "off"
    INVALID = "invalid"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PLATFORM_STOPPED = "platform_stopped"
    REVIEW_FAILED = "review_failed"
    WAITING = "waiting"
    READY = "ready"
    IN_REVIEW = "in_review"
    SYNCED = "synced"


NEEDS_A_PERSON = frozenset(
    {State.INVALID, State.INCOMPLETE, State.FAILED, State.REVIEW_FAILED, State.PLATFORM_STOPPED}
)


class Listing(StrEnum):
    """出品状況: what the platform shows, always the platform's word."""

    NONE = "none"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PRE_APPROVED = "pre_approved"
    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    TAKEN_DOWN = "taken_down"
    FROZEN = "frozen"
    DELETED = "deleted"


class Action(StrEnum):
    """出品指示: a one-shot instruction. KEEP (a blank cell) never moves the publication state."""

    KEEP = ""
    PUBLISH = "publish"
    DRAFT = "draft"
    PAUSE = "pause"
    DELETE = "delete"


class StockPolicy(StrEnum):
    """在庫連携: when stock is sent."""

    INITIAL = "initial"
    ALWAYS = "always"
    NEVER = "never"


class Overwrite(StrEnum):
    """How an export treats prefilled cells that the merchandiser may have edited."""

    MERGE = "merge"
    IF_UPDATED = "if-updated"
    ALWAYS = "always"


class CartStatus(StrEnum):
    """Publication state of a product in its cart."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"
