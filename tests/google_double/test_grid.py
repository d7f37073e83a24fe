"""The grid against plain lists: whatever is done to it, and undone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from .grid import Grid, Value
from .shifting import deleted, inserted, moved

ROWS, COLUMNS = 6, 5
Step = tuple[str, str, int, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["set", "insert", "delete", "move", "snapshot", "restore"]),
        st.sampled_from(["ROWS", "COLUMNS"]),
        st.integers(0, 5), st.integers(0, 5), st.integers(0, 5),
    ),
    max_size=25,
)  # fmt: skip


def flipped(table: list[list[Value]]) -> list[list[Value]]:
    return [list(column) for column in zip(*table, strict=True)]


def contents(grid: Grid) -> list[list[Value]]:
    return [[grid.value(row, column) for column in range(grid.column_count)] for row in range(grid.row_count)]


def apply(table: list[list[Value]], step: Step, number: int) -> list[list[Value]]:
    """The same on lists of lists."""
    kind, dimension, first, second, to = step
    lines = table if dimension == "ROWS" else flipped(table)
    start, end = sorted((first % len(lines), second % len(lines) + 1))
    if kind == "set":
        lines[first % len(lines)][second % len(lines[0])] = number
    elif kind == "insert":
        lines[start:start] = [[None] * len(lines[0]) for _ in range(second + 1)]
    elif kind == "delete" and end - start < len(lines):
        del lines[start:end]
    elif kind == "move":
        at = to % (len(lines) + 1)
        if not start < at < end:
            block = lines[start:end]
            rest = [line for index, line in enumerate(lines) if not start <= index < end]
            at = at if at <= start else at - len(block)
            lines = rest[:at] + block + rest[at:]
    return lines if dimension == "ROWS" else flipped(lines)


def do(grid: Grid, step: Step, number: int) -> None:
    kind, dimension, first, second, to = step
    count = grid.row_count if dimension == "ROWS" else grid.column_count
    other = grid.column_count if dimension == "ROWS" else grid.row_count
    start, end = sorted((first % count, second % count + 1))
    if kind == "set":
        place = (first % count, second % other)
        row, column = place if dimension == "ROWS" else (place[1], place[0])
        grid.writable(row).set_value(column, number)
        grid.writable(row).set_look(column, {"note": str(number)})
    elif kind == "insert":
        grid.insert(dimension, start, second + 1)
    elif kind == "delete" and end - start < count:
        grid.delete(dimension, start, end)
    elif kind == "move":
        at = to % (count + 1)
        if not start < at < end:
            grid.move(dimension, start, end, at)


@given(steps)
@settings(max_examples=300, deadline=None)
def test_a_grid_is_what_lists_of_lists_would_be(doings: list[Step]) -> None:
    grid = Grid(ROWS, COLUMNS)
    table: list[list[Value]] = [[None] * COLUMNS for _ in range(ROWS)]
    kept = grid.snapshot()
    kept_table = [row.copy() for row in table]
    for number, step in enumerate(doings, 1):
        if step[0] == "snapshot":
            kept, kept_table = grid.snapshot(), [row.copy() for row in table]
        elif step[0] == "restore":
            grid.restore(kept)
            kept = grid.snapshot()
            table = [row.copy() for row in kept_table]
        else:
            do(grid, step, number)
            table = apply(table, step, number)
        assert contents(grid) == table
        looks = [[grid.look(row, column) for column in range(grid.column_count)] for row in range(grid.row_count)]
        assert looks == [[{"note": str(value)} if value else None for value in row] for row in table]


@given(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9), st.integers(1, 5))
def test_spans_stay_on_their_lines(start: int, length: int, at: int, count: int) -> None:
    lines = list(range(20))
    mine = set(range(start, start + length))
    after = lines[:at] + [-1] * count + lines[at:]
    found = inserted(at, count)(start, start + length)
    assert found is not None
    assert {line for line in after[slice(*found)] if line >= 0} == mine
    after = lines[:at] + lines[at + count :]
    left = deleted(at, at + count)(start, start + length)
    assert set(after[slice(*left)] if left else ()) == mine - set(range(at, at + count))


@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 14), st.integers(0, 12))
def test_a_moved_line_keeps_its_span(first: int, count: int, to: int, line: int) -> None:
    last = first + count
    if first < to < last:
        return
    lines = list(range(20))
    block = lines[first:last]
    rest = lines[:first] + lines[last:]
    at = to if to <= first else to - count
    after = rest[:at] + block + rest[at:]
    found = moved(first, last, to)(line, line + 1)
    assert found is not None
    assert after[slice(*found)] == [line]
