"""Whoever is or was named in a disagreement neither sits in judgement on it nor decides it, however they are named there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from escalation.models import Party
from escalation.services import Person, Seat
from partnerships.models import User
from partnerships.protocol_terms import Side
from partnerships.services import issue_token
from tests.journeys.visitor import Visitor
from tests.world import World

from .acts import LATER, refusal, up_to

pytestmark = pytest.mark.django_db

NAMED = "Resolution Panel: choose somebody who is not named in this disagreement."


def test_nobody_who_is_or_was_named_sits_on_a_panel_by_whatever_they_are_known(havering: World) -> None:
    """H 2.12 asks for both agencies on the Panel: other people of theirs, then."""
    found = up_to(havering, "stage_4")
    left = havering.person("left.lead", "lead", "social_care", protocol_role="lead")
    with havering.scope():
        role = Party.objects.filter(disagreement=found, side="receiving").values_list("role", flat=True)[0]
        Party.objects.create(
            disagreement=found, side="receiving", role=role, agency=havering.agencies["social_care"], name="Left Lead",
            email=left.email, user=left, joined_at=LATER - timedelta(days=2), left_at=LATER,
        )  # fmt: skip
        parties = list(Party.objects.filter(disagreement=found))
    chair, although = havering.person("chair", "decision_maker", protocol_role="chair"), "We wait no longer."
    start = {"process": "resolution_panel", "reason": "Stuck.", "although": although}
    school = havering.agencies["school"]
    by_name = [Seat(p.name.upper(), school) for p in parties if p.left_at or p.pk % 2]
    by_address = [Seat("Somebody Else", school, p.email.title()) for p in parties if p.left_at or not p.pk % 2]
    ways = [*by_name, *by_address, Seat(havering.midwife.name)]
    assert len(ways) >= len(parties) + 2
    for seat in ways:
        assert refusal(havering, "start_side_process", found, by=chair, seats=[seat], **start) == NAMED, seat
    free = Seat("Fay Free", havering.agencies["school"], "fay.free@school.example")
    found = havering.do("start_side_process", found, by=chair, at=LATER, seats=[free], **start)
    with havering.scope():
        record = found.side_processes.get().pk
    change = {"record": record, "reason": "Ill.", "although": although, "seats": ways[:1]}
    assert refusal(havering, "change_side_process", found, by=havering.office, **change) == NAMED
    joins = Person(side=Side.RECEIVING, role=role, name="Fay Free", email="fay.free@school.example")
    assert refusal(havering, "change_party", found, by=havering.team_manager, person=joins, reason="New.") == (
        "Fay Free sits on this: Resolution Panel. Whoever judges acts for neither side. Change who sits on it first."
    )


def test_the_page_and_a_program_refuse_it_in_the_same_words(havering: World) -> None:
    found = up_to(havering, "stage_4")
    page = Visitor(havering.office).opens(f"/p/havering/d/{found.reference}/start_side_process/")
    page.fills("Why?", "Stuck.").chooses("Resolution Panel").fills("Who takes part? First person", havering.team_manager.name)
    page.chooses("Go on although the membership is not as the protocol says").fills("If you go on, why?", "In haste.")
    page.presses("Ask for something beside the steps" if page.heading.startswith("Ask") else "Start")
    assert page.status in (409, 422)
    assert page.refusals == [NAMED]
    with havering.scope():
        _, secret = issue_token(havering.office, name="Reports")
    sent = {
        "version": found.version, "process": "resolution_panel", "reason": "Stuck.", "goes_on": True, "although": "In haste.",
        "seat_1_name": "Somebody", "seat_1_email": havering.team_manager.email,
    }  # fmt: skip
    answer = Client().post(
        f"/p/havering/api/v1/disagreements/{found.reference}/actions/start_side_process/",
        sent,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.json()["detail"]) == (409, NAMED)
    assert "side_process_started" not in havering.chronology(found)


def test_whoever_decides_has_never_been_named_in_it(barnsley: World) -> None:
    """Every person of a disagreement, given the role that decides: taking part, having left, having raised it."""
    found = up_to(barnsley, "stage_3")
    with barnsley.scope():
        people = {p.user for p in Party.objects.filter(disagreement=found).select_related("user") if p.user}
        Party.objects.filter(disagreement=found, user=barnsley.team_manager).update(left_at=LATER)
        nameless = Party.objects.create(
            disagreement=found, side="receiving", role="lead", agency=barnsley.agencies["social_care"], name="Dana Decider",
            joined_at=LATER,
        )  # fmt: skip
    namesake = User.objects.create_user("d.decider@council.example", name="dana  decider")
    assert len(people) >= 3
    for person in [*people, namesake]:
        with barnsley.scope():
            barnsley_role = {"role": "decision_maker", "protocol_role": "safeguarding_partner"}
            person.memberships.create(**barnsley_role)
        said = refusal(barnsley, "record_decision", found, by=person, text="It is decided.")
        assert said == "You are named in this disagreement, so you cannot decide it."
    with barnsley.scope():
        nameless.delete()
    decided = barnsley.do("record_decision", found, by=namesake, at=LATER, text="It is decided.")
    assert decided.state == "resolved"
