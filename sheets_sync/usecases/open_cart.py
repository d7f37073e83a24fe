"""Opens the cart that the settings name as a `Source`. Only an export reads the cart, so adapters load here."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.ports import CartWriter, Clock, Progress, Source, Store
from sheets_sync.settings import Settings

if TYPE_CHECKING:
    from sheets_sync.sources.futureshop_csv import FoundFiles


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
        case "futureshop":
            return _futureshop(settings, language)
        case "shopify":
            from sheets_sync.usecases.open_shopify import open_shopify  # noqa: PLC0415  loaded only for this cart

            return open_shopify(settings, store, clock, progress)


def open_cart_writer(settings: Settings, store: Store, clock: Clock, progress: Progress) -> CartWriter:
    """The cart as something that takes marks back. Raises UsageError where it takes none, CredentialsError."""
    if settings.cart.kind != "shopify":
        raise UsageError("cart_takes_no_marks")
    from sheets_sync.usecases.open_shopify import open_shopify_writer  # noqa: PLC0415  loaded only for this cart

    return open_shopify_writer(settings, store, clock, progress)


def _csv(settings: Settings, language: Language) -> Source:
    from sheets_sync.sources.open_source import open_csv  # noqa: PLC0415  loaded only for this kind of cart
    from sheets_sync.sources.profiled_csv import CartSettings  # noqa: PLC0415

    cart = settings.cart
    own = cart.format.strip().casefold().endswith(".toml")
    try:
        return open_csv(
            _files(settings),
            settings.path(cart.format.strip()) if own else cart.format,
            cart.encoding,
            language,
            CartSettings(cart.shop, cart.image_base, cart.metafields),
        )
    except UsageError as other:
        if other.code != "source_is_futureshop":
            raise
        return _futureshop(settings, language)


def _files(settings: Settings) -> Path:
    """Where the cart's files are. In the settings' own folder `[` and `*` are letters of its name, and no pattern."""
    named = settings.path(settings.cart.path)
    if named.exists() or not glob.has_magic(settings.cart.path):
        return named
    return Path(glob.escape(str(settings.folder))) / settings.cart.path


def cart_files(source: Source) -> FoundFiles | None:
    """The files of a cart that tells a product in several of them; None for all others. Raises as `products` does."""
    from sheets_sync.sources.futureshop_csv import FutureshopCsv  # noqa: PLC0415  as above

    return source.found() if isinstance(source, FutureshopCsv) else None


def _futureshop(settings: Settings, language: Language) -> Source:
    """futureshop's files; its API stays out of reach until its facts are known, whatever the settings wish."""
    from sheets_sync.sources.futureshop_csv import open_futureshop  # noqa: PLC0415  loaded only for this kind of cart

    cart = settings.cart
    if cart.futureshop_api:
        raise UsageError("futureshop_api_unconfirmed")
    return open_futureshop(
        _files(settings),
        cart.encoding,
        language,
        image_base=cart.image_base,
        image_count=cart.image_count,
    )
