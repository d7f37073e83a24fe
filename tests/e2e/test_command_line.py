"""The command line as people and other programs meet it: codes, JSON, secrets, kept promises of the summary."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from sheets_sync.cli.main import run
from sheets_sync.clock import SystemClock
from sheets_sync.store import open_store

from .shop_folder import ShopFolder, product

SECRETS_MAY_STAND_IN = {".env", "sandbox.env", "tiktok_credentials.json"}


def test_help_is_quick_and_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(str(code) in shown for code in (0, 1, 2, 3, 5, 6, 7, 8, 130))


def test_missing_settings_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    assert "sheets_sync.toml" in capsys.readouterr().err


def test_an_unknown_setting_names_the_nearest(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.configure("max_pause = 3")
    assert shop.run("check") == 2
    assert "rules.max_pauses" in capsys.readouterr().err


def test_without_a_terminal_an_import_needs_yes(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import") == 2
    assert shop.listings() == {}


def test_json_is_the_only_thing_on_stdout(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"), product("aka", price=""))
    code, told = shop.json(capsys, "export")
    assert code == 0
    assert {
        "command",
        "run_id",
        "products",
        "skus",
        "added",
        "refreshed",
        "unchanged",
        "conflicts",
        "gone",
        "workbook",
    } <= set(told)
    shop.fill("ao", "aka")
    code, told = shop.json(capsys, "check")
    assert code == 3
    assert set(told) == {"command", "run_id", "products", "skus", "states", "listings", "issues"}
    issue = next(i for i in told["issues"] if i["row_key"] == "aka")
    assert set(issue) == {"tab", "row_key", "column", "code", "severity", "message"}
    code, told = shop.json(capsys, "import", "--yes")
    for name in (
        "created",
        "updated",
        "paused",
        "published",
        "deleted",
        "unchanged",
        "rejected",
        "failed",
        "unknown",
        "waiting",
        "api_calls",
    ):
        assert isinstance(told[name], int), name
    assert told["api_calls"] > told["created"] == 1


def test_an_error_is_json_too(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = shop.json(capsys, "check")
    assert code != 0
    assert told["exit"] == code
    assert told["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (("export", "--nix"), 2),
        (("export", "--overwrite", "nix"), 2),
        (("import", "--limit", "0"), 2),
        (("convert",), 2),
        (("check",), 2),
        (("auth", "tiktok"), 2),
        (("restore",), 0),
        (("restore", "nix"), 2),
        (("check", "--if-requested"), 0),
    ],
)
def test_whatever_happens_json_is_one_object(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], exit_code: int
) -> None:
    code, told = shop.json(capsys, *arguments)
    assert code == exit_code
    assert told["command"] == " ".join(part for part in arguments[:2] if part not in ("nix", "0") and part[0] != "-")
    if code:
        assert told["exit"] == code
        assert told["error"]["code"]


def test_kept_copies_are_json_too(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    code, told = shop.json(capsys, "restore")
    assert code == 0
    assert len(told["copies"]) == 1
    code, told = shop.json(capsys, "restore", told["copies"][0]["stamp"])
    assert (code, told["products"]) == (0, 1)


def test_init_is_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--folder", str(tmp_path), "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["command"] == "init"
    assert str(tmp_path / "sheets_sync.toml") in told["lines"]


def test_init_where_nothing_can_be_laid_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run(["init", "--folder", str(tmp_path / "file" / "shop")]) == 2
    assert str(tmp_path / "file" / "shop") in capsys.readouterr().err


def test_a_sandbox_on_a_port_in_use(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    taken = shop.sandbox.url.rpartition(":")[2]
    assert run(["sandbox", "--port", taken]) == 2
    assert taken in capsys.readouterr().err
    assert run(["sandbox", "--port", "99999"]) == 2


def test_a_bug_is_told_in_one_line_even_when_quiet(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_session: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sheets_sync.usecases.status.status", broken)
    code, told = shop.json(capsys, "status")
    assert (code, told["exit"], told["error"]["code"]) == (1, 1, "bug")
    shop.run("status")
    assert str(shop.folder / "logs") in capsys.readouterr().err


def test_an_interrupt_before_anything_was_sent_is_json_too(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_session: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sheets_sync.usecases.status.status", broken_off)
    code, told = shop.json(capsys, "status")
    assert (code, told["exit"], told["error"]["code"]) == (130, 130, "interrupted")


def test_the_command_that_a_dry_run_names_carries_out_its_plan(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("import", "--dry-run", "--only", "aka")
    named = re.search(r"sheets-sync (import --plan [^」]+)」", capsys.readouterr().out)
    assert named
    assert shop.run(*named.group(1).split()) == 0
    assert set(shop.listings()) == {"aka"}


def test_english_speaks_english(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.configure(language="en")
    shop.cart(product("ao", price=""))
    shop.run("export")
    shop.fill("ao")
    _, told = shop.json(capsys, "check")
    assert told["states"]["incomplete"] == 1
    assert all(ord(c) < 0x3000 for i in told["issues"] for c in i["message"])
    assert shop.row("ao")["state"] == "Fields missing"


def test_wrong_credentials_end_with_7_and_no_secret(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.sandbox.control.revoke()
    assert shop.run("import", "--yes") == 7
    told = capsys.readouterr()
    assert shop.sandbox.access_token not in told.out + told.err


def test_the_shop_out_of_reach_ends_with_6(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.stop()
    assert shop.run("import", "--yes") == 6


def test_another_run_holds_the_lock(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    with open_store(shop.settings.store_url()).lock():
        assert shop.run("export") == 8


def test_no_warehouse_is_one_banner(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.control.set_warehouses([])
    assert shop.run("import", "--yes") == 5
    assert "倉庫" in capsys.readouterr().err


def test_without_a_warehouse_products_can_be_stopped_and_reviews_be_read(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import", "--yes", "--wait") == 0
    shop.sandbox.control.set_warehouses([])
    shop.settle(hours=13)  # past what was remembered of the warehouses
    assert shop.run("review") == 0
    shop.type("ao", action="停止する（非公開）")
    assert shop.run("import", "--yes") == 0
    assert shop.row("ao")["listing"] == "停止中（非公開）"


def test_secrets_are_nowhere_but_where_they_belong(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.sandbox.control.expire_token()
    shop.sandbox.control.fault("error", operation="create", code=12052051)
    run(["import", "--yes", "--wait", "--verbose", "--config", str(shop.folder / "sheets_sync.toml")])
    shop.sandbox.control.revoke()
    run(["import", "--yes", "--verbose", "--config", str(shop.folder / "sheets_sync.toml")])
    told = capsys.readouterr()
    secrets = [
        s.encode()
        for s in (
            shop.sandbox.app_secret,
            shop.sandbox.access_token,
            shop.sandbox.refresh_token,
            "ROW_sandbox_access_0001",
        )
    ]
    seen = {"the terminal": (told.out + told.err).encode()}
    for path in shop.folder.rglob("*"):
        if path.is_file() and path.name not in SECRETS_MAY_STAND_IN:
            seen[str(path)] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as package:
                    seen |= {f"{path}!{name}": package.read(name) for name in package.namelist()}
    assert not [name for name, content in seen.items() if any(secret in content for secret in secrets)]
    if os.name == "posix":
        assert (shop.folder / "tiktok_credentials.json").stat().st_mode & 0o077 == 0


def test_every_run_has_a_log(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    logs = [path.read_text("utf-8") for path in (shop.folder / "logs").glob("*export.log")]
    assert "begins" in logs[0]


def _start(
    shop: ShopFolder, *arguments: str, stdout: int = subprocess.DEVNULL, **settings: str
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sheets_sync", *arguments, "--config", str(shop.folder / "sheets_sync.toml")]
    none = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=stdout, stderr=none, stdin=none, env={**os.environ, **settings})


def _until(condition: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.mark.parametrize("after", [1, 3, 6])
def test_kill_9_and_run_again(shop: ShopFolder, after: int) -> None:
    """Killed for real in the middle of an import: afterwards one listing a product, every result in its row."""
    keys = [f"mug{n}" for n in range(8)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    shop.sandbox.control.fault("slow", operation="create", nth=after + 1, seconds=30, after_write=True)
    process = _start(shop, "import", "--yes")
    _until(lambda: sum(r["operation"] == "create" for r in shop.sandbox.control.requests) > after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    shop.sandbox.control.clear_faults()
    shop.sandbox.control.release()
    assert shop.run("import", "--yes", "--wait") == 0
    assert {shop.row(key)["state"] for key in keys} <= {"連携済み", "送信結果確認中"}
    # "Not there" counts only after a second look, ten minutes later.
    shop.settle(minutes=11)
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == set(keys)
    assert {shop.row(key)["state"] for key in keys} == {"連携済み"}


def _catches_sigterm(process: subprocess.Popen[bytes]) -> bool:
    """Whether a signal that asks the process to end is a wish to it: as long as none has come."""
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
    return bool(caught and int(caught.group(1), 16) & (1 << (signal.SIGTERM - 1)))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells which signals a process catches")
def test_an_interrupt_tells_all_that_was_sent(shop: ShopFolder) -> None:
    keys = [f"mug{n}" for n in range(6)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    shop.sandbox.control.fault("slow", operation="create", nth=1, count=None, seconds=30)
    process = _start(shop, "import", "--yes", "--json", stdout=subprocess.PIPE, SHEETS_SYNC__TIKTOK__WORKERS="3")
    _until(lambda: shop.sandbox.control.faults()[0]["seen"] >= 3)
    assert _catches_sigterm(process)
    process.send_signal(signal.SIGINT)
    _until(lambda: not _catches_sigterm(process))  # the wish is understood, before the platform answers
    shop.sandbox.control.clear_faults()
    shop.sandbox.control.release()
    out, _ = process.communicate(timeout=60)
    told = json.loads(out)
    assert process.returncode == 130
    assert told["created"] == len(shop.listings()) == 3
    assert sorted(key for key in keys if shop.row(key)["state"] != "同期待ち") == sorted(shop.listings())


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_waiting_for_reviews_can_be_broken_off_with_the_rows_written(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.control.set(review_mode="manual")

    def broken_off(_clock: SystemClock, _seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "sleep", broken_off)
    code, told = shop.json(capsys, "import", "--yes", "--wait")
    assert (code, told["created"]) == (130, 1)
    assert shop.row("ao")["state"] == "審査中"
    assert shop.json(capsys, "review", "--wait")[0] == 130


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupt_finishes_the_call_in_hand(shop: ShopFolder) -> None:
    keys = [f"mug{n}" for n in range(6)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    shop.sandbox.control.fault("slow", operation="create", nth=2, seconds=30)
    process = _start(shop, "import", "--yes")
    _until(lambda: sum(r["operation"] == "create" for r in shop.sandbox.control.requests) >= 1)
    process.send_signal(signal.SIGINT)
    shop.sandbox.control.release()
    assert process.wait(timeout=30) == 130
    with open_store(shop.settings.store_url()).lock():
        pass
    store = open_store(shop.settings.store_url())
    assert store.unsettled_attempts() == []
    assert set(store.links()) == set(shop.listings())
    store.close()
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == set(keys)
    assert json.dumps(sorted(shop.listings()))


def test_another_host_is_no_other_shop_and_says_what_to_do(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    assert shop.run("import", "--yes") == 0
    settings = shop.folder / "sheets_sync.toml"
    here, there = shop.sandbox.url, shop.sandbox.url.replace("127.0.0.1", "localhost")
    settings.write_text(settings.read_text("utf-8").replace(here, there), "utf-8")
    capsys.readouterr()
    assert shop.run("import", "--yes") == 5
    said = capsys.readouterr().err
    assert here in said
    assert there in said
    assert "別のフォルダー" in said
