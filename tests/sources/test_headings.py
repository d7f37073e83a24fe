"""Finding columns by the names in the heading row."""

from sheets_sync.sources.headings import distinct, folded, match


def test_width_case_blanks_stars_and_marks_make_no_difference() -> None:
    same = ["Option1 Value", "ＯＰＴＩＯＮ１　ＶＡＬＵＥ", "*option1value", " Option1\nValue ,", "\ufeffOption1 Value"]
    assert {folded(name) for name in same} == {"option1value"}
    assert folded("商品管理番号（商品URL）") == folded("商品管理番号(商品url)")


def test_repeated_names_are_numbered_never_dropped() -> None:
    assert distinct(["Price", "price", "Price (2)", "", "", "Price"]) == (
        "Price", "price (2)", "Price (2) (2)", "", " (2)", "Price (3)",
    )  # fmt: skip


def test_the_first_of_repeated_names_and_the_preferred_of_two_generations_is_taken() -> None:
    found = match(
        ["Variant Price", "Price", "Price", "Handle", "Note"], {"price": ("Price", "Variant Price"), "x": ("X",)}
    )
    assert found.at == {"price": 1}
    assert found.ignored == ("Variant Price", "Price (2)", "Handle", "Note")


def test_localised_market_columns_are_not_taken_for_prices() -> None:
    found = match(["Price / 日本", "Compare-at price / 国際", "Included / Japan"], {"price": ("Price",)})
    assert found.at == {}
