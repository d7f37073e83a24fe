"""What a shop needs before it can list anything at all (Partner Center, "Check Listing Prerequisites")."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sheets_sync.errors import Refused, ShopError
from sheets_sync.messages import Language, catalogue, text
from sheets_sync.shop import Prerequisite
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import ALLOWANCE_DAY

log = logging.getLogger(__name__)
QUANTITY = "PRODUCT_QUANTITY_LIMIT"
"""The item that says that the day's allowance is spent: nothing to mend, new listings wait."""


def open_prerequisites(session: Session) -> Sequence[Prerequisite]:
    """What has to be mended before anything can be listed; a spent allowance is remembered. Raises CredentialsError.

    Without an answer nothing counts as open: the platform then refuses by itself what it does not take.
    """
    try:
        failed = [entry for entry in session.shop.prerequisites() if entry.failed]
    except ShopError as error:
        log.warning("the listing prerequisites could not be asked for: %s", error)
        return []
    if any(entry.item == QUANTITY for entry in failed):
        session.store.save_fact(ALLOWANCE_DAY, session.today.isoformat())
    return [entry for entry in failed if entry.item != QUANTITY]


def refuse_listing(open_items: Iterable[Prerequisite], language: Language) -> None:
    """One banner that names all that is open, instead of the same error in every row. Raises Refused."""
    if lines := [f"  ・{in_words(entry, language)}" for entry in open_items]:
        raise Refused("prerequisite_failed", items="\n".join(lines))


def in_words(entry: Prerequisite, language: Language) -> str:
    """An open item as a seller knows it, the platform's reasons, and where to mend it."""
    code, params = message_of(entry, language)
    return text(code, language, **params)


def message_of(entry: Prerequisite, language: Language) -> tuple[str, dict[str, object]]:
    """Message code and places. The wire spells one item in mixed case; unknown items are shown as they are."""
    code = f"prerequisite_{entry.item.lower()}"
    reasons = text("list_separator", language).join(entry.reasons) or text("prerequisite_no_reason", language)
    return (code if code in catalogue() else "prerequisite_other"), {"item": entry.item, "reasons": reasons}
