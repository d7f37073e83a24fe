"""The doors of the core: a few methods each, with what they raise. Adapters implement them and never import others.

Exceptions of libraries (requests, gspread, sqlite3, OSError of a workbook …) never leave their adapter: they become
the exceptions of `errors.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sheets_sync.issue import Tab
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.records import Attempt, BaseRow, Call, FetchedPicture, Instruction, Link, Run
from sheets_sync.shop import (
    AuthorisedShop,
    Brand,
    Category,
    CategoryRules,
    Checked,
    Fault,
    Prerequisite,
    Saved,
    SearchFilter,
    ShopProduct,
    ShopSummary,
    UploadedFile,
    UploadedImage,
    Warehouse,
)
from sheets_sync.tables import NewWorkbook, Patch, Shorten, Snapshot, Whole, WriteResult


@dataclass(frozen=True, slots=True)
class Known:
    """What the last complete reading of a cart left, so that a source can pass over what has not changed since.

    `mark`: what `Source.mark` said then. `fingerprints`: `Product.fingerprint` by product key. A source yields
    `Unchanged` only for keys that stand here.
    """

    mark: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)


NOTHING_KNOWN = Known()


class Source(Protocol):
    """A cart. Raises UsageError (file missing, not a product file), Unavailable, CredentialsError."""

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        """All products in the cart's order, with what had to be skipped in between. Can be called again.

        What is neither yielded as `Product` nor as `Unchanged` is gone from the cart.
        """

    def records(self) -> int:
        """How many records the last complete `products()` read; each is in a Product, an Unchanged or a Skipped."""

    def mark(self) -> str:
        """How far the last complete `products()` saw, in the source's own words; "" when it keeps no such thing."""


@dataclass(frozen=True, slots=True)
class CartMark:
    """What a cart shall show of a product: the listing's id on TikTok Shop, how it stands in words, and as a tag."""

    product_key: str
    product_id: str
    state: str
    tag: str


class CartWriter(Protocol):
    """A cart that takes back how its products stand. Raises Unavailable, CredentialsError, UsageError, Refused."""

    def write(self, marks: Sequence[CartMark]) -> Mapping[str, str]:
        """Put the marks in place of former ones; what the cart said against a mark, by product key.

        Nothing but our own marks is touched. A product that the cart no longer has is passed over. May be repeated.
        """


@dataclass(frozen=True, slots=True)
class Copy:
    """A kept earlier version of the workbook."""

    stamp: str
    label: str


class Workbook(Protocol):
    """The merchandiser's workbook. Raises UsageError (structure), Unavailable (held, disk full), CredentialsError.

    A method either does all of its work or leaves the workbook as it was.
    """

    @property
    def name(self) -> str:
        """What a person calls it: file name or title with its address."""

    def exists(self) -> bool: ...

    def create(self, content: NewWorkbook) -> None: ...

    def read(self, tabs: Collection[Tab] | None = None, shorten: Shorten | None = None) -> Snapshot:
        """The workbook as saved, all tabs or those named. Refuses missing tabs and doubled or unclear headings.

        `shorten` may take cells out of rows while they are read; a workbook that is in memory anyway may leave them.
        """

    def read_whole(self) -> Whole:
        """The same with her own columns and the drop-downs' entries: what a workbook of another kind is made of."""

    def write(self, patch: Patch) -> WriteResult:
        """Find the rows again by key, then write everything at once. Rows that vanished are named in the result."""

    def request(self) -> str:
        """What people ask for by a shared sheet's menu (`check 2026-11-22T10:05:00.000Z`), "" for nothing. Cheap."""

    def clear_request(self, request: str) -> None:
        """Take the request away, if it is still this very one."""

    def keep_copy(self, stamp: str, keep: int) -> None:
        """Keep the workbook as it is now under `stamp` (e.g. 20261122-101500); only the newest `keep` copies stay."""

    def copies(self) -> Sequence[Copy]:
        """Kept copies, newest first."""

    def restore(self, stamp: str) -> None:
        """Put a kept copy in the workbook's place; the present one is kept first."""


