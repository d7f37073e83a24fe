"""What every store promises. An adapter's test class inherits `StoreContract` and says how to open one."""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, insert, select

from sheets_sync.errors import Locked
from sheets_sync.issue import Tab
from sheets_sync.ports import Store
from sheets_sync.records import Attempt, BaseRow, Call, FetchedPicture, Instruction, Link, Outcome, Run, SkuLink
from sheets_sync.rows.row_print import print_of
from sheets_sync.shop import Reason, UploadedImage
from sheets_sync.states import Action, Listing
from sheets_sync.store import schema
from sheets_sync.store.database import Database
from sheets_sync.store.sql_store import KEPT_ATTEMPTS, KEPT_RUNS

NOON = dt.datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=9)))
CUT_WORDS = "在庫切れ \ud83d"
"""An answer cut in the middle of an emoji, as a platform that counts UTF-16 units leaves it."""


def an_attempt(attempt_id: str, product_key: str = "p1", outcome: Outcome = Outcome.OPEN, **others: Any) -> Attempt:
    return Attempt(
        id=attempt_id,
        product_key=product_key,
        call=Call.CREATE,
        payload_hash="hash",
        idempotency_key=f"key of {attempt_id}",
        started_at=NOON,
        outcome=outcome,
        **others,
    )


def a_link(product_key: str, **others: Any) -> Link:
    return Link(product_key, "1729382256910270001", **others)


# -- what a machine can think of

_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_plain = st.dictionaries(st.text(), _scalars, max_size=5)
_json = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
_texts = st.dictionaries(st.text(), st.text(), max_size=4)
# Offsets of real zones, but fixed: a moment in a repeated hour equals nothing of another zone, not even its own copy.
_moments = st.datetimes(timezones=st.timezones()).map(
    lambda moment: moment.replace(tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta()))
)
_maybe = st.none() | _moments
_keys = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
_tabs = st.sampled_from([Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS])

base_rows = st.builds(BaseRow, _tabs, _keys, _keys, _plain, _plain, st.booleans(), st.text(), _plain)
_sku_links = st.builds(SkuLink, st.text(), st.text(), st.text(), st.none() | st.text(), st.none() | st.integers())
_several = st.lists(st.text(), max_size=3).map(tuple)
_reasons = st.lists(st.builds(Reason, st.text(), _several, _several), max_size=3).map(tuple)
links = st.builds(
    Link,
    product_key=_keys,
    product_id=st.text(),
    status=st.text(),
    audit=st.text(),
    listing=st.sampled_from(Listing),
    reasons=_reasons,
    sent=_texts,
    shop=_texts,
    skus=st.dictionaries(st.text(), _sku_links, max_size=3),
    update_time=st.integers(),
    checked_at=_maybe,
    synced_at=_maybe,
    full_edit=st.booleans(),
    hold=st.booleans(),
    warnings=_several,
    drift=_texts,
)
attempts = st.builds(
    Attempt,
    id=_keys,
    product_key=_keys,
    call=st.sampled_from(Call),
    payload_hash=st.text(),
    idempotency_key=st.text(),
    started_at=_moments,
    product_id=st.text(),
    facts=st.dictionaries(st.text(), _json, max_size=3),
    outcome=st.sampled_from(Outcome),
    ended_at=_maybe,
    shop_code=st.text(),
    words=st.text(),
    request_id=st.text(),
    looks=st.lists(_moments, max_size=3),
    run_id=st.text(),
)
instructions = st.builds(Instruction, _keys, st.sampled_from(Action), _moments, _maybe, st.text())
runs = st.builds(
    Run,
    _keys,
    st.text(),
    _moments,
    st.text(),
    _maybe,
    st.none() | st.integers(),
    st.integers(),
    st.dictionaries(st.text(), st.integers(), max_size=3),
    st.text(),
)
pictures = st.builds(FetchedPicture, st.text(), st.text(), st.text(), _maybe)
uploads = st.builds(UploadedImage, _keys, st.text(), st.integers(), st.integers())

