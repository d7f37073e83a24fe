"""Listen: TikTok Shop's events as hints. The product that an event names is read at once; rows are written by a review
once it has been quiet for a while. Nothing depends on an event: what was missed, the next review finds.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from sheets_sync.errors import CredentialsError, Locked, SheetsSyncError, Unavailable
from sheets_sync.push.context import PushContext
from sheets_sync.push.refresh import read_again
from sheets_sync.push.waiting_stop import carry_out_stop, is_due
from sheets_sync.records import Link
from sheets_sync.states import NEEDS_A_PERSON, Listing
from sheets_sync.usecases.binding import bind_shop
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.review import review
from sheets_sync.usecases.send import open_shop
from sheets_sync.usecases.session import Session, Silent
from sheets_sync.usecases.unswept import sweep_now
from sheets_sync.usecases.webhook_settings import listening_path, register, registered, remove
from sheets_sync.webhooks.events import Event, Kind, NotAnEvent, parse
from sheets_sync.webhooks.inbox import Debounce, Seen
from sheets_sync.webhooks.server import Listener
from sheets_sync.webhooks.signature import is_authentic
from sheets_sync.workbooks.open_files import is_held

log = logging.getLogger(__name__)
CACHE, SEEN = "webhooks", "seen"
WAITING_EVENTS = 10_000
"""More than these are turned away with 503: TikTok Shop sends them again."""
REINDEX = dt.timedelta(seconds=30)
"""Products of other makers may cause many events: our own ids are read anew at most so often because of them."""
COUNTS = ("received", "refused", "duplicates", "foreign", "ignored", "read", "paused", "reviews")


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """Options of `listen`. `address` is registered first, "" = what is registered stays.

    Seconds: `quiet` after the last event and `at_most` after the first one rows are written; `busy` until a locked
    shop or an open workbook is tried again, `broken` until anything else is; `beat` between two looks at the clock.
    """

    host: str = "127.0.0.1"
    port: int = 8766
    address: str = ""
    quiet: float = 30.0
    at_most: float = 300.0
    busy: float = 15.0
    broken: float = 120.0
    beat: float = 0.25


def listen(
    session: Session,
    options: ListenOptions,
    stop: threading.Event,
    ready: Callable[[Listener], None] = lambda _: None,
) -> RunResult:
    """Receive events until `stop` is set; what is in hand then is finished. The session holds no lock: it is taken for
    each piece of work. `ready` is called once with the open listener.

    Raises CredentialsError, Refused, UsageError (address, port) before anything is received; afterwards nothing.
    """
    context = open_shop(session)
    events = _Door(session)
    addresses = register(session, options.address) if options.address else registered(session)
    desk = _Desk(session, context, options)
    with Listener(options.host, options.port, listening_path(addresses), events.take) as listener:
        _tell_where(session, listener, addresses)
        ready(listener)
        while not stop.is_set():
            desk.work(events.waiting(options.beat))
    counts = dict.fromkeys(COUNTS, 0) | dict(events.counts) | dict(desk.counts)
    if desk.unwritten:
        desk.notes.append(("listen_unwritten", {}))
    return RunResult(session.command, session.run_id, counts=counts, notes=desk.notes, interrupted=True)


def forget(session: Session) -> RunResult:
    """Have TikTok Shop send its events nowhere any more, and tell which addresses that ends."""
    bind_shop(session)
    before = remove(session)
    notes: list[tuple[str, dict[str, object]]] = [
        ("webhook_removed", {"event": event, "address": address}) for event, address in before.items()
    ]
    counts = {"removed": len(before)}
    command = f"{session.command} remove"
    return RunResult(command, session.run_id, counts=counts, notes=notes or [("webhook_none_to_remove", {})])


def _tell_where(session: Session, listener: Listener, addresses: Mapping[str, str]) -> None:
    session.progress.step("listen_ready", host=listener.host, port=listener.port, path=listener.path)
    for event, address in addresses.items():
        session.progress.step("listen_registered", event=event, address=address)
    if not addresses:
        session.progress.step("listen_nothing_registered")


class _Door:
    """Where events come in, on the listener's thread: looked at, counted, put into the queue, answered."""

    def __init__(self, session: Session) -> None:
        tiktok = session.settings.tiktok
        self._key, self._secret = tiktok.app_key, tiktok.app_secret.get_secret_value()
        self._queue: queue.Queue[Event] = queue.Queue(WAITING_EVENTS)
        self.counts: Counter[str] = Counter()

    def take(self, signed: bytes, body: bytes) -> int:
        """The HTTP status for a body. The signature is looked at before anything in the body is."""
        if not is_authentic(signed, self._key, self._secret, body):
            self.counts["refused"] += 1
            return 401
        try:
            self._queue.put_nowait(parse(body))
        except NotAnEvent:
            log.warning("an authentic body of %d bytes is no event", len(body))
            self.counts["refused"] += 1
        except queue.Full:
            return 503
        return 200

    def waiting(self, seconds: float) -> list[Event]:
        """What came in; waits so long for the first one."""
        found: list[Event] = []
        try:
            found.append(self._queue.get(timeout=seconds))
            while len(found) < WAITING_EVENTS:
                found.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return found


