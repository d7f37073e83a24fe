"""The controls over HTTP, for another process: `POST /_sandbox/<control>` with JSON arguments."""

import json

from .answers import NoSuchControlError
from .control import Control
from .gateway import Request
from .service import Reply

PREFIX = "/_sandbox/"


class Admin:
    """Runs a control by name; answers {"result": ...}, or 400 with {"error": text}."""

    def __init__(self, control: Control, credentials: dict[str, str]) -> None:
        self._control = control
        self._credentials = credentials

    def answer(self, request: Request) -> Reply:
        name = request.path.removeprefix(PREFIX)
        try:
            if name == "credentials":
                result: object = self._credentials
            else:
                result = self._run(name, json.loads(request.body) if request.body else {})
        except (NoSuchControlError, TypeError, ValueError, KeyError) as error:
            return _json(400, {"error": str(error)})
        return _json(200, {"result": result})

    def _run(self, name: str, arguments: dict[str, object]) -> object:
        if name.startswith("_") or not hasattr(Control, name):
            raise NoSuchControlError(f"no control {name!r}")
        control = getattr(self._control, name)
        return control(**arguments) if callable(control) else control


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())
