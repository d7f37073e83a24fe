"""The commands. Each opens a session, calls its use case and prints what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync import __version__
from sheets_sync.cli.auth_commands import auth
from sheets_sync.cli.context import Caller, called_as, command_options
from sheets_sync.cli.convert_command import KINDS, To, convert, export_into, place_options
from sheets_sync.cli.requested import run_if_requested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheets_sync.adoption import Match
    from sheets_sync.plan import Plan

EXITS = """
\b
終了コード / Exit codes:
  0 完了 done                      3 確認が必要な行あり some rows need a person
  1 不具合 a bug                   5 中止（安全のため）refused by a guard
  2 設定・表の誤り usage           6 サービス停止中・ファイル使用中 try later
  7 認証 credentials               8 別の実行中 another run       130 中断 interrupted
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help=f"表計算シートからTikTok Shopへ / Sell on TikTok Shop from a spreadsheet.\n{EXITS}",
)
@click.version_option(__version__, prog_name="sheets-sync")
def cli() -> None:
    """The group; its help stands above."""


cli.add_command(auth)
cli.add_command(convert)


@cli.command(help="見本で一通り試す / Try everything on a sample shop, without any account.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True)
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@command_options
def demo(caller: Caller, folder: Path, language: str) -> int:
    from sheets_sync.demo.run import run_demo  # noqa: PLC0415  commands load only what they use

    caller.language = "en" if language == "en" else "ja"
    return run_demo(folder, caller.language, say=caller.say, command=called_as())


@cli.command(help="設定ファイルと起動用アイコンを作る / Lay down settings and double-click starters.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default=True)
@click.option(
    "--cart", "cart_file", default="products.csv", show_default=True, help="カートの商品CSV / The cart's CSV."
)
@click.option(
    "--from",
    "known_by",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="このCSVの列の読み方を決める / Find out how this CSV is to be read.",
)
@click.option("--google", is_flag=True, help="表をGoogleスプレッドシートに置く / Keep the workbook in a Google Sheet.")
@click.option("--spreadsheet", default="", metavar="ID", help="使うシートのアドレス / Which one; else one is made.")
@click.option(
    "--credentials",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="サービスアカウントのJSON / A service account's JSON file.",
)
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.option("--yes", is_flag=True, help="確認しない / Do not ask.")
@command_options
def init(  # noqa: PLR0917  a command takes one argument per option
    caller: Caller,
    folder: Path,
    cart_file: str,
    known_by: Path | None,
    google: bool,
    spreadsheet: str,
    credentials: Path | None,
    language: str,
    yes: bool,
) -> int:
    from sheets_sync.cli.init_steps import Google, begin, begin_from  # noqa: PLC0415
    from sheets_sync.errors import UsageError  # noqa: PLC0415

    caller.language = "en" if language == "en" else "ja"
    if not google and (spreadsheet or credentials):
        raise UsageError("init_google_missing")
    sheet = Google(spreadsheet, credentials) if google else None
    if known_by is None:
        return begin(caller, folder, cart_file, google=sheet)
    return begin_from(caller, folder, known_by, yes=yes, google=sheet)


@cli.command(help="カートから取り込む / Bring the cart's products into the workbook.")
@click.option(
    "--overwrite",
    type=click.Choice(["merge", "if-updated", "always"]),
    help="編集済みの項目の扱い / Treatment of edited cells.",
)
@click.option(
    "--all", "allow_gone", is_flag=True, help="多数の商品が消えていても続ける / Go on although many products are gone."
)
@click.option("--accept-keys", is_flag=True, help="商品IDの変更を引き継ぐ / Rows take over the new cart ids offered.")
@click.option("--suggest", is_flag=True, help="空欄のカテゴリに候補を出す / Suggest a category where there is none.")
@click.option("--to", type=KINDS, help="先に表を移し、設定も切り替える / First carry the workbook over.")
@place_options
@command_options
def export(  # noqa: PLR0917  a command takes one argument per option
    caller: Caller,
    overwrite: str | None,
    allow_gone: bool,
    accept_keys: bool,
    suggest: bool,
    to: To | None,
    spreadsheet: str,
    path: Path | None,
) -> int:
    from sheets_sync.errors import UsageError  # noqa: PLC0415
    from sheets_sync.states import Overwrite  # noqa: PLC0415
    from sheets_sync.usecases.export import ExportOptions  # noqa: PLC0415
    from sheets_sync.usecases.export import export as run_export  # noqa: PLC0415

    options = ExportOptions(Overwrite(overwrite) if overwrite else None, allow_gone, accept_keys, suggest)
    if to:
        return export_into(caller, to, spreadsheet, path, options)
    if spreadsheet or path:
        raise UsageError("convert_switch_alone")
    with caller.session() as session:
        return caller.finish(run_export(session, options), following="next_export")


@cli.command(help="チェック / Check every row and say what the next import would do.")
@click.option("--images", is_flag=True, help="画像も読み込んで確認する / Fetch the pictures and look at them, too.")
@click.option("--if-requested", is_flag=True, help="シートで予約があるときだけ / Only if the sheet's menu asks for it.")
@command_options
def check(caller: Caller, images: bool, if_requested: bool) -> int:
    from sheets_sync.usecases.check import check as run_check  # noqa: PLC0415

    if if_requested:
        return run_if_requested(caller, lambda session: run_check(session, images=images))
    with caller.session() as session:
        return caller.finish(run_check(session, images=images))


@cli.command(help="送信内容の確認 / Show what an import would do, and the plan's ID.")
@command_options
def plan(caller: Caller) -> int:
    from sheets_sync.cli.plan_text import plan_lines  # noqa: PLC0415
    from sheets_sync.usecases.check import plan as run_plan  # noqa: PLC0415
    from sheets_sync.usecases.check import voice  # noqa: PLC0415

    with caller.session() as session:
        result, picture = run_plan(session)
        for line in plan_lines(picture.standings, voice(session, picture)):
            caller.say(line)
        return caller.finish(result)


@cli.command("import", help="TikTokへ送信 / Send approved rows to TikTok Shop and write the results.")
@click.option("--dry-run", is_flag=True, help="送信しない / Send nothing.")
@click.option("--online", is_flag=True, help="TikTokの事前チェック / With --dry-run: ask the listing check.")
@click.option("--rehearse", is_flag=True, help="手元の模擬TikTok Shopで試す / Rehearse against the local sandbox.")
@click.option("--only", multiple=True, metavar="KEY", help="この商品だけ / Only these cart product ids.")
@click.option("--limit", type=click.IntRange(min=1), help="最大件数 / At most so many products.")
@click.option("--yes", is_flag=True, help="確認しない / Do not ask.")
@click.option("--plan", "plan_id", default="", metavar="ID", help="この計画だけを実行 / Carry out exactly this plan.")
@click.option("--allow-many", is_flag=True, help="上限を超える変更を許可 / Allow mass changes.")
@click.option("--wait", is_flag=True, help="審査の結果を待つ / Wait until the reviews are decided.")
@click.option("--if-requested", is_flag=True, help="シートで予約があるときだけ / Only if the sheet's menu asks for it.")
@command_options
def import_(  # noqa: PLR0917  a command takes one argument per option
    caller: Caller,
    dry_run: bool,
    online: bool,
    rehearse: bool,
    only: tuple[str, ...],
    limit: int | None,
    yes: bool,
    plan_id: str,
    allow_many: bool,
    wait: bool,
    if_requested: bool,
) -> int:
    from sheets_sync.errors import UsageError  # noqa: PLC0415
    from sheets_sync.usecases.dry_run import dry_run as run_dry  # noqa: PLC0415
    from sheets_sync.usecases.rehearse import rehearse as run_rehearsal  # noqa: PLC0415
    from sheets_sync.usecases.send import SendOptions, send  # noqa: PLC0415

    watched = caller.watched
    if not (dry_run or rehearse or yes or plan_id or watched):
        raise UsageError("confirm_needed")
    if online and (rehearse or not dry_run):
        raise UsageError("online_dry_run_only")
    ask = (lambda plan: _ask(caller, plan)) if watched and not (yes or plan_id or dry_run or rehearse) else None
    options = SendOptions(dry_run, only, limit, plan_id, allow_many, wait, confirm=ask)
    run = run_rehearsal if rehearse else run_dry if online else send
    following = "next_rehearsal" if rehearse or dry_run else ""
    if if_requested:
        return run_if_requested(caller, lambda session: run(session, options), following=following)
    with caller.session() as session:
        return caller.finish(run(session, options), following=following)


def _ask(caller: Caller, plan: Plan) -> bool:
    from sheets_sync.cli.plan_text import question  # noqa: PLC0415

    return click.confirm(question(plan, caller.language), default=False, err=True)


@cli.command(help="審査結果を見る / Read the reviews' results into the rows.")
@click.option("--wait", is_flag=True, help="審査の結果を待つ / Wait until the reviews are decided.")
@command_options
def review(caller: Caller, wait: bool) -> int:
    from sheets_sync.usecases.review import review as run_review  # noqa: PLC0415

    with caller.session() as session:
        return caller.finish(run_review(session, wait=wait))


@cli.command(help="TikTokにある商品を表の行に紐付ける / Tie listings that were made elsewhere to their rows.")
@click.option("--only", multiple=True, metavar="KEY", help="この商品だけ / Only these cart product ids.")
@click.option("--yes", is_flag=True, help="確認しない / Do not ask.")
@command_options
def link(caller: Caller, only: tuple[str, ...], yes: bool) -> int:
    from sheets_sync.cli.link_text import found_lines  # noqa: PLC0415
    from sheets_sync.messages import text  # noqa: PLC0415
    from sheets_sync.usecases.link import LinkOptions  # noqa: PLC0415
    from sheets_sync.usecases.link import link as run_link  # noqa: PLC0415

    watched = caller.watched
    with caller.session() as session:

        def confirm(full: Sequence[Match], half: Sequence[Match]) -> bool:
            for line in found_lines(full, half, session.template, caller.language):
                caller.say(line)
            question = text("link_question", caller.language, count=len(full))
            return bool(full) and (yes or (watched and click.confirm(question, default=False, err=True)))

        result = run_link(session, LinkOptions(only, confirm))
        linked, found = result.counts["linked"], result.counts["matches"]
        return caller.finish(result, following="next_link" if linked else "next_link_yes" if found else "")


@cli.command(help="今の状況 / How things stand, from what is known here.")
@command_options
def status(caller: Caller) -> int:
    from sheets_sync.usecases.status import status as run_status  # noqa: PLC0415

    with caller.session(locked=False) as session:
        return caller.finish(run_status(session))


@cli.command(help="書けなかった結果を表に書く / Write results that could not be written before.")
@command_options
def report(caller: Caller) -> int:
    from sheets_sync.usecases.status import report as run_report  # noqa: PLC0415

    with caller.session() as session:
        return caller.finish(run_report(session))


@cli.command(help="前の表に戻す / Bring a kept copy of the workbook back.")
@click.argument("stamp", required=False, default="")
@command_options
def restore(caller: Caller, stamp: str) -> int:
    from sheets_sync.usecases.restore import list_copies  # noqa: PLC0415
    from sheets_sync.usecases.restore import restore as run_restore  # noqa: PLC0415

    with caller.session() as session:
        if not stamp:
            copies = list_copies(session)
            kept = [{"stamp": copy.stamp, "label": copy.label} for copy in copies]
            caller.show({"command": caller.command, "run_id": session.run_id, "copies": kept})
            for copy in copies:
                caller.say(f"{copy.stamp}  {copy.label}")
            caller.tell("next_restore" if copies else "no_copies")
            return 0
        return caller.finish(run_restore(session, stamp))


@cli.command(help="TikTok Shopからの通知を受け取る / Receive TikTok Shop's events and keep the rows up to date.")
@click.option("--port", type=click.IntRange(1, 65535), default=8766, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="受信するアドレス / Address to listen on.")
@click.option("--address", default="", metavar="https://…", help="通知の送り先を登録 / Register where events are sent.")
@click.option("--remove", is_flag=True, help="登録した送り先を削除して終わる / Remove what is registered, and end.")
@command_options
def listen(caller: Caller, port: int, host: str, address: str, remove: bool) -> int:
    from sheets_sync.usecases.listen import ListenOptions, forget  # noqa: PLC0415
    from sheets_sync.usecases.listen import listen as run_listen  # noqa: PLC0415
    from sheets_sync.usecases.stop_signal import stop_on_interrupt  # noqa: PLC0415

    with caller.session(locked=False) as session:
        if remove:
            return caller.finish(forget(session))
        with stop_on_interrupt() as stop:
            return caller.finish(run_listen(session, ListenOptions(host, port, address), stop))


@cli.command(help="模擬TikTok Shopを動かす / Serve a TikTok Shop on this machine, for rehearsals and tests.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option(
    "--review-seconds",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="審査にかかる秒数 / How long a review takes.",
)
@command_options
def sandbox(caller: Caller, port: int, review_seconds: float) -> int:
    from sheets_sync.cli.sandbox_text import serve_and_show  # noqa: PLC0415

    return serve_and_show(caller, port, review_seconds)
