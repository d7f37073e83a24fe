"""What the checks of one listing found, and the cleaned listing they leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..answers import ApiError, Wire
from ..catalogue import Catalogue
from ..images import Uploads
from ..market import Market
from ..options import SandboxOptions


@dataclass
class Findings:
    """Faults in the order in which the platform looks, and soft warnings."""

    faults: list[ApiError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, code: int, message: str) -> None:
        self.faults.append(ApiError(code, message))

    def drop(self, field_name: str, value: object) -> None:
        """A field was cleared instead of refused; the wording is the platform's."""
        self.warnings.append(f"The [{field_name}]:{value} field is incorrect and was cleared")


@dataclass(frozen=True)
class Ground:
    """All that a listing is judged against; nothing in it is changed by the checks."""

    options: SandboxOptions
    market: Market
    catalogue: Catalogue
    uploads: Uploads
    warehouses: list[Wire]
    brands: dict[str, Wire]
    custom_names: Mapping[str, str]  # id of a seller-named attribute or value -> its name
    custom_ids: Mapping[tuple[str, str], str]  # (attribute id, or "" for attributes, name) -> id
    now: float
    for_draft: bool = False
