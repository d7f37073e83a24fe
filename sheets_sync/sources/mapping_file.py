"""Writes a proposal for an unknown file as a mapping file that a person can read and correct. Pure."""

import json
from collections.abc import Iterator, Sequence

from sheets_sync.messages import Language, text
from sheets_sync.sources.cart_profile import FIELDS
from sheets_sync.sources.headings import folded
from sheets_sync.sources.mapping_guess import Guess

_DETECTED_BY = ("key", "title", "price", "sku")
_SKU_BY = ("sku", "price", "stock", "barcode")


def mapping_text(guess: Guess, label: str, language: Language) -> str:
    """The mapping file (TOML) of a usable proposal, with words beside each line."""
    return "\n".join(_lines(guess, label, language)) + "\n"


def _lines(guess: Guess, label: str, language: Language) -> Iterator[str]:
    yield from (f"# {line}" for line in text("mapping_head", language, file=label).splitlines())
    yield f"label = {_quoted(label)}"
    yield f'rows = "{guess.rows}"  # {text(f"mapping_{guess.rows}", language)}'
    needs = dict.fromkeys(guess.columns[field] for field in _DETECTED_BY if field in guess.columns)
    yield from ("", "[detect]", f"needs = {_quoted(list(needs))}")
    yield from ("", f"# {text('mapping_columns', language)}", "[columns]")
    for field in FIELDS:
        if field in guess.columns:
            yield f"{field} = {_quoted(guess.columns[field])}  # {text(f'maps_{field}', language)}"
    yield from _sku_rows(guess, language)
    for heading in guess.options:
        yield from ("", f"# {text('maps_options', language)}", "[[options]]")
        named = guess.option_names.get(heading)
        yield f"name = {_quoted(named)}" if named else f"fixed = {_quoted(heading)}"
        yield f"value = {_quoted(heading)}"
    for number, heading in enumerate(guess.pictures):
        yield from ([""] if number else ["", f"# {text('maps_pictures', language)}"])
        yield from ("[[images]]", f"column = {_quoted(heading)}")
        if guess.separator:
            yield f"separators = [{_quoted(guess.separator)}]"
    if guess.status:
        yield from ("", f"# {text('maps_status', language)}", "[[status]]", f"column = {_quoted(guess.status)}")
    yield from ("", f"# {text('mapping_tax', language)}", "[tax]", f'prices = "{_tax(guess)}"')
    if unit := _unit(guess):
        yield from ("", "[weight]", f'unit = "{unit}"')


def _sku_rows(guess: Guess, language: Language) -> Iterator[str]:
    """Where products and SKUs have rows of their own: which ones are SKUs, and that their pictures are theirs."""
    if guess.rows != "parent_child":
        return
    if "parent" in guess.columns:
        when = f"column = {_quoted(guess.columns['parent'])}"
    else:
        told = [*(guess.columns[field] for field in _SKU_BY if field in guess.columns), *guess.options]
        when = f"column = {_quoted(told)}, besides_blank = {_quoted(guess.columns['title'])}"
    yield from ("", f"# {text('mapping_sku_rows', language)}", "[[kinds]]", 'kind = "variant"', f"when = {{ {when} }}")
    if guess.pictures:
        yield from ("", f"# {text('mapping_sku_picture', language)}")
        yield from ("[variant_image]", f"column = {_quoted(guess.pictures[0])}")
        if guess.separator:
            yield f"separators = [{_quoted(guess.separator)}]"


def _tax(guess: Guess) -> str:
    heading = folded(guess.columns.get("price", ""))
    return "included" if "税込" in heading else "excluded" if "税抜" in heading else "settings"


def _unit(guess: Guess) -> str:
    """`heading` where the weight's heading names its unit."""
    heading = folded(guess.columns.get("weight", ""))
    return "heading" if heading.endswith(("(g)", "(kg)")) else ""


def _quoted(value: str | Sequence[str]) -> str:
    """A TOML string or list: JSON's are TOML's, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
