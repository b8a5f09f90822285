"""A draft may be as unfinished as it likes: every page of the editor can be read, whatever is missing from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.editor.places import (
    LISTS,
    Place,
    count,
    digest_of_part,
    moved,
    part_at,
    readable,
    renamed,
    with_part,
    without_part,
)
from partnerships.editor.sections import SECTIONS, Draft
from partnerships.protocol import Protocol
from partnerships.protocol_problems import problems_with
from tests.world import World, shipped_protocol

from .drafts import Drafted

pytestmark = pytest.mark.django_db

SHIPPED = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "partnerships" / "protocols").glob("*.yml"))
PLAIN: dict[str, dict[str, Any]] = {slug: shipped_protocol(slug).model_dump(mode="json") for slug in SHIPPED}


@pytest.mark.parametrize("missing", LISTS)
def test_every_page_can_be_read_with_a_whole_list_missing(havering: World, missing: str) -> None:
    draft = Drafted(havering, shipped_protocol("enfield"))
    draft.revised(lambda plain: plain.update({missing: plain[missing][:1] if missing in ("stages", "roles") else []}))
    for parts in [(), ("check",), *((section.slug,) for section in SECTIONS)]:
        draft.opens(*parts)


@st.composite
def unfinished(draw: st.DrawFn) -> Protocol:
    """A shipped protocol from which some parts have been taken out."""
    plain = PLAIN[draw(st.sampled_from(SHIPPED))]
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(LISTS)))
        number = count(plain, name)
        if number > (1 if name in ("stages", "roles") else 0):
            plain = without_part(plain, Place(name, draw(st.integers(0, number - 1))))
    return Protocol.model_validate(plain)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(unfinished())
def test_whatever_has_been_taken_out_it_is_drawn_and_every_problem_has_its_place(protocol: Protocol) -> None:
    draft = Draft(protocol, protocol.model_dump(mode="json"), "havering", 2)
    faults = draft.faults()
    assert len(faults) == len(problems_with(protocol))
    assert len(draft.rungs()) == len(protocol.stages) + len(protocol.side_processes)
    items = [item for section in SECTIONS for name in section.lists for item in draft.listing(name, faults).items]
    listed = [fault for item in items for fault in item.faults]
    of_lists = [f for section in SECTIONS for name in section.lists for f in draft.listing(name, faults).faults]
    assert sorted(fault.sentence for fault in (*listed, *of_lists)) == sorted(fault.sentence for fault in faults)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(unfinished())
def test_what_can_be_read_speaks_of_nothing_that_is_not_there_and_loses_no_part(protocol: Protocol) -> None:
    shown = readable(protocol)
    assert [problem for problem in problems_with(shown) if ": there is no " in problem.sentence] == []
    assert [count(shown.model_dump(mode="json"), name) for name in LISTS] == [
        count(protocol.model_dump(mode="json"), name) for name in LISTS
    ]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_moving_there_and_back_and_renaming_there_and_back_changes_nothing(data: st.DataObject) -> None:
    plain = PLAIN[data.draw(st.sampled_from(SHIPPED))]
    name = data.draw(st.sampled_from([name for name in sorted(LISTS) if count(plain, name) > 1]))
    index = data.draw(st.integers(0, count(plain, name) - 2))
    assert moved(moved(plain, Place(name, index), 1), Place(name, index + 1), -1) == plain
    place = Place("roles", data.draw(st.integers(0, count(plain, "roles") - 1)))
    key = part_at(plain, place)["key"]
    there = renamed(plain, Protocol.model_validate(plain), "roles", key, "another_name")
    there = with_part(there, place, part_at(there, place) | {"key": "another_name"})
    back = renamed(there, Protocol.model_validate(there), "roles", "another_name", key)
    assert with_part(back, place, part_at(back, place) | {"key": key}) == plain
    assert digest_of_part(part_at(plain, place)) == digest_of_part(dict(reversed(part_at(plain, place).items())))
