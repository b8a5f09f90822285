"""Counts for publication: no small number is shown, and none that is left out can be worked out from what is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.small_numbers import NOT_SHOWN, Suppressed, fewer_than, suppressed, suppressed_list

Table = list[list[int]]


@pytest.mark.parametrize(
    ("count", "below", "shown"),
    [
        (0, 5, "0"),
        (1, 5, "fewer than 5"),
        (4, 5, "fewer than 5"),
        (5, 5, "5"),
        (3, 0, "3"),
        (1, 1, "1"),
        (0, 2, "fewer than 2"),
        (1, 2, "fewer than 2"),
        (2, 2, "2"),
    ],
)
def test_one_count_alone_is_shown_or_called_small(count: int, below: int, shown: str) -> None:
    assert suppressed(count, below=below) == shown


def test_a_small_cell_takes_the_next_smallest_with_it_and_leaves_the_total() -> None:
    assert suppressed_list([3, 12, 8, 0], below=5) == (("fewer than 5", "12", NOT_SHOWN, "0"), "23")


def test_a_cell_in_a_table_takes_three_others_so_that_neither_row_nor_column_gives_it_away() -> None:
    table = Suppressed.of([[2, 30, 40], [10, 20, 60], [50, 70, 80]], below=5)
    assert table.rows == (
        ("fewer than 5", NOT_SHOWN, "40"),
        (NOT_SHOWN, NOT_SHOWN, "60"),
        ("50", "70", "80"),
    )
    assert (table.row_totals, table.column_totals, table.total) == (("72", "90", "200"), ("62", "120", "180"), "362")


def test_four_ones_under_a_total_that_is_itself_small_do_not_give_each_other_away() -> None:
    counts, total = suppressed_list([1, 1, 1, 1], below=5)
    assert total == NOT_SHOWN
    assert set(counts) <= {NOT_SHOWN, fewer_than(5)}


def test_a_table_with_nothing_small_is_shown_whole() -> None:
    table = Suppressed.of([[5, 0], [9, 7]], below=5)
    assert table == Suppressed((("5", "0"), ("9", "7")), ("5", "16"), ("14", "7"), "21")


counted = st.one_of(st.integers(0, 6), st.integers(0, 40))
tables: st.SearchStrategy[Table] = st.tuples(st.integers(1, 2), st.integers(1, 3)).flatmap(
    lambda size: st.lists(st.lists(counted, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


@settings(max_examples=30, deadline=None)
@given(tables, st.integers(2, 6))
def test_every_cell_left_out_could_have_been_another(counts: Table, below: int) -> None:
    """Whoever knows the rule and every shown number looks for other tables that would look the same; near ones suffice."""
    shown = _flat(Suppressed.of(counts, below=below))
    true = _with_totals(counts)
    assert all(words == str(count) or words in (NOT_SHOWN, fewer_than(below)) for words, count in zip(shown, true, strict=True))
    assert not [count for words, count in zip(shown, true, strict=True) if words == str(count) and 1 <= count < below]
    hidden = {place for place, words in enumerate(shown) if words != str(true[place])}
    for other in _near(counts):
        possible = _with_totals(other)
        if all(_could_be(words, count, was, below) for words, count, was in zip(shown, possible, true, strict=True)):
            hidden -= {place for place in hidden if possible[place] != true[place]}
        if not hidden:
            return
    assert hidden == set()


def _could_be(words: str, count: int, was: int, below: int) -> bool:
    least = 1 if below > 2 else 0
    if words == fewer_than(below):
        return least <= count < below
    if words == NOT_SHOWN:
        return count >= (below if was >= below else least)
    return words == str(count)


def _near(counts: Table) -> list[Table]:
    width = len(counts[0])
    flat = [count for row in counts for count in row]
    return [
        [list(moved[at : at + width]) for at in range(0, len(flat), width)]
        for moved in product(*([count - 1, count, count + 1] if count else [0, 1] for count in flat))
    ]


def _with_totals(counts: Table) -> list[int]:
    rows = [[*row, sum(row)] for row in counts]
    return [count for row in [*rows, [sum(column) for column in zip(*rows, strict=True)]] for count in row]


def _flat(table: Suppressed) -> list[str]:
    rows = [[*row, total] for row, total in zip(table.rows, table.row_totals, strict=True)]
    return [words for row in [*rows, [*table.column_totals, table.total]] for words in row]
