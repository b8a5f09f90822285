"""The conditions a protocol may put on a notice, and that nobody is told twice or of their own act: on plain values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.states import KIND_EVENTS, Kind
from notifications.audiences import AT_THE_DOOR, Circumstances, People, Person, rules_for, told_of
from partnerships.protocol import Condition, NoticeRule, Protocol, Role, Source, Stage, Tier
from partnerships.protocol_terms import Capacity, Event, Sector, Side, StageKind, Stance

ROLES = (
    Role(key="practitioner", name="P", side=Side.BOTH, capacity=Capacity.PRACTITIONER, clause="c"),
    Role(key="lead", name="L", side=Side.BOTH, capacity=Capacity.LEAD, clause="c"),
    Role(key="manager", name="M", side=Side.BOTH, capacity=Capacity.SENIOR_MANAGER, clause="c"),
    Role(key="head", name="H", side=Side.BOTH, capacity=Capacity.SENIOR_MANAGER, clause="c"),
    Role(key="own_lead", name="O", side=Side.RAISING, capacity=Capacity.ADVISER, clause="c"),
    Role(key="representative", name="R", side=Side.BOTH, capacity=Capacity.REPRESENTATIVE, clause="c"),
    Role(key="nurse", name="N", side=Side.OUTSIDE, capacity=Capacity.ADVISER, clause="c"),
    Role(key="partner", name="S", side=Side.PARTNERSHIP, capacity=Capacity.DECISION_MAKER, clause="c"),
    Role(key="office", name="F", side=Side.PARTNERSHIP, capacity=Capacity.PARTNERSHIP_OFFICE, clause="c"),
)


def protocol(*rules: NoticeRule) -> Protocol:
    def stage(key: str, kind: StageKind, **own: Any) -> Stage:
        facts: dict[str, Any] = {"number": "1", "name": key, "formal": True, "stance": Stance.INFORMED, "clause": "c"}
        return Stage(key=key, kind=kind, **(facts | own))

    tiers = (Tier(name="one", acts=("manager",)), Tier(name="two", acts=("head",)))
    return Protocol(
        title="A small protocol",
        source=Source(document="ours"),
        stages=(
            stage("talking", StageKind.PRACTITIONER, formal=False, acts=("practitioner",)),
            stage("leads", StageKind.MANAGER, acts=("lead",)),
            stage("seniors", StageKind.SENIOR, acts=("manager",), tiers=tiers),
        ),
        roles=ROLES,
        notice_rules=rules,
    )


def rule(to: tuple[str, ...] = ("partner",), on: tuple[Event, ...] = (Event.STAGE_OPENED,), **when: Any) -> NoticeRule:
    return NoticeRule(key="rule", on=on, to=to, when=Condition(**when), clause="c")


ENTRY = Circumstances(
    kind=Kind.ESCALATED,
    events=frozenset({Event.STAGE_OPENED}),
    stage="leads",
    tier=1,
    sectors={Side.RAISING: Sector.HEALTH, Side.RECEIVING: Sector.POLICE},
)


@pytest.mark.parametrize(
    ("when", "entry", "holds"),
    [
        ({}, {}, True),
        ({"stages": ["leads", "seniors"]}, {}, True),
        ({"stages": ["seniors"]}, {}, False),
        ({"formal": True}, {}, True),
        ({"formal": True}, {"stage": "talking"}, False),
        ({"formal": False}, {"stage": "talking"}, True),
        ({"formal": False}, {"stage": ""}, True),
        ({"formal": False}, {}, False),
        ({"direct": True}, {}, False),
        ({"direct": True}, {"direct": True}, True),
        ({"direct": False}, {}, True),
        ({"sectors": [Sector.HEALTH]}, {}, True),
        ({"sectors": [Sector.HEALTH], "sector_of": "raising"}, {}, True),
        ({"sectors": [Sector.HEALTH], "sector_of": "receiving"}, {}, False),
        ({"sectors": [Sector.POLICE, Sector.HOUSING], "sector_of": "receiving"}, {}, True),
        ({"sectors": [Sector.EDUCATION]}, {}, False),
        ({"sectors": [Sector.HEALTH]}, {"sectors": {}}, False),
        ({"child_statuses": ["looked_after"]}, {}, False),
        ({"child_statuses": ["looked_after"]}, {"child_status": "looked_after"}, True),
        ({"flags": ["stuck", "serious"]}, {"flags": frozenset({"serious"})}, True),
        ({"flags": ["stuck"]}, {"flags": frozenset({"serious"})}, False),
        ({"categories": ["drift"]}, {"category": "drift"}, True),
        ({"categories": ["drift"]}, {}, False),
        ({"urgencies": ["imminent"]}, {"urgency": "imminent"}, True),
        ({"urgencies": ["imminent"]}, {"urgency": "increasing"}, False),
        ({"time_limits": ["letter"]}, {"time_limit": "letter"}, True),
        ({"time_limits": ["letter"]}, {}, False),
        ({"side_processes": ["panel"]}, {"process": "panel"}, True),
        ({"side_processes": ["panel"]}, {"process": "mediation"}, False),
        ({"stages": ["leads"], "flags": ["stuck"]}, {}, False),
    ],
)
def test_a_rule_applies_when_all_that_it_asks_holds(when: dict[str, Any], entry: dict[str, Any], holds: bool) -> None:
    found = rules_for(protocol(rule(**when)), replace(ENTRY, **entry))
    assert bool(found) is holds


def test_a_rule_applies_to_its_own_events_alone() -> None:
    rules = protocol(rule(on=(Event.CLOSED, Event.STAGE_OPENED)), rule(on=(Event.CLOSED,)))
    assert [found.on for found in rules_for(rules, ENTRY)] == [(Event.CLOSED, Event.STAGE_OPENED)]


def someone(role: str, name: str, **own: Any) -> Person:
    return Person(role=role, email=f"{name}@p.example", name=name, **own)


def names(to: str, people: People, **entry: Any) -> list[str]:
    told = told_of(protocol(rule(to=(to,))), replace(ENTRY, **entry), people)
    return [one.person.name for one in told]


HOSPITAL, FORCE, SCHOOL = 1, 2, 3
BETWEEN = {Side.RAISING: HOSPITAL, Side.RECEIVING: FORCE}


def test_a_side_is_told_alone_where_the_rule_names_it() -> None:
    people = People(parties=(someone("lead", "a", side="raising"), someone("lead", "b", side="receiving")), agencies=BETWEEN)
    assert names("lead", people) == ["a", "b"]
    assert names("raising.lead", people) == ["a"]
    assert names("receiving.lead", people) == ["b"]


def test_a_role_of_one_side_only_is_found_on_that_side_only() -> None:
    """H 1.5: a worker's own safeguarding lead, from their own agency's list."""
    people = People(
        directory=(someone("own_lead", "ours", agency_id=HOSPITAL), someone("own_lead", "theirs", agency_id=FORCE)),
        agencies=BETWEEN,
    )
    assert names("own_lead", people) == ["ours"]
    assert names("raising.own_lead", people) == ["ours"]


def test_a_lead_or_a_worker_nobody_named_is_not_guessed_from_a_list() -> None:
    people = People(
        directory=(someone("lead", "a", agency_id=FORCE), someone("practitioner", "b", agency_id=HOSPITAL)), agencies=BETWEEN
    )
    assert (names("lead", people), names("practitioner", people)) == ([], [])


def test_those_who_act_at_the_rung_stand_in_only_while_they_act_there() -> None:
    people = People(parties=(someone("manager", "m", side="raising"),), agencies=BETWEEN)
    assert names("head", people, stage="seniors", tier=1) == ["m"]
    assert names("head", people, stage="seniors", tier=2) == []
    assert names("head", people, stage="") == []


def test_a_list_without_an_agency_or_for_a_side_without_one_answers_for_nobody() -> None:
    people = People(
        directory=(someone("representative", "r"), someone("representative", "s", agency_id=SCHOOL)), agencies=BETWEEN
    )
    assert names("representative", people) == []
    assert names("representative", replace(people, agencies={})) == []


def test_a_named_representative_and_those_of_the_agencys_list_are_told() -> None:
    people = People(
        parties=(someone("representative", "named", side="raising"),),
        directory=(someone("representative", "listed", agency_id=HOSPITAL),),
        agencies=BETWEEN,
    )
    assert names("representative", people) == ["named", "listed"]


def test_somebody_outside_both_sides() -> None:
    people = People(
        directory=(
            someone("nurse", "general"),
            someone("nurse", "hospitals", agency_id=HOSPITAL),
            someone("nurse", "schools", agency_id=SCHOOL),
            someone("nurse", "person", agency_id=SCHOOL, user_id=7),
        ),
        agencies=BETWEEN,
    )
    assert names("nurse", people) == ["general", "hospitals", "person"]
    assert names("raising.nurse", people) == ["hospitals"]


def test_two_rules_for_one_person_are_one_notice_that_asks_both_once() -> None:
    asking = [rule(to=("partner", "nurse")).model_copy(update={"key": key, "asks": asks}) for key, asks in
              (("first", "Talk."), ("second", "Write."), ("third", "Talk."), ("fourth", ""))]  # fmt: skip
    people = People(directory=(someone("nurse", "n"), Person(role="partner", email="N@p.example", name="n")))
    (told,) = told_of(protocol(*asking), ENTRY, people)
    assert [found.key for found in told.rules] == ["first", "second", "third", "fourth"]
    assert told.asks == ("Talk.", "Write.")


ANYBODY = st.builds(
    Person,
    role=st.sampled_from([role.key for role in ROLES]),
    email=st.sampled_from(["", "a@p.example", "A@p.example", "b@p.example", "c@p.example", "d@p.example"]),
    user_id=st.sampled_from([None, 1, 2, 3]),
    side=st.sampled_from(["raising", "receiving"]),
    agency_id=st.sampled_from([None, HOSPITAL, FORCE, SCHOOL]),
    manages_partnership=st.booleans(),
)
RULES = st.builds(
    rule,
    to=st.lists(
        st.sampled_from([prefix + role.key for role in ROLES for prefix in ("", "raising.", "receiving.")]), min_size=1
    ).map(tuple),
    on=st.lists(st.sampled_from(Event), min_size=1, max_size=4).map(tuple),
)


@given(
    rules=st.lists(RULES, max_size=5),
    parties=st.lists(ANYBODY, max_size=6),
    directory=st.lists(ANYBODY, max_size=6),
    actor=st.none() | ANYBODY,
    kind=st.sampled_from(Kind),
    unreachable=st.frozensets(st.sampled_from(["a@p.example", "b@p.example"])),
)
def test_nobody_is_told_twice_or_of_their_own_act_or_at_a_dead_address(
    rules: list[NoticeRule],
    parties: list[Person],
    directory: list[Person],
    actor: Person | None,
    kind: Kind,
    unreachable: frozenset[str],
) -> None:
    events = KIND_EVENTS[kind] | ({Event.STAGE_OPENED} if kind in (Kind.RAISED, Kind.ESCALATED) else set())
    people = People(tuple(parties), tuple(directory), BETWEEN, actor, unreachable)
    told = told_of(protocol(*rules), replace(ENTRY, kind=kind, events=frozenset(events), stage="seniors"), people)
    addresses = [one.person.email.lower() for one in told]
    assert len(addresses) == len(set(addresses))
    assert not unreachable & set(addresses)
    assert "" not in addresses
    own = [one for one in told if actor and actor.email.lower() == one.person.email.lower()]
    # That the address which they named waits is told to whoever named it as well: they telephone meanwhile.
    assert kind == Kind.INVITATION_HELD or all((kind, one.template) == (Kind.RAISED, "acknowledgement") for one in own)
    assert kind in AT_THE_DOOR or all(one.rules for one in told)
