"""Signing in and the check-up as people and programs meet them, over HTTP against the sandbox."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sheets_sync.shop import Prerequisite
from sheets_sync.store import open_store
from sheets_sync.usecases import auth
from sheets_sync.usecases.prerequisites import in_words

from .shop_folder import ShopFolder, product

Capture = pytest.CaptureFixture[str]
OK = {"settings", "cart", "workbook", "sign_in", "clock", "scopes", "shop", "prerequisites", "warehouse"}
ITEMS = {
    "SHOP_STATUS": "アカウントの健全性",
    "SHOP_TAX": "税務情報",
    "PICKUP_WAREHOUSE": "倉庫未設定（出荷元）",
    "RETURN_WAREHOUSE": "倉庫未設定（返品先）",
    "DELIVERY_OPTION": "配送設定",
    "SHIPPING_TEMPLATE": "送料テンプレート",
    "EXTENDED_PRODUCER_RESPONSIBILITY": "EPR",
    "BANk_ACCOUNT": "銀行口座",
    "CONTACT_INFO": "連絡先",
}


@pytest.fixture
def new(shop: ShopFolder) -> ShopFolder:
    """A folder that knows the app alone: nobody has signed in yet."""
    (shop.folder / ".env").write_text(f"SHEETS_SYNC__TIKTOK__APP_SECRET={shop.sandbox.app_secret}\n")
    return shop


@pytest.fixture
def ready(new: ShopFolder) -> ShopFolder:
    """Signed in, with a cart and a workbook."""
    new.cart(product("ao"), product("aka"))
    assert sign_in(new) == 0
    assert new.run("export") == 0
    return new


def sign_in(shop: ShopFolder, *more: str) -> int:
    return shop.run("auth", "tiktok", "--code", shop.sandbox.control.auth_code(), *more)


def setting(shop: ShopFolder, line: str) -> None:
    """Put a line into the settings' section [tiktok]."""
    file = shop.folder / "sheets_sync.toml"
    file.write_text(file.read_text("utf-8").replace("[tiktok]\n", f"[tiktok]\n{line}\n"), "utf-8")


def stored(shop: ShopFolder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop.folder / "tiktok_credentials.json").read_text("utf-8"))
    return found


def fact(shop: ShopFolder, name: str) -> str:
    store = open_store(shop.settings.store_url())
    try:
        return store.fact(name)
    finally:
        store.close()


