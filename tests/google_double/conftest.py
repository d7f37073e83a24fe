"""A double with a clock of its own, a spreadsheet that a person shared, and gspread that talks to it."""

from collections.abc import Iterator

import gspread
import pytest

from . import GoogleDouble
from .clients import gspread_client
from .state import SheetState

START = 1_795_300_000.0


class FakeTime:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def google(time: FakeTime) -> Iterator[GoogleDouble]:
    with GoogleDouble(clock=time) as running:
        yield running


@pytest.fixture
def shared(google: GoogleDouble) -> SheetState:
    return google.new_spreadsheet("Shop", shared_with=[google.EMAIL])


@pytest.fixture
def client(google: GoogleDouble) -> gspread.Client:
    return gspread_client(google)


@pytest.fixture
def book(client: gspread.Client, shared: SheetState) -> gspread.Spreadsheet:
    return client.open_by_key(shared.id)


@pytest.fixture
def tab(book: gspread.Spreadsheet) -> gspread.Worksheet:
    return book.sheet1
