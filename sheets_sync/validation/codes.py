"""What the codes of our issues mean for the state of a row."""

from __future__ import annotations

MISSING_CODES = frozenset({
    "required_missing",
    "description_no_text",
    "image_missing",
    "price_missing",
    "stock_unmanaged",
    "dimension_required",
    "dimension_missing",
    "attribute_missing",
    "certificate_missing",
    "certificate_date_missing",
    "size_chart_missing",
    "option_missing",
    "option_required",
    "option_name_missing",
    "option_value_missing",
    "approval_missing",
    "approval_void",
})  # fmt: skip
"""Something is missing (不足項目あり); every other error says that something is wrong (入力エラー)."""

WARNING_CODES = frozenset({"stock_above_cart"})
"""Worth a look, but holds nothing back."""
