"""Barcodes: their types, their lengths, their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.validation.barcodes import barcode_fault, check_digit


@pytest.mark.parametrize(
    "code", ["49123456", "4901234567894", "9784003101018", "080442957X", "036000291452", "14901234567891", "96385074"]
)
def test_codes_whose_type_is_told_by_their_digits(code):
    assert barcode_fault(code, "") is None


@given(st.sampled_from([8, 12, 13, 14]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_exactly_one_last_digit_is_right(code):
    right = [digit for digit in "0123456789" if not barcode_fault(code[:-1] + digit, "")]
    assert right == [check_digit(code)]


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 11), st.integers(1, 9))
def test_a_single_wrong_digit_is_always_found(code, place, by):
    code = code[:-1] + check_digit(code)
    slip = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert barcode_fault(slip, "JAN")[0] == "barcode_check_digit"


def test_the_right_code_is_offered():
    assert barcode_fault("4901234567890", "") == (
        "barcode_check_digit",
        {"read": "4901234567890", "expected": "4901234567894"},
    )


def test_an_isbn_of_the_old_form_is_offered_in_the_new_one():
    assert barcode_fault("4003101014", "") == (
        "barcode_isbn_old",
        {"read": "4003101014", "expected": "9784003101018"},
    )
