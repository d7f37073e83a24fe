"""A Google of our own on loopback: tokens, the Sheets API and the parts of Drive that the program uses."""

import datetime as dt
import json
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from . import drive, sheets_api
from .accounts import CLIENT_ID, DRIVE, DRIVE_FILE, READ_ONLY, SHEETS, Accounts, TokenRefused, private_key
from .errors import ApiError, html_page, violation
from .faults import Action, Armed, Call, Fault, Faults, When, is_api, unauthenticated
from .files import File, Files, api_disabled
from .merchandiser import Merchandiser
from .offline import no_lookup
from .quotas import PROJECT, Quotas
from .server import Answer, Request, Server, as_json
from .state import SheetState
from .unswept import unswept

MOST_BYTES = 10_485_760
"""Of one request. Google documents no limit and has answered so above this one."""


class GoogleDouble:
    """See the methods for the controls; all of them may be used while requests run."""

    EMAIL = "sheets-sync@double.iam.gserviceaccount.com"
    OWNER = "owner@example.com"

    def __init__(self, clock: Callable[[], float] = time.time, *, keep_bodies: bool = True) -> None:
        self.clock = clock
        self.keep_bodies = keep_bodies
        self.most_bytes = MOST_BYTES
        self.log: list[Call] = []
        self.lock = threading.RLock()
        self.accounts = Accounts(clock)
        self.files = Files(clock, self.accounts)
        self.quotas = Quotas(clock)
        self.faults = Faults()
        self._server = Server(self._answer)
        self._offline = no_lookup()
        self.url = self._server.url

    def __enter__(self) -> "GoogleDouble":
        self._offline.start()
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._offline.stop()

    # accounts

    def service_account(self, email: str = EMAIL) -> dict[str, str]:
        """What stands in a service account's JSON file."""
        self.accounts.services.add(email)
        return {
            "type": "service_account", "project_id": "double", "private_key_id": "0" * 40,
            "private_key": private_key(), "client_email": email, "client_id": "100000000000000000001",
            "auth_uri": f"{self.url}/o/oauth2/auth", "token_uri": f"{self.url}/token",
        }  # fmt: skip

    def service_account_file(self, path: Path, email: str = EMAIL) -> Path:
        path.write_text(json.dumps(self.service_account(email)), "utf-8")
        return path

    def client_secrets(self) -> dict[str, Any]:
        """The file of an OAuth client for installed apps."""
        return {
            "installed": {
                "client_id": CLIENT_ID, "client_secret": "double-secret", "project_id": "double",
                "auth_uri": f"{self.url}/o/oauth2/auth", "token_uri": f"{self.url}/token",
                "redirect_uris": ["http://localhost"],
            }
        }  # fmt: skip

    def consent(
        self, email: str = "shop@example.com", scopes: tuple[str, ...] = (SHEETS, DRIVE_FILE)
    ) -> dict[str, str]:
        """What a person's consent leaves behind: a refresh token and what is needed to use it."""
        token = self.accounts.fresh("refresh")
        self.accounts.refresh_tokens[token] = (email, frozenset(scopes))
        return {
            "client_id": CLIENT_ID, "client_secret": "double-secret", "refresh_token": token,
            "token_uri": f"{self.url}/token", "email": email,
        }  # fmt: skip

    def revoke(self, email: str) -> None:
        self.accounts.revoked.add(email)

    # files

    def new_spreadsheet(
        self, title: str, *, shared_with: list[str] | None = None, owner: str = OWNER,
        locale: str = "en_US", time_zone: str = "Etc/GMT",
    ) -> SheetState:  # fmt: skip
        """One that a person made and shared."""
        with self.lock:
            file = self.files.new(title, owner, locale=locale, time_zone=time_zone)
            file.permissions |= dict.fromkeys(shared_with or [], "writer")
            return SheetState(file.spreadsheet, self.lock)

    def spreadsheet(self, file_id: str) -> SheetState:
        return SheetState(self.files.by_id[file_id].spreadsheet, self.lock)

    def file(self, file_id: str) -> File:
        return self.files.by_id[file_id]

    def share(self, file_id: str, email: str, role: str = "writer") -> None:
        self.files.by_id[file_id].permissions[email] = role

    def unshare(self, file_id: str, email: str) -> None:
        self.files.by_id[file_id].permissions.pop(email, None)

    def disable_api(self, api: str) -> None:
        self.files.disabled.add(api)

    def enable_api(self, api: str) -> None:
        self.files.disabled.discard(api)

    @property
    def service_accounts_have_no_storage(self) -> bool:
        return self.files.service_accounts_have_no_storage

    @service_accounts_have_no_storage.setter
    def service_accounts_have_no_storage(self, value: bool) -> None:
        self.files.service_accounts_have_no_storage = value

    # people and faults

    def merchandiser(self, file_id: str) -> Merchandiser:
        return Merchandiser(self.files.by_id[file_id], self.lock, self.clock)

    def fail(
        self,
        fault: Fault,
        when: When = is_api,
        times: int = 1,
        *,
        retry_after: int | None = None,
        applied: bool = False,
    ) -> None:
        with self.lock:
            self.faults.armed.append(Armed(fault, when, times, retry_after, applied))

    def between(self, when: int | When, action: Action) -> None:
        """n: after the n-th request from now and before the next; a predicate: before the first that it is true for."""
        with self.lock:
            self.faults.waiting.append((self.faults.handled + when if isinstance(when, int) else when, action))

    def calls(self, cost: str | None = None) -> list[Call]:
        with self.lock:
            return [call for call in self.log if cost is None or call.cost == cost]

    def clear_log(self) -> None:
        with self.lock:
            self.log.clear()

    # requests

    def _answer(self, request: Request) -> Answer:
        if request.path == "/o/oauth2/auth":
            return self._consent_page(request)
        with self.lock, unswept():
            call = self._call(request)
            self.log.append(call)
            armed = self._before(call)
            if armed is not None and armed.fault is Fault.HANG and not armed.applied:
                return Answer(0, hang=True)
            if armed is not None and armed.fault is Fault.CUT_BEFORE:
                return Answer(0, cut=True)
            if armed is not None and not armed.fault.applies and armed.fault is not Fault.HANG:
                return self._refused(call, armed.error(call))
            try:
                answer = self._token(call) if call.cost == "token" else self._api(request, call)
            except ApiError as error:
                return self._refused(call, error)
            if armed is not None and armed.fault is not Fault.ERROR_AFTER:
                return Answer(0, cut=armed.fault is Fault.CUT_AFTER, hang=armed.fault is Fault.HANG)
            if armed is not None:
                return self._refused(call, armed.error(call))
            call.status = answer.status
            return answer

    def _call(self, request: Request) -> Call:
        path = request.path
        if path == "/token":
            cost = "token"
        elif path.startswith("/drive/"):
            cost = "drive"
        else:
            cost = sheets_api.cost(request.method, path)
        number = len(self.log) + 1 if not self.log else self.log[-1].number + 1
        form = cost == "token"
        body = dict(urllib.parse.parse_qsl(request.raw.decode())) if form else _body(request, self.most_bytes)
        return Call(number, request.method, path, request.query, body, len(request.raw), cost, at=self.clock())

    def _before(self, call: Call) -> Armed | None:
        if call.cost != "token":
            for action in self.faults.due(call):
                action()
            self.faults.handled += 1
        return self.faults.take(call)

    def _refused(self, call: Call, error: ApiError) -> Answer:
        call.status = error.code
        if error.html:
            return Answer(error.code, html_page(error.code, error.message), "text/html; charset=UTF-8", error.headers)
        return Answer(error.code, as_json(error.body()), headers=error.headers)

    def _token(self, call: Call) -> Answer:
        try:
            return Answer(200, as_json(self.accounts.grant(call.body)))
        except TokenRefused as refused:
            call.status = refused.status
            found = {"error": refused.error, "error_description": refused.description}
            return Answer(refused.status, as_json(found))

    def _api(self, request: Request, call: Call) -> Answer:
        token = self.accounts.holder(request.headers.get("Authorization", ""))
        if token is None:
            raise unauthenticated()
        call.user = token.email
        api = "drive" if call.cost == "drive" else "sheets"
        if api in self.files.disabled:
            raise api_disabled(api, PROJECT)
        self._check_scopes(api, call, token.scopes)
        self.quotas.spend(call.user, call.cost)
        body = call.body
        if isinstance(body, ApiError):
            call.body = None
            raise body
        if not self.keep_bodies:
            call.body = None
        if api == "drive":
            return drive.answer(self.files, drive.DriveCall(call.method, call.path, call.query, body, call.user))
        year = dt.datetime.fromtimestamp(self.clock(), dt.UTC).year
        reply = sheets_api.answer(
            self.files, sheets_api.SheetsCall(call.method, call.path, call.query, body, call.user, year)
        )
        return Answer(200, as_json(reply))

    def _check_scopes(self, api: str, call: Call, scopes: frozenset[str]) -> None:
        enough = {DRIVE, DRIVE_FILE} | ({SHEETS} if api == "sheets" else set())
        if call.cost == "read":
            enough.add(READ_ONLY)
        if not scopes & enough:
            raise ApiError(403, "Request had insufficient authentication scopes.", details=[
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
            ])  # fmt: skip

    def _consent_page(self, request: Request) -> Answer:
        """The person says yes at once: `accounts.person` is who is signed in."""
        code = self.accounts.fresh("code")
        scopes = request.query.get("scope", [""])[0].split()
        self.accounts.codes[code] = (self.accounts.person, frozenset(scopes))
        back = {"code": code, "scope": " ".join(scopes)}
        if "state" in request.query:
            back["state"] = request.query["state"][0]
        address = request.query["redirect_uri"][0] + "?" + urllib.parse.urlencode(back)
        return Answer(302, headers={"Location": address})


def _body(request: Request, most_bytes: int) -> Any:
    """The JSON sent, or the error that an unreadable one meets (after the request is known to be allowed)."""
    if not request.raw:
        return {}
    if len(request.raw) > most_bytes:
        return ApiError(400, f"Request payload size exceeds the limit: {most_bytes} bytes.")
    try:
        body = json.loads(request.raw, parse_constant=_refuse_constant)
    except ValueError:
        return violation("Invalid JSON payload received. Unexpected token.", "")
    if not isinstance(body, dict):
        return violation("Invalid JSON payload received. Expected an object.", "")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
