"""One decision for every answer: each line of the table, HTTP statuses without a code, the faces of 36009004."""

from __future__ import annotations

import re
import string

import pytest

from sheets_sync.messages import catalogue
from sheets_sync.template_files import load_template
from sheets_sync.tiktok.classify import (
    Kind,
    advice,
    classify,
    column_of,
    faces,
    is_conflict,
    table,
    without_help_link,
)

# What the platform's pages say of each code, apart from the table in codes.toml: class, then codes.
MEANINGS = """
busy         36009002 36009037 12052109
unsure       36009003 36009007 12001000 12052881 33001002
credentials  101000 105002 105005 106001 106013 36009033 36004001 36004004 36004005
limit        12052093
conflict     12052038 12019045 12052037 12052393 12052371 12052332 12052308 12052032 12052260 12019150 12052901
conflict     12019113 12052547 12052996
seller       12052223 12052226 12052221 12052225 12052227 12052446 12052200 12052201 12052208 12052097 12052530
seller       12052531 12052532 12052115 12019022 12052096 12052700 12052703 12052704 12019112 12019114 12052705
seller       12052535 12052402 12052403 12052405 12052420 12019215 12052923 12052995
"""
COLUMNS = """
title              12052261 12052051 12052262 12052263 12052266 12052931
description        12052932 12052015 12052013 12019006 12052056 12052344 12052345 12052349 12052352 12052348 12052350
description        12052346 12052351 12052340 12052341 12052342 12052343 12052324
options            12052933 12052934 12052554 12052152 12052153 12052050 12052558 12052525 12052526 12052527 12052529
options            12052550 12052560 12052559 12019056 12019057
attributes         12052935 12052104 12052182 12052183 12052240 12052247 12052241 12052248 12052242 12052249 12052243
attributes         12052250 12052244 12052254 12052251 12052253 12052245 12052246 12052256 12052151 12052105 12052655
attributes         12052656 12052657 12052385
image_1            12052028 12052300 12052722 12052301 12052302 12052304 12052305 12052306 12038002 12038004 12038015
image_1            12038005 12038014 12019116 36009021
sku_image          12052520 12052521 12052522 12052523 12052524 12052528 12052356 12052357
size_chart         12052670 12052671 12052673 12052128
video              12019103 12019104 12019105 12019122 12052360
category           12052002 12052023 12052024 12052025 12052217 12052230 12052220 12052223 12052226 12052221 12052225
category           12052227 12052446 12052222 12052158 12019064 12052912
brand              12052026 12019013 12052200 12052201 12052208
brand              12052189 12052190 12052191 12052192 12052202 12052203 12052204 12052205 12052206
seller_sku         12052054 12019059
barcode            12052591 12052592 12052593 12052598
barcode_type       12052600
price              12052012 12052073 12052570 12052571 12052084 12052424 12052092 12052572 12052375 12052376 12052383
price              12052038 12019045
stock              12052055 12019024 12052094 12019028 12052516 12052533 12052534 12052037 12052393
package_weight_g   12019011 12052006 12052181 12052915 12052916 12019060 12019061
package_length_cm  12019012 12052116 12052005
package_width_cm   12052004
package_height_cm  12052003
presale_days       12019094 12019095 12019096 12019097 12019098 12019099 12019100 12052273 12052329
"""


def by_code(lines: str) -> dict[str, str]:
    rows = [line.split() for line in lines.split("\n") if line]
    return {code: name for name, *codes in rows for code in codes}


