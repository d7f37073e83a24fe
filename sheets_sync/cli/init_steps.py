"""`init`: settings and starters laid down; with `--from FILE` how that file is read, after a look at it together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from sheets_sync.cli.context import Caller
from sheets_sync.errors import UsageError
from sheets_sync.messages import text
from sheets_sync.settings import DEFAULT_FILE
from sheets_sync.usecases.init import lay_down


@dataclass(frozen=True, slots=True)
class Google:
    """The workbook shall be a Google Sheet: the one named by id or address, "" = a new one."""

    spreadsheet: str
    credentials: Path | None


def begin(
    caller: Caller,
    folder: Path,
    cart_file: str,
    cart_format: str = "auto",
    google: Google | None = None,
    *,
    cart_kind: str = "csv",
) -> int:
    """Lay down settings and starters. A spreadsheet is looked for first: without it nothing is laid down."""
    if (folder / DEFAULT_FILE).exists():
        raise UsageError("init_exists", file=str(folder / DEFAULT_FILE))
    if google:
        from sheets_sync.cli.google_steps import chosen_spreadsheet, name_in_settings  # noqa: PLC0415  loads gspread

        chosen = chosen_spreadsheet(caller, folder, google.credentials, google.spreadsheet)
    try:
        for path in lay_down(folder, cart_file, caller.language, cart_format, cart_kind):
            caller.say(str(path))
    except OSError as error:
        raise UsageError("init_not_writable", folder=str(folder), reason=error.strerror or "") from error
    if google:
        name_in_settings(caller, folder, google.credentials, chosen)
    caller.tell("next_init")
    return 0


def begin_from(caller: Caller, folder: Path, file: Path, *, yes: bool, google: Google | None = None) -> int:
    """Look at a cart's file, show what its columns are taken for, ask, and lay down a mapping and settings that name
    it. Existing settings stay as they are; what to write into them is told.
    """
    from sheets_sync.cli.mapping_text import mapping_lines  # noqa: PLC0415  --help must not load pydantic
    from sheets_sync.usecases.new_format import from_folder, look_at  # noqa: PLC0415

    if google and (folder / DEFAULT_FILE).exists():  # a spreadsheet has to be named in settings of its own
        raise UsageError("init_exists", file=str(folder / DEFAULT_FILE))
    found = look_at(file, caller.language)
    cart_format = "auto"
    if found.known:
        caller.say(text("init_known_format", caller.language, file=file.name, kind=found.known))
    else:
        for line in mapping_lines(found, caller.language):
            caller.say(line)
        target = folder / found.mapping_name
        if not _agreed(caller, target, yes=yes):
            caller.tell("mapping_not_written")
            return 0
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(found.mapping, "utf-8")
        caller.say(str(target))
        cart_format = found.mapping_name
    settings, path = folder / DEFAULT_FILE, from_folder(found.files, folder)
    if found.files != file:
        others = sorted(other.name for other in file.parent.glob(found.files.name) if other.name != file.name)
        caller.say(text("init_files_together", caller.language, found="、".join(others), path=path))
    if settings.exists():
        told = {"kind": found.kind, "path": path, "format": cart_format}
        caller.say(text("mapping_settings", caller.language, file=settings, **told))
        return 0
    return begin(caller, folder, path, cart_format, google, cart_kind=found.kind)


def _agreed(caller: Caller, target: Path, *, yes: bool) -> bool:
    """Whether the mapping may be written. What stands there already is only given up by a person who is asked."""
    watched = caller.watched
    if target.exists() and (yes or not watched):
        raise UsageError("mapping_exists", file=str(target))
    if yes:
        return True
    if not watched:
        raise UsageError("mapping_needs_yes")
    code = "mapping_overwrite" if target.exists() else "mapping_question"
    return click.confirm(text(code, caller.language, file=target.name), default=not target.exists(), err=True)
