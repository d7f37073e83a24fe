"""The check-up before anything is sent: can cart, workbook and shop be worked with, and if not, what is to be done.

It writes into neither workbook nor shop nor store; an access token that has ended is renewed, as any run would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sheets_sync.errors import CredentialsError, ExitCode, SheetsSyncError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language, text
from sheets_sync.ports import Clock, Progress
from sheets_sync.products import Product, Skipped
from sheets_sync.settings import Settings
from sheets_sync.shop import AuthorisedShop
from sheets_sync.usecases.auth import local_moment, missing_scopes, shown, without_scope
from sheets_sync.usecases.binding import check_shop, shop_meant
from sheets_sync.usecases.clock_check import clock_fault
from sheets_sync.usecases.open_cart import cart_files
from sheets_sync.usecases.open_workbook import open_google
from sheets_sync.usecases.prerequisites import QUANTITY, message_of
from sheets_sync.usecases.session import Session

CONSENT_ENDING_DAYS = 14


class Verdict(StrEnum):
    """How a part of the check-up ended. The first that occurs, in the order of `_EXITS`, makes the exit code."""

    OK = "ok"
    NOTE = "note"
    SETTINGS = "settings"
    CREDENTIALS = "credentials"
    UNAVAILABLE = "unavailable"
    PERSON = "person"


_EXITS = {
    Verdict.SETTINGS: ExitCode.USAGE,
    Verdict.CREDENTIALS: ExitCode.CREDENTIALS,
    Verdict.UNAVAILABLE: ExitCode.UNAVAILABLE,
    Verdict.PERSON: ExitCode.NEEDS_A_PERSON,
}
_VERDICTS = {exit_code: verdict for verdict, exit_code in _EXITS.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check-up: `code` and `params` say what is wrong and what to do."""

    item: str
    verdict: Verdict
    code: str
    params: dict[str, object] = field(default_factory=dict)

    def line(self, language: Language) -> str:
        return text(
            "checkup_line",
            language,
            mark=text(f"checkup_{self.verdict}", language),
            item=text(f"checkup_item_{self.item}", language),
            text=text(self.code, language, **self.params),
        )


@dataclass(frozen=True, slots=True)
class Checkup:
    """All findings. `run_id` "" when the settings could not be read, so that no run began."""

    findings: tuple[Finding, ...]
    run_id: str = ""
    command: str = "auth check"

    @property
    def exit_code(self) -> ExitCode:
        found = {finding.verdict for finding in self.findings}
        return next((code for verdict, code in _EXITS.items() if verdict in found), ExitCode.DONE)

    def to_json(self, language: Language) -> dict[str, Any]:
        """The command's JSON object; only messages are localised."""
        checks = [
            {"item": f.item, "verdict": f.verdict.value, "code": f.code, "message": text(f.code, language, **f.params)}
            for f in self.findings
        ]
        return {"command": self.command, "run_id": self.run_id, "checks": checks, "exit": int(self.exit_code)}


def settings_failed(error: SheetsSyncError) -> Checkup:
    """The check-up of settings that cannot be read: there is nothing else to look at."""
    return Checkup((_of("settings", error),))


def auth_check(session: Session, settings_file: str) -> Checkup:
    """Look at everything and report all of it: nothing that is wrong keeps the rest from being looked at."""
    findings = [Finding("settings", Verdict.OK, "checkup_settings_fine", {"file": settings_file})]
    session.progress.step("step_auth_cart")
    for item, look in (("cart", _cart), ("workbook", _workbook)):
        findings += _guarded(item, look(session))
    session.progress.step("step_auth_shop")
    findings += _shop(session)
    return Checkup(tuple(findings), session.run_id)


def google_checkup(settings: Settings, clock: Clock, progress: Progress) -> Checkup:
    """The check-up of Google alone, which needs neither a store nor a cart: signing in comes before both."""
    return Checkup(tuple(_guarded("google", _google(settings, clock, progress))), command="auth google")


