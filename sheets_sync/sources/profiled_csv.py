"""CSV files of any cart as a `Source`: what they mean stands in a format, told by their headings or by the settings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheets_sync.errors import Unavailable
from sheets_sync.messages import Language, text
from sheets_sync.ports import NOTHING_KNOWN, Known
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.sources.cart_profile import Profile, SideFile
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.profile_detection import as_forced, detect
from sheets_sync.sources.profile_files import shipped
from sheets_sync.sources.profile_gaps import lacking, untold
from sheets_sync.sources.profile_layout import Layout
from sheets_sync.sources.profile_pictures import PictureRule
from sheets_sync.sources.profile_product import ProductMaker
from sheets_sync.sources.profile_rows import Group, groups, layouts
from sheets_sync.sources.record_prints import layout_print, records_print

_VERSION: Final = "1"
"""Of what this reader makes of a row: it goes into the fingerprints, so that they stop matching when it changes."""
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class CartSettings:
    """What the settings `[cart]` say beside the files: `shop` and `image_base` for addresses of pictures, `metafields`
    for columns of the workbook that the cart's own fields fill.
    """

    shop: str = ""
    image_base: str = ""
    metafields: Mapping[str, str] = field(default_factory=dict)


class ProfiledCsv:
    """The products of the files that a path, a glob or a zip archive names. A record is a row with any text in it."""

    def __init__(
        self,
        path: str,
        profile: Profile,
        *,
        forced: bool = False,
        also: tuple[str, ...] = (),
        encoding: str = "auto",
        language: Language = "ja",
        settings: CartSettings | None = None,
    ) -> None:
        """`forced`: the settings name the format, so headings tell the files' roles only. `also`: labels of further
        formats that fit the files.
        """
        self._path, self._profile, self._forced, self._also = path, profile, forced, also
        self._encoding, self._language, self._settings = encoding, language, settings or CartSettings()
        self._records = 0

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        """All products in the order of the file that has them; one whose rows stand apart comes where its last row is.

        Raises UsageError (not of this format, broken quotes, encoding), Unavailable.
        """
        try:
            yield from self._products(known)
        except (OSError, UnicodeError) as fault:
            raise Unavailable("source_unreadable", file=self._path, reason=str(fault)) from fault

    def records(self) -> int:
        """Records that the last complete `products()` read."""
        return self._records

    def mark(self) -> str:
        """Files keep no mark."""
        return ""

    def _products(self, known: Known) -> Iterator[Product | Unchanged | Skipped]:
        tables = open_tables(self._path, self._encoding)
        found = as_forced(tables, self._profile) if self._forced else detect(tables, [self._profile])
        pictures = PictureRule(self._settings.shop, self._settings.image_base)
        seen = layouts(found.tables, self._profile)
        absent = self._profile.files_absent(role for role, _ in found.tables)
        make = ProductMaker(
            self._profile, self._language, pictures, dict(self._settings.metafields),
            all_variants=not any(side.gives == "variants" for side in absent), untold=untold(seen, self._profile),
        )  # fmt: skip
        seed = self._seed()
        taken: set[str] = set()
        records = 0
        for item in groups(found.tables, self._profile, self._language):
            if isinstance(item, Skipped):
                records += item.lines
                yield item
                continue
            records += item.records
            fingerprint = _fingerprint(item, seed)
            if known.fingerprints.get(item.key) == fingerprint:
                taken.add(item.key)
                yield Unchanged(item.key, item.records)
                continue
            yield self._unique(make(item, fingerprint), item, taken)
        if records:
            yield from self._notes(pictures, absent, seen)
        self._records = records

    def _unique(self, product: Product, group: Group, taken: set[str]) -> Product | Skipped:
        """The product, unless one of its keys is taken: "a/b" against variant "b" of "a"."""
        keys = {variant.key for variant in product.variants} | {product.key}
        if doubled := min(keys & taken, default=""):
            where = text("source_place", self._language, file=group.first.layout.file, line=group.first.line)
            return Skipped(where, "source_key_taken", {"read": doubled}, product.records)
        taken |= keys
        return product

    def _notes(self, pictures: PictureRule, absent: Iterable[SideFile], seen: Sequence[Layout]) -> Iterator[Skipped]:
        """What is worth knowing of the files as a whole: no record is left out by it."""
        label = self._profile.label
        for side in absent:
            yield Skipped(label, f"file_missing_{side.gives}", {}, 0)
        hers = self._profile.name not in shipped()
        if read := lacking(seen, self._profile, self._language, all_of_it=hers):
            yield Skipped(label, "mapped_columns_missing" if hers else "columns_missing", {"read": read}, 0)
        if self._also:
            yield Skipped(label, "format_chosen", {"kind": label, "others": "、".join(self._also)}, 0)
        if self._profile.draft and self._profile.unconfirmed:
            words = getattr(self._profile.unconfirmed, self._language)
            yield Skipped(label, "format_is_draft", {"kind": label, "what": words}, 0)
        if pictures.unplaced:
            params = {"count": len(pictures.unplaced), "read": pictures.unplaced[0][:_SHOWN]}
            code = "picture_shop_missing" if pictures.needs_shop else "picture_base_missing"
            yield Skipped(label, code, params, 0)

    def _seed(self) -> str:
        """Everything beside the records that a product depends on."""
        settings = self._settings
        said = [settings.shop, settings.image_base, *map(str, sorted(settings.metafields.items()))]
        return layout_print([_VERSION, self._language, *said, self._profile.model_dump_json()], "")


def _fingerprint(group: Group, seed: str) -> str:
    rows = [(row.layout.print, row.cells) for row in group.all_rows]
    return records_print([(seed, []), *rows])