# Records are read back by key, so one store serves all examples; and it is the point that several classes run them.
_round_trip = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])


class StoreContract:
    """Inherit, and give the two fixtures."""

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls) -> Iterator[Store]:
        """One store for the round trips of a class."""
        raise NotImplementedError

    @pytest.fixture
    def url(self) -> str:
        """Address of an empty place for a store."""
        raise NotImplementedError

    def open(self, url: str) -> Store:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = self.open(url)
        yield store
        store.close()

    @contextmanager
    def database(self, url: str) -> Iterator[Database]:
        """The tables behind a store, for what no port tells."""
        database = Database(url)
        yield database
        database.close()

    def numbers(self, url: str, table: Table) -> int:
        """How many rows a table holds."""
        with self.database(url) as database, database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    # -- every record comes back as it was

    @_round_trip
    @given(row=base_rows)
    def test_base_row_comes_back(self, shared: Store, row: BaseRow) -> None:
        shared.save_base_rows([row])
        assert shared.base_rows(row.tab)[row.key] == row

    @_round_trip
    @given(link=links)
    def test_link_comes_back(self, shared: Store, link: Link) -> None:
        shared.save_link(link)
        assert shared.link(link.product_key) == link
        assert shared.links()[link.product_key] == link

    @_round_trip
    @given(attempt=attempts)
    def test_attempt_comes_back(self, shared: Store, attempt: Attempt) -> None:
        shared.close_attempt(attempt)
        shared.note_look(attempt)
        found = {known.id: known for known in [*shared.last_attempts().values(), *shared.unsettled_attempts()]}
        if attempt.outcome in (Outcome.OPEN, Outcome.UNKNOWN) or attempt.id in found:
            assert found[attempt.id] == attempt

    @_round_trip
    @given(instruction=instructions)
    def test_instruction_comes_back(self, shared: Store, instruction: Instruction) -> None:
        shared.save_instruction(instruction)
        assert shared.instructions()[instruction.product_key] == instruction

    @_round_trip
    @given(run=runs)
    def test_run_comes_back(self, shared: Store, run: Run) -> None:
        shared.save_run(run)
        assert {known.run_id: known for known in shared.runs(1_000)}[run.run_id] == run

    @_round_trip
    @given(picture=pictures)
    def test_fetched_picture_comes_back(self, shared: Store, picture: FetchedPicture) -> None:
        shared.save_fetched(picture)
        assert shared.fetched(picture.address) == picture

    @_round_trip
    @given(content=_keys, use=_keys, image=uploads)
    def test_uploaded_image_comes_back(self, shared: Store, content: str, use: str, image: UploadedImage) -> None:
        shared.save_uploaded(content, use, image)
        assert shared.uploaded(content, use) == image

    @_round_trip
    @given(kind=_keys, key=_keys, value=_json, at=_moments)
    def test_cached_value_comes_back(self, shared: Store, kind: str, key: str, value: Any, at: dt.datetime) -> None:
        shared.save_cached(kind, key, value, at)
        assert shared.cached(kind, key) == (value, at)

    @_round_trip
    @given(name=_keys, value=st.text())
    def test_fact_comes_back(self, shared: Store, name: str, value: str) -> None:
        shared.save_fact(name, value)
        assert shared.fact(name) == value

    def test_moments_keep_their_offset(self, store: Store) -> None:
        store.save_link(a_link("p1", checked_at=NOON))
        found = store.link("p1")
        assert found is not None
        assert found.checked_at is not None
        assert found.checked_at.utcoffset() == dt.timedelta(hours=9)

    def test_words_cut_inside_an_emoji_are_kept(self, store: Store) -> None:
        store.open_attempt(an_attempt("a1"))
        store.close_attempt(an_attempt("a1", words=CUT_WORDS))
        assert store.last_attempts()["p1", Call.CREATE].words == CUT_WORDS

    def test_what_was_never_saved_is_absent(self, store: Store) -> None:
        assert store.fact("cart_id") == ""
        assert store.link("p1") is None
        assert store.uploaded("c", "MAIN_IMAGE") is None
        assert store.fetched("https://example.com/1.jpg") is None
        assert store.cached("rules", "601226") is None
        assert (store.links(), store.base_rows(Tab.SKUS), store.instructions(), store.approvals()) == ({}, {}, {}, {})
        assert (store.unsettled_attempts(), store.last_attempts()) == ([], {})
        assert (store.runs(), store.cached_keys("rules")) == ([], [])

    # -- base

    def test_base_rows_are_kept_by_tab_and_key(self, store: Store) -> None:
        store.save_base_rows([BaseRow(Tab.PRODUCTS, "1", "1", {"title": "a"}), BaseRow(Tab.SKUS, "1", "1")])
        store.save_base_rows([BaseRow(Tab.PRODUCTS, "1", "1", {"title": "b"}, gone=True)])
        assert store.base_rows(Tab.PRODUCTS) == {"1": BaseRow(Tab.PRODUCTS, "1", "1", {"title": "b"}, gone=True)}
        assert store.base_rows(Tab.SKUS) == {"1": BaseRow(Tab.SKUS, "1", "1")}

    def test_base_rows_can_be_had_lazily_and_changed_without_touching_the_store(self, store: Store) -> None:
        rows = {str(n): BaseRow(Tab.SKUS, str(n), "p", {"title": f"題{n}"}) for n in range(2_500)}
        store.save_base_rows([*rows.values(), BaseRow(Tab.PRODUCTS, "p", "p")])
        lazy = store.base_rows_lazily(Tab.SKUS)
        assert lazy["7"] == rows["7"]
        assert list(lazy) == list(store.base_rows_lazily(Tab.SKUS, lazy))
        assert (dict(lazy), len(lazy), "7" in lazy, "x" in lazy, lazy.get("x")) == (rows, 2_500, True, False, None)
        changed = cast(MutableMapping[str, BaseRow], copy.copy(lazy))
        changed["new"] = replace(changed.pop("1"), key="new")
        assert changed["new"].base == {"title": "題1"}
        assert ("1" in changed, "1" in lazy, "new" in lazy) == (False, True, False)
        assert store.base_rows(Tab.SKUS) == rows

    def test_prints_follow_the_base_rows(self, store: Store) -> None:
        one, two = BaseRow(Tab.SKUS, "1", "p", {"title": "題"}), BaseRow(Tab.SKUS, "2", "p", gone=True)
        store.save_base_rows([one, two, BaseRow(Tab.PRODUCTS, "p", "p")])
        assert store.base_prints(Tab.SKUS) == {"1": print_of(one), "2": print_of(two)}
        one = replace(one, seen={"title": "別"})
        store.save_base_rows([one])
        store.forget_base_rows(Tab.SKUS, ["2"])
        assert store.base_prints(Tab.SKUS) == {"1": print_of(one)}

    def test_the_later_of_two_rows_of_one_save_counts(self, store: Store) -> None:
        store.save_base_rows([BaseRow(Tab.PRODUCTS, "1", "1", {"title": title}) for title in ("a", "b")])
        assert store.base_rows(Tab.PRODUCTS)["1"].base == {"title": "b"}

    def test_base_rows_are_forgotten_by_tab_and_key(self, store: Store) -> None:
        many = [BaseRow(tab, str(n), "p") for tab in (Tab.PRODUCTS, Tab.SKUS) for n in range(2_500)]
        store.save_base_rows(iter(many))
        store.forget_base_rows(Tab.SKUS, [str(n) for n in range(2_499)] + ["never there"])
        store.forget_base_rows(Tab.SKUS, [])
        assert list(store.base_rows(Tab.SKUS)) == ["2499"]
        assert len(store.base_rows(Tab.PRODUCTS)) == 2_500

    def test_a_stream_that_breaks_off_leaves_the_base_as_it_was(self, store: Store) -> None:
        before = BaseRow(Tab.PRODUCTS, "0", "0", {"title": "before"})
        store.save_base_rows([before])

        def broken() -> Iterator[BaseRow]:
            for number in range(3_000):
                yield BaseRow(Tab.PRODUCTS, str(number), str(number))
            raise OSError("the cart's file was cut")

        with pytest.raises(OSError, match="cut"):
            store.save_base_rows(broken())
        assert store.base_rows(Tab.PRODUCTS) == {"0": before}

    def test_a_stream_may_read_the_store(self, store: Store) -> None:
        store.save_link(a_link("p1"))
        store.save_base_rows(BaseRow(Tab.PRODUCTS, key, key) for key in store.links())
        store.save_base_rows(BaseRow(Tab.SKUS, str(n), str(len(store.links()))) for n in range(1_500))
        assert store.base_rows(Tab.SKUS)["1499"].product_key == "1"

    # -- links and what follows from an answer

    def test_a_forgotten_link_is_gone(self, store: Store) -> None:
        store.save_links(map(a_link, ("p1", "p2")))
        store.forget_link("p1")
        assert store.link("p1") is None
        assert list(store.links()) == ["p2"]

    def test_an_answer_is_recorded_with_all_that_follows_from_it(self, store: Store) -> None:
        attempt = an_attempt("a1")
        store.open_attempt(attempt)
        attempt.outcome, attempt.ended_at, attempt.product_id = Outcome.PUSHED, NOON, "17"
        link = a_link("p1", listing=Listing.IN_REVIEW, skus={"v1": SkuLink("v1", "18", "TS-1", "2980", 0)})
        instruction = Instruction("p1", Action.PUBLISH, NOON, confirmed_at=NOON)
        store.close_attempt(attempt, link, instruction)
        assert store.last_attempts() == {("p1", Call.CREATE): attempt}
        assert store.link("p1") == link
        assert store.instructions() == {"p1": instruction}
        assert store.unsettled_attempts() == []

    def test_an_answer_that_cannot_be_recorded_whole_is_not_recorded_at_all(self, store: Store) -> None:
        store.open_attempt(an_attempt("a1"))
        link = a_link("p1")
        link.sent["title"] = object()  # type: ignore[assignment]
        with pytest.raises(TypeError):
            store.close_attempt(an_attempt("a1", outcome=Outcome.PUSHED), link)
        assert [attempt.outcome for attempt in store.unsettled_attempts()] == [Outcome.OPEN]
        assert store.links() == {}

    # -- journal

    def test_an_open_attempt_is_seen_by_the_next_run(self, store: Store, url: str) -> None:
        attempt = an_attempt("a1", facts={"skus": {"main:1": "TS-1"}, "sent": ["x", None, 1]})
        store.open_attempt(attempt)
        other = self.open(url)
        assert other.unsettled_attempts() == [attempt]
        other.close()

    def test_unsettled_are_the_open_and_the_unknown_oldest_first(self, store: Store) -> None:
        for number, outcome in enumerate([*Outcome, *Outcome]):
            store.open_attempt(an_attempt(f"a{9 - number}", f"p{number}"))
            store.close_attempt(an_attempt(f"a{9 - number}", f"p{number}", outcome))
        wanted = [o for o in [*Outcome, *Outcome] if o in (Outcome.OPEN, Outcome.UNKNOWN)]
        assert [attempt.outcome for attempt in store.unsettled_attempts()] == wanted
        assert [attempt.id for attempt in store.unsettled_attempts()] == ["a9", "a6", "a4", "a1"]

    def test_the_newest_attempt_of_each_product_and_call(self, store: Store) -> None:
        for attempt_id, product_key in (("a3", "p1"), ("a1", "p2"), ("a2", "p1")):
            store.open_attempt(an_attempt(attempt_id, product_key))
        price = an_attempt("a0", "p1")
        price.call = Call.PRICE
        store.open_attempt(price)
        store.close_attempt(an_attempt("a3", "p1", Outcome.REJECTED))
        found = {key: attempt.id for key, attempt in store.last_attempts().items()}
        assert found == {("p1", Call.CREATE): "a2", ("p2", Call.CREATE): "a1", ("p1", Call.PRICE): "a0"}
        assert {key: attempt.id for key, attempt in store.last_attempts("p1").items()} == {
            key: name for key, name in found.items() if key[0] == "p1"
        }
        assert store.last_attempts("p3") == {}

    def test_newest_goes_by_the_order_of_opening_when_the_clock_was_set_back(self, store: Store) -> None:
        later = an_attempt("a2")
        later.started_at = NOON - dt.timedelta(hours=3)
        store.open_attempt(an_attempt("a1"))
        store.open_attempt(later)
        assert store.last_attempts()["p1", Call.CREATE].id == "a2"
        assert [attempt.id for attempt in store.unsettled_attempts()] == ["a1", "a2"]

    def test_of_each_product_and_call_the_newest_stay_in_the_journal(self, store: Store, url: str) -> None:
        for number in range(3 * KEPT_ATTEMPTS):
            for product_key, call in (("p1", Call.STOCK), ("p1", Call.PRICE), ("p2", Call.STOCK)):
                attempt = an_attempt(f"{product_key} {call} {number}", product_key)
                attempt.call = call
                store.open_attempt(attempt)
                attempt.outcome = Outcome.PUSHED
                store.close_attempt(attempt)
        assert self.numbers(url, schema.attempts) == 3 * KEPT_ATTEMPTS
        last = str(3 * KEPT_ATTEMPTS - 1)
        assert {attempt.id.rpartition(" ")[2] for attempt in store.last_attempts().values()} == {last}

    def test_what_is_unsettled_stays_in_the_journal_however_old(self, store: Store) -> None:
        kept = [an_attempt("dead"), an_attempt("doubtful")]
        for attempt in kept:
            store.open_attempt(attempt)
        kept[1].outcome = Outcome.UNKNOWN
        store.note_look(kept[1])
        for number in range(3 * KEPT_ATTEMPTS):
            store.open_attempt(an_attempt(f"a{number}"))
            store.close_attempt(an_attempt(f"a{number}", outcome=Outcome.PUSHED))
        assert store.unsettled_attempts() == kept
        for attempt in kept:
            attempt.outcome = Outcome.FAILED
            store.close_attempt(attempt)
        assert store.unsettled_attempts() == []
        assert store.last_attempts()["p1", Call.CREATE].id == f"a{3 * KEPT_ATTEMPTS - 1}"

    def test_a_look_is_kept_and_does_not_close(self, store: Store) -> None:
        attempt = an_attempt("a1")
        store.open_attempt(attempt)
        attempt.looks.append(NOON)
        attempt.outcome = Outcome.UNKNOWN
        store.note_look(attempt)
        assert store.unsettled_attempts() == [attempt]

    def test_no_attempt_is_opened_twice(self, store: Store) -> None:
        store.open_attempt(an_attempt("a1", words="first"))
        with pytest.raises(ValueError, match="a1"):
            store.open_attempt(an_attempt("a1", words="second"))
        assert [attempt.words for attempt in store.unsettled_attempts()] == ["first"]

    # -- instructions, sign-off

    def test_instructions_are_forgotten_by_product(self, store: Store) -> None:
        for key in ("p1", "p2", "p3"):
            store.save_instruction(Instruction(key, Action.PAUSE, NOON))
        store.forget_instructions(["p1", "p3", "p9"])
        assert list(store.instructions()) == ["p2"]

    def test_approvals_are_replaced_one_by_one_and_a_blank_forgets(self, store: Store) -> None:
        store.save_approvals({"p1": "f1", "p2": "f2", "p3": "f3"})
        store.save_approvals({"p1": "f9", "p2": ""})
        store.save_approvals({})
        assert store.approvals() == {"p1": "f9", "p3": "f3"}

    # -- pictures, cached rules, runs

    def test_uploads_are_told_apart_by_content_and_use(self, store: Store) -> None:
        for content, use in (("c1", "MAIN_IMAGE"), ("c1", "ATTRIBUTE_IMAGE"), ("c2", "MAIN_IMAGE")):
            store.save_uploaded(content, use, UploadedImage(f"{content} {use}", "https://example.com"))
        found = store.uploaded("c1", "ATTRIBUTE_IMAGE")
        assert found is not None
        assert found.uri == "c1 ATTRIBUTE_IMAGE"
        store.forget_uploaded(found.uri)
        assert store.uploaded("c1", "ATTRIBUTE_IMAGE") is None
        assert store.uploaded("c1", "MAIN_IMAGE") is not None

    def test_an_address_of_any_length_can_be_remembered(self, store: Store) -> None:
        picture = FetchedPicture("data:image/png;base64," + "あ" * 32_000, "c1", "etag", NOON)
        store.save_fetched(picture)
        assert store.fetched(picture.address) == picture

    def test_cached_rules_are_listed_and_forgotten_by_kind(self, store: Store) -> None:
        for kind, key in (("rules", "2"), ("rules", "1"), ("brands", "all")):
            store.save_cached(kind, key, {"of": key}, NOON)
        assert store.cached_keys("rules") == ["1", "2"]
        store.forget_cached("rules")
        assert store.cached_keys("rules") == []
        assert store.cached("brands", "all") == ({"of": "all"}, NOON)

    def test_runs_newest_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for number in range(5):
            store.save_run(Run(f"r{9 - number}", "check", NOON))
        store.save_run(Run("r9", "check", NOON, finished=NOON, exit=3, states={"invalid": 2}))
        assert [run.run_id for run in store.runs(3)] == ["r5", "r6", "r7"]
        assert store.runs()[-1].states == {"invalid": 2}

    def test_the_newest_runs_stay(self, store: Store, url: str) -> None:
        with self.database(url) as database, database.writing() as connection:
            rows = [{"run_id": f"old{number}", "document": "{}"} for number in range(2 * KEPT_RUNS)]
            connection.execute(insert(schema.runs), rows)
        for number in range(3):
            store.save_run(Run(f"r{number}", "check", NOON))
        assert self.numbers(url, schema.runs) == KEPT_RUNS
        assert [run.run_id for run in store.runs(3)] == ["r2", "r1", "r0"]

    # -- lasting, threads, lock

    def test_everything_is_there_when_opened_again(self, url: str) -> None:
        first = self.open(url)
        first.save_fact("cart_id", "main")
        first.save_link(a_link("p1"))
        first.close()
        second = self.open(url)
        assert second.fact("cart_id") == "main"
        assert second.link("p1") == a_link("p1")
        second.close()

    def test_several_threads_work_on_one_store(self, store: Store) -> None:
        together = threading.Barrier(8)

        def push(worker: int) -> None:
            together.wait()
            for number in range(15):
                key = f"p{worker}-{number}"
                store.open_attempt(an_attempt(f"a {key}", key))
                assert store.link(key) is None
                store.close_attempt(an_attempt(f"a {key}", key, Outcome.PUSHED), a_link(key))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(push, range(8)))
        assert len(store.links()) == len(store.last_attempts()) == 120
        assert store.unsettled_attempts() == []

    def test_the_lock_names_its_holder(self, store: Store, url: str) -> None:
        other = self.open(url)
        with store.lock(), pytest.raises(Locked) as caught, other.lock():
            pass
        with other.lock():
            pass
        other.close()
        assert caught.value.code == "store_locked"
        assert caught.value.params["host"] != "?"
        assert str(caught.value.params["pid"]).isdigit()
        assert dt.datetime.fromisoformat(str(caught.value.params["since"])).year >= 2026

    def test_a_store_is_not_locked_twice_by_its_own_run(self, store: Store) -> None:
        with store.lock(), pytest.raises(Locked), store.lock():
            pass

    def test_a_run_that_fails_lets_go_of_the_lock(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.lock():
            raise ZeroDivisionError
        with store.lock():
            pass

    def test_the_store_is_usable_under_its_own_lock(self, store: Store) -> None:
        with store.lock():
            store.save_fact("language", "ja")
            assert store.fact("language") == "ja"
