"""Proposing an outcome: who may answer, what ends a proposal by itself, and what the record then says."""

from __future__ import annotations

import pytest

from escalation.in_hand import in_order, live, to_act_on
from escalation.models import Disagreement, Outcome, ProposedOutcome
from escalation.moves import NotPermitted, Refused
from escalation.proposals import awaited_from, pending
from escalation.services import Person
from escalation.turns import ball
from escalation.verification import verify
from notifications.models import Message, Notice
from partnerships.ladder import Position
from partnerships.models import User
from partnerships.protocol_terms import Side
from tests.notifications.story import announce
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

LATER = TUESDAY + days(1)


def refused(world: World, verb: str, found: object, *, by: User, kind: type[Refused] = Refused, **facts: object) -> str:
    with pytest.raises(kind) as told:
        world.do(verb, found, by=by, at=LATER, **facts)  # type: ignore[arg-type]
    return str(told.value)


def test_only_the_other_side_answers_and_the_office_does_it_for_neither(barnsley: World) -> None:
    lead, manager, office = barnsley.hospital_lead, barnsley.team_manager, barnsley.office
    found = barnsley.raised()
    assert refused(barnsley, "agree_to_proposal", found, by=manager, proposal=1) == "No outcome is proposed now."
    clocks = barnsley.running(found)
    found = barnsley.do("propose_outcome", found, by=lead, at=TUESDAY, text="A visit on Friday.")
    with barnsley.scope():
        waiting = pending(found)
        assert waiting is not None
        assert awaited_from(found) == Side.RECEIVING
    answer = {"proposal": waiting.pk}
    neither = "The two sides propose and answer an outcome themselves. The partnership manager does it for neither."
    acting = "Only the managers who act at this step, on either side, may do this."
    assert refused(barnsley, "agree_to_proposal", found, by=lead, kind=NotPermitted, **answer) == (
        "Your side proposed it. The receiving side answers."
    )
    assert refused(barnsley, "agree_to_proposal", found, by=office, kind=NotPermitted, **answer) == neither
    assert refused(barnsley, "propose_outcome", found, by=office, kind=NotPermitted, text="x") == neither
    assert refused(barnsley, "agree_to_proposal", found, by=barnsley.midwife, kind=NotPermitted, **answer) == acting
    assert refused(barnsley, "withdraw_proposal", found, by=manager, kind=NotPermitted) == (
        "The side that proposed it takes it back."
    )
    assert refused(barnsley, "decline_proposal", found, by=manager, reason=" ", **answer) == "Say what is still disagreed."
    # The other side words it anew: what it read before is no longer there to be agreed to, and it is asked no more.
    found = barnsley.do("propose_outcome", found, by=manager, at=LATER, text="A visit on Monday.")
    assert "changed while you were reading" in refused(barnsley, "agree_to_proposal", found, by=lead, **answer)
    assert (found.state, barnsley.running(found)) == ("open", clocks)
    with barnsley.scope():
        newest = pending(found)
        assert newest is not None
        assert [p.ended for p in ProposedOutcome.objects.order_by("pk")] == ["replaced", ""]
    found = barnsley.do("agree_to_proposal", found, by=lead, at=LATER, proposal=newest.pk)
    assert refused(barnsley, "confirm_outcome", found, by=manager, text="Another day.") == (
        "Both sides agreed to exactly these words. Confirm them, or say that it is not agreed."
    )
    refused(barnsley, "confirm_outcome", found, by=manager, outstanding="One thing more.")
    with barnsley.scope():
        assert [(o.text, o.proposal) for o in Outcome.objects.all()] == [("A visit on Monday.", newest)]
        assert verify().faults == ()


def test_nobody_agrees_to_words_of_their_own_whichever_side_they_act_for_by_now(barnsley: World) -> None:
    """Or whoever left one side and came in for the other would agree with themselves."""
    lead = barnsley.hospital_lead
    found = barnsley.do("propose_outcome", barnsley.raised(), by=lead, at=TUESDAY, text="A visit on Friday.")
    with barnsley.scope():
        waiting = ProposedOutcome.objects.get()
        found.parties.filter(email=lead.email).update(left_at=TUESDAY)
    there = Person(side=Side.RECEIVING, role="lead", name="Hospital Lead", email=lead.email)
    found = barnsley.do("change_party", found, by=barnsley.team_manager, at=TUESDAY, person=there, reason="Works here now")
    own = {"proposal": waiting.pk}
    assert refused(barnsley, "agree_to_proposal", found, by=lead, kind=NotPermitted, **own) == (
        "You proposed these words, so somebody else answers."
    )
    refused(barnsley, "decline_proposal", found, by=lead, kind=NotPermitted, reason="Not so.", **own)
    barnsley.do("agree_to_proposal", found, by=barnsley.team_manager, at=LATER, **own)


