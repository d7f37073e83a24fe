"""The tag rule: a cart's tag lets products begin as ON. What happens to the tag later is told, never obeyed by itself.

Only `tag_removed = "off"` takes a row out, and only at the moment when the tag goes: her later ON stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets_sync.records import Plain

TAG = "tag"
"""In `BaseRow.extra`: the tag that the rule spoke of at the last export, so that another rule moves nothing."""

TAGGED = "tagged"
MOVED = "tag_moved"
ADDED, REMOVED = "added", "removed"


@dataclass(frozen=True, slots=True)
class TagRule:
    """`tag`: products that carry it start as ON ("" = there is no rule). `turns_off`: a row goes OFF when the cart
    takes it away.
    """

    tag: str = ""
    turns_off: bool = False


@dataclass(frozen=True, slots=True)
class TagMove:
    """What an export does about a known product's tag: facts for `BaseRow.extra`, and whether 連携対象 goes OFF."""

    facts: Mapping[str, Plain]
    turns_off: bool = False


STAYED = TagMove({})


def tag_facts(rule: TagRule, *, carried: bool) -> dict[str, Plain]:
    """What is kept of a product under the rule."""
    return {TAG: rule.tag, TAGGED: carried} if rule.tag else {}


def tag_move(was: Mapping[str, Plain], now: Mapping[str, Plain], rule: TagRule, *, on: bool) -> TagMove:
    """Compare the facts of the last export with the cart's now. `on`: what 連携対象 says.

    The last move is kept until the tag moves again, so that it can be told as long as the row does not agree.
    """
    if TAG not in now or was.get(TAG) != now[TAG]:
        return STAYED
    if was.get(TAGGED) is now.get(TAGGED):
        return TagMove({MOVED: was[MOVED]}) if MOVED in was else STAYED
    moved = ADDED if now.get(TAGGED) else REMOVED
    return TagMove({MOVED: moved}, turns_off=moved == REMOVED and rule.turns_off and on)


def tag_note(facts: Mapping[str, Plain], rule: TagRule, *, on: bool) -> str:
    """Message code of what カート側の変更 says of the last move; "" where the row agrees with it, or she decided."""
    match facts.get(MOVED):
        case "added":
            return "" if on else "tag_added"
        case "removed" if rule.turns_off:
            return "" if on else "tag_removed_off"
        case "removed":
            return "tag_removed" if on else ""
        case _:
            return ""
