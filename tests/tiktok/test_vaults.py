"""Tokens in a file or in the system's keyring: replaced as a whole, readable by their owner alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.sandbox import Sandbox
from sheets_sync.tiktok.auth_host import AuthHost
from sheets_sync.tiktok.exchange import Exchange
from sheets_sync.tiktok.tokens import Tokens
from sheets_sync.tiktok.vaults import SERVICE, FileVault, KeyringVault, Vault

from .fake_clock import FakeClock


class Ring(KeyringBackend):
    """A keyring in memory that can be locked."""

    priority = 1  # type: ignore[assignment]  # keyring reads it as a class property

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.entries.pop((service, username), None)

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.mark.parametrize("kind", [FileVault, KeyringVault])
def test_a_text_comes_back_and_is_replaced(kind: type[FileVault | KeyringVault], tmp_path: Path, ring: Ring) -> None:
    vault: Vault = kind(tmp_path / "tokens.json")
    assert vault.read() is None
    vault.write("一")
    vault.write("二")
    assert kind(tmp_path / "tokens.json").read() == "二"


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    FileVault(tmp_path / "tokens.json").write("secret")
    assert (tmp_path / "tokens.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


def test_tokens_are_renewed_in_the_keyring_and_nowhere_else(tmp_path: Path, ring: Ring) -> None:
    path = tmp_path / "tiktok_credentials.json"
    with Sandbox() as sandbox:
        auth = AuthHost(sandbox.url, sandbox.app_key, sandbox.app_secret, Exchange())

        def tokens() -> Tokens:
            given = {"access_token": "ROW_sandbox_access_0001", "refresh_token": "ROW_sandbox_refresh_0001"}
            return Tokens(KeyringVault(path), auth, FakeClock(), app_key=sandbox.app_key, **given)

        fresh = tokens().renew("ROW_sandbox_access_0001")
        assert fresh == sandbox.access_token
        assert tokens().credentials().access_token == fresh, "another process finds it there"
    assert fresh in ring.entries[SERVICE, str(path)]
    assert not path.exists()
    assert not any(fresh.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_locked_keyring_is_told_and_spends_no_token(tmp_path: Path, ring: Ring) -> None:
    with Sandbox() as sandbox:
        auth = AuthHost(sandbox.url, sandbox.app_key, sandbox.app_secret, Exchange())
        given = {"access_token": sandbox.access_token, "refresh_token": sandbox.refresh_token}
        held = Tokens(KeyringVault(tmp_path / "t.json"), auth, FakeClock(), app_key=sandbox.app_key, **given)
        before = sandbox.refresh_token
        ring.locked = True
        with pytest.raises(Unavailable):
            held.renew(sandbox.access_token)
        assert sandbox.refresh_token == before


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError) as caught:
        KeyringVault(tmp_path / "tokens.json")
    assert caught.value.code == "keyring_missing"
