"""google-auth looks up a service account's regions in the background, on the internet: not in tests."""

from typing import Any
from unittest import mock

from google.auth import credentials


def no_lookup() -> Any:
    """A patch that is entered and left with the double; nothing to do for versions without the lookup."""
    name = "_is_regional_access_boundary_lookup_required"
    for holder in vars(credentials).values():
        if isinstance(holder, type) and name in vars(holder):
            return mock.patch.object(holder, name, return_value=False)
    return mock.patch.dict({})
