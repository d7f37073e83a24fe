"""A cart's CSV format as checked values: what `templates/carts/*.toml` and a shop's own mapping file can say.

A name of a column is a heading as the cart writes it. Where several stand in a list, the first one that has text in a
row counts; `{n}` stands for 1, 2, 3 … as far as the file has them, `*` for any text (the unit in `Weight (*)`), and
`{heading}` within other text puts cells together.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from sheets_sync.products import ProductKind


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
RowModel = Literal["flat", "first_row_full", "parent_child"]
RowKind = Literal["single", "product", "variant", "names", "free_option", "drop"]
Told = Literal["sold_elsewhere", "grouped_product", "variant_hidden", "free_options_in_cell"]
Dropped = Literal["row_deleted", "row_ignored"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """A text in both languages."""

    ja: str
    en: str


class Detect(_Part):
    """Which heading rows are of this format: all of `needs`, one of `some` if given, none of `never`."""

    needs: Names
    some: Names = ()
    never: Names = ()


class When(_Part):
    """A question to a row. `words`: the cell is one of them; `listed`: one of its comma-separated parts is;
    `blank`: it is empty; none of these: it has text. Several columns: any of them. `besides_blank`: the answer is no
    where one of these columns has text.
    """

    column: Names
    words: Names = ()
    listed: Names = ()
    blank: bool = False
    besides_blank: Names = ()


class Columns(_Part):
    """Where our fields stand. `key` names the product on each of its rows, `parent` on the rows of variants instead."""

    key: Names = ()
    parent: Names = ()
    title: Names = ()
    description: Names = ()
    brand: Names = ()
    product_type: Names = ()
    tags: Names = ()
    updated: Names = ()
    sale_starts: Names = ()
    sale_ends: Names = ()
    variant: Names = ()
    sku: Names = ()
    barcode: Names = ()
    price: Names = ()
    list_price: Names = ()
    sale_price: Names = ()
    sale_price_starts: Names = ()
    sale_price_ends: Names = ()
    stock: Names = ()
    weight: Names = ()
    length: Names = ()
    width: Names = ()
    height: Names = ()


FIELDS = tuple(Columns.model_fields)


class Kind(_Part):
    """What a row is when the question is answered with yes; the first rule that applies counts."""

    kind: RowKind
    when: When
    tell: Dropped = "row_ignored"


class OptionAxis(_Part):
    """One axis of choices, or with `{n}` several. Its name stands in a column, is `fixed`, or is looked up by `key` in
    `OptionNames`.
    """

    value: Names
    name: Names = ()
    fixed: str = ""
    key: Names = ()


class OptionNames(_Part):
    """Names of axes told in lists on the product's row: `keys` and `names` go side by side."""

    keys: Names
    names: Names
    separator: str = "|"


class VariantsInCell(_Part):
    """All variants in one cell of the product's row: `色:赤#サイズ:M=ab-1&色:赤#サイズ:L=ab-2`."""

    column: Names
    between: str = "&"
    code: str = "="
    options: str = "#"
    name: str = ":"


class Pictures(_Part):
    """Pictures: columns with one or several (`separators`) in a cell. `base` is the address of one that is only named:
    `{file}` is the name, `{shop}` the setting `[cart] shop`, `{code}` the product. `bases`: the same by what stands in
    the column `type`. Without `column`, `base` alone is the picture's address.
    """

    column: Names = ()
    separators: tuple[str, ...] = ()
    type: Names = ()
    base: str = ""
    bases: dict[str, str] = {}


class StatusColumn(_Part):
    """A column that tells whether the cart shows a product. Usual words (公開, TRUE, 1 …) need not be named."""

    column: Names
    active: Names = ()
    draft: Names = ()
    archived: Names = ()


class Tax(_Part):
    """Whether prices include tax: always, never, as the settings say, or as a column says row by row. `rate`: where the
    percentage stands; `rates`: what its codes mean.
    """

    prices: Literal["included", "excluded", "settings", "column"] = "settings"
    column: Names = ()
    included: Names = ()
    excluded: Names = ()
    rate: Names = ()
    rates: dict[str, float] = {}

    @model_validator(mode="after")
    def _column_is_named(self) -> "Tax":
        if self.prices == "column" and not (self.column and (self.included or self.excluded)):
            raise ValueError('prices = "column" needs column, and included or excluded')
        return self


