"""The parts of the Drive API v3 that a program with one spreadsheet uses."""

import copy
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

from . import masks
from .errors import ApiError
from .files import MIME, File, Files, stamp
from .server import Answer, as_json
from .values_methods import Query, one

_ONE = re.compile(r"/drive/v3/files/([^/]+)(?:/(copy|permissions)(?:/([^/]+))?)?")
_TERM = re.compile(
    r"""(name|mimeType)\s*(=|contains)\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")"""
    r"""|trashed\s*=\s*(true|false)|['"](.+)['"] in parents"""
)
_DEFAULT = "kind,id,name,mimeType"


@dataclass
class DriveCall:
    method: str
    path: str
    query: Query
    body: dict[str, Any]
    user: str


def answer(files: Files, call: DriveCall) -> Answer:
    if call.path == "/drive/v3/about" and call.method == "GET":
        return _reply({"kind": "drive#about", "user": {"kind": "drive#user", "emailAddress": call.user}}, call, "*")
    if call.path == "/drive/v3/files":
        return _create(files, call) if call.method == "POST" else _list(files, call)
    found = _ONE.fullmatch(call.path)
    if found is None:
        raise ApiError(404, "Not Found", html=True)
    file = _file(files, urllib.parse.unquote(found[1]), call.user)
    if found[2] == "copy" and call.method == "POST":
        return _copy(files, file, call)
    if found[2] == "permissions":
        return _permissions(files, file, found[3], call)
    if found[2]:
        raise ApiError(404, "Not Found", html=True)
    if call.method == "GET":
        return _reply(_resource(file, call.user), call, _DEFAULT)
    if call.method == "PATCH":
        return _rename(files, file, call)
    if call.method == "DELETE":
        _must_own(file, call.user)
        del files.by_id[file.spreadsheet.id]
        return Answer(204)
    raise ApiError(404, "Not Found", html=True)


def _reply(value: dict[str, Any], call: DriveCall, default: str) -> Answer:
    mask = masks.parse(one(call.query, "fields") or default)
    return Answer(200, as_json(masks.cut(value, mask)))


def _file(files: Files, file_id: str, user: str) -> File:
    file = files.by_id.get(file_id)
    if file is None or not file.role(user):
        raise ApiError(404, f"File not found: {file_id}.", reason="notFound")
    return file


def _must_own(file: File, user: str) -> None:
    if file.role(user) != "owner":
        raise ApiError(
            403, "The user does not have sufficient permissions for this file.", reason="insufficientFilePermissions"
        )


def _resource(file: File, user: str) -> dict[str, Any]:
    role = file.role(user)
    return {
        "kind": "drive#file", "id": file.spreadsheet.id, "name": file.spreadsheet.properties["title"],
        "mimeType": MIME, "version": str(file.version), "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified), "trashed": file.trashed, "parents": file.parents,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.spreadsheet.id}/edit?usp=drivesdk",
        "ownedByMe": role == "owner", "owners": [{"kind": "drive#user", "emailAddress": file.owner}],
        "capabilities": {"canEdit": role in ("owner", "writer"), "canShare": role in ("owner", "writer")},
    }  # fmt: skip


def _create(files: Files, call: DriveCall) -> Answer:
    if call.body.get("mimeType") != MIME:
        raise ApiError(501, "tests/google_double creates spreadsheets only")
    files.check_storage(call.user)
    file = files.new(call.body.get("name", "Untitled"), call.user)
    file.parents = call.body.get("parents", file.parents)
    return _reply(_resource(file, call.user), call, _DEFAULT)


def _copy(files: Files, file: File, call: DriveCall) -> Answer:
    files.check_storage(call.user)
    spreadsheet = copy.deepcopy(file.spreadsheet)
    spreadsheet.id = files.new_id()
    spreadsheet.properties["title"] = call.body.get("name") or f"Copy of {spreadsheet.properties['title']}"
    made = files.add(spreadsheet, call.user)
    return _reply(_resource(made, call.user), call, _DEFAULT)


def _rename(files: Files, file: File, call: DriveCall) -> Answer:
    if file.role(call.user) not in ("owner", "writer"):
        _must_own(file, call.user)
    if "name" in call.body:
        file.spreadsheet.properties["title"] = call.body["name"]
    file.trashed = call.body.get("trashed", file.trashed)
    file.touch(files.clock())
    return _reply(_resource(file, call.user), call, _DEFAULT)


def _list(files: Files, call: DriveCall) -> Answer:
    query = one(call.query, "q")
    found = [file for file in files.by_id.values() if file.role(call.user) and _matches(file, query)]
    found.sort(key=lambda file: file.modified, reverse=True)
    value = {
        "kind": "drive#fileList", "incompleteSearch": False, "files": [_resource(file, call.user) for file in found],
    }  # fmt: skip
    return _reply(value, call, f"kind,incompleteSearch,files({_DEFAULT})")


def _matches(file: File, query: str) -> bool:
    """Terms joined by `and`: name and mimeType, trashed, parents."""
    values = {"name": file.spreadsheet.properties["title"], "mimeType": MIME}
    for part in filter(None, re.split(r"\s+and\s+", query.strip())):
        term = _TERM.fullmatch(part.strip().strip("()"))
        if term is None:
            raise ApiError(400, f"Invalid Value: {part}", reason="invalid")
        if term[1]:
            wanted = re.sub(r"\\(.)", r"\1", term[3] if term[3] is not None else term[4])
            right = values[term[1]] == wanted if term[2] == "=" else wanted.lower() in values[term[1]].lower()
        elif term[5]:
            right = file.trashed == (term[5] == "true")
        else:
            right = term[6] in file.parents
        if not right:
            return False
    return True


def _permissions(files: Files, file: File, permission_id: str | None, call: DriveCall) -> Answer:
    if permission_id and call.method == "DELETE":
        _must_own(file, call.user)
        for email in [email for email in file.permissions if _permission_id(email) == permission_id]:
            del file.permissions[email]
        return Answer(204)
    if call.method == "GET" and not permission_id:
        listed = [_permission(email, role) for email, role in [(file.owner, "owner"), *file.permissions.items()]]
        return _reply({"kind": "drive#permissionList", "permissions": listed}, call, "*")
    if call.method == "POST" and not permission_id:
        if file.role(call.user) not in ("owner", "writer"):
            _must_own(file, call.user)
        email = call.body.get("emailAddress") or "anyone"
        file.permissions[email] = call.body.get("role", "reader")
        file.touch(files.clock())
        return _reply(_permission(email, file.permissions[email]), call, "kind,id,type,role")
    raise ApiError(404, "Not Found", html=True)


def _permission_id(email: str) -> str:
    return "anyoneWithLink" if email == "anyone" else str(sum(ord(c) * 31**i for i, c in enumerate(email)) % 10**20)


def _permission(email: str, role: str) -> dict[str, Any]:
    kind = "anyone" if email == "anyone" else "user"
    found = {"kind": "drive#permission", "id": _permission_id(email), "type": kind, "role": role}
    return found if kind == "anyone" else found | {"emailAddress": email}
