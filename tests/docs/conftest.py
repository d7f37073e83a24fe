"""The shop of the end-to-end tests, for documents that are done step by step."""

from ..e2e.conftest import moved, moving_time, sandbox, shop

__all__ = ["moved", "moving_time", "sandbox", "shop"]
