"""Tells when this machine's clock is off: calls are mended by the platform's own time, but a person should know."""

from __future__ import annotations

# TikTok takes calls whose time is at most 30 seconds ahead (Partner Center, "Sign your API request").
CLOCK_SECONDS = 25


def clock_fault(behind: float) -> tuple[str, dict[str, object]] | None:
    """Message and places for a clock that is `behind` seconds late (negative: ahead); None when it is right."""
    if abs(behind) < CLOCK_SECONDS:
        return None
    code = "checkup_clock_behind" if behind > 0 else "checkup_clock_ahead"
    return code, {"minutes": max(1, round(abs(behind) / 60))}
