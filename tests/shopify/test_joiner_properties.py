"""The joiner of bulk results: any order with parents before children gives the same products, and a broken file is
named, never joined to something else."""

import json
import random
import string
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sheets_sync.shopify.gathered import Gathered
from sheets_sync.shopify.jsonl import BrokenResult, joined

AWKWARD = (
    "皿", 'a "quoted" name', '{"__parentId":"gid://shopify/Product/1"}', '"id":"gid://shopify/Product/2"', "a\nb\r\nc",
    "\u2028", "back\\slash\\/", "</script>", "𠮷野家", "", "__parentId", "gid://shopify/ProductVariant/3",
)  # fmt: skip
fast = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Branch:
    """A line of the file and those that hang on it."""

    line: dict[str, Any]
    children: list["Branch"] = field(default_factory=list)

    def all(self) -> Iterator["Branch"]:
        yield self
        for child in self.children:
            yield from child.all()


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


@st.composite
def trees(draw: st.DrawFn, least: int = 0, most: int = 5) -> list[Branch]:
    """Products with media and variants, these with pictures. Numbers of different kinds may be the same."""
    titles = st.sampled_from(AWKWARD) | st.text(st.characters(codec="utf-8"), max_size=12)
    counts = st.integers(0, 3)
    products = []
    for number in range(1, draw(st.integers(least, most)) + 1):
        tags = draw(st.lists(titles, max_size=2))
        product = Branch({"id": gid("Product", number), "title": draw(titles), "tags": tags})
        for place in range(draw(counts)):
            picture = {"id": gid("MediaImage", number * 10 + place), "status": "READY"}
            product.children.append(Branch({**picture, "__parentId": product.line["id"]}))
        for place in range(draw(counts)):
            told = {"id": gid("ProductVariant", number * 10 + place), "sku": draw(titles)}
            variant = Branch({**told, "__parentId": product.line["id"]})
            for shown in range(draw(st.integers(0, 2))):
                own = {"id": gid("MediaImage", number * 10 + shown), "__parentId": variant.line["id"]}
                variant.children.append(Branch(own))
            product.children.append(variant)
        products.append(product)
    return products


def in_order(products: list[Branch]) -> list[dict[str, Any]]:
    return [branch.line for product in products for branch in product.all()]


def scattered(products: list[Branch], chance: random.Random) -> list[dict[str, Any]]:
    """Any order in which parents come before their children. Pictures of one parent keep their order: nothing but the
    order of the lines tells it."""
    lines: list[dict[str, Any]] = []
    queues = [[product] for product in products]
    while queues:
        queue = chance.choice(queues)
        branch = queue.pop(0)
        lines.append(branch.line)
        queues.append([child for child in branch.children if not child.children and "MediaImage" in child.line["id"]])
        queues += [[child] for child in branch.children if "ProductVariant" in child.line["id"]]
        queues = [queue for queue in queues if queue]
    return lines


def write(path: Path, lines: list[dict[str, Any]], *, escaped: bool = True, end: str = "\n") -> Path:
    texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines]
    joint = "".join((text.replace("/", "\\/") if escaped else text) + end for text in texts)
    path.write_bytes(joint.encode())
    return path


def shown(products: Iterator[Gathered]) -> dict[str, tuple[Any, ...]]:
    """Products by id; variants by id, as each carries its position."""
    found: dict[str, tuple[Any, ...]] = {}
    for product in products:
        assert product.id not in found
        variants = sorted(product.variants, key=lambda variant: str(variant["id"]))
        found[product.id] = (dict(product.root), variants, list(product.media), dict(product.pictures))
    return found


def expected(products: list[Branch]) -> dict[str, tuple[Any, ...]]:
    """What belongs together, told by the tree itself."""
    found: dict[str, tuple[Any, ...]] = {}
    for product in products:
        variants = [child for child in product.children if "ProductVariant" in child.line["id"]]
        media = [child.line for child in product.children if "MediaImage" in child.line["id"]]
        pictures = {one.line["id"]: one.children[0].line["id"] for one in variants if one.children}
        found[product.line["id"]] = (product.line, [one.line for one in variants], media, pictures)
    return found


