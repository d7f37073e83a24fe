"""Two copies of the tool and a person, in any order and between any two calls: no value ends up in another row."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sheets_sync.issue import Tab
from sheets_sync.tables import Patch, RowRef
from tests.contracts.workbook_contract import product
from tests.google_double.faults import Fault, is_write
from tests.workbooks.google_people import Desk
from tests.workbooks.test_google_people_at_work import HERS, KEYS, filled, table

KEY, TITLE, MEMO, ERRORS = "カート商品ID", "商品名", "メモ", "エラー"
_NAMED = re.compile(r"p\d+")
keys = st.sampled_from(KEYS)
moments = st.integers(0, 3)
doings = st.sampled_from(["sort", "sort down", "insert rows", "insert a column", "move a row", "filter", "her column"])
faults = st.sampled_from([None, None, Fault.ERROR_AFTER, Fault.CUT_AFTER, Fault.UNAVAILABLE, Fault.QUOTA])


class SheetInUse(RuleBasedStateMachine):
    """What she typed last is `hers`, by key and heading; every text that is written names the key of its row."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.desk = self.open.enter_context(Desk(Path(self.open.enter_context(TemporaryDirectory()))))
        self.desk.google.quotas.on = False
        self.hers: dict[tuple[str, str], str] = {}
        self.there = set(KEYS)
        self.count = 0

    def teardown(self) -> None:
        self.open.close()

    @initialize()
    def begin(self) -> None:
        filled(self.desk)
        self.books = [self.desk.open(), self.desk.open()]
        for key in KEYS:
            self.hers |= {(key, MEMO): f"メモ{key}", (key, HERS): f"社内{key}"}

    @property
    def person(self) -> Any:
        return self.desk.person

    def typed(self, key: str, heading: str) -> None:
        self.count += 1
        self.hers[key, heading] = f"{heading}{key} {self.count}回目"
        self.person.edit_under("商品", KEY, key, heading, self.hers[key, heading])

    def doing(self, name: str, key: str) -> Callable[[], None]:
        """Something that a person does, and that moves rows or columns or fills a cell of hers."""

        def do() -> None:
            column = self.person.column_of("商品", KEY)
            match name:
                case "sort" | "sort down":
                    self.person.sort("商品", column, descending=name != "sort")
                case "insert rows":
                    self.person.insert_rows("商品", self.person.row_of("商品", KEY, key), 2)
                case "insert a column":
                    self.person.insert_columns("商品", 3)
                case "move a row":
                    self.person.move_row("商品", self.person.row_of("商品", KEY, key), 2)
                case "filter":
                    self.person.filter_by_values("商品", column, [key])
                case _:
                    self.typed(key, HERS)
                    self.typed(key, MEMO)

        return do

    @rule(name=doings, key=keys)
    def works(self, name: str, key: str) -> None:
        self.doing(name, key)()

    @rule(copy=st.integers(0, 1))
    def reads(self, copy: int) -> None:
        self.books[copy].read()

    @rule(key=keys)
    def names_a_product(self, key: str) -> None:
        self.typed(key, TITLE)

    @rule(copy=st.integers(0, 1), name=doings, key=keys, at=moments, fault=faults, adds=st.booleans())
    def runs(self, copy: int, name: str, key: str, at: int, fault: Fault | None, adds: bool) -> None:
        """One copy reads, she names a product, and while it writes she works on."""
        self.count += 1
        book = self.books[copy]
        book.read()
        self.typed(key, TITLE)
        patch = Patch()
        for one in KEYS:
            patch.tab(Tab.PRODUCTS).set(RowRef(one), "errors", f"エラー{one} {self.count}")
            patch.tab(Tab.PRODUCTS).set(RowRef(one), "title", f"カート{one} {self.count}")
        if adds:
            patch.tab(Tab.PRODUCTS).appends.append(product(f"p{100 + self.count}"))
            self.there.add(f"p{100 + self.count}")
        self.desk.google.between(at, self.doing(name, key))
        if fault:
            self.desk.google.fail(fault, is_write)
        result = book.write(patch)
        self.desk.google.faults.waiting.clear()
        self.desk.google.faults.armed.clear()
        assert (Tab.PRODUCTS, key, "title") in result.kept
        found = table(self.desk)
        for one in KEYS:
            assert found[one][ERRORS] == f"エラー{one} {self.count_of(patch, one)}"
            if one != key:
                self.hers[one, TITLE] = f"カート{one} {self.count_of(patch, one)}"

    @staticmethod
    def count_of(patch: Patch, key: str) -> str:
        return str(patch.tabs[Tab.PRODUCTS].updates[RowRef(key)]["errors"]).rpartition(" ")[2]

    @invariant()
    def every_value_is_in_its_row(self) -> None:
        found = table(self.desk)  # which sees that no key stands twice
        assert found.keys() == self.there
        for key, cells in found.items():
            named = {name for value in cells.values() if isinstance(value, str) for name in _NAMED.findall(value)}
            assert named == {key}
        for (key, heading), words in self.hers.items():
            assert found[key][heading] == words
        strangers = [row for row in self.desk.grid("商品")[1:] if any(cell is not None for cell in row)]
        assert len(strangers) == len(found)


TestSheetInUse = SheetInUse.TestCase
TestSheetInUse.settings = settings(
    max_examples=12, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
