"""Two definitions side by side: by kind of step, field by field, in words; nothing that differs is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from partnerships import services
from partnerships.editor.comparing import Comparison, Status, compare
from partnerships.editor.sharing import local_words, settle, shareable
from partnerships.editor.value_words import field_words, value_words
from partnerships.protocol import Condition, Protocol
from partnerships.protocol_problems import problems_with
from tests.journeys.visitor import Visitor
from tests.protocols_as_data.shipped import SLUGS, shipped
from tests.protocols_as_data.small import small
from tests.strategies import protocols
from tests.world import World

COMPARE = "/p/barnsley/administration/protocol/compare/"


def of(changes: dict[str, Any] | None = None) -> Protocol:
    return Protocol.model_validate(small(changes))


def changed(left: Protocol, right: Protocol) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
    """(section, part, status, [(field, left, right)]) of whatever is not the same."""
    return [
        (section.title, row.what, row.status.value, [(one.label, one.left, one.right) for one in row.fields])
        for section in compare(left, right).sections
        for row in section.changed
    ]


# ---------------------------------------------------------------- the value


@given(protocols(), protocols())
@settings(max_examples=40, deadline=None)
def test_nothing_differs_in_what_is_equal_and_something_does_in_what_is_not(one: Protocol, other: Protocol) -> None:
    assert compare(one, one).changed == 0
    assert (compare(one, other).changed == 0) == (one == other)
    assert tally(compare(one, other)) == tally(compare(other, one), turned=True)


def tally(comparison: Comparison, *, turned: bool = False) -> tuple[int, int, int]:
    """How many parts differ, are only on the left and only on the right; the order of things is counted apart."""
    found = [row.status for section in comparison.sections for row in section.rows if section.id != "order"]
    left, right = found.count(Status.ONLY_LEFT), found.count(Status.ONLY_RIGHT)
    return (0, right, left) if turned else (0, left, right)


@pytest.mark.parametrize("one", SLUGS)
@pytest.mark.parametrize("other", SLUGS)
def test_the_five_stand_side_by_side_with_every_part_once(one: str, other: str) -> None:
    left, right = shipped(one), shipped(other)
    comparison = compare(left, right)
    lists = [name for name in Protocol.model_fields if isinstance(getattr(left, name), tuple)]
    rows = [row for section in comparison.sections if section.id not in ("about", "order") for row in section.rows]
    for side, protocol, absent in (("left", left, Status.ONLY_RIGHT), ("right", right, Status.ONLY_LEFT)):
        there = sum(len(getattr(protocol, name)) for name in lists)
        assert len([row for row in rows if row.status is not absent]) == there, side
    words = " ".join(
        text for section in comparison.sections for row in section.changed for one in row.fields for text in (one.left, one.right)
    )
    assert re.findall(r"None|True|False|<|\w+=|\('", re.sub(r"\S+@\S+|https?://\S+", "", words)) == []


def test_steps_meet_by_their_kind_whatever_they_are_called() -> None:
    titles = [section.title for section in compare(shipped("barnsley"), shipped("wiltshire")).sections[:6]]
    assert titles == [
        "The protocol itself", "Practitioner steps", "Manager steps", "Senior manager steps", "Partnership steps",
        "At every step",
    ]  # fmt: skip
    met = [
        (row.left.partition(": ")[2], row.right.partition(": ")[2])
        for section in compare(shipped("barnsley"), shipped("havering")).sections
        for row in section.rows
        if row.what == "Step"
    ]
    assert met == [
        ("Professional to professional", "Discuss with the other worker"),
        ("Safeguarding leads or managers", "Line managers"),
        ("Next tiers of management", "Senior managers"),
        ("Safeguarding Partners", "Resolution by the HSCP Chair"),
    ]  # fmt: skip


CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "a length": (
        {"time_limits.0.amount": 3},
        ("Manager steps", "Timescale", "differs", [("How many", "5", "3")]),
    ),
    "who acts": (
        {"stages.1.acts": ["lead", "senior"]},
        ("Manager steps", "Step", "differs", [
            ("Who acts", "Lead (both sides)", "Lead (both sides) and Senior manager (both sides)"),
        ]),
    ),
    "when a notice goes out": (
        {"notice_rules.0.on": ["stage_opened", "closed"], "notice_rules.0.when": {"formal": True, "flags": ["stuck"]}},
        ("At every step", "Notice", "differs", [
            ("Sent when", "When a stage opens", "When a stage opens or it is closed"),
            ("Where it applies", "At a formal stage", "At a formal stage; If it is marked “Stuck”"),
        ]),
    ),
    "the ground of a rule": (
        {"categories.0.clause": "", "categories.0.assumption": "Is it?"},
        ("Categories", "Category", "differs", [("Clause", "D 1", "Nothing"), ("Assumption", "Nothing", "Is it?")]),
    ),
    "a flag more": (
        {"flags.+": {"key": "new", "name": "New", "clause": "D 1"}},
        ("Marks", "Mark", "only_right", []),
    ),
    "a word": ({"step_word": "tier"}, ("The protocol itself", "Step word", "differs", [])),
    "a kind of step": (
        {"stages.2.kind": "manager"},
        ("Manager steps", "Step", "differs", [("Kind", "senior manager step", "manager step")]),
    ),
    "a closing rule": (
        {"closing": {"satisfied": "raiser", "clause": "D 9"}},
        ("The protocol itself", "Closing", "differs", []),
    ),
    "an authority": (
        {"stages.3.authority.outcome_word": "ruling"},
        ("Partnership steps", "Step", "differs", [(
            "Authority",
            "Clause: D 4. Kind: decides or panel. Whose it is: Partner. Panel: Panel.",
            "Clause: D 4. Kind: decides or panel. Whose it is: Partner. Panel: Panel. Outcome word: ruling.",
        )]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "row"), CHANGES.values(), ids=list(CHANGES))
def test_what_was_changed_is_the_one_thing_that_differs(changes: dict[str, Any], row: Any) -> None:
    assert changed(of(), of(changes)) == [row]


def test_the_order_of_steps_and_of_what_is_listed_means_something() -> None:
    turned = of().model_copy(update={"roles": tuple(reversed(of().roles))})
    assert [(section, what) for section, what, *_ in changed(of(), turned)] == [
        ("The order of things", "Roles: in another order")
    ]


def test_a_draft_whose_rules_name_what_is_not_there_is_compared_all_the_same() -> None:
    """A draft is compared before it can work."""
    broken = of(
        {
            "stages.1.acts": ["nobody"], "time_limits.0.stages": ["stage_9"], "time_limits.0.holder": "raising.nobody",
            "signposts.0.contact": "gone", "notice_rules.0.when": {"flags": ["gone"]}, "side_processes.0.started_by": ["nobody"],
        }
    )  # fmt: skip
    labels = [label for *_, fields in changed(of(), broken) for label, _, right in fields if "gone" in right or "nobody" in right]
    assert sorted(labels) == ["Contact", "Started by", "Where it applies", "Which role holds it", "Who acts"]
    assert compare(broken, broken).changed == 0


def test_every_field_has_a_name_that_is_not_the_files() -> None:
    assert [field_words(name) for name in ("opens_here", "tiers_may_be_skipped", "to")] == [
        "A disagreement may start here", "Tiers may be skipped", "Who is told",
    ]  # fmt: skip
    assert value_words("when", Condition(), of()) == "Everywhere"


# ---------------------------------------------------------------- what is everybody's


def test_what_is_shared_holds_no_contact_no_agency_and_no_name_of_its_own() -> None:
    enfield = shipped("enfield").model_copy(update={"key": "second"})
    shared = shareable(enfield)
    assert (shared.key, shared.contacts, shared.agencies, shared.source.shared_by) == ("main", (), (), "")
    text = shared.model_dump_json()
    for contact in enfield.contacts:
        assert not contact.email or contact.email not in text


@pytest.mark.parametrize("one", SLUGS)
@pytest.mark.parametrize("other", SLUGS)
def test_what_is_taken_over_works_with_ones_own_contacts_and_agencies(one: str, other: str) -> None:
    """Whatever definition, whosever contacts: nothing is missing but what somebody has to enter, and that asks."""
    own = shipped(other)
    taken = settle(shareable(shipped(one)), own=own, key="main")
    assert problems_with(taken) == ()
    assert taken.agencies == own.agencies
    assert shareable(taken) == shareable(shipped(one))
    assert problems_with(settle(shareable(shipped(one)), own=None, key="main")) == ()


def test_addresses_and_numbers_in_the_texts_are_found() -> None:
    told = of(
        {"guidance.0.text": "Ring 01226 772423 or 020 8379 2767, or write to duty@council.example. Not 999, B 1.2 or 2025."}
    )
    assert sorted(local_words(told)) == ["01226 772423", "020 8379 2767", "duty@council.example"]
    assert local_words(of()) == []


# ---------------------------------------------------------------- the page


@pytest.mark.django_db
def test_two_versions_and_two_partnerships_are_compared_on_the_page(barnsley: World) -> None:
    with barnsley.scope():
        services.draft_protocol(barnsley.protocol.model_copy(update={"title": "The next protocol", "step_word": "tier"}))
    page = (
        Visitor(barnsley.administrator)
        .opens("/p/barnsley/administration/protocol/")
        .follows("Compare version 2 with the version in")
    )
    page.sees("Parts that differ 2", "Step word differs", "The next protocol").does_not_see("Practitioner steps")
    page.chooses("Everything").presses("Compare").sees("Practitioner steps", "Parts that differ 2")
    page.fills("On the right", "“Case Resolution Protocol”").presses("Compare")
    page.sees("Leader to leader", "only on the right", "differs")
    assert "left=version" in page.url or page.status == 200


@pytest.mark.django_db
def test_what_cannot_be_chosen_is_refused_in_words(barnsley: World, havering: World) -> None:
    page = Visitor(barnsley.administrator).opens(f"{COMPARE}?left=version:99&right=")
    assert (page.status, page.refusals) == (
        422, ["That definition is not there any more. Choose another", "Choose what stands on the right"],
    )  # fmt: skip
    assert Visitor(barnsley.administrator).opens(COMPARE).status == 200
    same = Visitor(barnsley.administrator).opens(f"{COMPARE}?left=version:1&right=version:1")
    same.sees("None: both say the same.")
