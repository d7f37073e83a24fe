"""`--if-requested`: a command that runs only when somebody asked for it by the menu in the sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sheets_sync.cli.context import Caller
from sheets_sync.messages import text

if TYPE_CHECKING:
    from sheets_sync.usecases.result import RunResult
    from sheets_sync.usecases.session import Session


def run_if_requested(caller: Caller, run: Callable[[Session], RunResult], *, following: str = "") -> int:
    """Look, and run what is asked of this command; nothing is said where nothing is asked."""
    from sheets_sync.cli.progress import Watched  # noqa: PLC0415  --help must not load rich
    from sheets_sync.clock import SystemClock  # noqa: PLC0415
    from sheets_sync.usecases.requests import nothing_requested, obey, requested  # noqa: PLC0415

    settings = caller.settings()
    with Watched(caller.language, quiet=caller.quiet) as progress:
        request = requested(settings, caller.command, SystemClock(), progress)
    if request is None:
        caller.show(nothing_requested(caller.command).to_json(caller.language))
        return 0
    with caller.session(settings=settings) as session:
        result = obey(session, request, run)
        if result.counts["requested"]:
            return caller.finish(result, following=following)
        for code, params in result.notes:
            caller.say(text(code, caller.language, **params))
        caller.show(result.to_json(caller.language))
        return 0
