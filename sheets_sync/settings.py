"""`sheets_sync.toml` and the environment as checked values (docs/design.md, section 7).

Any key can be given by the environment as `SHEETS_SYNC__SECTION__KEY`, which wins over the file; a `.env`-like file
named by `env_file` stands between the two.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from sheets_sync.errors import UsageError
from sheets_sync.states import Overwrite, StockPolicy

DEFAULT_FILE = "sheets_sync.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cart(_Section):
    """The cart that products come from."""

    id: str = Field("main", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    kind: Literal["csv", "shopify", "futureshop"] = "csv"
    path: str = "products.csv"
    format: str = "auto"
    encoding: str = "auto"
    shop: str = ""
    access_token: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    api_version: str = "2026-10"
    api_base: str = ""
    tag: str = ""
    tag_removed: Literal["show", "off"] = "show"
    query: str = ""
    metafields: dict[str, str] = {}
    locations: tuple[str, ...] = ()
    bulk_from: int = Field(500, ge=0)
    writeback: tuple[Literal["tag", "metafield"], ...] = ()
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
    app_secret: SecretStr = SecretStr("")
    shop_cipher: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
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
    max_deletes: int = Field(5, ge=0)


class StoreSettings(_Section):
    """Where the tool keeps what it knows."""

    url: SecretStr = SecretStr("sqlite:///sheets_sync.db")


class Settings(BaseSettings):
    """All settings. `folder`: that of the settings file, to which relative paths are relative. `state_folder`, of a
    rehearsal, takes the tokens and the log instead.
    """

    model_config = SettingsConfigDict(
        env_prefix="SHEETS_SYNC__",
        env_nested_delimiter="__",
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
    folder: Path = Field(default=Path(), exclude=True)
    state_folder: Path | None = Field(default=None, exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic passes all of them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the `.env`-like file, and that over the settings file (the init values)."""
        values = init_settings()
        named = values.get("env_file")
        sources: list[PydanticBaseSettingsSource] = [env_settings]
        if named:
            sources.append(DotEnvSettingsSource(settings_cls, env_file=Path(values.get("folder", ".")) / str(named)))
        return (*sources, init_settings)

    def path(self, name: str) -> Path:
        """A path from the settings, relative to the settings file's folder."""
        return self.folder / name

    @property
    def credentials_file(self) -> Path:
        """Where the tokens of TikTok Shop are kept (0600)."""
        return (self.state_folder or self.folder) / "tiktok_credentials.json"

    @property
    def logs(self) -> Path:
        """Folder in which the folder `logs` is."""
        return self.state_folder or self.folder

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
        data = tomllib.loads(path.read_text("utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("settings_unreadable", file=path.name, reason=str(error)) from None
    try:
        return Settings(**{**data, **(overrides or {}), "folder": path.resolve().parent})
    except ValidationError as error:
        raise UsageError("settings_invalid", file=path.name, problems=_problems(error)) from None


def _problems(error: ValidationError) -> str:
    """All problems, a line each, without the values read: one of them may be a secret."""
    return "\n".join(f"  {_problem(e['loc'], e['type'], e['msg'])}" for e in error.errors(include_input=False))


def _problem(loc: tuple[int | str, ...], kind: str, words: str) -> str:
    where = ".".join(str(part) for part in loc)
    if choices := re.findall(r"'([^']*)'", words) if kind in {"literal_error", "enum"} else []:
        return f"{where}: ? → {' / '.join(choices)}"
    if kind != "extra_forbidden":
        return f"{where}: {words}"
    near = difflib.get_close_matches(where, _known_keys(), n=1, cutoff=0.5)
    return f"{where}: ?" + (f" → {near[0]}" if near else "")


def _known_keys() -> list[str]:
    keys: list[str] = []
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            keys += [f"{name}.{key}" for key in section.model_fields]
        keys.append(name)
    return keys
