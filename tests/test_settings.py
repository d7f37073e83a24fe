"""Settings from file, `env_file` and environment: what wins, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import text
from sheets_sync.settings import Settings, load_settings

SECRET = "shh-very-secret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def load(folder: Path, toml: str = "") -> Settings:
    (folder / "sheets_sync.toml").write_text(toml, "utf-8")
    return load_settings(folder / "sheets_sync.toml")


def told(folder: Path, toml: str = "") -> str:
    """What a person reads when the settings are refused."""
    with pytest.raises(UsageError) as stopped:
        load(folder, toml)
    return text(stopped.value.code, "ja", **stopped.value.params)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_environment_wins_over_the_env_file_and_that_over_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    toml = f'language = "{language}"\nenv_file = ".env"\n[cart]\nid = "a"\npath = "a.csv"\ntag = "a"\n'
    (folder / ".env").write_text("SHEETS_SYNC__CART__PATH=b.csv\nSHEETS_SYNC__CART__TAG=b\n")
    monkeypatch.setenv("SHEETS_SYNC__CART__TAG", "c")
    cart = load(folder, toml).cart
    assert (cart.id, cart.path, cart.tag) == ("a", "b.csv", "c")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CART__WRITEBACK", "tag", ("tag",)),
        ("CART__WRITEBACK", "tag, metafield", ("tag", "metafield")),
        ("CART__WRITEBACK", '["tag", "metafield"]', ("tag", "metafield")),
        ("CART__LOCATIONS", "東京倉庫,大阪倉庫", ("東京倉庫", "大阪倉庫")),
        ("CART__LOCATIONS", "", ()),
        ("CART__METAFIELDS", '{"category": "custom.kind"}', {"category": "custom.kind"}),
        ("CART__METAFIELDS__category", "custom.kind", {"category": "custom.kind"}),
        ("RULES__SIGN_OFF", "true", True),
        ("RULES__SIGN_OFF", "0", False),
        ("TIKTOK__WORKERS", "3", 3),
        ("TIKTOK__APP_KEY", "0012345678", "0012345678"),
        ("cart__path", "[new].csv", "[new].csv"),
    ],
)
def test_any_key_can_be_given_by_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: object
) -> None:
    monkeypatch.setenv(f"SHEETS_SYNC__{name}", value)
    section, key = name.lower().split("__")[:2]
    assert getattr(getattr(load(folder), section), key) == expected


def test_the_env_file_itself_can_be_named_by_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "shop.env").write_text(f"SHEETS_SYNC__TIKTOK__APP_SECRET={SECRET}\n")
    monkeypatch.setenv("SHEETS_SYNC__ENV_FILE", "shop.env")
    assert load(folder).tiktok.app_secret.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("SHEETS_SYNC__TIKTOK__APP_SECRT", "tiktok.app_secret"),
        ("SHEETS_SYNC__TIKTOC__APP_SECRET", "tiktok.app_secret"),
        ("SHEETS_SYNC__LANGUAG", "language"),
    ],
)
def test_an_unknown_name_in_the_environment_is_an_error_as_in_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    (folder / ".env").write_text(f"{name}={SECRET}\n")
    said = told(folder, 'env_file = ".env"')
    assert near in said
    assert SECRET not in said
    monkeypatch.setenv(name, SECRET)
    said = told(folder)
    assert near in said
    assert SECRET not in said


def test_an_env_file_may_hold_what_belongs_to_other_programs(folder: Path) -> None:
    (folder / ".env").write_text(f"AWS_PROFILE=shop\nSHEETS_SYNC__TIKTOK__APP_SECRET={SECRET}\n")
    assert load(folder, 'env_file = ".env"').tiktok.app_secret.get_secret_value() == SECRET


def test_an_env_file_that_is_not_there_is_told_and_not_taken_for_no_secrets(folder: Path) -> None:
    (folder / ".env.txt").write_text(f"SHEETS_SYNC__TIKTOK__APP_SECRET={SECRET}\n")
    assert str(folder / ".env") in told(folder, 'env_file = ".env"')


def test_a_file_in_another_encoding_is_told(folder: Path) -> None:
    (folder / ".env").write_bytes("# 秘密の値\n".encode("cp932"))
    said = told(folder, 'env_file = ".env"')
    assert str(folder / ".env") in said
    assert "UTF-8" in said
    (folder / "sheets_sync.toml").write_bytes("# 設定\n".encode("cp932"))
    with pytest.raises(UsageError) as stopped:
        load_settings(folder / "sheets_sync.toml")
    assert stopped.value.code == "settings_not_utf8"


def test_an_env_file_of_windows_with_a_byte_order_mark_is_read(folder: Path) -> None:
    (folder / ".env").write_bytes(f"SHEETS_SYNC__TIKTOK__APP_SECRET={SECRET}\r\n".encode("utf-8-sig"))
    assert load(folder, 'env_file = ".env"').tiktok.app_secret.get_secret_value() == SECRET


@pytest.mark.parametrize("key", ["folder", "state_folder", "logs"])
def test_what_the_program_works_out_is_no_setting(folder: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert key in told(folder, f'{key} = "/elsewhere"')
    monkeypatch.setenv(f"SHEETS_SYNC__{key.upper()}", "/elsewhere")
    assert key in told(folder)


def test_all_problems_are_told_at_once_in_the_language_of_the_settings_and_without_values(folder: Path) -> None:
    toml = (
        f'[tiktok]\nworkers = "{SECRET}"\napp_secret = 12345678\nmarkett = "JP"\n[cart]\nid = "a b"\nkind = "amazon"\n'
        '[rules]\nsign_off = "maybe"\nprice_markup_percent = nan\nprice_round_to = 0\nmax_gone_percent = 200\n'
    )
    said = told(folder, toml)
    lines = dict(line.strip().split(": ", 1) for line in said.splitlines()[1:])
    assert lines.keys() == {
        "tiktok.workers", "tiktok.app_secret", "tiktok.markett", "cart.id", "cart.kind",
        "rules.sign_off", "rules.price_markup_percent", "rules.price_round_to", "rules.max_gone_percent",
    }  # fmt: skip
    assert "tiktok.market " in lines["tiktok.markett"]
    assert "shopify" in lines["cart.kind"]
    assert SECRET not in said
    assert "12345678" not in said
    assert not {word for word in ("Input", "should", "valid") if word in said}
    assert "has to be a whole number" in told(folder, f'language = "en"\n{toml}')


def test_a_rehearsal_keeps_tokens_and_log_elsewhere_and_reads_paths_where_the_settings_are(folder: Path) -> None:
    settings = load(folder).within(folder, folder / "rehearsal")
    assert settings.path("products.csv") == folder / "products.csv"
    assert settings.logs == folder / "rehearsal"
    assert settings.credentials_file.parent == folder / "rehearsal"


@pytest.mark.parametrize("key", ["TIKTOK__APP_SECRET", "TIKTOK__ACCESS_TOKEN", "CART__ACCESS_TOKEN"])
@pytest.mark.parametrize("pasted", ["…", "ｓｅｃｒｅｔ－ｖａｌｕｅ", "two parts", "with\na line"])
def test_a_secret_that_no_header_can_carry_is_told_without_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, key: str, pasted: str
) -> None:
    monkeypatch.setenv(f"SHEETS_SYNC__{key}", pasted)
    said = told(folder)
    assert key.lower().replace("__", ".") in said
    assert pasted not in said.replace("「…」", "")


def test_blanks_around_a_pasted_secret_are_no_part_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEETS_SYNC__TIKTOK__APP_SECRET", f" {SECRET}\n")
    assert load(folder).tiktok.app_secret.get_secret_value() == SECRET
