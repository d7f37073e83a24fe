"""Opens the cart that the settings name as a `Source`. Only an export reads the cart, so adapters load here."""

from __future__ import annotations

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.ports import Clock, Progress, Source, Store
from sheets_sync.settings import Settings


def open_cart(
    settings: Settings,
    language: Language,
    store: Store,
    clock: Clock,
    progress: Progress,
) -> Source:
    """The cart's adapter. Raises UsageError for settings that do not fit, CredentialsError where secrets lack."""
    match settings.cart.kind:
        case "csv":
            return _csv(settings, language)
        case "shopify":
            from sheets_sync.usecases.open_shopify import open_shopify  # noqa: PLC0415  loaded only for this cart

            return open_shopify(settings, store, clock, progress)
        case _:
            raise UsageError("not_yet", what=f'[cart] kind = "{settings.cart.kind}"')


def _csv(settings: Settings, language: Language) -> Source:
    from sheets_sync.sources.open_source import open_csv  # noqa: PLC0415  loaded only for this kind of cart
    from sheets_sync.sources.profiled_csv import CartSettings  # noqa: PLC0415

    cart = settings.cart
    own = cart.format.strip().casefold().endswith(".toml")
    return open_csv(
        settings.path(cart.path),
        settings.path(cart.format.strip()) if own else cart.format,
        cart.encoding,
        language,
        CartSettings(cart.shop, cart.image_base, cart.metafields),
    )
