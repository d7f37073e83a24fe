"""`sheets_sync.toml` and the environment as checked values (docs/design.md, section 7).

Any key can be given by the environment as `SHEETS_SYNC__SECTION__KEY`, which wins over the file; a `.env`-like file
named by `env_file` stands between the two.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language, text
from sheets_sync.pasted_paths import with_pasted_paths
from sheets_sync.states import Overwrite, StockPolicy

DEFAULT_FILE = "sheets_sync.toml"
_PREFIX = "SHEETS_SYNC__"


def _listed(value: object) -> object:
    """A list as the environment can give it: as JSON, or its entries with commas between them."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.startswith("[") else [part for part in map(str.strip, value.split(",")) if part]


def _tabled(value: object) -> object:
    """A table as the environment can give it: as JSON."""
    return json.loads(value) if isinstance(value, str) else value


def _pasted(value: SecretStr) -> SecretStr:
    """A secret without the blanks that come along when it is copied. Headers carry nothing but plain ASCII."""
    secret = value.get_secret_value().strip()
    if not secret.isascii() or any(character <= " " for character in secret):
        raise PydanticCustomError("secret_odd", "not plain ASCII")
    return SecretStr(secret)


_Secret = Annotated[SecretStr, AfterValidator(_pasted)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Cart(_Section):
    """The cart that products come from."""

    id: str = Field("main", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    kind: Literal["csv", "shopify", "futureshop"] = "csv"
    path: str = "products.csv"
    format: str = "auto"
    encoding: str = "auto"
    shop: str = ""
    access_token: _Secret = SecretStr("")
    client_id: str = ""
    client_secret: _Secret = SecretStr("")
    api_version: str = "2026-10"
    api_base: str = ""
    tag: str = ""
    tag_removed: Literal["show", "off"] = "show"
    query: str = ""
    metafields: Annotated[dict[str, str], BeforeValidator(_tabled)] = {}
    locations: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    bulk_from: int = Field(500, ge=0)
    writeback: Annotated[tuple[Literal["tag", "metafield"], ...], BeforeValidator(_listed)] = ()
    image_base: str = ""
    image_count: int = Field(1, ge=1, le=9)
    futureshop_api: bool = False
    price_field: Literal["selling", "list"] = "selling"
    prices_include_tax: bool = True
    tax_rate_percent: float = Field(10, ge=0, le=100)


class WorkbookSettings(_Section):
    """Where the merchandiser's workbook is."""

    kind: Literal["excel", "google"] = "excel"
    path: str = "tiktok_products.xlsx"
    spreadsheet_id: str = ""
    credentials: str = ""
    api_base: str = ""
    protect: bool = False
    keep_copies: int = Field(20, ge=1)


class TikTok(_Section):
    """The TikTok Shop app and shop."""

    market: str = "JP"
    app_key: str = ""
    keep_tokens_in: Literal["file", "keyring"] = "file"
    service_id: str = ""
    app_secret: _Secret = SecretStr("")
    shop_cipher: _Secret = SecretStr("")
    access_token: _Secret = SecretStr("")
    refresh_token: _Secret = SecretStr("")
    api_base: str = "https://open-api.tiktokglobalshop.com"
    auth_base: str = "https://auth.tiktok-shops.com"
    warehouse_id: str = ""
    category_version: str = ""
    requests_per_second: float = Field(10, gt=0, le=50)
    workers: int = Field(8, ge=1, le=64)
    daily_allowance: int = Field(0, ge=0)


class Images(_Section):
    """How pictures are fetched."""

    allow_private_addresses: bool = False
    max_bytes: int = Field(20_000_000, gt=0)
    timeout_seconds: float = Field(20, gt=0)


class Rules(_Section):
    """How a shop wants its products treated, and what it wants to be asked about first."""

    overwrite: Overwrite = Overwrite.MERGE
    stock_policy: StockPolicy = StockPolicy.INITIAL
    stock_buffer: int = Field(0, ge=0)
    unmanaged_stock: int = Field(0, ge=0)
    price_markup_percent: float = 0
    price_round_to: int = Field(1, ge=1)
    price_rounding: Literal["half_up", "up", "down"] = "half_up"
    publish_new: Literal["listing", "draft"] = "listing"
    push_unpublished: bool = False
    sale_period: Literal["show", "pause"] = "show"
    deleted_in_cart: Literal["mark", "remove-if-off", "pause"] = "mark"
    drift: Literal["show", "ours", "theirs"] = "show"
    sign_off: bool = False
    max_price_change_percent: float = Field(50, ge=0)
    max_gone_percent: float = Field(20, ge=0, le=100)
    max_zero_stock_skus: int = Field(20, ge=0)
    max_pauses: int = Field(20, ge=0)
    max_publishes: int = Field(20, ge=0)
    max_deletes: int = Field(5, ge=0)


class StoreSettings(_Section):
    """Where the tool keeps what it knows."""

    url: SecretStr = SecretStr("sqlite:///sheets_sync.db")


class _Environment(DotEnvSettingsSource):
    """The environment, read as strictly as a file of the same names: one that no setting has is an error."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return EnvSettingsSource._load_env_vars(self)


class Settings(BaseSettings):
    """All settings. `folder`: that of the settings file, to which relative paths are relative. A rehearsal keeps its
    tokens and its log in a folder of its own.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        env_file_encoding="utf-8-sig",
        dotenv_filtering="match_prefix",
        enable_decoding=False,
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    language: Literal["ja", "en"] = "ja"
    env_file: str = ""
    cart: Cart = Cart()
    workbook: WorkbookSettings = WorkbookSettings()
    tiktok: TikTok = TikTok()
    images: Images = Images()
    rules: Rules = Rules()
    store: StoreSettings = StoreSettings()
    _folder: Path = PrivateAttr(Path())
    _state_folder: Path | None = PrivateAttr(None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic passes all of them
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the `.env`-like file, and that over the settings file (the init values)."""
        return _Environment(settings_cls), dotenv_settings, init_settings

    def within(self, folder: Path, state_folder: Path | None = None) -> Settings:
        """These settings as those of a file in `folder`; what a run leaves goes to `state_folder`, if one is named."""
        moved = self.model_copy()
        moved._folder, moved._state_folder = folder, state_folder
        return moved

    @property
    def folder(self) -> Path:
        return self._folder

    def path(self, name: str) -> Path:
        """A path from the settings, relative to the settings file's folder."""
        return self.folder / name

    @property
    def credentials_file(self) -> Path:
        """Where the tokens of TikTok Shop are kept (0600)."""
        return self.logs / "tiktok_credentials.json"

    @property
    def logs(self) -> Path:
        """Folder in which the folder `logs` is."""
        return self._state_folder or self.folder

    def store_url(self) -> str:
        """The store's address, a relative SQLite file made absolute."""
        url = self.store.url.get_secret_value()
        prefix = "sqlite:///"
        if url.startswith(prefix) and not Path(url.removeprefix(prefix)).is_absolute():
            return prefix + str((self.folder / url.removeprefix(prefix)).resolve())
        return url

    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set: what must never be seen in a log, a workbook or a message."""
        fields = (
            self.cart.access_token, self.cart.client_secret, self.tiktok.app_secret, self.tiktok.access_token,
            self.tiktok.refresh_token, self.tiktok.shop_cipher,
        )  # fmt: skip
        return tuple(value for field in fields if (value := field.get_secret_value()))


def load_settings(file: Path | None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings. `file` None = `sheets_sync.toml` in the working folder, which may be missing.

    Raises UsageError that lists every problem at once and names the nearest known key for an unknown one.
    """
    path = file or Path(DEFAULT_FILE)
    if not path.is_file():
        if file is None and overrides is None:
            raise UsageError("settings_missing", file=path.name)
        if file is not None:
            raise UsageError("settings_missing", file=str(file))
    try:
        data = tomllib.loads(with_pasted_paths(path.read_text("utf-8-sig"))) if path.is_file() else {}
    except UnicodeDecodeError:
        raise UsageError("settings_not_utf8", file=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError("settings_unreadable", file=path.name, reason=str(error)) from None
    data |= overrides or {}
    folder = path.resolve().parent
    env_file = _env_file(folder, os.environ.get(f"{_PREFIX}ENV_FILE") or data.get("env_file"))
    try:
        return Settings(_env_file=env_file, **data).within(folder)
    except UnicodeDecodeError:
        raise UsageError("settings_not_utf8", file=str(env_file)) from None
    except ValidationError as error:
        raise UsageError("settings_invalid", file=path.name, problems=_problems(error, language_of(file))) from None


def language_of(file: Path | None) -> Language:
    """The language of messages, as far as the settings tell it: also where the rest of them cannot be used."""
    try:
        data = tomllib.loads(with_pasted_paths((file or Path(DEFAULT_FILE)).read_text("utf-8-sig")))
    except (OSError, ValueError):
        data = {}
    return "en" if (os.environ.get(f"{_PREFIX}LANGUAGE") or data.get("language")) == "en" else "ja"


def _env_file(folder: Path, name: object) -> Path | None:
    """The file with secrets. Raises UsageError when it is not there: a name with a slip would pass for no secrets."""
    if not name or not isinstance(name, str):
        return None
    if not (folder / name).is_file():
        raise UsageError("settings_env_file_missing", file=str(folder / name))
    return folder / name


def _problems(error: ValidationError, language: Language) -> str:
    """All problems, a line each, without the values read: one of them may be a secret."""
    return "\n".join(f"  {_problem(found, language)}" for found in error.errors(include_input=False))


def _problem(found: ErrorDetails, language: Language) -> str:
    kind = found["type"]
    where = ".".join(str(part) for part in found["loc"]).replace("__", ".")
    if choices := re.findall(r"'([^']*)'", found["msg"]) if kind in {"literal_error", "enum"} else []:
        return f"{where}: {text('setting_choices', language, choices=' / '.join(choices))}"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(where, _known_keys(), n=1, cutoff=0.5)
        return f"{where}: {text('setting_unknown_near' if near else 'setting_unknown', language, near=''.join(near))}"
    return f"{where}: {text(_WORDS.get(kind, 'setting_odd'), language, **found.get('ctx', {}))}"


_WORDS = {
    "int_parsing": "setting_whole_number",
    "int_type": "setting_whole_number",
    "int_from_float": "setting_whole_number",
    "float_parsing": "setting_number",
    "float_type": "setting_number",
    "finite_number": "setting_number",
    "bool_parsing": "setting_switch",
    "bool_type": "setting_switch",
    "string_type": "setting_text",
    "tuple_type": "setting_list",
    "model_type": "setting_section",
    "model_attributes_type": "setting_section",
    "dict_type": "setting_section",
    "greater_than": "setting_more_than",
    "greater_than_equal": "setting_at_least",
    "less_than_equal": "setting_at_most",
    "string_pattern_mismatch": "setting_pattern",
    "secret_odd": "setting_secret_odd",
}
"""What pydantic finds wrong, in our words."""


def _known_keys() -> list[str]:
    keys: list[str] = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            keys += [f"{name}.{key}" for key in section.model_fields]
        keys.append(name)
    return keys
