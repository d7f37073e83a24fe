"""What `templates/futureshop.toml` says of futureshop's files, as values: their roles, and what their codes mean."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sheets_sync.messages import Language
from sheets_sync.sources.file_kinds import FileKind
from sheets_sync.sources.joined_files import Role
from sheets_sync.template import fold
from sheets_sync.template_files import templates_folder

PRODUCTS: Final = "products"
SKU_FILES: Final = ("detail", "stock", "price", "choices")
"""Files with rows of variations. The first that has rows of a product says which SKUs it has."""
IMAGES: Final = "images"
PICTURE_SETTINGS: Final = "picture_settings"
GROUPS: Final = "groups"
TAGS: Final = "tags"
OPTIONS: Final = "options"
MOST_IMAGES: Final = 40


@dataclass(frozen=True, slots=True)
class Codes:
    """What stands in a coded column: meaning by folded spelling. `confirmed`: a manual says so."""

    meanings: Mapping[str, str]
    confirmed: bool

    def meaning(self, text: str) -> str | None:
        """"" for a blank cell, None for a spelling that is not known."""
        return self.meanings.get(fold(text)) if text else ""


@dataclass(frozen=True, slots=True)
class FutureshopFiles:
    """`roles`: the products file first. `precedence`: the fields that a text of ours is taken from, the first with text
    wins. `adds`: what comes with a role's file, in words, by role and language.
    """

    roles: Sequence[Role]
    precedence: Mapping[str, Sequence[str]]
    codes: Mapping[str, Codes]
    adds: Mapping[str, Mapping[Language, str]]

    def heading(self, field: str) -> str:
        """What a person calls a field of the products file."""
        return self.roles[0].fields[field][0]


@cache
def load_futureshop_files(language: Language = "ja") -> FutureshopFiles:
    """The data as shipped; `language` is that of the roles' names."""
    data = tomllib.loads((templates_folder() / "futureshop.toml").read_text("utf-8"))
    files: Mapping[str, Mapping[str, Any]] = data["files"]
    return FutureshopFiles(
        roles=tuple(_role(name, file, data["sku_fields"], language) for name, file in files.items()),
        precedence=data["precedence"],
        codes={field: _codes(entry) for field, entry in data["codes"].items()},
        adds={
            name: {"ja": file["adds_ja"], "en": file["adds_en"]} for name, file in files.items() if "adds_ja" in file
        },
    )


def _role(name: str, file: Mapping[str, Any], sku_fields: Mapping[str, Sequence[str]], language: Language) -> Role:
    given = file.get("fields", sku_fields if name in SKU_FILES else {"key": ["商品URLコード"]})
    kind = FileKind(
        name, file[language], tuple(file["needs"]), tuple(file.get("some", ())), tuple(file.get("never", ()))
    )
    return Role(kind, dict(_spread(given)), bool(file.get("required")))


def _spread(fields: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field, names in fields.items():
        numbers = range(1, MOST_IMAGES + 1) if "{n}" in field else (0,)
        for n in numbers:
            yield field.replace("{n}", str(n)), tuple(name.replace("{n}", str(n)) for name in names)


def _codes(entry: Mapping[str, Any]) -> Codes:
    spelled = {fold(word): meaning for meaning, words in entry.items() if meaning != "confirmed" for word in words}
    return Codes(spelled, bool(entry.get("confirmed", True)))
