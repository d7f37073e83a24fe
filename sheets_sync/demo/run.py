"""Runs the whole job on the sample shop, step by step in plain words, and leaves a workbook to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

from sheets_sync.demo import edits
from sheets_sync.demo.edits import Cells
from sheets_sync.demo.pictures import draw, names_in
from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language, text
from sheets_sync.sandbox import Sandbox
from sheets_sync.settings import Settings, load_settings
from sheets_sync.states import Listing, State
from sheets_sync.tables import Patch, RowRef
from sheets_sync.template_files import templates_folder
from sheets_sync.usecases.check import check
from sheets_sync.usecases.export import export
from sheets_sync.usecases.platform_rules import load_rules
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.review import review
from sheets_sync.usecases.send import SendOptions, send
from sheets_sync.usecases.session import open_session
from sheets_sync.workbooks.open_files import is_held

MARK = ".sheets_sync_demo"
# Every state that a merchandiser meets; the demonstration is right only if each has a row in the end.
EXPECTED_STATES = (
    State.SYNCED, State.IN_REVIEW, State.REVIEW_FAILED, State.INCOMPLETE, State.INVALID, State.OFF, State.FAILED,
    State.READY,
)  # fmt: skip
EXPECTED_LISTINGS = (Listing.LIVE, Listing.PAUSED, Listing.IN_REVIEW, Listing.NONE)


class Demo:
    """One demonstration in one folder, told line by line through `say`."""

    def __init__(self, folder: Path, language: Language, sandbox: Sandbox, say: Callable[[str], None]) -> None:
        self.folder, self.language, self.sandbox = folder, language, sandbox
        self._say = say
        self._number = 0
        self._known: set[tuple[str, str | None, str]] = set()

    def tell(self, code: str, **params: object) -> None:
        self._say(text(code, self.language, **params))

    def step(self, code: str, **params: object) -> None:
        self._number += 1
        self._say("")
        self._say(f"[{self._number}] " + text(code, self.language, **params))

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "sheets_sync.toml")

    def type_in(
        self, cells: Mapping[Tab, Mapping[str, Cells]], appended: Mapping[Tab, list[Cells]] | None = None
    ) -> None:
        """Fill cells as the merchandiser would in Excel."""
        with open_session(self.settings, "edit") as session:
            patch = Patch()
            for tab, rows in cells.items():
                for key, row in rows.items():
                    for column, value in row.items():
                        patch.tab(tab).set(RowRef(key), column, value)
            for tab, new in (appended or {}).items():
                patch.tab(tab).appends += new
            session.workbook.write(patch)

    def type_defaults_and_ticks(self) -> None:
        with open_session(self.settings, "edit") as session:
            labels = {
                entry.rsplit("[", 1)[1].rstrip("]"): entry
                for entry in load_rules(session, online=True).choices()["category"]
            }
            kind = session.template.choice_label("match_kind", "cart_type", self.language)
        self.type_in(edits.first_sitting(), {Tab.DEFAULTS: edits.defaults(labels, kind)})

    def pause_label(self) -> str:
        with open_session(self.settings, "edit") as session:
            return session.template.choice_label("action", "pause", self.language)

    def told(self, result: RunResult) -> RunResult:
        """Print the result; what an earlier step told already is left out."""
        from sheets_sync.cli.summary import summary  # noqa: PLC0415  rich is not needed before

        fresh = [issue for issue in result.issues if (issue.row_key, issue.column, issue.code) not in self._known]
        self._known |= {(issue.row_key, issue.column, issue.code) for issue in result.issues}
        for line in summary(replace(result, issues=tuple(fresh)), self.language):
            self._say("    " + line)
        return result


def run_demo(folder: Path, language: Language, *, say: Callable[[str], None], command: str = "sheets-sync") -> int:
    """Run it all. Returns 0 when every state has come up as intended, else 1.

    `command`: how the person called us, for the advice at the end.
    """
    _lay_out(folder)
    with Sandbox(review_seconds=0) as sandbox:
        _settings(folder, language, sandbox)
        demo = Demo(folder, language, sandbox, say)
        demo.tell("demo_welcome")
        _bring_in(demo)
        _send(demo)
        result = _go_on(demo)
    missing = [s.value for s in EXPECTED_STATES if not (result.states or {}).get(s)]
    missing += [s.value for s in EXPECTED_LISTINGS if not (result.listings or {}).get(s)]
    workbook, settings = folder / "tiktok_products.xlsx", folder / "sheets_sync.toml"
    demo.tell("demo_end", workbook=workbook, settings=settings, command=command)
    if missing:
        demo.tell("demo_incomplete", missing=", ".join(missing))
    return 1 if missing else 0


def _bring_in(demo: Demo) -> None:
    demo.step("demo_export")
    with open_session(demo.settings, "export") as session:
        demo.told(export(session))
    demo.step("demo_edit")
    demo.type_defaults_and_ticks()
    demo.step("demo_check")
    with open_session(demo.settings, "check") as session:
        demo.told(check(session))


def _send(demo: Demo) -> None:
    demo.sandbox.control.category_permission(edits.RESTRICTED_CATEGORY, "INVITE_ONLY")
    demo.step("demo_import")
    with open_session(demo.settings, "import") as session:
        demo.told(send(session, SendOptions(wait=True, wait_seconds=30)))


def _go_on(demo: Demo) -> RunResult:
    """She stops one product, completes another, and changes a price without sending it."""
    demo.sandbox.control.set(review_mode="manual")
    demo.step("demo_second")
    demo.type_in(edits.second_sitting(demo.pause_label()))
    with open_session(demo.settings, "import") as session:
        demo.told(send(session))
    demo.step("demo_review")
    with open_session(demo.settings, "review") as session:
        demo.told(review(session))
    demo.step("demo_third")
    demo.type_in(edits.third_sitting())
    with open_session(demo.settings, "check") as session:
        return demo.told(check(session))


def _lay_out(folder: Path) -> None:
    """An empty folder with the cart's file and its pictures. Only a folder that we made ourselves is emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise UsageError("demo_folder_used", folder=str(folder))
        _emptied(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    catalogue = resources.files("sheets_sync.demo") / "catalogue" / "products.csv"
    (folder / "products.csv").write_bytes(catalogue.read_bytes())
    draw(folder, names_in(folder / "products.csv"))


def _emptied(folder: Path) -> None:
    """Take everything away but our mark. Raises Unavailable when she looks at the last demonstration's workbook."""
    if is_held(folder / "tiktok_products.xlsx"):
        raise Unavailable("workbook_open", name="tiktok_products.xlsx")
    try:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != MARK:
                path.unlink()
    except OSError as error:
        raise Unavailable("demo_folder_busy", folder=str(folder), reason=error.strerror or "") from error


def _settings(folder: Path, language: Language, sandbox: Sandbox) -> None:
    """Settings as `init` lays them down, with the sandbox as shop. Its keys open nothing outside of this process."""
    sample = (templates_folder() / "sheets_sync.toml").read_text("utf-8")
    sample = sample.replace('language = "ja"', f'language = "{language}"').replace(
        'env_file = ""', 'env_file = "sandbox.env"'
    )
    tiktok = f'app_key = "{sandbox.app_key}"\napi_base = "{sandbox.url}"\nauth_base = "{sandbox.url}"'
    (folder / "sheets_sync.toml").write_text(sample.replace('app_key = ""', tiktok), "utf-8")
    secrets = {
        "APP_SECRET": sandbox.app_secret,
        "ACCESS_TOKEN": sandbox.access_token,
        "REFRESH_TOKEN": sandbox.refresh_token,
        "SHOP_CIPHER": sandbox.shop_cipher,
    }
    lines = (f"SHEETS_SYNC__TIKTOK__{name}={value}\n" for name, value in secrets.items())
    (folder / "sandbox.env").write_text("".join(lines), "utf-8")
