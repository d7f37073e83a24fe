"""Where the tokens of TikTok Shop lie: in a file that only its owner can read, or in the system's own keyring.

A vault holds one text and replaces it as a whole. Raises OSError when it cannot be reached.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from sheets_sync.errors import UsageError
from sheets_sync.file_placing import put_in_place, take_away

SERVICE = "sheets_sync"


class Vault(Protocol):
    """Keeps one text. `path` is what a person calls it, and where the lock between processes lies beside."""

    path: Path

    def read(self) -> str | None:
        """The text, None when nothing was put in yet."""

    def write(self, text: str) -> None: ...


class FileVault:
    """A file that is replaced as a whole, readable by its owner alone from the first byte on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        try:
            take_away(beside)
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            put_in_place(beside, self.path)
        finally:
            take_away(beside)


class KeyringVault:
    """An entry of the system's keyring (Keychain, Credential Manager, Secret Service), one per settings folder.

    Raises UsageError when the optional package `keyring` is not installed.
    """

    def __init__(self, path: Path) -> None:
        try:
            import keyring  # noqa: PLC0415  an optional package: only who asks for it needs it
        except ImportError:
            raise UsageError("keyring_missing") from None
        self._keyring = keyring
        self.path = path

    def read(self) -> str | None:
        try:
            return self._keyring.get_password(SERVICE, str(self.path))
        except self._keyring.errors.KeyringError as error:
            raise OSError(type(error).__name__) from None

    def write(self, text: str) -> None:
        try:
            self._keyring.set_password(SERVICE, str(self.path), text)
        except self._keyring.errors.KeyringError as error:
            raise OSError(type(error).__name__) from None
