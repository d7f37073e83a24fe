"""What happens before an endpoint sees a request: the checks of reference 7, in their order."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field

from .answers import ApiError, Wire
from .call import Call
from .options import SandboxOptions
from .routes import Route, match
from .shop import Shop, World
from .tokens import Token
from .validation.numbers import whole_number

OLDEST_SECONDS, NEWEST_SECONDS = 300, 30


@dataclass(frozen=True)
class Request:
    """A request as it came from the wire. Header names are lower case; query values are decoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def signature(secret: str, request: Request) -> str:
    """Partner Center, "Sign your API request": HMAC-SHA256 over secret, path, sorted query, raw body, secret."""
    pairs = sorted((k, v) for k, v in request.query.items() if k not in ("sign", "access_token"))
    text = request.path + "".join(key + value for key, value in pairs)
    body = b"" if request.media_type == "multipart/form-data" else request.body
    key = secret.encode()
    return hmac.new(key, key + text.encode() + body + key, hashlib.sha256).hexdigest()


class RateBuckets:
    """A token bucket per path and shop, on the machine's own clock. Callers hold the sandbox's lock."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, path: str, shop_id: str) -> None:
        rate = self._options.rate_per_second
        if rate <= 0:
            return
        now = time.monotonic()
        full = max(rate, 1.0)
        level, before = self._levels.get((path, shop_id), (full, now))
        level = min(full, level + (now - before) * rate)
        self._levels[path, shop_id] = (max(level - 1, 0) if level >= 1 else level, now)
        if level < 1:
            raise rate_limited()


def rate_limited() -> ApiError:
    return ApiError(36009002, "Too many requests in a short time, slow down.", status=429)


class Gateway:
    """Checks a request and makes it a call."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets = RateBuckets(world.options)

    def route(self, request: Request) -> tuple[Route, dict[str, str]]:
        """Checks 1 and 2: path, method."""
        routes, variables = match(request.path)
        if not routes:
            raise ApiError(36009009, "Invalid path. The path is not known.", status=404)
        if request.method not in routes:
            raise ApiError(36009010, f"Method {request.method} is not allowed on this path.", status=405)
        return routes[request.method], variables

    def admit(self, request: Request, route: Route, variables: dict[str, str], *, spoil_sign: bool = False) -> Call:
        """Checks 3 to 12: app, time, signature, token, scope, address, shop, body, rate."""
        world = self._world
        if request.query.get("app_key") != world.tokens.app_key:
            raise ApiError(36009004, "Invalid credentials. The 'app_key' query parameter is invalid.", status=400)
        self._check_time(request)
        self._check_signature(request, spoil_sign)
        token = self._token(request)
        if not set(route.scopes) & set(token.scopes):
            raise ApiError(105005, f"Access denied. The scope {route.scopes[0]} is missing.", status=403)
        if not world.options.address_allowed:
            raise ApiError(36009033, "The caller's IP address is not on the app's allow-list.", status=403)
        shop = self._shop(request, route)
        body = _json_body(request, route)
        with world.lock:
            self._buckets.take(route.template, shop.profile["id"])
        return Call(
            world, shop, request.method, request.path, request.query, request.headers.get("content-type", ""),
            request.body, body, variables,
        )

    def _check_time(self, request: Request) -> None:
        moment = whole_number(request.query.get("timestamp", ""))
        age = None if moment is None else self._world.clock.wall() - moment
        if age is None or not -NEWEST_SECONDS <= age <= OLDEST_SECONDS:
            raise ApiError(36009004, "The 'timestamp' query parameter is invalid or expired.", status=400)

    def _check_signature(self, request: Request, spoil_sign: bool) -> None:
        given = request.query.get("sign")
        if not given:
            raise ApiError(36009004, "The signature query parameter 'sign' is missing.", status=400)
        right = signature(self._world.tokens.app_secret, request)
        if spoil_sign or not hmac.compare_digest(given.encode(), right.encode()):
            raise ApiError(
                106001,
                "Invalid credentials. The 'sign' query parameter is invalid. "
                "For more details: https://partner.tiktokshop.com/docv2/page/sign-your-api-request",
                status=401,
            )

    def _token(self, request: Request) -> Token:
        with self._world.lock:
            token = self._world.tokens.find(request.headers.get("x-tts-access-token", ""))
            if token is None:
                raise ApiError(
                    36009004, "Invalid credentials. The 'x-tts-access-token' header is invalid.", status=401
                )
            if self._world.tokens.expired(token):
                raise ApiError(105002, "Expired credentials. The access token has expired.", status=401)
        return token

    def _shop(self, request: Request, route: Route) -> Shop:
        cipher = request.query.get("shop_cipher")
        if route.cipher == "forbidden":
            if cipher is not None:
                raise ApiError(36009004, "Invalid parameter: unexpected identifier 'shop_cipher'.", status=400)
            return self._world.main
        if not cipher:
            if route.cipher == "optional":
                return self._world.main
            raise ApiError(106013, "The 'shop_cipher' query parameter is missing.", status=400)
        shop = self._world.shops.get(cipher)
        if shop is None:
            raise ApiError(101000, "The shop and 'shop_cipher' do not match this access token.", status=400)
        return shop


def _json_body(request: Request, route: Route) -> Wire:
    """The JSON object of the body; {} for a body that is not there."""
    multipart = request.media_type == "multipart/form-data"
    if route.multipart:
        if not multipart:
            raise ApiError(36009023, "This endpoint wants a multipart/form-data body.", status=400)
        return {}
    if not request.body:
        return {}
    if request.media_type != "application/json":
        raise ApiError(36009022, "The body must be JSON.", status=400)
    try:
        body = json.loads(request.body)
    except ValueError:
        raise ApiError(36009022, "The body is not valid JSON.", status=400) from None
    if not isinstance(body, dict):
        raise ApiError(36009004, "Invalid parameter body: expected object.", status=400)
    return body