MEANING, COLUMN = by_code(MEANINGS), by_code(COLUMNS)
KINDS = {
    "busy": (Kind.RETRY, Kind.RETRY),
    "unsure": (Kind.RETRY, Kind.UNKNOWN),
    "credentials": (Kind.CREDENTIALS, Kind.CREDENTIALS),
    "limit": (Kind.LIMIT, Kind.LIMIT),
    "conflict": (Kind.CONFLICT, Kind.CONFLICT),
    "seller": (Kind.SELLER, Kind.SELLER),
    "reject": (Kind.REJECT, Kind.REJECT),
}
PLACES = {"words", "shop_code", "request_id", "http_status"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def assert_advice_can_be_read(code: str) -> None:
    entry = catalogue()[code]
    assert re.search("[ぁ-ん]", entry["ja"])
    assert entry["en"].isascii() or "…" in entry["en"]
    assert places(entry["ja"]) == places(entry["en"]) <= PLACES


@pytest.mark.parametrize("code", sorted(table()))
def test_each_line_of_the_table(code: str) -> None:
    read, write = KINDS[MEANING.get(code, "reject")]
    for status in (200, 400):
        assert classify(status, int(code), "words", write=False).kind is read
        verdict = classify(status, int(code), "words", write=True)
        assert verdict.kind is write
        assert verdict.column == column_of(code) == COLUMN.get(code)
        assert verdict.advice == advice(code)
    assert is_conflict(code) is (read is Kind.CONFLICT)
    assert_advice_can_be_read(advice(code))


def test_no_code_is_forgotten() -> None:
    assert set(MEANING) | set(COLUMN) <= set(table())
    assert "36009004" not in table()


def test_columns_are_the_templates_columns() -> None:
    keys = {column.key for columns in load_template("JP").columns.values() for column in columns}
    assert {entry.column for entry in table().values() if entry.column} <= keys | {"options"}


def test_every_text_has_its_use() -> None:
    used = {entry.advice for entry in (*table().values(), *faces())}
    assert {"tiktok_busy", "tiktok_refused"} <= used <= set(catalogue())


@pytest.mark.parametrize(
    ("message", "kind", "repair", "column"),
    [
        ("The 'sign' query parameter (signature) is missing.", Kind.REJECT, "", None),
        ("The 'timestamp' is invalid or expired.", Kind.CREDENTIALS, "clock", None),
        ("Timestamp in the future. For more details: https://x.test/body.html", Kind.CREDENTIALS, "clock", None),
        ("Invalid credentials. The 'x-tts-access-token' header is invalid.", Kind.CREDENTIALS, "token", None),
        ("The access_token is invalid", Kind.CREDENTIALS, "token", None),
        ("Invalid credentials. The 'app_key' query parameter is invalid.", Kind.CREDENTIALS, "", None),
        ("unexpected identifier: shop_cipher", Kind.REJECT, "", None),
        ("Invalid shop_id", Kind.REJECT, "", None),
        ("Invalid version", Kind.REJECT, "", None),
        ("body.package_weight.value must be a string", Kind.REJECT, "", "package_weight_g"),
        ("body.package_dimensions.width: integer needed", Kind.REJECT, "", "package_width_cm"),
        ("body.skus[0].price.amount is required", Kind.REJECT, "", "price"),
        ("body.skus.12.inventory.0.quantity is required", Kind.REJECT, "", "stock"),
        ("body.skus[].sales_attributes[1].sku_img.uri", Kind.REJECT, "", "sku_image"),
        ("body.main_images[3].uri", Kind.REJECT, "", "image_1"),
        ("body.category_id is required", Kind.REJECT, "", "category"),
        ("body.unheard_of is wrong", Kind.REJECT, "", None),
        ("something else", Kind.REJECT, "", None),
    ],
)
def test_the_faces_of_36009004(message: str, kind: Kind, repair: str, column: str | None) -> None:
    for write in (True, False):
        verdict = classify(400, 36009004, message, write)
        assert (verdict.kind, verdict.repair, verdict.column) == (kind, repair, column)
    assert_advice_can_be_read(advice("36009004", message))


@pytest.mark.parametrize(
    ("status", "code", "read", "write"),
    [
        (429, None, Kind.RETRY, Kind.RETRY),
        (429, 77, Kind.RETRY, Kind.RETRY),
        (503, None, Kind.RETRY, Kind.UNKNOWN),
        (503, 36009002, Kind.RETRY, Kind.RETRY),
        (502, None, Kind.RETRY, Kind.UNKNOWN),
        (500, 36009003, Kind.RETRY, Kind.UNKNOWN),
        (500, 98765432, Kind.RETRY, Kind.UNKNOWN),
        (408, None, Kind.RETRY, Kind.UNKNOWN),
        (200, None, Kind.RETRY, Kind.UNKNOWN),
        (200, 98765432, Kind.REJECT, Kind.REJECT),
        (404, None, Kind.REJECT, Kind.REJECT),
        (302, None, Kind.REJECT, Kind.REJECT),
        (503, 0, Kind.RETRY, Kind.UNKNOWN),
    ],
)
def test_answers_without_a_known_code(status: int, code: int | None, read: Kind, write: Kind) -> None:
    assert classify(status, code, "words", write=False).kind is read
    assert classify(status, code, "words", write=True).kind is write
    assert_advice_can_be_read(classify(status, code, "words", write=True).advice)


def test_only_an_expired_or_unknown_token_is_mended_by_another() -> None:
    assert {code for code, entry in table().items() if entry.repair == "token"} == {"105002"}


def test_a_seller_that_sends_too_much_waits_minutes() -> None:
    assert classify(200, 12052109, "", write=True).wait >= 60


def test_an_unknown_code_is_told_in_the_platforms_own_words() -> None:
    assert advice("4242") == "tiktok_refused"
    assert column_of("4242", "body.title is odd") == "title"
    assert "{words}" in catalogue()["tiktok_refused"]["ja"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Title too long. For more details: https://partner.test/doc?x=1", "Title too long."),
        ("Title too long https://partner.test/doc", "Title too long"),
        ("See https://partner.test first", "See https://partner.test first"),
    ],
)
def test_changing_links_at_the_end_are_dropped(said: str, kept: str) -> None:
    assert without_help_link(said) == kept