class Stock(_Part):
    """What stands beside the number: that it counts for nothing (`unmanaged`), that nothing is left (`sold_out`), that
    it is sold all the same (`backorder`). `empty`: what a blank number means.
    """

    empty: Literal["unknown", "unmanaged"] = "unknown"
    unmanaged: When | None = None
    sold_out: When | None = None
    backorder: When | None = None


class Measure(_Part):
    """The unit of a number: one for all, the text in the heading's parentheses, or that of another column."""

    unit: str = "heading"
    column: Names = ()


class AttributePairs(_Part):
    """What the cart knows of things a category asks for: columns in pairs, or one column with a fixed name. Where
    `value` has a `*`, the text in its place is the name.
    """

    value: Names
    name: Names = ()
    fixed: str = ""
    unit: Names = ()


class KnownAttributes(_Part):
    """Attributes that are fields of ours."""

    brand: Names = ()
    weight: Names = ()


class KindOfProduct(_Part):
    """Rows that are no goods, and what is told of products."""

    kind: ProductKind | None = None
    when: When
    tell: Told | None = None


class SideFile(_Part):
    """A further file of the same export, told by its headings: its rows are variants of the product that `columns.key`
    names, or (`gives = "values"`) fill fields of the variants that they name by `key` and `variant` or `sku`.
    """

    role: str
    detect: Detect
    gives: Literal["variants", "values"]
    columns: Columns
    kinds: tuple[Kind, ...] = ()
    options: tuple[OptionAxis, ...] = ()


class Profile(_Part):
    """A format. `name` is what `[cart] format` takes. `draft`: parts of it are not confirmed, `unconfirmed` says which.
    `reader`: Shopify's own file has code of its own. `fixed`: values of fields that no column has. `drop_base_row`:
    rows without a choice count for nothing where others of the product have one. `parent_by`: what `columns.parent`
    names, the product's key or its SKU code.
    """

    name: str
    label: str
    draft: bool = False
    unconfirmed: Words | None = None
    encoding: str = "auto"
    reader: Literal["profile", "shopify"] = "profile"
    rows: RowModel = "flat"
    detect: Detect
    columns: Columns
    fixed: dict[str, str] = {}
    kinds: tuple[Kind, ...] = ()
    options: tuple[OptionAxis, ...] = ()
    option_names: OptionNames | None = None
    variants_in_cell: VariantsInCell | None = None
    drop_base_row: bool = False
    parent_by: Literal["key", "sku"] = "key"
    images: tuple[Pictures, ...] = ()
    variant_image: Pictures | None = None
    status: tuple[StatusColumn, ...] = ()
    tax: Tax = Tax()
    stock: Stock = Stock()
    weight: Measure = Measure(unit="g")
    size: Measure = Measure(unit="cm")
    separators: dict[Literal["tags", "product_type"], str] = {"tags": ","}
    sale_starts_when: When | None = None
    sale_ends_when: When | None = None
    preorder: When | None = None
    attributes: tuple[AttributePairs, ...] = ()
    known_attributes: KnownAttributes = KnownAttributes()
    kind_of_product: tuple[KindOfProduct, ...] = ()
    cells: dict[str, Names] = {}
    files: tuple[SideFile, ...] = ()

    def files_absent(self, roles: Iterable[str]) -> list[SideFile]:
        """The further files of which none was found."""
        there = set(roles)
        return [side for side in self.files if side.role not in there]

    @model_validator(mode="before")
    @classmethod
    def _fixed_fields_exist(cls, data: Any) -> Any:
        unknown = set(data.get("fixed", {})) - set(FIELDS) if isinstance(data, dict) else set()
        if unknown:
            raise ValueError(f"fixed: {', '.join(sorted(unknown))} (known: {', '.join(FIELDS)})")
        return data

    @model_validator(mode="after")
    def _can_make_products(self) -> "Profile":
        if not self.columns.key:
            raise ValueError("columns.key is missing")
        if not self.columns.title and "title" not in self.fixed:
            raise ValueError("columns.title is missing")
        if self.draft and self.unconfirmed is None:
            raise ValueError("a draft says what is unconfirmed")
        return self
