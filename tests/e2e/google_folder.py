"""A merchandiser's folder whose workbook is a Google Sheet on the local double."""

from __future__ import annotations

from pathlib import Path

from sheets_sync.sandbox import Sandbox
from tests.google_double import GoogleDouble

from .shop_folder import ShopFolder, Time


class GoogleFolder(ShopFolder):
    """As `ShopFolder`, with a spreadsheet that a person made and shared."""

    def __init__(self, folder: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble, rules: str = "") -> None:
        self.google = google
        self.sheet = google.new_spreadsheet("商品表", shared_with=[google.EMAIL], locale="ja_JP")
        google.service_account_file(folder / "google.json")
        super().__init__(folder, sandbox, moved, rules)

    def configure(self, rules: str = "", language: str = "ja") -> None:
        super().configure(rules, language)
        file = self.folder / "sheets_sync.toml"
        more = f'[workbook]\nkind = "google"\nspreadsheet_id = "{self.sheet.id}"\ncredentials = "google.json"\n'
        file.write_text(f'{file.read_text("utf-8")}{more}api_base = "{self.google.url}"\n', "utf-8")
