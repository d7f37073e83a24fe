"""One run with everything it works on. Adapters are opened when first needed, so that a run loads only what it uses."""

from __future__ import annotations

import datetime as dt
import getpass
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sheets_sync import __version__
from sheets_sync.clock import SystemClock
from sheets_sync.errors import CredentialsError, Refused, SheetsSyncError
from sheets_sync.messages import Language
from sheets_sync.ports import Clock, Pictures, Progress, Shop, Source, Store, Workbook
from sheets_sync.records import Run
from sheets_sync.run_log import run_log
from sheets_sync.settings import Settings
from sheets_sync.store import open_store
from sheets_sync.tables import WorkbookIds
from sheets_sync.template import Template
from sheets_sync.template_files import load_template
from sheets_sync.usecases.open_cart import open_cart
from sheets_sync.usecases.open_workbook import open_workbook
from sheets_sync.usecases.unswept import sweep_again

if TYPE_CHECKING:
    from sheets_sync.tiktok.client import TikTokShop

log = logging.getLogger(__name__)


class Silent:
    """Progress that nobody watches."""

    def step(self, code: str, **params: object) -> None:
        """Nothing to show."""

    def advance(self, code: str, done: int, total: int) -> None:
        """Nothing to show."""


@dataclass
class Session:
    """A run: its settings, template, store and ports. Made by `open_session`."""

    settings: Settings
    command: str
    store: Store
    clock: Clock
    progress: Progress
    run_id: str
    started: dt.datetime
    shop_override: Shop | None = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def template(self) -> Template:
        return load_template(self.settings.tiktok.market)

    @property
    def language(self) -> Language:
        return self.settings.language

    @cached_property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.template.timezone)

    def local(self, at: dt.datetime) -> dt.datetime:
        """A moment as a cell shows it: local time of the market, without zone and fractions of a second."""
        return at.astimezone(self.timezone).replace(tzinfo=None, microsecond=0)

    @property
    def today(self) -> dt.date:
        return self.local(self.clock.now()).date()

    @cached_property
    def workbook(self) -> Workbook:
        return open_workbook(self.settings, self.template, self.clock, self.progress)

    @cached_property
    def source(self) -> Source:
        return open_cart(self.settings, self.language, self.store, self.clock, self.progress)

    @property
    def has_shop(self) -> bool:
        """Whether the settings name a TikTok Shop app at all."""
        return self.shop_override is not None or bool(self.settings.tiktok.app_key)

    @cached_property
    def shop(self) -> Shop:
        return self.shop_override or self.tiktok

    @property
    def shop_cipher(self) -> str:
        """The shop that the settings name or that was chosen at sign-in; "" when nothing was chosen yet."""
        named = self.settings.tiktok.shop_cipher.get_secret_value()
        return named or ("" if self.shop_override else self.tiktok.tokens.credentials().shop_cipher)

    @cached_property
    def tiktok(self) -> TikTokShop:
        """The true shop, with what only signing in needs. Raises CredentialsError when the settings name no app."""
        tiktok, template = self.settings.tiktok, self.template
        secret = tiktok.app_secret.get_secret_value()
        if not tiktok.app_key or not secret:
            raise CredentialsError("credentials_missing")
        from sheets_sync.tiktok.client import TikTokShop  # noqa: PLC0415  loads requests only when the shop is needed
        from sheets_sync.tiktok.tokens import Tokens  # noqa: PLC0415
        from sheets_sync.tiktok.vaults import FileVault, KeyringVault  # noqa: PLC0415

        path = self.settings.credentials_file
        return TikTokShop(
            api_base=tiktok.api_base,
            auth_base=tiktok.auth_base,
            app_key=tiktok.app_key,
            app_secret=secret,
            tokens=lambda auth: Tokens(
                KeyringVault(path.resolve()) if tiktok.keep_tokens_in == "keyring" else FileVault(path),
                auth,
                self.clock,
                app_key=tiktok.app_key,
                access_token=tiktok.access_token.get_secret_value(),
                refresh_token=tiktok.refresh_token.get_secret_value(),
            ),
            clock=self.clock,
            shop_cipher=tiktok.shop_cipher.get_secret_value(),
            locale=template.locale,
            category_version=tiktok.category_version or template.category_version,
            currency=template.currency,
            warehouse_id=tiktok.warehouse_id,
            requests_per_second=tiktok.requests_per_second,
        )

    @cached_property
    def pictures(self) -> Pictures:
        from sheets_sync.pictures import PictureFetcher  # noqa: PLC0415  loads Pillow only for a push

        images = self.settings.images
        return PictureFetcher(
            self.settings.folder,
            allow_private_addresses=images.allow_private_addresses,
            max_bytes=images.max_bytes,
            timeout_seconds=images.timeout_seconds,
        )

    def check_ids(self, ids: WorkbookIds) -> None:
        """A workbook of another cart or shop is refused before anything is read from it or written to it."""
        for what, found, ours in (
            ("cart", ids.cart, self.settings.cart.id),
            ("shop", ids.shop, self.store.fact("shop_id")),
            ("workbook", ids.workbook, self.store.fact("workbook_id")),
        ):
            if found and ours and found != ours:
                raise Refused(f"wrong_{what}", found=found, ours=ours, workbook=self.workbook.name)

    def run(self) -> Run:
        return Run(self.run_id, self.command, self.started, user=_user())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # on Windows without the variables that tell: no module `pwd`
        return ""


@contextmanager
def open_session(
    settings: Settings,
    command: str,
    *,
    progress: Progress | None = None,
    clock: Clock | None = None,
    shop: Shop | None = None,
    locked: bool = True,
    store: Callable[[str], Store] = open_store,
) -> Iterator[Session]:
    """Open the store, take the lock (one run per shop at a time) and begin the run's log. Raises Locked."""
    clock = clock or SystemClock()
    started = clock.now()
    run_id = f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    name = f"{run_id}-{command.replace(' ', '-')}"
    with run_log(settings.logs, name, settings.secrets()), _told_in_the_log(command, run_id):
        opened = store(settings.store_url())
        try:
            session = Session(settings, command, opened, clock, progress or Silent(), run_id, started, shop)
            if not locked:
                yield session
                return
            with opened.lock():
                yield session
        finally:
            opened.close()
            sweep_again()


@contextmanager
def _told_in_the_log(command: str, run_id: str) -> Iterator[None]:
    """Beginning and end of a run; what a person is told in one line stands here with its traceback."""
    log.info("%s %s begins, sheets_sync %s", command, run_id, __version__)
    try:
        yield
    except SheetsSyncError as error:
        log.warning("%s ends: %s", command, error)
        raise
    except Exception:
        log.exception("%s ends with a bug", command)
        raise
    else:
        log.info("%s ends", command)
