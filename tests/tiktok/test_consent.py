"""The consent link, what its redirect brings back, and the one-shot listener, spoken to as a browser would."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.errors import CredentialsError, UsageError
from sheets_sync.tiktok.consent import AUTH_HOST, Redirect, RedirectListener, consent_link, read_redirect

STATE = "state-of-this-question"


@pytest.mark.parametrize(
    ("market", "auth_base", "start"),
    [
        ("JP", AUTH_HOST, "https://services.tiktokshop.com/open/authorize?"),
        ("jp", AUTH_HOST + "/", "https://services.tiktokshop.com/open/authorize?"),
        ("US", AUTH_HOST, "https://services.us.tiktokshop.com/open/authorize?"),
        ("US", "http://127.0.0.1:8765", "http://127.0.0.1:8765/open/authorize?"),
    ],
)
def test_the_link_leads_to_the_page_of_the_market(market: str, auth_base: str, start: str) -> None:
    link = consent_link("12 34", STATE, market=market, auth_base=auth_base)
    assert link.startswith(start)
    assert parse_qs(urlsplit(link).query) == {"service_id": ["12 34"], "state": [STATE]}


@pytest.mark.parametrize(
    ("pasted", "code", "state", "error"),
    [
        ("ROW_abc-DEF_123", "ROW_abc-DEF_123", "", ""),
        ("  ROW_abc\n", "ROW_abc", "", ""),
        ('"ROW_abc=="', "ROW_abc==", "", ""),
        ("ROW_abc%3D%3D", "ROW_abc==", "", ""),
        ("https://example.com/back?code=ROW_abc&state=s1", "ROW_abc", "s1", ""),
        ("https://example.com/back?app_key=6a&code=ROW_a%2Bb&state=s1&region=JP#top", "ROW_a+b", "s1", ""),
        ("https://example.com/back?code=ROW_a+b", "ROW_a+b", "", ""),
        ("code=ROW_abc&state=s1", "ROW_abc", "s1", ""),
        ("?code=ROW_abc", "ROW_abc", "", ""),
        ("https://example.com/?code=null&error=auth_denied", "", "", "auth_denied"),
        ("https://example.com/back", "", "", ""),
        ("https://example.com/back?lang=ja", "", "", ""),
        ("/favicon.ico", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_what_a_person_may_paste(pasted: str, code: str, state: str, error: str) -> None:
    assert read_redirect(pasted) == Redirect(code, state, error)


@given(st.text(st.characters(codec="ascii", exclude_characters="#", min_codepoint=33), min_size=1), st.text(min_size=1))
def test_any_code_comes_through_the_address(code: str, state: str) -> None:
    found = read_redirect(f"https://example.com/back?state={quote(state, safe='')}&code={quote(code, safe='')}")
    assert found == Redirect("" if code == "null" else code, state, "")


@given(st.text())
def test_nothing_pasted_breaks_it(pasted: str) -> None:
    assert isinstance(read_redirect(pasted), Redirect)


def test_a_code_is_not_shown() -> None:
    assert "ROW_abc" not in repr(Redirect("ROW_abc", STATE))


class Waiting:
    """A listener that waits in a thread, and what came of it."""

    def __init__(self) -> None:
        self.listener = RedirectListener(0, STATE, "ja")
        self.url = f"http://127.0.0.1:{self.listener.port}/callback"
        self.caught: Redirect | None = None
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        with self.listener:
            self.caught = self.listener.wait(30)

    def get(self, **query: str) -> requests.Response:
        return requests.get(self.url, params=query, timeout=5)

    @property
    def over(self) -> Redirect | None:
        self.thread.join(timeout=5)
        assert not self.thread.is_alive()
        return self.caught


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    found = Waiting()
    yield found
    if found.thread.is_alive():
        found.get(error="auth_denied")
        found.thread.join(timeout=5)


def test_the_code_is_caught_and_the_listener_goes(waiting: Waiting) -> None:
    page = waiting.get(code="ROW_abc", state=STATE, locale="ja")
    assert page.status_code == 200
    assert "受け取りました" in page.text
    assert "ROW_abc" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert waiting.over == Redirect("ROW_abc", STATE)
    with pytest.raises(requests.ConnectionError):
        waiting.get(code="ROW_other", state=STATE)


@pytest.mark.parametrize("state", ["", "another", STATE[:-1], STATE + "x", "鍵"])
def test_a_wrong_state_is_refused_and_the_wait_goes_on(waiting: Waiting, state: str) -> None:
    page = waiting.get(code="ROW_evil", state=state)
    assert page.status_code == 403
    assert "受け付けませんでした" in page.text
    assert waiting.get(error="auth_denied", code="null", state="another").status_code == 403
    waiting.get(code="ROW_abc", state=STATE)
    assert waiting.over == Redirect("ROW_abc", STATE)


def test_what_else_a_browser_asks_for_does_not_end_it(waiting: Waiting) -> None:
    with socket.create_connection(("127.0.0.1", waiting.listener.port)):  # opened ahead of need, and silent
        assert requests.get(waiting.url.replace("callback", "favicon.ico"), timeout=5).status_code == 404
        assert waiting.get(state=STATE, code="null").status_code == 404
        waiting.get(code="ROW_abc", state=STATE)
        assert waiting.over == Redirect("ROW_abc", STATE)


@pytest.mark.parametrize("state", [{"state": STATE}, {}])
def test_a_refusal_is_caught_with_and_without_its_state(waiting: Waiting, state: dict[str, str]) -> None:
    page = waiting.get(code="null", error="auth_denied", **state)
    assert "許可されませんでした" in page.text
    assert waiting.over == Redirect(error="auth_denied", state=state.get("state", ""))


def test_nobody_from_outside_can_reach_it(waiting: Waiting) -> None:
    assert waiting.listener._server.server_address[0] == "127.0.0.1"


def test_the_wait_has_an_end() -> None:
    began = time.monotonic()
    with RedirectListener(0, STATE, "ja") as listener, pytest.raises(CredentialsError, match="auth_not_answered"):
        listener.wait(0.05)
    assert time.monotonic() - began < 2


def test_a_taken_port_is_told() -> None:
    with RedirectListener(0, STATE, "ja") as first, pytest.raises(UsageError, match="auth_port_taken"):
        RedirectListener(first.port, STATE, "ja")
