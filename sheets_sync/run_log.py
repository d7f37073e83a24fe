"""A log file per run, without secrets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

KEPT = 50
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"


class _WithoutSecrets(logging.Formatter):
    """Formats a record, then blots out every secret, wherever it came from: message, arguments or traceback."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(_FORMAT)
        self._secrets = [secret for secret in secrets if len(secret) > 3]

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        return line


class _LogFile(logging.FileHandler):
    """A disk that is full by now costs lines of the log: neither the run nor a page of traceback on the screen."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name that logging calls
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        with suppress(OSError):
            super().close()


@contextmanager
def run_log(folder: Path, name: str, secrets: Sequence[str]) -> Iterator[Path]:
    """Write everything this package logs to `logs/<name>.log`; the newest files are kept. A folder that cannot be
    written costs the log, never the run.
    """
    logger = logging.getLogger("sheets_sync")
    path = folder / "logs" / f"{name}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _LogFile(path, encoding="utf-8")
        for old in sorted(path.parent.glob("*.log"))[:-KEPT]:
            with suppress(OSError):  # on Windows nobody can take away the log of a run that goes on
                old.unlink()
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_WithoutSecrets(secrets))
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield path
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
        handler.close()
