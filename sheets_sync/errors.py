"""Everything that can stop a run, grouped by what to do next. A row's fault is an `Issue`, never one of these.

    SheetsSyncError
    ├── UsageError            (2)  mend the command, the settings or the workbook's structure
    ├── Refused               (5)  a limit, a guard, a stale plan, a workbook of another shop: decide, then say so
    ├── Unavailable           (6)  a service or a file is out of reach: nothing is lost, try later
    ├── CredentialsError      (7)  sign in again
    ├── Locked                (8)  another run is at work
    └── ShopError                  answers of TikTok Shop to one call; push turns them into outcomes
        ├── ShopRejected           this request will never pass as it is: tell the person
        ├── ShopConflict           the listing's state forbids it: read the listing again, then decide
        ├── ShopLimit              the day's allowance is spent: the rest waits
        ├── ShopUnavailable        wait and try again; surely nothing happened
        └── ShopUnknown            a write without a usable answer: it may have landed, so look first
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers (docs/design.md, section 8). An unknown code is a failure."""

    DONE = 0
    BUG = 1
    USAGE = 2
    NEEDS_A_PERSON = 3
    REFUSED = 5
    UNAVAILABLE = 6
    CREDENTIALS = 7
    LOCKED = 8
    INTERRUPTED = 130


class SheetsSyncError(Exception):
    """A run's problem. `code` names its text in the message catalogue, `params` its places; `str()` is for logs only.

    Raise it with facts, never with secrets: everything in `params` may be shown to a person.
    """

    exit_code = ExitCode.BUG

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}" if params else code)


class UsageError(SheetsSyncError):
    """The command, the settings or the workbook's structure has to be mended first."""

    exit_code = ExitCode.USAGE


class Refused(SheetsSyncError):
    """A limit or a guard said no: nothing was done."""

    exit_code = ExitCode.REFUSED


class Unavailable(SheetsSyncError):
    """A service, or a file that another program holds, is out of reach. Nothing is lost; try later."""

    exit_code = ExitCode.UNAVAILABLE


class CredentialsError(SheetsSyncError):
    """Keys, tokens or rights are missing, wrong or expired."""

    exit_code = ExitCode.CREDENTIALS


class Locked(SheetsSyncError):
    """Another run of this shop is at work."""

    exit_code = ExitCode.LOCKED


class ShopError(SheetsSyncError):
    """TikTok Shop did not do what it was asked.

    `shop_code` is the platform's number as text ("" when there was none), `words` its own text, `request_id` its id.
    """

    def __init__(
        self, code: str, *, shop_code: str = "", words: str = "", request_id: str = "", **params: object
    ) -> None:
        super().__init__(code, shop_code=shop_code, words=words, request_id=request_id, **params)
        self.shop_code = shop_code
        self.words = words
        self.request_id = request_id


class ShopRejected(ShopError):
    """Refused for good: only a change of data, of the shop's settings or of rights can heal it."""


class ShopConflict(ShopError):
    """The listing's present state does not allow the call (12052901, promotion locks, deleted product)."""


class ShopLimit(ShopError):
    """The day's allowance for new listings is spent (12052093)."""


class ShopUnavailable(ShopError):
    """Overload, rate limit or no connection before anything was sent: surely nothing happened."""

    exit_code = ExitCode.UNAVAILABLE


class ShopUnknown(ShopError):
    """A write got no usable answer (time-out, cut connection, broken body): it may have taken effect."""

    exit_code = ExitCode.UNAVAILABLE
