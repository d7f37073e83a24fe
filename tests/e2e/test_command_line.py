"""The command line as people and other programs meet it: codes, JSON, secrets, kept promises of the summary."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from sheets_sync.cli.main import run
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


def _start(shop: ShopFolder, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sheets_sync", *arguments, "--config", str(shop.folder / "sheets_sync.toml")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


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