class Shop(Protocol):
    """TikTok Shop. Every call may raise ShopUnavailable, ShopRejected, ShopConflict, CredentialsError; writes besides
    ShopUnknown, and create and activate ShopLimit. Reads are retried inside, writes only where nothing happened.
    """

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""

    def create(self, body: Mapping[str, Any], idempotency_key: str) -> Saved: ...
    def edit(self, product_id: str, body: Mapping[str, Any]) -> Saved: ...
    def partial_edit(self, product_id: str, body: Mapping[str, Any]) -> Saved: ...
    def update_prices(self, product_id: str, prices: Mapping[str, str]) -> None:
        """Prices by SKU id, in the shop's currency. All or nothing."""

    def update_stock(self, product_id: str, stock: Mapping[str, Mapping[str, int]]) -> Sequence[Fault]:
        """Absolute stock by SKU id and warehouse id. SKUs not named in the faults were accepted."""

    def activate(self, product_ids: Sequence[str]) -> Sequence[Fault]:
        """At most 20 ids. Ids not named in the faults were accepted."""

    def deactivate(self, product_ids: Sequence[str]) -> Sequence[Fault]: ...
    def delete(self, product_ids: Sequence[str]) -> Sequence[Fault]: ...
    def get(self, product_id: str, version: str = "live") -> ShopProduct | None:
        """A listing in its `live`, `review` or `draft` version; None when it or that version does not exist."""

    def listing_check(self, body: Mapping[str, Any]) -> Checked:
        """What the platform would say to a create of this body. Creates nothing and moves nothing."""

    def search(self, wanted: SearchFilter) -> Iterator[ShopSummary]: ...
    def upload_image(self, content: bytes, use: str, name: str = "image.jpg") -> UploadedImage:
        """`use` is the platform's use case: MAIN_IMAGE, ATTRIBUTE_IMAGE, DESCRIPTION_IMAGE, SIZE_CHART_IMAGE …"""

    def upload_file(self, content: bytes, name: str) -> UploadedFile:
        """A PDF (certificates) or a video; `name` ends in its kind."""

    def authorised_shops(self) -> Sequence[AuthorisedShop]: ...
    def categories(self) -> Sequence[Category]: ...
    def category_rules(self, category_id: str) -> CategoryRules: ...
    def recommend_category(
        self, title: str, description: str = "", image_uris: Sequence[str] = ()
    ) -> tuple[Category, ...] | None:
        """The platform's guess for a product, root first; None when it has none."""

    def brands(self, name: str = "") -> Iterator[Brand]:
        """Brands that this shop can use; `name`: those whose names begin so. Raises ShopRejected where there are more
        than can be paged through, after those that can.
        """

    def create_brand(self, name: str) -> Brand:
        """A brand of the shop's own."""

    def warehouses(self) -> Sequence[Warehouse]:
        """Sales warehouses that are not disabled, those at work first."""

    def prerequisites(self) -> Sequence[Prerequisite]: ...
    def webhooks(self) -> Mapping[str, str]:
        """The addresses that events of this shop are sent to, by the platform's name of the event."""

    def set_webhook(self, event: str, address: str) -> None:
        """Send an event to this address from now on, in place of the one before."""

    def delete_webhook(self, event: str) -> None:
        """Send an event nowhere any more; nothing happens where none was set."""


@dataclass(frozen=True, slots=True)
class PictureFault:
    """Why a picture cannot be used: a message code with its places."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture as the platform takes it: its bytes and a file name with the right ending."""

    content: bytes
    name: str


class Pictures(Protocol):
    """Fetches pictures from addresses and files and makes them fit. Raises nothing: a fault is an answer."""

    def fetch(self, address: str) -> bytes | PictureFault: ...

    def fetch_file(self, address: str) -> bytes | PictureFault:
        """As `fetch`, for what is larger than a picture: a video."""

    def prepare(self, content: bytes, use: str) -> PreparedPicture | PictureFault:
        """Mend what is mechanical (format, size, rotation, colours), refuse what is not (too small, not a picture)."""


