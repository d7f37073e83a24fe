"""Turns arguments into a run and a run into an exit code: the one place where errors become codes and words."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import click

from sheets_sync.cli.commands import cli
from sheets_sync.cli.context import Caller, typable
from sheets_sync.errors import ExitCode, SheetsSyncError
from sheets_sync.messages import text


def run(arguments: Sequence[str]) -> int:  # noqa: PLR0911  one return per way to end
    """Run a command and return its exit code. Never raises."""
    caller = Caller()
    try:
        code = cli.main(args=list(arguments), prog_name="sheets-sync", standalone_mode=False, obj=caller)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "sheets-sync"
        caller.command, caller.json = path.partition(" ")[2], "--json" in arguments  # what was not read for the fault
        detail = error.format_message()
        return _stopped(caller, ExitCode.USAGE, "usage", detail=detail, help=f"{path} --help")
    except (click.Abort, KeyboardInterrupt):
        return _stopped(caller, ExitCode.INTERRUPTED, "interrupted")
    except SheetsSyncError as error:
        return _stopped(caller, error.exit_code, error.code, **error.params)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.DONE
    except PermissionError as error:  # a folder that is nobody's to write in, a file that another program holds
        file = error.filename2 or error.filename or ""
        return _stopped(caller, ExitCode.UNAVAILABLE, "file_not_allowed", file=file)
    except Exception as error:  # noqa: BLE001  the last resort: told in one line, with its traceback in the log
        if caller.verbose:
            traceback.print_exc()
        return _stopped(caller, ExitCode.BUG, "bug", kind=type(error).__name__, log=caller.log or "logs/")
    ended_with = int(code) if isinstance(code, int) else ExitCode.DONE
    caller.show_lines(ended_with)
    return ended_with


def _stopped(caller: Caller, exit_code: ExitCode, code: str, **params: object) -> int:
    """Say why a run stopped: on stderr, even when quiet, and as the JSON object where one is asked for."""
    words = text(code, caller.language, **params)
    caller.show({"command": caller.command, "error": {"code": code, "message": words}, "exit": int(exit_code)})
    click.echo(typable(words), err=True)
    return exit_code
