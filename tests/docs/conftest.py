"""The shop of the end-to-end tests, for documents that are done step by step."""

from ..e2e.conftest import moved, sandbox, shop

__all__ = ["moved", "sandbox", "shop"]
