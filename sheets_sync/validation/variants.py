"""What the SKUs of one product have to agree on: options, pre-order days, barcodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from sheets_sync.cells import shortened
from sheets_sync.desired import DesiredSku
from sheets_sync.products import Option
from sheets_sync.validation.faults import Fault

_T = TypeVar("_T", bound=Hashable)


def variant_faults(skus: Sequence[DesiredSku], pre_order: bool | None) -> Iterator[Fault]:
    """Faults among the SKUs that one product offers; rows count within `skus`.

    `pre_order`: whether the category takes pre-orders, None when its rules are not known.
    Source: Partner Center, Create Product (`sales_attributes`, `pre_sale`, `identifier_code`) and its error codes.
    """
    if len(skus) > 1:
        yield from _option_faults([_filled(sku.options) for sku in skus], [sku.ref.key for sku in skus])
        yield from _doubled_barcodes([sku.barcode for sku in skus])
    elif skus:
        yield from chain.from_iterable(_blank_faults(0, _filled(sku.options), required=False) for sku in skus)
    yield from _pre_order_faults([sku.presale_days for sku in skus], pre_order)


def _filled(options: tuple[Option, ...]) -> tuple[Option, ...]:
    while options and not (options[-1].name or options[-1].value):
        options = options[:-1]
    return options


def _option_faults(options: Sequence[tuple[Option, ...]], keys: Sequence[str]) -> Iterator[Fault]:
    names = [tuple([option.name for option in given]) for given in options]
    values = [tuple([option.value for option in given]) for given in options]
    if len(set(names)) > 1 or not all(names[0]) or not names[0] or len(set(names[0])) < len(names[0]):
        yield from _name_faults(options, names)
    elif not all(map(all, values)):
        yield from chain.from_iterable(_blank_faults(row, given) for row, given in enumerate(options))
    if len(set(values)) < len(values):
        yield from _doubled_combinations(values, keys)


def _name_faults(options: Sequence[tuple[Option, ...]], names: Sequence[tuple[str, ...]]) -> Iterator[Fault]:
    usual = _usual([given for given in names if given and all(given)])
    for row, given in enumerate(options):
        blanks = list(_blank_faults(row, given))
        yield from blanks
        if not blanks and names[row] != usual:
            yield from _differing(row, names[row], usual or ())
        for slot, name in enumerate(names[row], start=1):
            if name and name in names[row][: slot - 1]:
                yield Fault(row, f"option{slot}_name", "option_name_doubled", {"read": shortened(name)})


def _blank_faults(row: int, given: tuple[Option, ...], *, required: bool = True) -> Iterator[Fault]:
    if not given and required:
        yield Fault(row, "option1_value", "option_missing")
    for slot, option in enumerate(given, start=1):
        if not option.name and not option.value:
            yield Fault(row, f"option{slot}_value", "option_missing")
        elif not option.name:
            yield Fault(row, f"option{slot}_name", "option_name_missing", {"value": shortened(option.value)})
        elif not option.value:
            yield Fault(row, f"option{slot}_value", "option_value_missing", {"name": shortened(option.name)})


def _differing(row: int, names: tuple[str, ...], usual: tuple[str, ...]) -> Iterator[Fault]:
    """One fault at the first option whose name is not what the product's other SKUs call it."""
    longest = max(len(names), len(usual))
    for slot in range(longest):
        read, expected = (given[slot] if slot < len(given) else "" for given in (names, usual))
        if read != expected:
            code = "option_names_differ" if read and expected else "option_count_differs"
            params = {
                "read": shortened(read),
                "expected": shortened(expected),
                "count": len(names),
                "usual": len(usual),
            }
            yield Fault(row, f"option{slot + 1}_name", code, params)
            return


def _doubled_combinations(values: Sequence[tuple[str, ...]], keys: Sequence[str]) -> Iterator[Fault]:
    rows: dict[tuple[str, ...], list[int]] = {}
    for row, given in enumerate(values):
        if given and all(given):
            rows.setdefault(given, []).append(row)
    for given, same in rows.items():
        for row in same if len(same) > 1 else ():
            others = ", ".join(keys[other] for other in same if other != row)
            params = {"read": shortened("・".join(given)), "others": shortened(others)}
            yield Fault(row, "option1_value", "option_combination_doubled", params)


def _doubled_barcodes(codes: Sequence[str]) -> Iterator[Fault]:
    if len(set(codes)) < len(codes):
        counted = Counter(code for code in codes if code)
        for row, code in enumerate(codes):
            if counted[code] > 1:
                yield Fault(row, "barcode", "barcode_doubled", {"read": code})


def _pre_order_faults(days: Sequence[int | None], pre_order: bool | None) -> Iterator[Fault]:
    if not any(day is not None for day in days):
        return
    usual = _usual([day for day in days if day is not None])
    for row, day in enumerate(days):
        if pre_order is False and day is not None:
            yield Fault(row, "presale_days", "presale_not_allowed", {"read": day})
        elif day != usual:
            yield Fault(row, "presale_days", "presale_differs", {"read": day or "-", "expected": usual})


def _usual(values: Sequence[_T]) -> _T | None:
    return Counter(values).most_common(1)[0][0] if values else None
