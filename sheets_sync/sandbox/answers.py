"""What an endpoint says: the data of the envelope, or a failure with the platform's code."""

from typing import Any

Wire = dict[str, Any]
"""A JSON object as it travels: keys and types exactly as on the platform's wire."""


class ApiError(Exception):
    """A refusal by the platform.

    `status` is the HTTP status; None means "as business errors are answered", which is a switch of the sandbox
    because no source confirms one value (reference: TikTok Shop API 2.1).
    """

    def __init__(self, code: int, message: str, *, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class NoSuchControlError(Exception):
    """An admin call named something that the sandbox does not have (unknown control, product, switch)."""


def item_error(code: int, message: str, **detail: Any) -> Wire:
    """One entry of `data.errors` of a batch call."""
    return {"code": code, "message": message, "detail": detail}


def wrapped_item_error(causes: list[Wire], **detail: Any) -> Wire:
    """One entry of `data.errors` where the platform hides the causes below "check failed"."""
    return {"code": 12052990, "message": "check failed", "detail": {**detail, "extra_errors": causes}}
