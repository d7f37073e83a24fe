"""Sign-off: a tick in 承認 holds for exactly the values last checked; any change since voids it. Pure.

What is remembered of a product is one text: `checked|approved`, two fingerprints of everything that would be sent.
"""

from __future__ import annotations

from dataclasses import dataclass

_VOID = "void"


@dataclass(frozen=True, slots=True)
class Approval:
    """`checked`: the values as last shown by a check. `approved`: those that the tick holds for, "" = no tick seen."""

    checked: str = ""
    approved: str = ""

    @classmethod
    def from_text(cls, text: str) -> Approval:
        checked, _, approved = text.partition("|")
        return cls(checked, approved)

    def to_text(self) -> str:
        return f"{self.checked}|{self.approved}"

    def holds(self, now: str) -> bool:
        """Whether the values as they are now are approved."""
        return bool(now) and self.approved == now

    @property
    def void(self) -> bool:
        return self.approved == _VOID

    def after_reading(self, now: str, *, ticked: bool, checking: bool) -> Approval:
        """The record after a run read the row. `checking`: the run shows these values to her, so they count as checked.

        A tick seen for the first time is good only for values that the last check showed. A tick that values ran away
        from stays void until it was taken out.
        """
        if not ticked:
            approved = ""
        elif self.approved:
            approved = now if self.approved == now else _VOID
        else:
            approved = now if self.checked == now else _VOID
        return Approval(now if checking else self.checked, approved)