class Terminal(io.StringIO):
    """A person at the keyboard, who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def type_(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))

    return type_


# -- auth tiktok -----------------------------------------------------------------------------------------------------


def test_from_an_app_key_to_a_listing(new: ShopFolder, capsys: Capture) -> None:
    new.cart(product("ao"))
    assert new.run("auth", "check") == 7
    assert "auth tiktok" in capsys.readouterr().out
    assert sign_in(new) == 0
    told = capsys.readouterr().out
    assert "サンプル商店" in told
    assert new.sandbox.shop_id in told
    assert "seller.product.write" in told
    in_7_days = (dt.datetime.now(dt.UTC) + dt.timedelta(days=7)).astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert f"{in_7_days:%Y-%m-%d}" in told
    assert (stored(new)["shop_id"], stored(new)["shop_cipher"]) == (new.sandbox.shop_id, new.sandbox.shop_cipher)
    assert fact(new, "shop_id") == new.sandbox.shop_id
    if os.name == "posix":
        assert stat.S_IMODE((new.folder / "tiktok_credentials.json").stat().st_mode) == 0o600
    new.run("export")
    new.fill("ao")
    assert new.run("import", "--yes", "--wait") == 0
    assert set(new.listings()) == {"ao"}


def test_the_result_as_json(new: ShopFolder, capsys: Capture) -> None:
    code, told = new.json(capsys, "auth", "tiktok", "--code", new.sandbox.control.auth_code())
    assert code == 0
    assert told["command"] == "auth tiktok"
    assert told["shop"] == {"id": new.sandbox.shop_id, "name": "サンプル商店", "region": "JP"}
    assert (told["seller"], told["missing_scopes"]) == ("サンプル商店", [])
    assert dt.datetime.fromisoformat(told["refresh_expires"]) > dt.datetime.fromisoformat(told["access_expires"])


@pytest.mark.parametrize("paste", ["{code}", "https://example.com/back?code={code}&state={state}&locale=ja"])
def test_the_code_is_pasted(new: ShopFolder, types: Any, capsys: Capture, paste: str, fixed_state: str) -> None:
    types(paste.format(code=new.sandbox.control.auth_code(), state=fixed_state))
    assert new.run("auth", "tiktok") == 0
    shown = capsys.readouterr().err
    assert f"{new.sandbox.url}/open/authorize?service_id=&state={fixed_state}" in shown
    assert stored(new)["access_token"] == new.sandbox.access_token


@pytest.fixture
def fixed_state(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: "the-state")
    return "the-state"


def test_a_paste_that_does_not_fit_is_asked_for_again(new: ShopFolder, types: Any, capsys: Capture) -> None:
    code = new.sandbox.control.auth_code()
    types("https://example.com/back", f"https://example.com/back?code={code}&state=of-another", code)
    assert new.run("auth", "tiktok") == 0
    shown = capsys.readouterr().err
    assert "認可コードがありません" in shown
    assert "今回の認可のものではありません" in shown


def test_after_three_pastes_it_gives_up(new: ShopFolder, types: Any) -> None:
    types(*["https://example.com/back"] * 3)
    assert new.run("auth", "tiktok") == 2
    assert not (new.folder / "tiktok_credentials.json").exists()


def test_a_refused_consent_is_told(new: ShopFolder, types: Any, capsys: Capture) -> None:
    types("https://example.com/back?code=null&error=auth_denied")
    assert new.run("auth", "tiktok") == 7
    assert "許可されませんでした" in capsys.readouterr().err


def test_without_a_terminal_the_link_is_in_the_advice(new: ShopFolder, capsys: Capture) -> None:
    assert new.run("auth", "tiktok") == 2
    told = capsys.readouterr().err
    link = re.search(r"http://\S+/open/authorize\S+", told)
    assert link
    code = requests.get(link[0], timeout=5).json()["code"]
    assert new.run("auth", "tiktok", "--code", code) == 0


def test_the_platform_needs_a_service_id(new: ShopFolder, types: Any, capsys: Capture) -> None:
    file = new.folder / "sheets_sync.toml"
    file.write_text(re.sub(r"auth_base = .*\n", "", file.read_text("utf-8")), "utf-8")
    types("")
    assert new.run("auth", "tiktok") == 2
    assert "service_id" in capsys.readouterr().err
    setting(new, 'service_id = "7012345"')
    types("https://example.com/?error=auth_denied")
    assert new.run("auth", "tiktok") == 7
    assert "https://services.tiktokshop.com/open/authorize?service_id=7012345&state=" in capsys.readouterr().err


@pytest.mark.parametrize("used", [True, False])
def test_a_code_that_is_used_or_too_old(new: ShopFolder, used: bool, capsys: Capture) -> None:
    assert sign_in(new) == 0
    before = stored(new)
    code = new.sandbox.control.auth_code()
    if used:
        requests.get(
            f"{new.sandbox.url}/api/v2/token/get",
            {
                "app_key": new.sandbox.app_key,
                "app_secret": new.sandbox.app_secret,
                "auth_code": code,
                "grant_type": "authorized_code",
            },
            timeout=5,
        )
    else:
        new.settle(minutes=31)
    capsys.readouterr()
    assert new.run("auth", "tiktok", "--code", code) == 7
    told = capsys.readouterr()
    assert "認可コードが使えません" in told.err
    assert code not in told.out + told.err
    assert stored(new) == before, "the sign-in there was is kept"


def test_a_wrong_secret_is_told(new: ShopFolder, capsys: Capture) -> None:
    (new.folder / ".env").write_text("SHEETS_SYNC__TIKTOK__APP_SECRET=0123456789wrong\n")
    assert sign_in(new) == 7
    told = capsys.readouterr()
    assert "app_secret" in told.err
    assert "0123456789wrong" not in told.out + told.err


def test_without_an_app_nobody_is_sent_anywhere(new: ShopFolder, types: Any, capsys: Capture) -> None:
    (new.folder / ".env").write_text("")
    types("")
    assert new.run("auth", "tiktok") == 7
    assert "open/authorize" not in capsys.readouterr().err


def test_the_authorisation_host_out_of_reach(new: ShopFolder) -> None:
    code = new.sandbox.control.auth_code()
    new.sandbox.stop()
    assert new.run("auth", "tiktok", "--code", code) == 6


# -- the listener ----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def browser(shop: ShopFolder, port: int, capsys: Capture, pages: list[str]) -> Iterator[None]:
    """Somebody who opens the link once it stands on the screen, and is redirected by the consent page."""
    shop.sandbox.control.set(redirect_url=f"http://localhost:{port}/callback")

    def listening() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def surf() -> None:
        while not listening():
            pass
        pages.append(requests.get(f"http://127.0.0.1:{port}/?code=ROW_evil_code&state=guess", timeout=5).text)
        shown = ""
        while "state=" not in shown:
            shown += capsys.readouterr().err
        link = re.search(r"http://\S+/open/authorize\S+", shown)
        assert link
        pages.append(requests.get(link[0], timeout=5).text)

    thread = threading.Thread(target=surf, daemon=True)
    thread.start()
    yield
    thread.join(timeout=10)


def test_the_browser_brings_the_code(new: ShopFolder, capsys: Capture) -> None:
    pages: list[str] = []
    port = free_port()
    with browser(new, port, capsys, pages):
        assert new.run("auth", "tiktok", "--listen", str(port)) == 0
    assert "受け付けませんでした" in pages[0]
    assert "受け取りました" in pages[1]
    assert stored(new)["access_token"] == new.sandbox.access_token


def test_the_browser_brings_a_refusal(new: ShopFolder, capsys: Capture) -> None:
    new.sandbox.control.set(consent=False)
    pages: list[str] = []
    port = free_port()
    with browser(new, port, capsys, pages):
        assert new.run("auth", "tiktok", "--listen", str(port)) == 7
    assert "許可されませんでした" in pages[1]
    assert not (new.folder / "tiktok_credentials.json").exists()


def test_nobody_comes(new: ShopFolder, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(auth, "LISTEN_SECONDS", 0.05)
    assert new.run("auth", "tiktok", "--listen", str(free_port())) == 7
    assert "http://localhost" in capsys.readouterr().err


# -- which shop ------------------------------------------------------------------------------------------------------


def test_several_shops_are_asked_about(new: ShopFolder, types: Any, capsys: Capture) -> None:
    second = new.sandbox.control.add_shop("二号店")
    types(new.sandbox.control.auth_code(), "2")
    assert new.run("auth", "tiktok") == 0
    told = capsys.readouterr()
    assert "二号店" in told.out
    assert (stored(new)["shop_id"], stored(new)["shop_cipher"]) == (second["id"], second["cipher"])
    new.cart(product("ao"))
    new.run("export")
    new.fill("ao")
    assert new.run("import", "--yes", "--wait") == 0
    assert fact(new, "shop_id") == second["id"]


def test_several_shops_and_nobody_to_ask(new: ShopFolder, capsys: Capture) -> None:
    second = new.sandbox.control.add_shop("二号店")
    assert sign_in(new) == 2
    assert second["id"] in capsys.readouterr().err
    assert new.run("auth", "check") != 0
    assert new.run("auth", "tiktok", "--shop", second["id"]) == 0, "the sign-in is kept: only the shop is chosen"
    assert stored(new)["shop_id"] == second["id"]


def test_a_shop_is_named(new: ShopFolder, capsys: Capture) -> None:
    second = new.sandbox.control.add_shop("二号店")
    assert sign_in(new, "--shop", "123") == 2
    assert "二号店" in capsys.readouterr().err
    assert sign_in(new, "--shop", second["id"]) == 0
    assert sign_in(new) == 0, "the folder's shop is known by now"
    assert stored(new)["shop_id"] == second["id"]


def test_a_folder_stays_with_its_shop(new: ShopFolder, capsys: Capture) -> None:
    assert sign_in(new) == 0
    second = new.sandbox.control.add_shop("二号店")
    assert sign_in(new, "--shop", second["id"]) == 5
    assert fact(new, "shop_id") == new.sandbox.shop_id
    assert stored(new)["shop_id"] != second["id"]


def test_a_cipher_in_the_settings_says_which(new: ShopFolder, capsys: Capture) -> None:
    second = new.sandbox.control.add_shop("二号店")
    setting(new, f'shop_cipher = "{second["cipher"]}"')
    assert sign_in(new, "--shop", new.sandbox.shop_id) == 2
    assert "shop_cipher" in capsys.readouterr().err
    assert sign_in(new) == 0
    assert stored(new)["shop_id"] == second["id"]


def test_a_shop_of_another_market(new: ShopFolder, capsys: Capture) -> None:
    setting(new, 'market = "US"')
    assert sign_in(new) == 2
    assert 'market = "US"' in capsys.readouterr().err
    assert fact(new, "shop_id") == ""
    code, told = new.json(capsys, "auth", "check")
    assert (code, verdicts(told)["shop"]) == (2, "settings")


def test_missing_scopes_are_named_with_what_they_prevent(new: ShopFolder, capsys: Capture) -> None:
    scopes = ["seller.authorization.info", "seller.product.basic", "seller.logistics"]
    assert sign_in(new) == 0
    new.sandbox.control.set_scopes(scopes)
    new.settle(days=6, hours=12)  # the next call renews the tokens, with the scopes of now
    capsys.readouterr()
    assert new.run("auth", "tiktok", "--shop", new.sandbox.shop_id) == 3
    told = capsys.readouterr().out
    assert "seller.product.write" in told
    assert "商品の登録" in told
    assert "TikTokから削除する" in told


# -- auth check ------------------------------------------------------------------------------------------------------


def verdicts(told: dict[str, Any]) -> dict[str, str]:
    """The worst of each item."""
    order = ["ok", "note", "person", "unavailable", "credentials", "settings"]
    found: dict[str, str] = {}
    for check in told["checks"]:
        found[check["item"]] = max(found.get(check["item"], "ok"), check["verdict"], key=order.index)
    return found


def wrong(told: dict[str, Any]) -> dict[str, str]:
    return {item: verdict for item, verdict in verdicts(told).items() if verdict != "ok"}


def said(told: dict[str, Any]) -> str:
    return "\n".join(check["message"] for check in told["checks"])


def test_all_is_well(ready: ShopFolder, capsys: Capture) -> None:
    code, told = ready.json(capsys, "auth", "check")
    assert (code, told["exit"], told["command"]) == (0, 0, "auth check")
    assert verdicts(told) == dict.fromkeys(OK, "ok")
    assert "商品 2件" in said(told)
    assert ready.run("auth", "check") == 0
    assert capsys.readouterr().out.count("［OK］") == len(OK)


def test_english_speaks_english(ready: ShopFolder, capsys: Capture) -> None:
    ready.configure(language="en")
    ready.sandbox.control.fail_prerequisite("SHOP_TAX", ["no tax id"])
    _, told = ready.json(capsys, "auth", "check")
    named = ("sign_in", "shop", "warehouse")
    spoken = "".join(check["message"] for check in told["checks"] if check["item"] not in named)
    assert "no tax id" in spoken
    assert all(ord(c) < 0x3000 for c in spoken), "names of the shop aside"


def test_it_writes_nothing(ready: ShopFolder) -> None:
    def state() -> dict[str, str]:
        files = (path for path in ready.folder.iterdir() if path.is_file() and not path.name.endswith("-shm"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    ready.sandbox.control.fail_prerequisite("PRODUCT_QUANTITY_LIMIT", ["本日の上限です"])
    before = state()
    ready.run("auth", "check")
    assert state() == before
    assert not [r for r in ready.sandbox.control.requests if r["method"] != "GET"]


def test_settings_that_cannot_be_read(ready: ShopFolder, capsys: Capture) -> None:
    ready.configure("max_pause = 3")
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (2, {"settings": "settings"})
    assert "rules.max_pauses" in said(told)


def test_a_cart_that_is_not_there(ready: ShopFolder, capsys: Capture) -> None:
    (ready.folder / "products.csv").unlink()
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (2, {"cart": "settings"})
    assert set(verdicts(told)) == OK, "the rest is looked at all the same"


def test_a_cart_without_products(ready: ShopFolder, capsys: Capture) -> None:
    ready.cart()
    code, told = ready.json(capsys, "auth", "check")
    assert code != 0
    assert set(wrong(told)) == {"cart"}


def test_a_workbook_that_is_not_there_yet(ready: ShopFolder, capsys: Capture) -> None:
    ready.workbook.unlink()
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"workbook": "person"})
    assert "export" in said(told)


def test_a_workbook_that_is_open(ready: ShopFolder, capsys: Capture) -> None:
    (ready.folder / f".~lock.{ready.workbook.name}#").touch()
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"workbook": "person"})


def test_a_workbook_that_is_none(ready: ShopFolder, capsys: Capture) -> None:
    ready.workbook.write_bytes(b"no workbook")
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (2, {"workbook": "settings"})


def test_the_workbook_of_another_cart(ready: ShopFolder, capsys: Capture) -> None:
    file = ready.folder / "sheets_sync.toml"
    file.write_text(file.read_text("utf-8") + '[cart]\nid = "other"\n', "utf-8")
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"workbook": "person"})


def test_tokens_that_ended_are_renewed_and_the_consents_end_is_told(ready: ShopFolder, capsys: Capture) -> None:
    before = stored(ready)["access_token"]
    ready.settle(days=350)
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"sign_in": "person"})
    assert "あと7日" in said(told) or "あと8日" in said(told)
    assert stored(ready)["access_token"] != before


def test_a_withdrawn_consent(ready: ShopFolder, capsys: Capture) -> None:
    ready.sandbox.control.revoke()
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (7, {"sign_in": "credentials"})
    assert {"cart", "workbook"} <= set(verdicts(told))


def test_an_address_that_is_not_allowed(ready: ShopFolder, capsys: Capture) -> None:
    ready.sandbox.control.set(address_allowed=False)
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (7, {"sign_in": "credentials"})
    assert "IP許可リスト" in said(told)


@pytest.mark.parametrize("scope", ["seller.authorization.info", "seller.product.basic", "seller.logistics"])
def test_a_scope_that_a_call_is_refused_for(ready: ShopFolder, capsys: Capture, scope: str) -> None:
    ready.sandbox.control.set_scopes([one for one in auth.SCOPES if one != scope])
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (7, {"scopes": "credentials"})
    assert said(told).count(scope) == 1


def test_the_platform_out_of_reach(ready: ShopFolder, capsys: Capture) -> None:
    ready.sandbox.stop()
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (6, {"sign_in": "unavailable"})


@pytest.mark.parametrize(("seconds", "words"), [(600, "約10分遅れて"), (-600, "約10分進んで")])
def test_a_clock_that_is_off(ready: ShopFolder, capsys: Capture, seconds: float, words: str) -> None:
    ready.sandbox.control.skew(seconds)
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"clock": "person"})
    assert words in said(told)


def test_the_shop_of_another_folder(ready: ShopFolder, capsys: Capture) -> None:
    store = open_store(ready.settings.store_url())
    store.save_fact("shop_id", "7000000000000000001")
    store.close()
    code, told = ready.json(capsys, "auth", "check")
    assert code == 3
    assert wrong(told)["shop"] == "person"


@pytest.mark.parametrize("item", ITEMS)
def test_an_open_prerequisite_is_told_in_the_sellers_words(ready: ShopFolder, capsys: Capture, item: str) -> None:
    ready.sandbox.control.fail_prerequisite(item, ["理由はこれです"])
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (3, {"prerequisites": "person"})
    (message,) = [check["message"] for check in told["checks"] if check["item"] == "prerequisites"]
    assert ITEMS[item] in message
    assert "理由はこれです" in message
    assert "セラーセンター" in message


def test_a_prerequisite_that_nobody_knows_yet_is_told_as_it_is() -> None:
    words = in_words(Prerequisite("SOMETHING_NEW", failed=True), "ja")
    assert "SOMETHING_NEW" in words
    assert "?" not in words


def test_a_spent_allowance_asks_nothing_of_anyone(ready: ShopFolder, capsys: Capture) -> None:
    ready.sandbox.control.fail_prerequisite("PRODUCT_QUANTITY_LIMIT", ["本日の上限です"])
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (0, {"prerequisites": "note"})


def test_no_warehouse(ready: ShopFolder, capsys: Capture) -> None:
    ready.sandbox.control.set_warehouses([])
    code, told = ready.json(capsys, "auth", "check")
    assert code == 3
    assert wrong(told)["warehouse"] == "person"
    assert "倉庫未設定" in said(told)


def test_a_warehouse_that_is_not_there(ready: ShopFolder, capsys: Capture) -> None:
    setting(ready, 'warehouse_id = "123"')
    code, told = ready.json(capsys, "auth", "check")
    assert (code, wrong(told)) == (2, {"warehouse": "settings"})
    assert ready.sandbox.warehouse_id in said(told)


# -- an import asks first --------------------------------------------------------------------------------------------


def writes(shop: ShopFolder) -> list[str]:
    telling = ("create", "edit", "upload_image")
    return [r["operation"] for r in shop.sandbox.control.requests if r["operation"] in telling]


def test_a_shop_that_may_not_list_stops_the_import_at_once(ready: ShopFolder, capsys: Capture) -> None:
    ready.fill("ao", "aka")
    ready.sandbox.control.fail_prerequisite("BANk_ACCOUNT", ["口座がありません"])
    ready.sandbox.control.fail_prerequisite("SHOP_TAX", ["税務情報がありません"])
    assert ready.run("import", "--yes") == 5
    told = capsys.readouterr().err
    assert "口座がありません" in told
    assert "税務情報がありません" in told
    assert writes(ready) == []
    ready.sandbox.control.fail_prerequisite("BANk_ACCOUNT", [])
    ready.sandbox.control.fail_prerequisite("SHOP_TAX", [])
    assert ready.run("import", "--yes", "--wait") == 0
    assert set(ready.listings()) == {"ao", "aka"}


def test_products_are_taken_down_all_the_same(ready: ShopFolder) -> None:
    ready.fill("ao", "aka")
    assert ready.run("import", "--yes", "--wait") == 0
    ready.sandbox.control.fail_prerequisite("SHOP_STATUS", ["停止中です"])
    ready.type("ao", action="停止する（非公開）")
    assert ready.run("import", "--yes") == 0
    assert ready.listings()["ao"]["status"] == "SELLER_DEACTIVATED"


def test_a_spent_allowance_lets_new_listings_wait(ready: ShopFolder, capsys: Capture) -> None:
    ready.fill("ao", "aka")
    ready.sandbox.control.fail_prerequisite("PRODUCT_QUANTITY_LIMIT", ["本日の上限です"])
    code, told = ready.json(capsys, "import", "--yes")
    assert (code, told["waiting"], told["created"]) == (0, 2, 0)
    assert writes(ready) == []
    ready.sandbox.control.fail_prerequisite("PRODUCT_QUANTITY_LIMIT", [])
    ready.settle(days=1)
    assert ready.run("import", "--yes", "--wait") == 0
    assert set(ready.listings()) == {"ao", "aka"}


def test_no_answer_about_prerequisites_stops_nothing(ready: ShopFolder) -> None:
    ready.fill("ao", "aka")
    ready.sandbox.control.fault("error", operation="prerequisites", code=33001002, count=None)
    assert ready.run("import", "--yes", "--wait") == 0
    assert set(ready.listings()) == {"ao", "aka"}


# -- the page for sellers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["tiktok_shop.md", "tiktok_shop.ja.md"])
def test_the_page_for_sellers_names_everything(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    assert [scope for scope in auth.SCOPES if f"`{scope}`" not in text] == []
    assert [item for item in [*ITEMS, "PRODUCT_QUANTITY_LIMIT"] if f"`{item}`" not in text] == []
    codes = ("36004004", "auth_denied", "105002", "36004001", "36004005", "105005", "36009033", "106001", "101000")
    assert [code for code in codes if code not in text] == []


# -- secrets ---------------------------------------------------------------------------------------------------------


def test_no_token_code_or_secret_is_ever_shown(new: ShopFolder, capsys: Capture, types: Any) -> None:
    codes = [new.sandbox.control.auth_code() for _ in range(4)]
    new.run("auth", "tiktok", "--code", codes[0], "--verbose")
    new.run("auth", "tiktok", "--code", codes[0], "--json")  # used
    new.run("auth", "tiktok", "--code", f"https://example.com/?code={codes[1]}&state=x", "--shop", "1")
    types(f"https://example.com/?code={codes[2]}&state=x", codes[3])
    new.run("auth", "tiktok")
    new.run("auth", "check", "--verbose")
    new.sandbox.control.revoke()
    new.run("auth", "check", "--json")
    told = capsys.readouterr()
    secret = [*codes, "sandbox_access", "sandbox_refresh", new.sandbox.app_secret, new.sandbox.shop_cipher]
    seen = {"the terminal": told.out + told.err}
    seen |= {path.name: path.read_text("utf-8") for path in (new.folder / "logs").iterdir()}
    assert len(seen) == 7
    assert [(place, word) for place, text in seen.items() for word in secret if word in text] == []
    kept = {path for path in new.folder.rglob("*") if path.is_file() and "access_00" in _text(path)}
    assert {path.name for path in kept} == {"tiktok_credentials.json"}


def _text(path: Path) -> str:
    return path.read_bytes().decode("latin-1")
