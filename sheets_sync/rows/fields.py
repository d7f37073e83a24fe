"""Which cells of a row an export treats how, read from the template once per tab."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sheets_sync.issue import Tab
from sheets_sync.template import Owner, Template

IMAGES = "image_1"
"""The nine image cells are one field; it goes by the name of its first cell."""


_HERS_ALONE = frozenset({"sync", "action", "approval", "price", "stock", "exclude"})
"""Editor cells that no cart fills: what is sent and when, and the overrides of price and stock."""


@dataclass(frozen=True, slots=True)
class Fields:
    """`tool`: key and cart cells, always the tool's. `prefill`: editor cells that the cart fills, each a field of its
    own. `images`: the cells of the one image field. `editor`: all of the merchandiser's cells. `optional`: columns that
    are only there when a setting is on. `further`: editor cells that some carts fill (`Product.cells`).
    """

    tool: tuple[str, ...]
    prefill: tuple[str, ...]
    images: tuple[str, ...]
    editor: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()

    def with_cells_of(self, *rows: Iterable[str]) -> Fields:
        """The fields of a row in which a cart fills, or filled, further cells. `rows`: their columns."""
        more = dict.fromkeys(column for row in rows for column in row if column in self.further)
        return replace(self, prefill=(*self.prefill, *more)) if more else self

    def without(self, columns: Collection[str]) -> Fields:
        """The fields of a row of which the cart's reading has no word of these columns."""
        prefill = tuple(key for key in self.prefill if key not in columns)
        return replace(self, prefill=prefill, images=() if IMAGES in columns else self.images)

    @property
    def merged(self) -> frozenset[str]:
        """The columns that have a base: cart cells and prefilled cells."""
        return frozenset((*self.tool, *self.prefill, *self.images))


def fields_of(template: Template, tab: Tab) -> Fields:
    columns = template.columns[tab]
    prefilled = [c.key for c in columns if c.prefill]
    editor = template.keys(tab, Owner.EDITOR)
    return Fields(
        tool=template.keys(tab, Owner.KEY, Owner.CART),
        prefill=tuple(key for key in prefilled if not key.startswith("image_")),
        images=tuple(key for key in prefilled if key.startswith("image_")),
        editor=editor,
        optional=frozenset(c.key for c in columns if c.when),
        further=frozenset(editor) - frozenset(prefilled) - _HERS_ALONE,
    )


def sku_columns(template: Template) -> tuple[str, ...]:
    """Columns that stand on 商品 for products without variants and on SKU for the others."""
    return tuple(key for key in template.keys(Tab.SKUS) if template.has(Tab.PRODUCTS, key) and key != "product_key")


def with_skus_note(fields: Fields) -> Fields:
    """The fields of a product whose SKUs have rows of their own: the cell that points to them is the tool's."""
    return Fields(
        tool=(*fields.tool, "seller_sku"),
        prefill=tuple(key for key in fields.prefill if key != "seller_sku"),
        images=fields.images,
        editor=tuple(key for key in fields.editor if key != "seller_sku"),
        optional=fields.optional,
        further=fields.further,
    )