@fast
@given(trees(), st.randoms(use_true_random=False), st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_any_order_joins_to_the_same_products(
    tmp_path: Path, products: list[Branch], chance: random.Random, escaped: bool, end: str
) -> None:
    ordered = write(tmp_path / "ordered.jsonl", in_order(products), escaped=escaped, end=end)
    mixed = write(tmp_path / "mixed.jsonl", scattered(products, chance), escaped=escaped, end=end)
    assert shown(joined(ordered, len(products))) == expected(products)
    assert shown(joined(mixed, len(products))) == expected(products)


@fast
@given(trees(), st.randoms(use_true_random=False))
def test_products_come_in_the_order_of_their_own_lines(
    tmp_path: Path, products: list[Branch], chance: random.Random
) -> None:
    lines = scattered(products, chance)
    path = write(tmp_path / "mixed.jsonl", lines)
    assert [product.id for product in joined(path)] == [line["id"] for line in lines if "__parentId" not in line]


@fast
@given(trees(least=1), st.randoms(use_true_random=False), st.data())
def test_a_missing_parent_is_named(
    tmp_path: Path, products: list[Branch], chance: random.Random, data: st.DataObject
) -> None:
    parents = [branch.line["id"] for product in products for branch in product.all() if branch.children]
    assume(parents)
    gone = data.draw(st.sampled_from(parents))
    path = write(tmp_path / "mixed.jsonl", [line for line in scattered(products, chance) if line["id"] != gone])
    with pytest.raises(BrokenResult):
        list(joined(path))


@fast
@given(trees(least=1), st.randoms(use_true_random=False), st.data())
def test_a_missing_product_is_named_before_the_first_one_comes(
    tmp_path: Path, products: list[Branch], chance: random.Random, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(products))
    ids = {branch.line["id"] for branch in gone.all()} if data.draw(st.booleans()) else {gone.line["id"]}
    lines = [line for line in scattered(products, chance) if line["id"] not in ids]
    path = write(tmp_path / "mixed.jsonl", lines)
    with pytest.raises(BrokenResult):
        next(joined(path, len(products)))


@fast
@given(trees(least=1), st.randoms(use_true_random=False), st.data())
def test_a_line_that_comes_twice_is_named(
    tmp_path: Path, products: list[Branch], chance: random.Random, data: st.DataObject
) -> None:
    """Two products of one id, or two variants: whichever were taken, something could be lost."""
    lines = scattered(products, chance)
    main = [place for place, line in enumerate(lines) if "MediaImage" not in line["id"]]
    place = data.draw(st.sampled_from(main))
    lines.insert(data.draw(st.integers(place + 1, len(lines))), lines[place])
    path = write(tmp_path / "twice.jsonl", lines)
    with pytest.raises(BrokenResult):
        list(joined(path, len(products)))


@fast
@given(trees(least=1), st.randoms(use_true_random=False), st.data())
def test_a_file_that_was_cut_is_named(
    tmp_path: Path, products: list[Branch], chance: random.Random, data: st.DataObject
) -> None:
    """Within the last line: a cut between two lines is found by the size and the number of products told."""
    path = write(tmp_path / "cut.jsonl", scattered(products, chance))
    content = path.read_bytes().rstrip(b"\n")
    last = content.rfind(b"\n") + 1
    path.write_bytes(content[: data.draw(st.integers(last + 1, len(content) - 1))])
    with pytest.raises(BrokenResult):
        list(joined(path, len(products)))


@pytest.mark.parametrize(
    "line", [b"null", b"[]", b'"text"', b"{}", b'{"__parentId":null,"id":"x"}', b'{"title":"no id"}']
)
def test_lines_that_are_no_records_are_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'{"id":"gid://shopify/Product/1"}\n' + line + b"\n")
    with pytest.raises(BrokenResult):
        list(joined(path))


def test_a_broken_line_is_told_by_its_number_before_the_first_product_comes(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    first = b'{"id":"gid:\\/\\/shopify\\/Product\\/1"}\n'
    path.write_bytes(first + b"\r\n" + b'{"id":"gid://shopify/Product/2","title":}\n' + first)
    with pytest.raises(BrokenResult, match="line 3"):
        next(joined(path))


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (b'"\\ud83d"', "\ud83d"),  # half of an emoji: a text that was cut
        (b"12345678901234567890123", 12345678901234567890123),
        (b'1,"id":"gid://shopify/Product/1","odd":2', 2),
    ],
)
def test_odd_values_are_read_as_python_reads_them(tmp_path: Path, told: bytes, read: object) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'{"id":"gid://shopify/Product/1","odd":' + told + b"}")
    assert [product.root["odd"] for product in joined(path, 1)] == [read]


def test_text_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'{"id":"gid://shopify/Product/1","title":"\x83V\x83\x83\x83c"}')
    with pytest.raises(BrokenResult):
        list(joined(path, 1))


def test_an_empty_file_has_no_products(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"\n")
    assert list(joined(path, 0)) == []


def test_memory_stays_flat_over_a_scattered_file(tmp_path: Path) -> None:
    """20,000 variants of 5,000 products, 9 MB, all children behind all products: only places in the file are kept."""
    html = "<p>" + "".join(random.Random(1).choices(string.ascii_letters, k=1200)) + "</p>"
    path = tmp_path / "large.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(5_000):
            file.write(json.dumps({"id": gid("Product", number), "title": f"商品{number}", "html": html}) + "\n")
        for number in random.Random(2).sample(range(20_000), 20_000):
            parent = gid("Product", number % 5_000)
            file.write(json.dumps({"id": gid("ProductVariant", number), "sku": "S" * 60, "__parentId": parent}) + "\n")
    tracemalloc.start()
    try:
        assert sum(len(product.variants) for product in joined(path, 5_000)) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 9_000_000
    assert peak < 5_000_000