@dataclass
class _Hint:
    """A product that events spoke of: their ids, and when the first of them was heard."""

    heard: dt.datetime
    ids: list[str] = field(default_factory=list)


class _Desk:
    """Works through what was heard, on the caller's thread: one thing after the other, whatever comes in meanwhile."""

    def __init__(self, session: Session, context: PushContext, options: ListenOptions) -> None:
        self._session, self._context, self._options = session, context, options
        self._shop_id = session.store.fact("shop_id")
        known = session.store.cached(CACHE, SEEN)
        self._seen = Seen(known[0] if known and isinstance(known[0], list) else ())
        self._hints: dict[str, _Hint] = {}
        self._not_before = session.clock.now()
        self._keys: dict[str, str] = {}
        self._keys_of: dt.datetime | None = None
        self._rest = Debounce(options.quiet, options.at_most)
        self._rest.heard(self._now)  # what happened while nobody listened
        self._told: dict[str, str] = {}
        self.notes: list[tuple[str, dict[str, object]]] = []
        self.counts: Counter[str] = Counter()

    @property
    def unwritten(self) -> bool:
        """Whether something was heard that no review has written yet."""
        return self._rest.waiting or bool(self._hints)

    @property
    def _now(self) -> float:
        return self._session.clock.now().timestamp()

    def work(self, events: Iterable[Event]) -> None:
        """Take in events, and do what is due. Never raises: what fails is told, and tried again later."""
        for event in events:
            self._hear(event)
        if self._hints and self._session.clock.now() >= self._not_before:
            wait = self._guarded(self._follow)
            self._not_before = self._session.clock.now() + dt.timedelta(seconds=wait)
        if self._rest.is_due(self._now):
            wait = self._guarded(self._review)
            if wait:
                self._rest.again(self._now, wait)
            else:
                self._rest.done()

    def _guarded(self, work: Callable[[], float]) -> float:
        """Do something; the seconds until it is to be tried again, 0 when it is done."""
        try:
            wait = work()
        except Locked:
            return self._options.busy
        except SheetsSyncError as error:
            self._tell_trouble(work.__name__, error)
            return self._options.broken
        except Exception:  # one product's or one run's trouble never ends the listening
            log.exception("listening goes on after a bug")
            self._session.progress.step("listen_bug")
            return self._options.broken
        if not wait:
            self._told.pop(work.__name__, None)
        return wait

    def _tell_trouble(self, work: str, error: SheetsSyncError) -> None:
        """Once, not at every try."""
        log.warning("could not be done now: %s", error)
        if self._told.get(work) != error.code:
            self._told[work] = error.code
            self._session.progress.step(error.code, **error.params)
            later = "listen_sign_in" if isinstance(error, CredentialsError) else "listen_later"
            self._session.progress.step(later)

    # -- hearing

    def _hear(self, event: Event) -> None:
        self.counts["received"] += 1
        if event.id in self._seen:
            self.counts["duplicates"] += 1
            return
        if event.shop_id != self._shop_id:
            log.warning("event %s of another shop %s is ignored", event.number, event.shop_id or "?")
            self.counts["foreign"] += 1
            return
        log.info("event %s %s of product %s", event.number, event.id, event.product_id or "-")
        if event.product_id:
            self._note(event)
            return
        self._tell_of_the_authorisation(event)
        self._remember([event.id])

    def _note(self, event: Event) -> None:
        hint = self._hints.setdefault(event.product_id, _Hint(self._session.clock.now()))
        if event.id and event.id in hint.ids:
            self.counts["duplicates"] += 1
        else:
            hint.ids.append(event.id)

    def _tell_of_the_authorisation(self, event: Event) -> None:
        """At once, and again at the end: without it nothing else works."""
        told: dict[Kind | None, tuple[str, dict[str, object]]] = {
            Kind.DEAUTHORISED: ("listen_deauthorised", {"words": event.words}),
            Kind.AUTHORISATION_ENDS: (
                "listen_authorisation_ends", {"day": self._day(event.expires), "words": event.words}
            ),
        }  # fmt: skip
        note = told.get(event.kind)
        if note is None:
            self.counts["ignored"] += 1
            return
        log.warning("authorisation: event %d, %s %s", event.number, event.expires, event.words)
        self.notes.append(note)
        self._session.progress.step(note[0], **note[1])

    def _day(self, moment: str) -> str:
        """A moment in Unix seconds as a day; other words as they are."""
        if not moment.isdigit() or not 9 <= len(moment) <= 10:
            return moment or "?"
        return f"{self._session.local(dt.datetime.fromtimestamp(int(moment), dt.UTC)):%Y-%m-%d %H:%M}"

    def _remember(self, ids: Iterable[str]) -> None:
        for one in ids:
            self._seen.add(one)
        self._session.store.save_cached(CACHE, SEEN, self._seen.ids(), self._session.clock.now())

    # -- following hints

    def _follow(self) -> float:
        """Read the products that were named, and save what they show. Those that are not ours are forgotten; those with
        a call in doubt are left to the review, which settles it first.
        """
        session, store = self._session, self._session.store
        ours = self._ours()
        again: set[str] = set()
        if ours:
            self._rest.heard(self._now)
            with store.lock():
                """Another run at work: nothing is worth reading yet."""
            in_doubt = {attempt.product_key for attempt in store.unsettled_attempts()}
            links = [link for key in ours.values() if key not in in_doubt and (link := store.link(key))]
            with ThreadPoolExecutor(session.settings.tiktok.workers, thread_name_prefix="read") as pool:
                now = list(pool.map(lambda link: read_again(self._context, link), links))
            again = self._save(links, now)
        settled = [one for one, hint in self._hints.items() if self._is_settled(one, hint, ours, again)]
        self.counts["ignored"] += len(settled) - sum(one in ours for one in settled)
        ids = [event_id for one in settled for event_id in self._hints.pop(one).ids]
        if ids:
            self._remember(ids)
        return 0.0

    def _is_settled(self, product_id: str, hint: _Hint, ours: Mapping[str, str], again: set[str]) -> bool:
        """Whether nothing is left to do: it was read, or it is surely none of ours."""
        if product_id in ours:
            return ours[product_id] not in again
        return self._keys_of is not None and hint.heard <= self._keys_of

    def _ours(self) -> dict[str, str]:
        """Product keys by the named ids. A product that was linked after we last looked is ours as well."""
        now = self._session.clock.now()
        unknown = self._hints.keys() - self._keys.keys()
        if unknown and (self._keys_of is None or self._keys_of + REINDEX <= now):
            self._keys_of = now
            self._keys = {link.product_id: key for key, link in self._session.store.links().items()}
        return {product_id: self._keys[product_id] for product_id in self._hints if product_id in self._keys}

    def _save(self, before: list[Link], now: list[Link]) -> set[str]:
        """Save readings under the lock of one run per shop, and carry out the stops that waited for this. Returns the
        products that another run touched while they were read: they are read again. Raises Locked.
        """
        store = self._session.store
        touched: set[str] = set()
        with store.lock():
            for known, link in zip(before, now, strict=True):
                if store.link(known.product_key) != known:
                    touched.add(known.product_key)
                    continue
                store.save_link(link)
                self.counts["read"] += 1
                self._tell_of(known, link)
                if is_due(link):
                    self._stop(link)
        return touched

    def _tell_of(self, before: Link, now: Link) -> None:
        if (before.status, before.audit) != (now.status, now.audit):
            label = self._session.template.choice_label("listing", now.listing, self._session.language)
            self._session.progress.step("listen_product", product=now.product_key, listing=label)

    def _stop(self, link: Link) -> None:
        done = carry_out_stop(self._context, link)
        if done.done:
            self.counts["paused"] += 1
            label = self._session.template.choice_label("listing", Listing.PAUSED, self._session.language)
            self._session.progress.step("listen_product", product=link.product_key, listing=label)

    # -- writing back

    def _review(self) -> float:
        """A review of its own, with its own line in the history; seconds until the next try, 0 when it is written."""
        session = self._session
        if session.settings.workbook.kind == "excel" and is_held(session.settings.path(session.settings.workbook.path)):
            self._tell_trouble("_review", Unavailable("listen_workbook_open"))
            return self._options.busy
        started = session.clock.now()
        run = replace(
            session,
            command="review",
            run_id=f"{session.run_id}-{self.counts['reviews'] + 1}",
            started=started,
            shop_override=session.shop,
            progress=Silent(),
            notes=[],
        )
        try:
            with session.store.lock():
                result = review(run)
        finally:
            sweep_now()
        if result.unwritten:
            return self._options.busy
        self.counts["reviews"] += 1
        states = result.states or {}
        asking = sum(states.get(state, 0) for state in NEEDS_A_PERSON)
        session.progress.step("listen_reviewed", time=f"{session.local(started):%H:%M}", count=asking)
        return 0.0
