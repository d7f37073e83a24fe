"""`convert`, and `export --to`: the workbook moves from one kind to the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sheets_sync.cli.context import Caller, F, command_options

if TYPE_CHECKING:
    from sheets_sync.usecases.convert import ConvertOptions

KINDS = click.Choice(["google", "excel"])
To = Literal["google", "excel"]


def place_options(function: F) -> F:
    """Adds the options that say where the two workbooks are."""
    spreadsheet = click.option(
        "--spreadsheet", default="", metavar="ID", help="Googleスプレッドシートのアドレス / Which Google spreadsheet."
    )
    path = click.option(
        "--path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Excelファイル / Excel file."
    )
    return spreadsheet(path(function))


def convert_options(
    caller: Caller, to: To, spreadsheet: str, path: Path | None, *, folder: Path, switch: bool
) -> ConvertOptions:
    """What was asked for, as the settings in `folder` would put it."""
    from sheets_sync.settings import DEFAULT_FILE  # noqa: PLC0415  --help must not load pydantic
    from sheets_sync.usecases.convert import ConvertOptions  # noqa: PLC0415
    from sheets_sync.usecases.new_format import from_folder  # noqa: PLC0415

    file = caller.config or Path(DEFAULT_FILE)
    return ConvertOptions(to, spreadsheet, from_folder(path, folder) if path else "", file if switch else None)


@click.command(help="表をExcelからGoogleへ、またはその逆に移す / Carry the workbook from Excel to Google or back.")
@click.option("--to", type=KINDS, required=True, help="どちらに移すか / Which kind it shall become.")
@place_options
@click.option("--switch", is_flag=True, help="設定も切り替える / Write the new place into the settings, too.")
@command_options
def convert(caller: Caller, to: To, spreadsheet: str, path: Path | None, switch: bool) -> int:
    from sheets_sync.usecases.convert import convert as run_convert  # noqa: PLC0415

    settings = caller.settings()
    options = convert_options(caller, to, spreadsheet, path, folder=settings.folder, switch=switch)
    with caller.session(settings=settings) as session:
        return caller.finish(run_convert(session, options), following="" if not switch else "next_convert")


def export_into(caller: Caller, to: To, spreadsheet: str, path: Path | None, exported: Any) -> int:
    """`export --to`: convert, switch, and bring the cart in."""
    from sheets_sync.usecases.convert import export_to  # noqa: PLC0415

    settings = caller.settings()
    options = convert_options(caller, to, spreadsheet, path, folder=settings.folder, switch=True)
    with caller.session(settings=settings) as session:
        return caller.finish(export_to(session, options, exported), following="next_export")
