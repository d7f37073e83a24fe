"""`check --images`: every picture of the rows that are ON is fetched and looked at, before anything is sent.

What cannot be used is remembered as a fault of the address, as an import does it. A picture that was replaced under the
same address is remembered too: it counts as a change of its field, and the next import sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from sheets_sync.desired import DesiredListing
from sheets_sync.payload import pictures_needed
from sheets_sync.payload_parts import VIDEO
from sheets_sync.ports import PictureFault
from sheets_sync.push.uploads import FAULT, content_mark, prepare
from sheets_sync.records import FetchedPicture
from sheets_sync.usecases.session import Session

REPLACED = "picture_replaced"
"""Kind under which the store keeps pictures whose content was seen to change: address → mark of the present content."""


@dataclass(slots=True)
class Looked:
    """How many addresses were looked at, how many cannot be used, how many show something else than before."""

    addresses: int = 0
    faulty: int = 0
    replaced: int = 0


def mark_replaced(session: Session, listings: Iterable[DesiredListing]) -> None:
    """Tell the listings which addresses show something else than they once did."""
    keys = session.store.cached_keys(REPLACED)
    marks: dict[str, str] = {}
    for address in keys:
        if known := session.store.cached(REPLACED, address):
            marks[address] = known[0]
    for want in listings if marks else ():
        want.replaced = marks


def check_images(session: Session, listings: Iterable[DesiredListing]) -> Looked:
    """Fetch each address once, prepare it for each of its uses, and remember what came of it. Videos stay where they
    are: nothing of them is judged here.
    """
    uses: dict[str, list[str]] = {}
    for want in listings:
        if want.sync and not want.held:
            for address, use in pictures_needed(want, None):
                if use != VIDEO and use not in (known := uses.setdefault(address, [])):
                    known.append(use)
    told = Looked(addresses=len(uses))
    faulty = set(session.store.cached_keys(FAULT))
    with ThreadPoolExecutor(max_workers=session.settings.tiktok.workers, thread_name_prefix="pictures") as pool:
        looks = {pool.submit(_look, session, address, kinds): address for address, kinds in uses.items()}
        for done, future in enumerate(as_completed(looks), start=1):
            mark, faults = future.result()
            _remember(session, looks[future], mark, faults, faulty=faulty, told=told)
            session.progress.advance("step_images", done, len(looks))
    return told


def _look(session: Session, address: str, uses: Iterable[str]) -> tuple[str, Mapping[str, PictureFault | None]]:
    """The mark of the content, "" when it did not come, and by use what is wrong with it."""
    content = session.pictures.fetch(address)
    if isinstance(content, PictureFault):
        return "", dict.fromkeys(uses, content)
    faults: dict[str, PictureFault | None] = {}
    for use in uses:
        prepared = prepare(session.pictures, content, use, address)
        faults[use] = prepared if isinstance(prepared, PictureFault) else None
    return content_mark(content), faults


def _remember(
    session: Session,
    address: str,
    mark: str,
    faults: Mapping[str, PictureFault | None],
    *,
    faulty: set[str],
    told: Looked,
) -> None:
    store, now = session.store, session.clock.now()
    for use, fault in faults.items():
        name = f"{use} {address}"
        if fault is not None:
            store.save_cached(FAULT, name, [fault.code, dict(fault.params)], now)
        elif name in faulty:
            store.forget_cached(FAULT, name)
    told.faulty += any(faults.values())
    if not mark:
        return
    known = store.fetched(address)
    if known is None or known.content != mark:
        store.save_fetched(FetchedPicture(address, mark, fetched_at=now))
    if known is not None and known.content != mark:
        store.save_cached(REPLACED, address, mark, now)
        told.replaced += 1
