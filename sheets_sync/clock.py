"""The real time, as the port `Clock`."""

from __future__ import annotations

import datetime as dt
import time


class SystemClock:
    """Time of this machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