def _of(item: str, error: SheetsSyncError) -> Finding:
    return Finding(item, _VERDICTS.get(error.exit_code, Verdict.PERSON), error.code, error.params)


def _guarded(item: str, steps: Iterator[Finding]) -> Iterator[Finding]:
    """What the steps find, and the problem that ended them."""
    try:
        yield from steps
    except SheetsSyncError as error:
        yield _of(item, error)


def _needing(scope: str, session: Session, steps: Iterator[Finding]) -> Iterator[Finding]:
    """The steps, whose calls need this scope: where it was refused, it is named."""
    try:
        yield from steps
    except CredentialsError as error:
        if error.code != "tiktok_scope_missing":
            raise
        yield _without(scope, session)


def _without(scope: str, session: Session) -> Finding:
    params = without_scope(scope, session.language)
    return Finding("scopes", Verdict.CREDENTIALS, "auth_scope_missing", params)


# ---------------------------------------------------------------- cart and workbook


def _cart(session: Session) -> Iterator[Finding]:
    """What the cart gives: of a file everything is read, of an API only asked how much there is."""
    if session.settings.cart.kind == "shopify":
        from sheets_sync.usecases.shopify_check import shopify_check  # noqa: PLC0415  loaded only for this cart

        yield from (Finding("cart", Verdict(verdict), code, params) for verdict, code, params in shopify_check(session))
        return
    products = skus = 0
    skipped: list[Skipped] = []
    for record in session.source.products():
        if isinstance(record, Skipped):
            if record.lines:  # else a note on the cart as a whole
                skipped.append(record)
        elif isinstance(record, Product):  # nothing is passed over where nothing is known
            products += 1
            skus += len(record.variants)
    path = session.settings.cart.path
    if not products:
        yield Finding("cart", Verdict.PERSON, "checkup_cart_empty", {"path": path})
    else:
        yield Finding("cart", Verdict.OK, "checkup_cart_fine", {"path": path, "products": products, "skus": skus})
    if skipped:
        params: dict[str, object] = {"count": len(skipped), "where": skipped[0].where}
        yield Finding("cart", Verdict.PERSON, "checkup_cart_skipped", params)
    yield from _cart_files(session)


def _cart_files(session: Session) -> Iterator[Finding]:
    """Of a cart that tells a product in several files: which were found, and what each of the others would add."""
    files = cart_files(session.source)
    if files is None:
        return
    found = "、".join(f"{role}（{', '.join(names)}）" for role, names in files.found.items())
    yield Finding("cart", Verdict.OK, "checkup_cart_files", {"found": found})
    for role, adds in files.lacking.items():
        yield Finding("cart", Verdict.NOTE, "checkup_cart_file_missing", {"file": role, "adds": adds})


def _google(settings: Settings, clock: Clock, progress: Progress) -> Iterator[Finding]:
    from sheets_sync.usecases.google_check import google_check  # noqa: PLC0415  loads gspread only when needed

    google = open_google(settings, clock, progress)
    for verdict, code, params in google_check(google, settings.workbook.spreadsheet_id):
        yield Finding("google", Verdict(verdict), code, params)


def _workbook(session: Session) -> Iterator[Finding]:
    if session.settings.workbook.kind == "google":
        yield from _google(session.settings, session.clock, session.progress)
    workbook = session.workbook
    if not workbook.exists():
        yield Finding("workbook", Verdict.PERSON, "checkup_workbook_missing", {"name": workbook.name})
        return
    snapshot = workbook.read()
    session.check_ids(snapshot.ids)
    rows = sum(1 for _ in snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS))
    yield Finding("workbook", Verdict.OK, "checkup_workbook_fine", {"name": workbook.name, "products": rows})
    if snapshot.open_elsewhere:
        yield Finding("workbook", Verdict.PERSON, "checkup_workbook_open", {"name": workbook.name})


# ---------------------------------------------------------------- the shop


