"""The files on the Drive: spreadsheets with owners, permissions, versions and times."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .accounts import Accounts
from .errors import ApiError
from .kinds.sheets import new_sheet
from .spreadsheet import Spreadsheet

MIME = "application/vnd.google-apps.spreadsheet"


@dataclass
class File:
    spreadsheet: Spreadsheet
    owner: str
    created: float
    modified: float
    permissions: dict[str, str] = field(default_factory=dict)  # e-mail address → role
    version: int = 1
    trashed: bool = False
    office: bool = False  # an .xlsx that was uploaded and opened, but never saved as a Google Sheet
    parents: list[str] = field(default_factory=lambda: ["root"])

    def role(self, email: str) -> str:
        return "owner" if email == self.owner else self.permissions.get(email) or self.permissions.get("anyone", "")

    def touch(self, now: float) -> None:
        self.version += 1
        self.modified = now


@dataclass
class Files:
    clock: Callable[[], float]
    accounts: Accounts
    by_id: dict[str, File] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)  # "sheets", "drive"
    service_accounts_have_no_storage: bool = True
    _count: int = 0

    def new(self, title: str, owner: str, *, locale: str = "en_US", time_zone: str = "Etc/GMT") -> File:
        self._count += 1
        file_id = f"1Double{self._count:05}" + "x" * 32
        spreadsheet = Spreadsheet(file_id, {"title": title, "locale": locale, "timeZone": time_zone})
        new_sheet(spreadsheet, {"title": "シート1" if locale.startswith("ja") else "Sheet1"})
        return self.add(spreadsheet, owner)

    def add(self, spreadsheet: Spreadsheet, owner: str) -> File:
        now = self.clock()
        file = self.by_id[spreadsheet.id] = File(spreadsheet, owner, now, now)
        return file

    def new_id(self) -> str:
        self._count += 1
        return f"1Double{self._count:05}" + "x" * 32

    def for_sheets(self, file_id: str, email: str, *, write: bool) -> File:
        """As the Sheets API opens it: 404 for a wrong id, 403 for what is not shared."""
        file = self.by_id.get(file_id)
        if file is None:
            raise ApiError(404, "Requested entity was not found.")
        role = file.role(email)
        if not role or (write and role not in ("owner", "writer")):
            raise ApiError(403, "The caller does not have permission")
        if file.office:
            raise ApiError(400, "This operation is not supported for this document", status="FAILED_PRECONDITION")
        return file

    def check_storage(self, email: str) -> None:
        if email in self.accounts.services and self.service_accounts_have_no_storage:
            raise ApiError(403, "The user's Drive storage quota has been exceeded.", reason="storageQuotaExceeded")


def stamp(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def api_disabled(api: str, project: str) -> ApiError:
    """403 for a project in which the API was never switched on."""
    name, host = {"sheets": ("Sheets", "sheets.googleapis.com"), "drive": ("Drive", "drive.googleapis.com")}[api]
    address = f"https://console.developers.google.com/apis/api/{host}/overview?project={project}"
    message = (
        f"Google {name} API has not been used in project {project} before or it is disabled. Enable it by visiting "
        f"{address} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to "
        "our systems and retry."
    )
    info: dict[str, Any] = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": host, "consumer": f"projects/{project}"},
    }
    reason = "accessNotConfigured" if api == "drive" else ""
    return ApiError(403, message, details=[info], reason=reason)
