"""Turns arguments into a run and a run into an exit code: the one place where errors become codes and words."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from sheets_sync.cli.commands import cli
from sheets_sync.cli.context import Caller
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
        command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "sheets-sync"
        words = text("usage", caller.language, detail=error.format_message(), help=f"{command} --help")
        click.echo(words, err=True)
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        caller.tell("interrupted")
        return ExitCode.INTERRUPTED
    except SheetsSyncError as error:
        _show(caller, error)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.DONE
    except Exception as error:
        caller.tell("bug", kind=type(error).__name__, log=caller.log or "logs/")
        if caller.verbose:
            raise
        return ExitCode.BUG
    return int(code) if isinstance(code, int) else ExitCode.DONE


def _show(caller: Caller, error: SheetsSyncError) -> None:
    words = text(error.code, caller.language, **error.params)
    if caller.json:
        body = {
            "command": caller.command,
            "error": {"code": error.code, "message": words},
            "exit": int(error.exit_code),
        }
        click.echo(json.dumps(body, ensure_ascii=False))
    click.echo(words, err=True)
