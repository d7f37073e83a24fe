"""A local double of Google Sheets for tests: it keeps state, reads what it is sent, and refuses as Google does."""

from .double import GoogleDouble
from .faults import Call, Fault, is_api, is_read, is_token, is_write
from .grid import Formula

__all__ = ["Call", "Fault", "Formula", "GoogleDouble", "is_api", "is_read", "is_token", "is_write"]
