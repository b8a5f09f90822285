"""The ladder of each protocol as literals, and what holds for any ladder at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from partnerships.ladder import Position, moves_from, openings, rung_below, rung_words
from partnerships.protocol import Protocol
from partnerships.protocol_problems import problems_with
from tests.protocols_as_data.shipped import SLUGS, shipped
from tests.strategies import protocols

# Where a disagreement may start; "!" marks a direct opening, which needs a reason.
OPENINGS = {
    "barnsley": ["stage_1", "stage_3!"],
    "enfield": ["stage_1"],
    "havering": ["stage_1"],
    "oldham": ["practitioner", "manager"],
    "wiltshire": ["tier_1"],
}
# From each rung the steps up: "!" is direct, brackets hold the gates that must be recorded first.
MOVES = {
    "barnsley": {
        "stage_1": ["stage_2", "stage_3!"],
        "stage_2": ["stage_2/2", "stage_3!"],
        "stage_2/2": ["stage_3"],
        "stage_3": [],
    },
    "enfield": {"stage_1": ["stage_2"], "stage_2": ["stage_3"], "stage_3": ["stage_4"], "stage_4": []},
    "havering": {
        "stage_1": ["stage_2"],
        "stage_2": ["stage_3"],
        "stage_3": ["stage_3/2", "stage_4 [members_engaged]"],
        "stage_3/2": ["stage_4 [members_engaged]"],
        "stage_4": [],
    },
    "oldham": {
        "practitioner": ["manager"],
        "manager": ["head_of_service"],
        "head_of_service": ["statutory_partners"],
        "statutory_partners": [],
    },
    "wiltshire": {"tier_1": ["tier_2"], "tier_2": ["tier_3"], "tier_3": ["tier_3/2"], "tier_3/2": []},
}
WORDS = {
    "barnsley": [
        "Stage 1: Safeguarding leads or managers",
        "Stage 2: Next tiers of management (Next tier of management)",
        "Stage 2: Next tiers of management (Head of Service or equivalent)",
        "Stage 3: Safeguarding Partners",
    ],
    "enfield": [
        "Stage 1: Practitioner to practitioner",
        "Stage 2: First-line managers",
        "Stage 3: Senior managers",
        "Stage 4: Partnership executive",
    ],
    "havering": [
        "Stage 1: Discuss with the other worker",
        "Stage 2: Line managers",
        "Stage 3: Senior managers (Next manager or named or designated safeguarding representative)",
        "Stage 3: Senior managers (Further tiers of management)",
        "Stage 4: Resolution by the HSCP Chair",
    ],
    "oldham": [
        "Step 1: Practitioner to practitioner",
        "Step 2: Manager to manager",
        "Step 3: Heads of Service",
        "Step 4: Delegates of the statutory partners",
    ],
    "wiltshire": [
        "Tier 1: Practitioner to practitioner",
        "Tier 2: Manager to manager",
        "Tier 3: Leader to leader (Senior managers)",
        "Tier 3: Leader to leader (Leaders of the organisations)",
    ],
}
# Who acts on each rung, lowest first.
ACTING = {
    "barnsley": ["lead", "senior_manager", "head_of_service", "safeguarding_partner"],
    "enfield": ["practitioner", "line_manager", "senior_manager", "senior_safeguarding_lead"],
    "havering": ["practitioner", "manager", "senior_manager", "further_manager", "chair"],
    "oldham": ["practitioner", "manager", "head_of_service", "statutory_delegate"],
    "wiltshire": ["practitioner", "manager", "senior_manager", "leader"],
}
# The last word: kind, whose, and by which panel (protocols.md 8.1: one button cannot serve all).
AUTHORITY = {
    "barnsley": ("concludes", "safeguarding_partner", None),
    "enfield": ("directs", "senior_safeguarding_lead", "high_risk_panel"),
    "havering": ("decides_or_panel", "chair", "resolution_panel"),
    "oldham": ("concludes", "statutory_delegate", None),
    "wiltshire": ("mediates", "mediator", None),
}


def rungs(protocol: Protocol) -> list[Position]:
    return [Position(stage=s.key, tier=tier) for s in protocol.ladder for tier in range(1, s.heights + 1)]


def short(position: Position) -> str:
    return position.stage if position.tier == 1 else f"{position.stage}/{position.tier}"


@pytest.mark.parametrize("slug", SLUGS)
def test_where_a_disagreement_may_start(slug: str) -> None:
    found = [short(opening.to) + ("!" if opening.direct else "") for opening in openings(shipped(slug))]
    assert found == OPENINGS[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_steps_up_from_every_rung(slug: str) -> None:
    protocol = shipped(slug)
    found = {}
    for rung in rungs(protocol):
        steps = moves_from(protocol, rung)
        found[short(rung)] = [
            short(step.to) + ("!" if step.direct else "") + "".join(f" [{gate.key}]" for gate in step.gates) for step in steps
        ]
    assert found == MOVES[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_people_call_each_rung(slug: str) -> None:
    protocol = shipped(slug)
    assert [rung_words(protocol, rung) for rung in rungs(protocol)] == WORDS[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_who_acts_on_each_rung(slug: str) -> None:
    protocol = shipped(slug)
    assert [" ".join(protocol.stage(rung.stage).acting(rung.tier)) for rung in rungs(protocol)] == ACTING[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_who_has_the_last_word(slug: str) -> None:
    found = {stage.key: stage.authority for stage in shipped(slug).stages if stage.authority}
    authority = found.pop(shipped(slug).ladder[-1].key)
    assert not found
    assert (authority.kind, authority.by, authority.panel) == AUTHORITY[slug]


def test_a_stage_without_a_number_is_called_by_its_name() -> None:
    protocol = shipped("enfield")
    stage = protocol.stages[0].model_copy(update={"number": ""})
    renamed = protocol.model_copy(update={"stages": (stage, *protocol.stages[1:])})
    assert rung_words(renamed, Position(stage=stage.key)) == "Practitioner to practitioner"


ANY_LADDER = settings(max_examples=40, deadline=None)


@given(protocols())
@ANY_LADDER
def test_the_protocols_that_the_strategy_makes_can_work(protocol: Protocol) -> None:
    assert problems_with(protocol) == ()
    assert Protocol.model_validate_json(protocol.model_dump_json()) == protocol


@given(protocols())
@ANY_LADDER
def test_every_step_goes_up_to_a_rung_that_exists_and_only_once(protocol: Protocol) -> None:
    order = rungs(protocol)
    for rung in order:
        steps = [step.to for step in moves_from(protocol, rung)]
        assert len(steps) == len(set(steps))
        assert all(order.index(step) > order.index(rung) for step in steps)


@given(protocols())
@ANY_LADDER
def test_from_where_it_may_start_a_disagreement_can_climb_every_rung_to_the_top(protocol: Protocol) -> None:
    reached = [opening.to for opening in openings(protocol)]
    for rung in reached:
        reached += [step.to for step in moves_from(protocol, rung) if step.to not in reached]
    assert set(reached) == set(rungs(protocol))
    assert all(bool(moves_from(protocol, rung)) == (rung != rungs(protocol)[-1]) for rung in reached)


@given(protocols())
@ANY_LADDER
def test_a_stage_with_gates_opens_only_past_them_or_directly_with_a_reason(protocol: Protocol) -> None:
    for rung in rungs(protocol):
        for step in moves_from(protocol, rung):
            entered = protocol.stage(step.to.stage) if step.to.stage != rung.stage else None
            if step.direct:
                assert entered is not None
                assert entered.directly_reachable
            assert step.gates == (entered.gates if entered and not step.direct else ())


@given(protocols())
@ANY_LADDER
def test_a_tier_is_skipped_only_where_the_protocol_says_so(protocol: Protocol) -> None:
    for rung in rungs(protocol):
        stage = protocol.stage(rung.stage)
        within = [step.to.tier for step in moves_from(protocol, rung) if step.to.stage == rung.stage]
        above = list(range(rung.tier + 1, stage.heights + 1))
        assert within == (above if stage.tiers_may_be_skipped else above[:1])
        out = [step for step in moves_from(protocol, rung) if step.to.stage != rung.stage and not step.direct]
        if not stage.tiers_may_be_skipped and rung.tier < stage.heights:
            assert out == []


@given(protocols())
@ANY_LADDER
def test_one_step_down_at_a_time_leads_to_the_foot(protocol: Protocol) -> None:
    walked = [rungs(protocol)[-1]]
    while (below := rung_below(protocol, walked[-1])) is not None:
        walked.append(below)
    assert walked[::-1] == rungs(protocol)
