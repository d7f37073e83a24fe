"""What the last complete reading of the cart left, and whether it still counts: only then may a source pass over what
has not changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import sheets_sync
from sheets_sync.ports import NOTHING_KNOWN, Known
from sheets_sync.rows.passing_over import known_fingerprints
from sheets_sync.rows.row_print import fingerprint_in
from sheets_sync.template_files import templates_folder
from sheets_sync.usecases.session import Session

_MARK = "cart_mark"
_BYTES = 8
_WHERE = {"path"}
"""Settings of the cart that say where it is, not what it means: a new export file may have a new name."""


def settings_mark(session: Session) -> str:
    """Fingerprint of all that a product's cells hang on besides its records: settings, templates, the program."""
    settings = session.settings
    parts = [
        settings.tiktok.market,
        settings.cart.model_dump_json(exclude=_WHERE),
        settings.rules.model_dump_json(),
        sheets_sync.__version__,
        json.dumps(list(_program())),
    ]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=_BYTES).hexdigest()


def known_cart(session: Session, products: Mapping[str, str], under: str) -> Known:
    """What the source may pass over. `products`: prints of the base rows of 商品; `under`: the settings' mark."""
    fingerprints = known_fingerprints({key: fingerprint_in(kept) for key, kept in products.items()}, under)
    return Known(session.store.fact(_MARK), fingerprints) if fingerprints else NOTHING_KNOWN


def remember_reading(session: Session) -> None:
    """Keep the source's mark. To be called once workbook and base have what was read."""
    session.store.save_fact(_MARK, session.source.mark())


def _program() -> Iterator[tuple[str, int, int]]:
    """The files that rows are made by: an update may show the same product in another way."""
    for folder in (Path(sheets_sync.__file__).parent, templates_folder()):
        for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.toml"))):
            status = path.stat()
            yield path.name, status.st_size, status.st_mtime_ns