def _shop(session: Session) -> Iterator[Finding]:
    try:
        tiktok = session.tiktok
    except CredentialsError as error:
        yield _of("sign_in", error)
        return
    shops: list[AuthorisedShop] = []
    yield from _guarded("sign_in", _needing("seller.authorization.info", session, _sign_in(session, shops)))
    if tiktok.clock_behind is not None:
        yield _clock(tiktok.clock_behind)
    if not shops:
        return
    found = list(_guarded("shop", _which(session, shops)))
    if all(finding.verdict is Verdict.OK for finding in found):
        found += _guarded("prerequisites", _needing("seller.product.basic", session, _prerequisites(session)))
        found += _guarded("warehouse", _needing("seller.logistics", session, _warehouse(session)))
    yield from _scopes(session, {finding.params["scope"] for finding in found if finding.item == "scopes"})
    yield from found


def _sign_in(session: Session, shops: list[AuthorisedShop]) -> Iterator[Finding]:
    """Whether the tokens work; fills `shops` with what they see."""
    shops += session.shop.authorised_shops()
    if not shops:
        raise CredentialsError("auth_no_shop")
    known = session.tiktok.tokens.credentials()
    params: dict[str, object] = {
        "seller": known.seller_name or ", ".join(shop.name for shop in shops),
        "access": shown(local_moment(session, known.access_expires), session.language),
        "refresh": shown(local_moment(session, known.refresh_expires), session.language),
    }
    yield Finding("sign_in", Verdict.OK, "checkup_sign_in_fine", params)
    days = (known.refresh_expires - session.clock.now().timestamp()) / 86400
    if known.refresh_expires and days < CONSENT_ENDING_DAYS:
        yield Finding("sign_in", Verdict.PERSON, "checkup_consent_ending", {**params, "days": max(0, int(days))})


def _scopes(session: Session, told: Set[object]) -> Iterator[Finding]:
    """Rights that were not granted; those that a call was refused for are `told` already."""
    granted = session.tiktok.tokens.credentials().scopes
    missing = [scope for scope in missing_scopes(granted) if scope not in told]
    for scope in missing:
        yield _without(scope, session)
    if missing or told:
        return
    if granted:
        yield Finding("scopes", Verdict.OK, "checkup_scopes_fine")
    else:
        yield Finding("scopes", Verdict.NOTE, "checkup_scopes_unknown")


def _clock(behind: float) -> Finding:
    fault = clock_fault(behind)
    return Finding("clock", Verdict.PERSON, *fault) if fault else Finding("clock", Verdict.OK, "checkup_clock_fine")


def _which(session: Session, shops: list[AuthorisedShop]) -> Iterator[Finding]:
    shop = shop_meant(session, shops)
    check_shop(session, shop)
    yield Finding("shop", Verdict.OK, "checkup_shop_fine", {"shop": shop.name, "id": shop.id, "region": shop.region})


def _prerequisites(session: Session) -> Iterator[Finding]:
    failed = [entry for entry in session.shop.prerequisites() if entry.failed]
    for entry in failed:
        verdict = Verdict.NOTE if entry.item == QUANTITY else Verdict.PERSON
        yield Finding("prerequisites", verdict, *message_of(entry, session.language))
    if not failed:
        yield Finding("prerequisites", Verdict.OK, "checkup_prerequisites_fine")


def _warehouse(session: Session) -> Iterator[Finding]:
    wanted = session.settings.tiktok.warehouse_id
    places = session.shop.warehouses()
    if not places:
        yield Finding("warehouse", Verdict.PERSON, "checkup_warehouse_missing")
        return
    chosen = [place for place in places if place.default]
    if wanted and not chosen:
        known = ", ".join(f"{place.name} ({place.id})" for place in places)
        yield Finding("warehouse", Verdict.SETTINGS, "checkup_warehouse_unknown", {"read": wanted, "known": known})
        return
    yield Finding("warehouse", Verdict.OK, "checkup_warehouse_fine", {"name": (chosen or list(places))[0].name})
