"""Who may edit which cells."""

from typing import Any

from .a1 import Area
from .errors import bad
from .overlap import overlap, within


def check_editable(area: Area, user: str, owner: str) -> None:
    """400 for cells in a range that is protected from this user; a protection that only warns stops no program."""
    place = area.grid_range()
    for found in area.sheet.parts["protectedRanges"]:
        if found.get("warningOnly") or user == owner or user in found.get("editors", {}).get("users", []):
            continue
        open_parts: list[dict[str, Any]] = found.get("unprotectedRanges", [])
        if overlap(found["range"], place) and not any(within(place, part) for part in open_parts):
            raise bad(
                "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
                "protection if you need to edit."
            )
