"""What Google's refusals mean to a person: one place that turns answers of its APIs into the errors of `errors.py`.

(Google, "Sheets API: troubleshoot API and authentication errors"; the bodies are those of google.rpc.Status, Drive's
carry `errors[].reason` instead.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheets_sync.errors import CredentialsError, SheetsSyncError, Unavailable, UsageError

_RATE = frozenset({"userRateLimitExceeded", "rateLimitExceeded", "RATE_LIMIT_EXCEEDED", "dailyLimitExceeded"})
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_NO_SCOPE = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficientScopes"})
_LINK = re.compile(r"https://console\.(?:developers|cloud)\.google\.com/[^\s\"']+")
_CONSOLE = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
_MOVED = ("unable to parse range", "no grid with id", "no sheet with id", "exceeds grid limits")


class NoAnswer(Unavailable):
    """A write got no usable answer (time-out, cut connection, 5xx): it may have taken effect, so look first."""


class LayoutChanged(Unavailable):
    """A tab, row or column that a request named is not there any more: look at the spreadsheet again."""


class TooLarge(Unavailable):
    """A write was refused for its size, and nothing was done: the same in smaller pieces may pass."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer outside 2xx: HTTP status, Google's own words, and its reasons in capitals or camel case."""

    status: int
    words: str = ""
    reasons: frozenset[str] = frozenset()

    @property
    def too_many(self) -> bool:
        """Over a quota: surely nothing was done."""
        return self.status == 429 or (self.status == 403 and bool(self.reasons & _RATE))

    @property
    def broken(self) -> bool:
        """Trouble on Google's side: a write may have been done all the same."""
        return self.status >= 500 or self.status == 408 or (self.status == 409 and "ABORTED" in self.reasons)

    @property
    def too_large(self) -> bool:
        """More bytes than one request may have."""
        return self.status == 413 or (self.status == 400 and "payload size exceeds the limit" in self.words)


def refusal(status: int, body: object) -> Refusal:
    """Read an error body; what is no JSON of Google's (an HTML page of a gateway) leaves the status alone."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return Refusal(status)
    found = [*_entries(error, "errors"), *_entries(error, "details")]
    reasons = {str(entry["reason"]) for entry in found if "reason" in entry}
    return Refusal(status, str(error.get("message", "")), frozenset({*reasons, str(error.get("status", ""))}))


def _entries(error: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = error.get(name)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def translated(found: Refusal, *, address: str, spreadsheet: str) -> SheetsSyncError:
    """The error for a refusal. `address`: whom the spreadsheet has to be shared with; `spreadsheet`: its id."""
    if found.too_large:
        return TooLarge("google_too_large")
    match found.status:
        case 401:
            return signed_out(address)
        case 403:
            return _forbidden(found, address, spreadsheet)
        case 404:
            return UsageError(_whose("google_not_found", address), id=spreadsheet or "-", address=address)
        case 400:
            return _bad(found, spreadsheet)
        case _:
            return SheetsSyncError("google_request_refused", status=found.status, words=found.words)


def signed_out(address: str) -> CredentialsError:
    """The account is not, or no longer, who it says it is."""
    return CredentialsError(_whose("google_signed_out", address), address=address)


def _whose(code: str, address: str) -> str:
    """A person who works with her own consent has no other address to share with."""
    return code if address else f"{code}_own"


def _forbidden(found: Refusal, address: str, spreadsheet: str) -> SheetsSyncError:
    if found.reasons & _NOT_ENABLED or "has not been used in project" in found.words:
        link = _LINK.search(found.words)
        return CredentialsError("google_api_disabled", link=link[0].rstrip(".,") if link else _CONSOLE)
    if found.reasons & _NO_SCOPE:
        return CredentialsError("google_scope_missing")
    if "storageQuotaExceeded" in found.reasons:
        return UsageError("google_no_storage", address=address)
    return CredentialsError(_whose("google_not_shared", address), address=address, id=spreadsheet or "-")


def _bad(found: Refusal, spreadsheet: str) -> SheetsSyncError:
    words = found.words.casefold()
    if any(part in words for part in _MOVED):
        return LayoutChanged("google_layout_changed", words=found.words)
    if "above the limit of" in words and "cells" in words:
        return UsageError("google_too_many_cells_there")
    if "protected cell or object" in words:
        return UsageError("google_protected")
    if "not supported for this document" in words:
        return UsageError("google_office_file", id=spreadsheet or "-")
    return SheetsSyncError("google_request_refused", status=found.status, words=found.words)
