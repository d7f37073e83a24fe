"""Opens the cart that the settings name as a `Source`. Only an export reads the cart, so adapters load here."""

from __future__ import annotations

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.ports import Clock, Progress, Source, Store
from sheets_sync.settings import Settings


def open_cart(
    settings: Settings,
    language: Language,
    store: Store,  # noqa: ARG001  carts with an API remember a running bulk operation there
    clock: Clock,  # noqa: ARG001  and have to wait
    progress: Progress,  # noqa: ARG001  which is told
) -> Source:
    """The cart's adapter. Raises UsageError for settings that do not fit, CredentialsError where secrets lack."""
    match settings.cart.kind:
        case "csv":
            return _csv(settings, language)
        case _:
            raise UsageError("not_yet", what=f'[cart] kind = "{settings.cart.kind}"')


def _csv(settings: Settings, language: Language) -> Source:
    from sheets_sync.sources.open_source import open_csv  # noqa: PLC0415  loaded only for this kind of cart

    cart = settings.cart
    return open_csv(settings.path(cart.path), cart.format, cart.encoding, language)