class Store(Protocol):
    """What the tool knows between runs. Each save is committed when it returns. Safe to use from several threads."""

    def lock(self) -> AbstractContextManager[None]:
        """One run at a time; raises Locked, naming who holds it and since when."""

    # -- profile: free facts by name ("cart_id", "workbook_id", "shop_id", "api_host", "language" …)
    def fact(self, name: str) -> str: ...
    def save_fact(self, name: str, value: str) -> None: ...

    # -- exported base
    def base_rows(self, tab: Tab) -> dict[str, BaseRow]: ...
    def base_prints(self, tab: Tab) -> dict[str, str]:
        """What `rows.row_print.print_of` makes of each of them, without the rows."""

    def base_rows_lazily(self, tab: Tab, keys: Iterable[str] | None = None) -> Mapping[str, BaseRow]:
        """Base rows for who looks at few of them: each is fetched when asked for. `keys`: those of all, if known."""

    def save_base_rows(self, rows: Iterable[BaseRow]) -> None:
        """Insert or replace by (tab, key), all in one transaction; `rows` may be a stream."""

    def forget_base_rows(self, tab: Tab, keys: Collection[str]) -> None: ...

    # -- links
    def links(self) -> dict[str, Link]: ...
    def link(self, product_key: str) -> Link | None: ...
    def save_link(self, link: Link) -> None: ...
    def save_links(self, links: Iterable[Link]) -> None:
        """Insert or replace many, all in one transaction."""

    def forget_link(self, product_key: str) -> None: ...

    # -- journal: of each product and call a few closed attempts stay, the newest, and whatever is unsettled
    def open_attempt(self, attempt: Attempt) -> None: ...
    def close_attempt(self, attempt: Attempt, link: Link | None = None, instruction: Instruction | None = None) -> None:
        """Record the answer together with what follows from it, in one transaction."""

    def note_look(self, attempt: Attempt) -> None:
        """Save the attempt's `looks` and outcome without closing it."""

    def unsettled_attempts(self) -> list[Attempt]:
        """Attempts whose outcome is OPEN or UNKNOWN, oldest first."""

    def last_attempts(self, product_key: str | None = None) -> dict[tuple[str, Call], Attempt]:
        """The newest attempt of each product and call, or of this product's calls."""

    # -- instructions
    def instructions(self) -> dict[str, Instruction]: ...
    def save_instruction(self, instruction: Instruction) -> None: ...
    def forget_instructions(self, product_keys: Collection[str]) -> None: ...

    # -- sign-off: product key → fingerprint of the values that were last checked, and whether the tick was seen on them
    def approvals(self) -> dict[str, str]: ...
    def save_approvals(self, approvals: Mapping[str, str]) -> None: ...

    # -- pictures
    def uploaded(self, content: str, use: str) -> UploadedImage | None: ...
    def save_uploaded(self, content: str, use: str, image: UploadedImage) -> None: ...
    def forget_uploaded(self, uri: str) -> None: ...
    def fetched(self, address: str) -> FetchedPicture | None: ...
    def save_fetched(self, picture: FetchedPicture) -> None: ...

    # -- cached platform rules
    def cached(self, kind: str, key: str) -> tuple[Any, dt.datetime] | None: ...
    def save_cached(self, kind: str, key: str, value: Any, at: dt.datetime) -> None: ...
    def cached_keys(self, kind: str) -> list[str]: ...
    def forget_cached(self, kind: str, key: str | None = None) -> None:
        """Forget one entry, or all of a kind."""


    # -- runs: the newest thousand stay
    def save_run(self, run: Run) -> None: ...
    def runs(self, limit: int = 50) -> list[Run]: ...

    def close(self) -> None: ...


class Clock(Protocol):
    """Time, so that no test ever sleeps."""

    def now(self) -> dt.datetime:
        """Now, with time zone."""

    def sleep(self, seconds: float) -> None: ...


class Progress(Protocol):
    """Tells a person who watches how far long work has come."""

    def step(self, code: str, **params: object) -> None: ...
    def advance(self, code: str, done: int, total: int) -> None: ...
