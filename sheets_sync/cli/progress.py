"""Progress on stderr: a line per step, and a bar for long work when a person watches."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sheets_sync.messages import Language, text


class Watched:
    """The port `Progress` for a terminal; without one only the steps are printed."""

    def __init__(self, language: Language, *, quiet: bool) -> None:
        self._language = language
        self._quiet = quiet
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def step(self, code: str, **params: object) -> None:
        self._stop()
        if not self._quiet:
            self._console.print(text(code, self._language, **params), markup=False)

    def advance(self, code: str, done: int, total: int) -> None:
        if self._quiet or not self._console.is_terminal:
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._bar.start()
        if code not in self._tasks:
            self._tasks[code] = self._bar.add_task(text(code, self._language), total=total or None)
        self._bar.update(self._tasks[code], completed=done, total=total or None)

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar, self._tasks = None, {}
