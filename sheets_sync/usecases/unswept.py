"""Keeps Python's cycle collector from walking through a whole workbook again and again: it never finds anything there,
and the walks took a quarter of a check of 100,000 SKUs.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """No sweeps inside the block; what was made in it is left out of later ones until `sweep_again`."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.freeze()
            gc.enable()


def sweep_again() -> None:
    """Let the collector look at everything once more."""
    gc.unfreeze()


def sweep_now() -> None:
    """The same at once, for a process that goes on: what was left out does not count for the collector's own next turn,
    and run after run would pile up.
    """
    gc.unfreeze()
    gc.collect()
