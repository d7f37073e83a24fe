"""One request as a handler sees it: already through the gateway."""

from dataclasses import dataclass, field

from .answers import ApiError, Wire
from .shop import Shop, World
from .validation.numbers import whole_number


@dataclass
class Call:
    """A checked request. `shop` is the one the cipher named, or the main shop where no cipher is sent."""

    world: World
    shop: Shop
    method: str
    path: str
    query: dict[str, str]
    content_type: str
    raw_body: bytes
    json: Wire = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def integer(self, name: str, low: int, high: int, code: int) -> int:
        """A whole number from the query, or ApiError with `code`."""
        number = whole_number(self.query.get(name, ""))
        if number is None or not low <= number <= high:
            raise ApiError(code, f"{name} must be from {low} to {high}")
        return number

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() == "true"
