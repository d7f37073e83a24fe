"""From a request to a reply: routing, faults, the envelope, the log."""

import json
import logging
from collections import deque
from dataclasses import asdict, dataclass, field, replace
from email.utils import formatdate
from typing import Literal
from urllib.parse import urlencode

from .answers import ApiError, Wire
from .faults import WRITE_FIRST, Fault
from .gateway import Gateway, Request, rate_limited
from .images import squared
from .routes import Route
from .shop import World

LOG_LENGTH = 200_000
_HTML_503 = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire. `cut` breaks the connection instead of, or half-way through, the body."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    cut: Literal["", "all", "half"] = ""


_RUINED = {
    "drop": Reply(0, b"", cut="all"),
    "unavailable": Reply(503, _HTML_503, "text/html"),
    "not_json": Reply(200, b"<html><body>gateway</body></html>", "text/html"),
}


def _failure_of(fault: Fault) -> ApiError:
    """The platform error a fault stands for."""
    known = {
        "rate_limit": rate_limited(),
        "internal": ApiError(36009003, "Internal error, please try again.", status=500),
        "timeout": ApiError(36009007, "The request timed out.", status=504),
    }
    return known.get(fault.kind) or ApiError(fault.code, fault.message, status=fault.status)


@dataclass(frozen=True)
class LogEntry:
    """One request as the log keeps it: no token, no signature, no body, no query value."""

    method: str
    path: str
    operation: str
    body_bytes: int
    status: int
    code: int | None
    fault: str
    at: float


@dataclass
class _Exchange:
    """A request under way."""

    request: Request
    operation: str = ""
    fault: Fault | None = None
    code: int | None = field(default=None)


class Service:
    """Answers everything but the admin routes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gateway = Gateway(world)
        self.log: deque[LogEntry] = deque(maxlen=LOG_LENGTH)

    def answer(self, request: Request) -> Reply:
        exchange = _Exchange(request)
        reply = self._answer(exchange)
        self.log.append(LogEntry(
            request.method, request.path, exchange.operation, len(request.body), reply.status, exchange.code,
            exchange.fault.kind if exchange.fault else "", self._world.clock.now(),
        ))
        return reply

    def requests(self) -> list[Wire]:
        return [asdict(entry) for entry in self.log.copy()]

    def _answer(self, exchange: _Exchange) -> Reply:
        request = exchange.request
        if request.path.startswith("/tos-jp-"):
            return self._picture(request)
        if request.path == "/open/authorize":
            return self._consent(request)
        route: Route | None = None
        variables: dict[str, str] = {}
        try:
            if request.path in ("/api/v2/token/get", "/api/v2/token/refresh"):
                exchange.operation = "token"
            else:
                route, variables = self._gateway.route(request)
                exchange.operation = route.operation
        except ApiError as error:
            return self._failure(exchange, error)
        fault = self._world.faults.pick(request.method, request.path, exchange.operation)
        exchange.fault = fault
        late = fault is not None and (fault.after_write or fault.kind in WRITE_FIRST)
        if fault is not None and not late:
            spoilt = self._trouble(exchange, fault, None)
            if spoilt is not None:
                return spoilt
        reply = self._process(exchange, route, variables)
        if fault is not None and late:
            reply = self._trouble(exchange, fault, reply) or reply
        return reply

    def _process(self, exchange: _Exchange, route: Route | None, variables: dict[str, str]) -> Reply:
        world, request = self._world, exchange.request
        try:
            if route is None:
                with world.lock:
                    return self._success(exchange, world.tokens.answer(request.path, request.query))
            spoil = exchange.fault is not None and exchange.fault.kind == "bad_signature"
            call = self._gateway.admit(request, route, variables, spoil_sign=spoil)
            if not route.locked:
                return self._success(exchange, route.handler(call))
            with world.lock:
                world.settle()
                return self._success(exchange, route.handler(call))
        except ApiError as error:
            return self._failure(exchange, error)
        except Exception:  # noqa: BLE001 (a fault of the sandbox itself must not look like a dropped connection)
            _log.exception("the sandbox failed on %s %s", request.method, request.path)
            return self._failure(exchange, ApiError(36009003, "internal error of the sandbox", status=500))

    def _trouble(self, exchange: _Exchange, fault: Fault, reply: Reply | None) -> Reply | None:
        """Carry out a fault; None = go on as if nothing had happened ("bad_signature" strikes in the gateway)."""
        match fault.kind:
            case "slow":
                self._world.faults.wait(fault.seconds)
            case "expire_token":
                with self._world.lock:
                    self._world.tokens.expire_access()
            case "half_body":
                return Reply(200, reply.body if reply else b"{}", cut="half")
            case _ if fault.kind in _RUINED:
                return _RUINED[fault.kind]
            case _ if fault.kind != "bad_signature":
                return self._failure(exchange, _failure_of(fault))
        return None

    def _success(self, exchange: _Exchange, data: Wire) -> Reply:
        exchange.code = 0
        return self._envelope(200, 0, "Success", data)

    def _failure(self, exchange: _Exchange, error: ApiError) -> Reply:
        exchange.code = error.code
        status = self._world.options.business_status if error.status is None else error.status
        reply = self._envelope(status, error.code, error.message, None)
        wait = self._world.options.retry_after
        if status == 429 and wait is not None:
            return replace(reply, headers=(*reply.headers, ("Retry-After", str(wait))))
        return reply

    def _envelope(self, status: int, code: int, message: str, data: Wire | None) -> Reply:
        request_id = self._world.ids.request_id(self._world.clock.now())
        envelope = {"code": code, "message": message, "request_id": request_id, "data": data}
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        return Reply(status, body, headers=(("Date", formatdate(self._world.clock.wall(), usegmt=True)),))

    def _picture(self, request: Request) -> Reply:
        uploads = self._world.uploads
        stored = uploads.stored(uploads.base_url + request.path)
        if stored is None:
            return Reply(404, b"not found", "text/plain")
        kind, content, rework = stored
        return Reply(200, squared(content) if rework else content, f"image/{'jpeg' if rework else kind}")

    def _consent(self, request: Request) -> Reply:
        """The seller's consent page: a redirect where one is set, else what would be in it."""
        options, answer = self._world.options, {"code": "null", "error": "auth_denied"}
        if options.consent:
            with self._world.lock:
                answer = {"code": self._world.tokens.issue_code()}
        answer["state"] = request.query.get("state", "")
        if not options.redirect_url:
            return Reply(200, json.dumps(answer, ensure_ascii=False).encode())
        joint = "&" if "?" in options.redirect_url else "?"
        return Reply(302, b"", headers=(("Location", f"{options.redirect_url}{joint}{urlencode(answer)}"),))