def test_at_a_step_that_is_decided_a_proposal_takes_the_turn_from_nobody(barnsley: World) -> None:
    """Or whoever does not want a decision would propose, and let the answer wait."""
    decider, manager = barnsley.decider("safeguarding_partner"), barnsley.team_manager
    found = barnsley.do(
        "escalate", barnsley.raised(), by=barnsley.midwife, at=TUESDAY, to=Position(stage="stage_3"), reason="No."
    )
    asked = [asks(barnsley, found)]
    barnsley.do("propose_outcome", found, by=manager, at=TUESDAY, text="A visit.")
    asked.append(asks(barnsley, found))
    assert asked == [{decider.email}, {decider.email, barnsley.hospital_lead.email}]
    with barnsley.scope():
        (one,) = in_order([d.pk for d in live(barnsley.viewer(decider)).filter(pk=found.pk)])
        assert ball(one).sentence.endswith("asked to answer the outcome that is proposed.")


def asks(world: World, found: Disagreement) -> set[str]:
    people = (world.midwife, world.hospital_lead, world.team_manager, world.office, world.decider("safeguarding_partner"))
    with world.scope():
        views = {person.email: world.viewer(person) for person in people}
        return {email for email, viewer in views.items() if live(viewer).filter(to_act_on(viewer), pk=found.pk).exists()}


def test_whatever_moves_it_ends_a_proposal_by_itself(barnsley: World) -> None:
    lead, manager = barnsley.hospital_lead, barnsley.team_manager
    moves = (
        ("escalate", lead, {"to": Position(stage="stage_2"), "reason": "Not agreed"}),
        ("record_agreement", lead, {"text": "By telephone", "seen": "read_out"}),
        ("withdraw", barnsley.midwife, {"reason": "Moved away"}),
    )
    for verb, by, facts in moves:
        found = barnsley.do("propose_outcome", barnsley.raised(), by=manager, at=TUESDAY, text="A visit.")
        found = barnsley.do(verb, found, by=by, at=LATER, **facts)
        with barnsley.scope():
            assert (found.proposed_by_side, pending(found)) == ("", None)
            assert [p.ended for p in found.proposals.all()] == ["lapsed"]
    # Passed on by the side that proposed: another agency is asked for nothing, and stands for nothing that was proposed.
    found = barnsley.do("propose_outcome", barnsley.raised(), by=manager, at=TUESDAY, text="A visit.")
    pat = Person(side=Side.RECEIVING, role="lead", name="Pat", email="pat@police.example")
    found = barnsley.do(
        "pass_on", found, by=manager, at=LATER, person=pat, agency=barnsley.agencies["police"], reason="It is theirs"
    )
    assert found.proposed_by_side == ""
    with barnsley.scope():
        assert verify().faults == ()


def test_the_other_side_is_told_at_once_and_nothing_of_the_words_is_in_the_e_mail(barnsley: World) -> None:
    """Whatever the protocol's own notices say. Of the answer, whoever proposed it."""
    lead, manager = barnsley.hospital_lead, barnsley.team_manager
    found = barnsley.do("propose_outcome", barnsley.raised(), by=lead, at=TUESDAY, text="Zyxwords")
    with barnsley.scope():
        first = pending(found)
        assert first is not None
    found = barnsley.do("decline_proposal", found, by=manager, at=TUESDAY, proposal=first.pk, reason="Zyxwords")
    found = barnsley.do("propose_outcome", found, by=lead, at=TUESDAY, text="Zyxwords")
    found = barnsley.do("withdraw_proposal", found, by=lead, at=TUESDAY)
    announce(barnsley, at=TUESDAY)
    with barnsley.scope():
        notices = Notice.objects.filter(template__startswith="proposal") | Notice.objects.filter(template="outcome_proposed")
        told = [(n.template, n.email.partition("@")[0]) for n in notices.order_by("pk")]
        assert sorted(told) == [
            ("outcome_proposed", "team.manager"),
            ("outcome_proposed", "team.manager"),
            ("proposal_not_agreed", "hospital.lead"),
            ("proposal_withdrawn", "team.manager"),
        ]
        assert not Message.objects.filter(text__contains="Zyxwords").exists()
