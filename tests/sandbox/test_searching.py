"""Product search: filters, paging, limits, lag."""

import pytest

from sheets_sync.sandbox import Sandbox

from .conftest import Caller, Wire


@pytest.fixture
def mugs(call: Caller, sandbox: Sandbox, mug: Wire) -> list[str]:
    """Five mugs, a second apart, two of them with the same seller SKU."""
    made = []
    for number in range(5):
        mug["skus"][0]["seller_sku"] = f"MUG-{number % 4}"
        made.append(call.create({**mug, "title": f"陶器のマグカップ {number}"}).data["product_id"])
        sandbox.control.advance(1)
    return made


def ids(call: Caller, body: Wire | None = None, **query: str) -> list[str]:
    return [row["id"] for row in call.search(body, 100, **query).data["products"]]


def test_newest_first_with_prices_where_the_platform_puts_them(
    call: Caller, sandbox: Sandbox, mugs: list[str]
) -> None:
    answer = call.search()
    assert [row["id"] for row in answer.data["products"]] == mugs[::-1]
    row = answer.data["products"][0]
    assert row["skus"][0]["price"] == {"currency": "JPY", "tax_exclusive_price": "1980"}
    assert "audit_failed_reasons" not in row
    sandbox.control.set(search_price_field="sale_price")
    assert call.search().data["products"][0]["skus"][0]["price"] == {"currency": "JPY", "sale_price": "1980"}


def test_paging_with_awkward_tokens(call: Caller, mugs: list[str]) -> None:
    found, token, pages = [], "", 0
    while pages == 0 or token:
        answer = call.search({"status": "ALL"}, page_size=2, **({"page_token": token} if token else {}))
        found += [row["id"] for row in answer.data["products"]]
        assert answer.data["total_count"] == 5
        token, pages = answer.data["next_page_token"], pages + 1
        assert not token or {"+", "/", "="} <= set(token)
    assert (pages, found) == (3, mugs[::-1])


def test_a_token_belongs_to_its_question(call: Caller, mugs: list[str]) -> None:
    token = call.search({"status": "ALL"}, page_size=2).data["next_page_token"]
    assert call.search({"status": "PENDING"}, page_size=2, page_token=token).code == 12019108
    assert call.search({"status": "ALL"}, page_size=2, page_token="nonsense").code == 12019108
    assert call.search({"status": "ALL"}, page_size=2, page_token=token[:-1]).code == 12019108


@pytest.mark.parametrize("size", [0, 101])
def test_page_sizes(call: Caller, size: int) -> None:
    assert call.search({}, page_size=size).code == 12019109


def test_filters(call: Caller, sandbox: Sandbox, mugs: list[str]) -> None:
    assert ids(call, {"seller_skus": ["MUG-0"]}) == [mugs[4], mugs[0]]
    assert ids(call, {"seller_skus": ["MUG-1", "MUG-9"]}) == [mugs[1]]
    sku = call.get(mugs[2]).data["skus"][0]["id"]
    assert ids(call, {"sku_ids": [sku]}) == [mugs[2]]
    created = call.get(mugs[2]).data["create_time"]
    assert ids(call, {"create_time_ge": created, "create_time_le": created}) == [mugs[2]]
    assert ids(call, {"status": "PENDING"}) == mugs[::-1]
    sandbox.control.advance(60)
    assert ids(call, {"status": "ACTIVATE", "audit_status": ["APPROVED"]}) == mugs[::-1]
    call.partial(mugs[0], title="磁器のマグカップ")
    assert ids(call, {"audit_status": ["AUDITING"]}) == [mugs[0]]
    assert ids(call, {"update_time_ge": int(sandbox.control.now())}) == [mugs[0]]


def test_a_review_moves_the_update_time(call: Caller, sandbox: Sandbox, mugs: list[str]) -> None:
    since = int(sandbox.control.now())
    sandbox.control.advance(120)
    assert len(ids(call, {"update_time_ge": since})) == 5


def test_a_seller_sku_that_was_renamed_is_no_longer_found(call: Caller, mugs: list[str], mug: Wire) -> None:
    sku = call.get(mugs[1]).data["skus"][0]["id"]
    (first, *_) = mug["skus"]
    assert call.edit(mugs[1], {**mug, "skus": [{**first, "id": sku, "seller_sku": "NEW-1"}]}).code == 0
    assert ids(call, {"seller_skus": ["MUG-1"]}) == []
    assert ids(call, {"seller_skus": ["NEW-1"]}) == [mugs[1]]


def test_refused_filters(call: Caller) -> None:
    many = [str(number) for number in range(11)]
    assert call.search({"seller_skus": many}).code == 12019027
    assert call.search({"sku_ids": many}).code == 12019087
    assert call.search({"status": "ACTIVE"}).code == 36009004
    assert call.search({"audit_status": ["NONE"]}).code == 36009004
    assert call.search({"create_time_ge": 2, "create_time_le": 1}).code == 12019118
    assert call.search({"update_time_ge": -1}).code == 12019119
    assert call.search({"seller_skus": "MUG-1"}).code == 36009004


def test_too_many_hits(call: Caller, sandbox: Sandbox, mugs: list[str]) -> None:
    sandbox.control.set(search_hits=4)
    assert call.search().code == 12052180
    assert call.search({"create_time_ge": int(sandbox.control.now()) - 2}).code == 0


def test_search_lags_behind_while_get_does_not(call: Caller, sandbox: Sandbox, mug: Wire, mugs: list[str]) -> None:
    sandbox.control.search_lag(30)
    late = call.create(mug).data["product_id"]
    call.partial(mugs[0], title="磁器のマグカップ")
    call.batch("delete", mugs[1])
    assert ids(call) == mugs[::-1]
    assert call.search({"status": "DELETED"}).data["total_count"] == 0
    assert call.get(late).code == 0
    sandbox.control.advance(29)
    assert late not in ids(call)
    sandbox.control.advance(1)
    assert ids(call)[0] == late
    assert call.search({"status": "DELETED"}).data["total_count"] == 1
    assert call.search({"sku_ids": [call.get(mugs[0]).data["skus"][0]["id"]]}).data["products"][0]["title"] == (
        "磁器のマグカップ")
    sandbox.control.search_lag(0)
    assert ids(call, {"status": "DELETED"}) == [mugs[1]]
