"""What the commands share: options that all of them take, where results and progress go, how a session is opened."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from sheets_sync.messages import Language, text

if TYPE_CHECKING:
    from sheets_sync.settings import Settings
    from sheets_sync.usecases.result import RunResult
    from sheets_sync.usecases.session import Session

NAME = "sheets-sync"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Caller:
    """Who called and how: filled from a command's common options. `language` is the settings' once they are read."""

    config: Path | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    command: str = ""
    language: Language = "ja"
    log: str = ""
    lines: list[str] = field(default_factory=list)
    shown: bool = False

    @property
    def watched(self) -> bool:
        """Whether a person is at the terminal and can be asked. A scheduled run on Windows may have no stdin at all."""
        return sys.stdin is not None and sys.stdin.isatty() and not self.json

    def say(self, line: str) -> None:
        """A line of the result, on stdout; when the result is JSON, a line of it where it has no object of its own."""
        if self.json:
            self.lines.append(line)
        else:
            click.echo(typable(line))

    def tell(self, code: str, **params: object) -> None:
        """Progress or advice, on stderr."""
        if not self.quiet:
            click.echo(typable(text(code, self.language, **params)), err=True)

    def show(self, body: object) -> None:
        """The result as JSON, when it is asked for: ASCII where stdout speaks anything but UTF-8, as it does on Windows
        when it is redirected. That is the same JSON, and no encoding can spoil it.
        """
        if self.json:
            encoding = (getattr(sys.stdout, "encoding", None) or "").replace("-", "").casefold()
            click.echo(json.dumps(body, ensure_ascii=encoding != "utf8"))
            self.shown = True

    def show_lines(self, exit_code: int) -> None:
        """As JSON, what a command said that has no object of its own."""
        if not self.shown:
            self.show({"command": self.command, "lines": self.lines, "exit": exit_code})

    def settings(self) -> Settings:
        from sheets_sync.settings import language_of, load_settings  # noqa: PLC0415  --help must not load pydantic

        self.language = language_of(self.config)
        settings = load_settings(self.config)
        self.language = settings.language
        return settings

    @contextmanager
    def session(self, *, locked: bool = True, settings: Settings | None = None) -> Iterator[Session]:
        """A run of this command."""
        from sheets_sync.cli.progress import Watched  # noqa: PLC0415  --help must not load rich
        from sheets_sync.usecases.session import open_session  # noqa: PLC0415

        settings = settings or self.settings()
        self.log = str(settings.folder / "logs")
        with (
            Watched(self.language, quiet=self.quiet) as progress,
            open_session(settings, self.command, progress=progress, locked=locked) as session,
        ):
            yield session

    def finish(self, result: RunResult, *, following: str = "") -> int:
        """Print the result and return the exit code. `following`: advice on what comes next, "" = by the states."""
        from sheets_sync.cli.advice import next_step  # noqa: PLC0415
        from sheets_sync.cli.summary import summary  # noqa: PLC0415

        self.show(result.to_json(self.language))
        for line in summary(result, self.language):
            self.say(line)
        if advice := following or next_step(result):
            self.tell(advice)
        return int(result.exit_code)


def called_as() -> str:
    """How this program was started, so that advice can be typed as it stands: by name, or by path where the name alone
    is not found, or as a module of the Python that runs it.
    """
    if shutil.which(NAME):
        return NAME
    if Path(sys.argv[0]).parts[-2:] == ("sheets_sync", "__main__.py"):
        return f"{_python()} -m sheets_sync"
    return _typed(sys.argv[0]) if sys.argv[0].endswith(NAME) else NAME


def typable(words: str) -> str:
    """A text with its commands as they can be typed here; one that is named by its path is that already."""
    return re.sub(rf"(?<![\w/\\-]){NAME} (?=[a-z])", lambda _: f"{called_as()} ", words)


def _python() -> str:
    """The Python that runs this, as it is called: Windows has `py` for the one that no environment is around."""
    if os.name == "nt" and sys.prefix == sys.base_prefix and shutil.which("py"):
        return "py"
    found = {os.path.normcase(shutil.which(name) or ""): name for name in ("python", "python3")}
    return found.get(os.path.normcase(sys.executable)) or _typed(sys.executable)


def _typed(path: str) -> str:
    """A path as a person types it: from where she is if it lies below, and in quotes if it has blanks."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # on another drive
        near = ".."
    short = path if near.startswith("..") else near
    return f'"{short}"' if " " in short else short


def command_options(function: F) -> F:
    """Adds the options that every command takes, and hands the command its `Caller`."""

    @click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="設定ファイル / Settings file.")
    @click.option("--json", "as_json", is_flag=True, help="結果をJSONで表示 / The result as one JSON object on stdout.")
    @click.option("--quiet", is_flag=True, help="途中経過を表示しない / No progress, no advice.")
    @click.option("--verbose", is_flag=True, help="詳しく表示 / Say more when something goes wrong.")
    @functools.wraps(function)
    def wrapped(config: Path | None, as_json: bool, quiet: bool, verbose: bool, **options: Any) -> Any:
        ctx = click.get_current_context()
        caller: Caller = ctx.obj
        caller.config, caller.json, caller.quiet, caller.verbose = config, as_json, quiet, verbose
        caller.command = ctx.command_path.partition(" ")[2]  # "auth check" of "sheets-sync auth check"
        return function(caller, **options)

    return cast(F, wrapped)
