"""A figure drawn: as long as what it stands for, inside its own edges, in words as well, and the same every time."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight import periods
from insight.charts import drawn
from insight.charts.canvas import width_of
from insight.figure import Cell, Drawn, Figure, Period, Row
from insight.making import spread
from insight.shown import shown

SVG = "{http://www.w3.org/2000/svg}"
ALL = [how for how in Drawn if how]


def figure(
    how: Drawn, rows: dict[str, list[float | None]], *, head: tuple[str, ...] = ("Agency", "Raised"), **more: str
) -> Figure:
    made = tuple(
        Row(name, name, tuple(Cell("not shown" if each is None else f"{each:,g}") for each in amounts), tuple(amounts))
        for name, amounts in rows.items()
    )
    return Figure("by_agency", more.get("title", "Who raised"), head, made, more.get("says", "Nine were raised."), 9, drawn=how)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (made by us a moment ago)


def marks(svg: str) -> list[tuple[float, float, float, float]]:
    """Every box with its edge, in the order in which it is drawn: x, y, width, height."""
    found = []
    for box in parsed(svg).iter(f"{SVG}rect"):
        x, y, wide, high, edge = (float(box.attrib[name]) for name in ("x", "y", "width", "height", "stroke-width"))
        found.append((x - edge / 2, y - edge / 2, wide + edge, high + edge))
    return found


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    svg = drawn(figure(Drawn.BARS, {"Hospital": [6], "School": [3], "Police": [0], "GP": [None]}))
    (hospital, school) = [wide for _, _, wide, _ in marks(svg)]
    assert hospital == pytest.approx(2 * school, abs=0.03)
    assert re.findall(r">([^<>]+)</text>", svg) == ["Hospital", "6", "School", "3", "Police", "0", "GP", "not shown"]


def test_columns_are_as_high_and_parts_of_a_whole_as_long_as_what_they_stand_for() -> None:
    months = figure(Drawn.COLUMNS, {"January 2026": [8, 2], "February 2026": [4, 0]}, head=("Month", "This year", "Last year"))
    *_, january, before, february = [high for _, _, _, high in marks(drawn(months))]
    assert (january / february, january / before) == (pytest.approx(2, abs=0.01), pytest.approx(4, abs=0.01))
    parts = drawn(figure(Drawn.SHARES, {"Stage 1": [6, 2, 1], "Stage 2": [0, 0, 0]}, head=("Stage", "Within", "With", "Without")))
    *_, within, beyond, without = [wide for _, _, wide, _ in marks(parts)]
    assert within + beyond + without == pytest.approx(400, abs=0.1)
    assert (within / without, beyond / without) == (pytest.approx(6, abs=0.01), pytest.approx(2, abs=0.01))
    # Three patterns in the key and the same three below it: nobody has to tell two colours apart.
    fills = re.findall(r'<rect [^>]*fill="([^"]+)"', parts)
    assert len(set(fills)) == 3
    assert fills[:3] == fills[3:]


def test_median_and_range_lie_where_they_are_on_one_scale() -> None:
    svg = drawn(figure(Drawn.SPREAD, {"First answer": [4, 2, 8], "Resolved": [3, None, None]}))
    first, second = [float(dot.attrib["cx"]) for dot in parsed(svg).iter(f"{SVG}circle")]
    low, high = next(
        (float(x1), float(x2)) for x1, x2 in re.findall(r'<line x1="([\d.]+)" [^>]*x2="([\d.]+)" [^>]*stroke-width="3"', svg)
    )
    assert (first - 8, high - 8, second - 8) == tuple(pytest.approx((low - 8) * times, abs=0.05) for times in (2, 4, 1.5))


def test_of_two_each_is_marked_and_no_middle_that_no_table_gives() -> None:
    took = [spread(Counter(days)) for days in ([8, 18], [4, 4], [4, 4, 4], [1, 2, 9])]
    cells = [tuple(cell.words for cell in one.cells) for one in took]
    assert cells == [("2", "8 and 18", "8 to 18"), ("2", "4", "4"), ("3", "4", "4"), ("3", "2", "1 to 9")]
    svg = drawn(figure(Drawn.SPREAD, {str(at): list(one.amounts) for at, one in enumerate(took)}))
    told = [text.text for text in parsed(svg).iter(f"{SVG}text")]
    assert [words for words in told if words in ("8 and 18", "4", "2 (1 to 9)", "13 (8 to 18)")] == [
        "8 and 18",
        "4",
        "4",
        "2 (1 to 9)",
    ]
    assert len(list(parsed(svg).iter(f"{SVG}circle"))) == 5


def test_a_period_says_nothing_twice() -> None:
    days = [((2026, 4, 1), (2026, 11, 22)), ((2026, 11, 1), (2026, 11, 22)), ((2025, 12, 31), (2026, 1, 1)), ((2026, 5, 3),) * 2]
    found = [periods.when(Period(date(*first), date(*last))) for first, last in days]
    assert found == [
        "from 1 April to 22 November 2026", "from 1 to 22 November 2026", "from 31 December 2025 to 1 January 2026",
        "on 3 May 2026",
    ]  # fmt: skip


def test_nothing_is_drawn_where_there_is_nothing_to_draw() -> None:
    assert [drawn(figure(how, {})) for how in ALL] == [""] * len(ALL)
    assert [drawn(figure(how, {"Hospital": [0], "School": [None]})) for how in ALL] == [""] * len(ALL)
    assert drawn(figure(Drawn.NOT, {"Hospital": [3]})) == ""


def test_it_says_in_words_what_it_shows_and_believes_nothing_that_was_typed() -> None:
    typed = '</text><script>alert("1")</script>&\x00'
    for how in ALL:
        for standalone in (False, True):
            svg = drawn(
                figure(how, {typed: [3, 1, 4]}, head=(typed,) * 4, title=typed, says=f"Says {typed}"), standalone=standalone
            )
            assert "<script" not in svg
            root = parsed(svg)
            assert root.attrib["role"] == "img"
            told = {child.attrib["id"]: child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
            assert told[root.attrib["aria-labelledby"]] == typed.replace("\x00", "")
            assert told[root.attrib["aria-describedby"]] == f"Says {typed}".replace("\x00", "")
            # Neither a style nor a script, which no page of ours would run; a document has colours of its own, a page ours.
            assert not re.search(r"\sstyle=|<style|\son\w+=|href", svg)
            assert ("currentColor" in svg) is not standalone
            assert ("font-family" in svg, "class=" in svg) == (standalone, not standalone)


names = st.text(min_size=1, max_size=90).filter(str.strip) | st.sampled_from(
    ["GP", "Children's social care", "South West Yorkshire Partnership NHS Foundation Trust (child and adolescent services)"]
)
amounts = st.none() | st.integers(0, 10_000).map(float) | st.floats(0, 10_000)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(
    how=st.sampled_from(ALL),
    standalone=st.booleans(),
    table=st.integers(1, 6).flatmap(
        lambda n: st.lists(st.tuples(names, st.lists(amounts, min_size=n, max_size=n)), min_size=1, max_size=40)
    ),
    head=st.lists(names, min_size=7, max_size=7),
)
def test_nothing_lies_outside_its_edges(
    how: Drawn, standalone: bool, table: list[tuple[str, list[float | None]]], head: list[str]
) -> None:
    made = figure(how, dict(table), head=tuple(head))
    svg = drawn(made, standalone=standalone)
    assert svg == drawn(made, standalone=standalone)
    if svg:
        root = parsed(svg)
        _, _, wide, high = map(float, root.attrib["viewBox"].split())
        for x, y, width, height in marks(svg):
            assert -0.02 <= x <= x + width <= wide + 0.02
            assert -0.02 <= y <= y + height <= high + 0.02
        for words in root.iter(f"{SVG}text"):
            size, x, y = (float(words.attrib[name]) for name in ("font-size", "x", "y"))
            length = width_of(words.text or "", size)
            left = x - length * {"start": 0, "middle": 0.5, "end": 1}[words.attrib["text-anchor"]]
            assert -0.5 <= left <= left + length <= wide + 0.5, words.text
            assert size / 2 <= y <= high


def test_forty_agencies_with_forty_and_ten_thousand_of_one() -> None:
    many = {f"Agency {number}": [float(number * other % 7) for other in range(40)] for number in range(40)}
    svg = drawn(figure(Drawn.MATRIX, many, head=("Raised by", *many)))
    assert len(marks(svg)) == sum(each > 0 for row in many.values() for each in row)
    one = drawn(figure(Drawn.BARS, {"Hospital": [10_000], "School": [1]}))
    assert next(wide for _, _, wide, _ in marks(one)) > 300


def test_a_table_too_long_to_be_read_says_how_many_more_there_are_and_still_ends_with_their_sum() -> None:
    long = replace(figure(Drawn.NOT, {f"Child {n}": [2] for n in range(1_250)}), total=Row("all", "All", (Cell("2,500"),)))
    table = [[cell["text"] for cell in row] for row in shown(long).rows]
    assert (len(table), table[199:]) == (
        202,
        [["Child 199", "2"], ["1,050 more, which the CSV file holds", "–"], ["All", "2,500"]],
    )
