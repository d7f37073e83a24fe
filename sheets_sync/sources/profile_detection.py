"""Tells the format of files by their headings, never by their names. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sheets_sync.errors import UsageError
from sheets_sync.sources.cart_profile import Detect, Profile
from sheets_sync.sources.csv_table import CsvTable
from sheets_sync.sources.file_kinds import first_headings, refuse_other_contents
from sheets_sync.sources.headings import distinct, folded
from sheets_sync.sources.profile_rows import MAIN


@dataclass(frozen=True, slots=True)
class Detected:
    """A format, the role of each file in it, and the labels of formats that fit as well but are less specific."""

    profile: Profile
    tables: Sequence[tuple[str, CsvTable]]
    also: tuple[str, ...] = ()


def detect(tables: Sequence[CsvTable], profiles: Iterable[Profile]) -> Detected:
    """The format of files that belong together.

    Raises UsageError: a file holds no products at all (orders, customers), nothing fits, the file with the products is
    missing, or the files are of different carts.
    """
    profiles = list(profiles)
    for table in tables:
        refuse_other_contents(table.heading, table.path.name)
    headings = [_folded(table) for table in tables]
    fitting = [(profile, _roles(profile, headings)) for profile in profiles]
    with_main = [(profile, roles) for profile, roles in fitting if MAIN in roles]
    if not with_main:
        _refuse(tables, fitting)
    covers = max(sum(role is not None for role in roles) for _, roles in with_main)
    best = [(profile, roles) for profile, roles in with_main if sum(role is not None for role in roles) == covers]
    best.sort(key=lambda found: -_specificity(found[0], headings))
    profile, roles = best[0]
    if None in roles:
        stranger = tables[roles.index(None)]
        raise UsageError("files_of_two_carts", file=stranger.path.name, kind=profile.label)
    return Detected(
        profile,
        [(role, table) for role, table in zip(roles, tables, strict=True) if role],
        tuple(other.label for other, _ in best[1:]),
    )


def as_forced(tables: Sequence[CsvTable], profile: Profile) -> Detected:
    """The roles of files in a format that the settings name. A file that is no side file holds products.

    Raises UsageError when a file lacks the column that names products, or no file holds products.
    """
    headings = [_folded(table) for table in tables]
    roles = [role or MAIN for role in _roles(profile, headings, only_sides=True)]
    if MAIN not in roles:
        raise UsageError("products_file_missing", kind=profile.label, found="、".join(t.path.name for t in tables))
    for role, table, names in zip(roles, tables, headings, strict=True):
        keys = [name for name in profile.columns.key if "{" not in name]
        if role == MAIN and keys and not any(folded(name) in names for name in keys):
            raise UsageError("key_column_missing", file=table.path.name, kind=profile.label, wanted=keys[0])
    return Detected(profile, list(zip(roles, tables, strict=True)))


def fits(detect: Detect, names: Collection[str]) -> bool:
    """Whether a file with these folded headings is of a kind."""
    return (
        all(folded(name) in names for name in detect.needs)
        and (not detect.some or any(folded(name) in names for name in detect.some))
        and not any(folded(name) in names for name in detect.never)
    )


def _folded(table: CsvTable) -> frozenset[str]:
    return frozenset(folded(name) for name in distinct(table.heading))


def _roles(profile: Profile, headings: Iterable[frozenset[str]], *, only_sides: bool = False) -> list[str | None]:
    sides = [(side.role, side.detect) for side in profile.files]
    kinds = sides if only_sides else [(MAIN, profile.detect), *sides]
    return [next((role for role, detect in kinds if fits(detect, names)), None) for names in headings]


def _specificity(profile: Profile, headings: Sequence[frozenset[str]]) -> int:
    """How many headings a format knows by name: what it needs, and the columns it reads."""
    named = {*profile.detect.needs, *profile.detect.some}
    named |= {name for field in type(profile.columns).model_fields for name in getattr(profile.columns, field)}
    return sum(any(folded(name) in names for names in headings) for name in named) + len(profile.detect.needs)


def _refuse(tables: Sequence[CsvTable], fitting: Iterable[tuple[Profile, list[str | None]]]) -> None:
    found = "、".join(table.path.name for table in tables)
    for profile, roles in fitting:
        if any(roles):
            raise UsageError("products_file_missing", kind=profile.label, found=found)
    table = tables[0]
    raise UsageError("source_no_products", file=table.path.name, read=first_headings(table.heading))
