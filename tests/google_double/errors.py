"""What the double refuses with: the bodies that Google's APIs answer with."""

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refusal. `reason` is Drive's word for it; Sheets answers with a status instead."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        details: list[dict[str, Any]] | None = None,
        reason: str = "",
        html: bool = False,
        status: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.reason = reason
        self.html = html
        self.status = status or STATUS.get(code, "UNKNOWN")
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.reason:
            error["errors"] = [{"message": self.message, "domain": "global", "reason": self.reason}]
        else:
            error["status"] = self.status
        if self.details:
            error["details"] = self.details
        return {"error": error}


def bad(message: str) -> ApiError:
    return ApiError(400, message)


def violation(message: str, field: str) -> ApiError:
    """An unreadable field of the JSON body."""
    found = {"description": message}
    if field:
        found["field"] = field
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [found]}]
    return ApiError(400, message, details=details)


def not_in_the_double(what: str) -> ApiError:
    """The real API knows it and the double does not: loud, so that nobody takes it for an answer of Google's."""
    return ApiError(501, f"tests/google_double does not know {what}")


def html_page(code: int, title: str) -> bytes:
    return (
        f"<!DOCTYPE html>\n<html lang=en>\n<title>Error {code} ({title})!!1</title>\n"
        f"<p><b>{code}.</b> <ins>That's an error.</ins>\n<p>{title}. <ins>That's all we know.</ins>\n</html>"
    ).encode()
