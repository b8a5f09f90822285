"""Who raises what, and what goes elsewhere (protocols.md section 6, rows 13 and 44; practice.md section 1.2, points 5 and 8)."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.models import Disagreement, Party
from partnerships.protocol import Protocol
from tests.journeys.visitor import Visitor
from tests.pages.writing import answers, begin, draft_of, page, step_address, told, write
from tests.world import TUESDAY, World, shipped_protocol

from .raising import NONE, altered, only, parties, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_tuesday(time_machine: Any) -> None:
    time_machine.move_to(TUESDAY)


@pytest.fixture
def st_helens(db: None) -> World:
    return World("sthelens", read("st_helens.yml"))


# P 05: routing out instead of, or besides, raising.
IRO = "Take this to the Independent Reviewing Officer"
STOPPED = f"This cannot be raised here. {IRO}. A disagreement about a looked-after child goes to the child's Independent "


def test_p_05_a_looked_after_child_is_routed_to_the_reviewing_officer_instead(st_helens: World, signed_in: Any) -> None:
    practitioner = signed_in(st_helens.midwife)
    address = begin(practitioner, st_helens)
    draft = draft_of(st_helens, st_helens.midwife)
    child = step_address(st_helens, draft, "child")
    away = practitioner.post(child, answers(st_helens, child_status="looked_after"))
    assert (away.status_code, away["Location"]) == (302, f"/p/sthelens/raise/{draft.key}/elsewhere/?after=child")
    visitor = Visitor(st_helens.midwife).opens(away["Location"])
    assert visitor.heading == IRO
    visitor.sees("This cannot be raised here. Here is the way:", "goes to the child's Independent Reviewing Officer instead.")
    visitor.sees("Conference and reviewing service", "01632 960100", "Your draft is kept.").does_not_see("Go on here")
    assert draft_of(st_helens, st_helens.midwife).answers["child_status"] == "looked_after"
    # The rest may be written, but it is not raised: neither from the page nor past it.
    for step in ("who", "talk", "concern", "people"):
        practitioner.post(step_address(st_helens, draft, step), answers(st_helens))
    check = f"/p/sthelens/raise/{draft.key}/check/"
    shown = Visitor(st_helens.midwife).opens(check)
    assert [one[: len(STOPPED)] for one in shown.refusals] == [STOPPED]
    assert practitioner.post(check, {}).status_code == 422
    # One answer was wrong: the same draft is raised.
    visitor.follows("Change the answer, if it was wrong")
    assert visitor.address == child
    assert practitioner.post(child, answers(st_helens, child_status="in_need")).status_code == 302
    raised = practitioner.post(check, {})
    assert raised["Location"] == "/p/sthelens/d/STH-0001/raised/"
    assert address.endswith("/who/")


def test_p_05_the_same_holds_for_a_conference_and_for_a_program(st_helens: World, signed_in: Any, program: Any) -> None:
    practitioner = signed_in(st_helens.midwife)
    begin(practitioner, st_helens)
    kind = step_address(st_helens, draft_of(st_helens, st_helens.midwife), "kind")
    away = practitioner.post(kind, answers(st_helens, category="conference"))
    assert "Take this to the chair of the conference" in page(practitioner, away["Location"])
    sent = {
        "raising_agency": "hospital", "receiving_agency": "social_care", "part": "worker", "concern": "The plan.",
        "category": "threshold", "child_status": "looked_after",
    }  # fmt: skip
    answer = program(st_helens, st_helens.midwife).post("disagreements/", sent)
    assert answer.status_code == 400
    assert answer.json()["errors"]["child_status"][0].startswith(STOPPED)
    with st_helens.scope():
        assert not Disagreement.objects.exclude(state="draft").exists()


def test_p_05_a_route_that_does_not_stop_advises_once_and_lets_go_on(db: None, signed_in: Any) -> None:
    plain = read("st_helens.yml").model_dump(mode="json")
    plain["routes_out"] = [plain["routes_out"][0] | {"stops": False}]
    world = World("sthelens", Protocol.model_validate(plain))
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    draft = draft_of(world, world.midwife)
    child = step_address(world, draft, "child")
    practitioner.post(step_address(world, draft, "who"), answers(world))
    away = practitioner.post(child, answers(world, child_status="looked_after"))["Location"]
    visitor = Visitor(world.midwife).opens(away).sees("Before you go on:", IRO[:4])
    visitor.presses("Go on here")
    assert visitor.address != away.partition("?")[0]
    assert "elsewhere" not in practitioner.post(child, answers(world, child_status="looked_after"))["Location"]


# Row 44 and P 08: third parties and groups.
def test_row_44_a_third_party_records_it_for_two_other_agencies(wiltshire: World) -> None:
    chair = wiltshire.person("conference.chair", "adviser", "social_care", protocol_role="conference_chair")
    for person in (wiltshire.midwife, wiltshire.social_worker, wiltshire.team_manager, wiltshire.hospital_lead):
        assert person
    visitor = Visitor(chair).opens("/p/wiltshire/start/").chooses(NONE).presses("Continue").follows("Change this")
    visitor.chooses("For two other agencies").presses("Save and continue")
    assert not visitor.asks("I disagree, and I raise it myself")
    visitor.fills("The agency that disagrees", "Moorside Hospital").fills("The agency that it disagrees with", "Larkfield")
    visitor.fills("Who disagrees there?", "Conference Chair").fills("Their work e-mail address", chair.email)
    visitor.presses("Save and continue")
    assert visitor.refusals == ["You record this for two other agencies, so you take no side. Name somebody else"]
    visitor.fills("Who disagrees there?", "Midwife").fills("Their work e-mail address", wiltshire.midwife.email)
    visitor.fills("The agency that it disagrees with", "Children's social care").presses("Save and continue")
    visitor.chooses("Yes", under="Have you thought it through with your safeguarding lead?").presses("Save and continue")
    visitor.fills("In one sentence", "The plan ends.").fills("What is the clear evidence?", "Two reviews.")
    visitor.fills("Is this driven only by", "Yes.").presses("Save and continue").chooses("None of these, or I do not know")
    visitor.chooses("A decision or action of another agency").presses("Save and continue")
    ours, theirs = (
        "manager or supervisor of the agency that disagrees",
        "manager or supervisor of the agency that it disagrees with",
    )
    other = "Who is the practitioner of the agency that it disagrees with?"
    for question, who in ((other, "Social Worker"), (theirs, "Team Manager"), (ours, "Hospital Lead")):
        visitor.chooses("Somebody in this list", under=question).fills("Choose somebody", who, under=question)
    visitor.presses("Save and continue").presses("Raise the disagreement")
    visitor.sees("WIL-0001", "You recorded this for two other agencies").does_not_see("escalate now")
    found = only(wiltshire)
    assert (found.raised_as, found.raised_by) == ("third_party", chair)
    assert chair.email not in {person[2] for person in parties(wiltshire, found)}
    assert [person[2] for person in parties(wiltshire, found) if person[0] == "raising"] == ["Hospital Lead", "Midwife"]
    # The chair sees it and acts for neither side.
    Visitor(chair).opens("/p/wiltshire/d/WIL-0001/").sees("Recorded for two other agencies", "Recorded by", "Conference Chair")
    for verb in ("escalate", "withdraw", "record_progress"):
        assert Visitor(chair).opens(f"/p/wiltshire/d/WIL-0001/{verb}/").status == 403, verb
    Visitor(wiltshire.office).opens("/p/wiltshire/tracker/").sees("Recorded for two other agencies")


def grouping(**parts: Any) -> World:
    raisers = [{"kind": "group", "asks": "Together with others", "hint": "Several agencies see it alike.", "clause": "W 2.7"}]
    return World("wiltshire", altered(shipped_protocol("wiltshire"), raisers=raisers, **parts))


def test_p_08_a_group_raises_it_together(db: None, signed_in: Any) -> None:
    world = grouping()
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    draft = draft_of(world, world.midwife)
    together = step_address(world, draft, "together")
    assert practitioner.get(together).status_code == 302  # nobody is asked with whom, who raises it alone
    practitioner.post(step_address(world, draft, "whom"), {"raised_as": "group", "about": "child"})
    practitioner.post(step_address(world, draft, "who"), answers(world))
    assert told(practitioner.post(together, {"with_2_name": "A Teacher"}).content) == [
        "Choose the agency of the person who raises it with you (person 1)",
        "Enter the name of the person who raises it with you (person 1)",
        "Enter the work e-mail address of the person who raises it with you (person 1)",
        "Choose the agency of the person who raises it with you (person 2)",
        "Enter the work e-mail address of the person who raises it with you (person 2)",
    ]
    group = {
        "raised_as": "group",
        "with_1_agency": "school", "with_1_name": "A Teacher", "with_1_email": "teacher@school.example",
        "with_2_agency": "police", "with_2_name": "An Officer", "with_2_email": "officer@police.example",
    }  # fmt: skip
    theirs = practitioner.post(together, group | {"with_1_agency": "social_care"})
    assert told(theirs.content) == ["The agency you disagree with cannot raise it as well"]
    check = write(practitioner, world, **group)
    visitor = Visitor(world.midwife).opens(check).sees("A Teacher", "Larkfield School", "An Officer")
    visitor.presses("Raise the disagreement")
    found = only(world)
    raising = [person[2:] for person in parties(world, found) if person[0] == "raising"]
    assert found.raised_as == "group"
    assert {("A Teacher", "Larkfield School"), ("An Officer", "Police"), ("Midwife", "Moorside Hospital")} <= set(raising)
    shown = Visitor(world.midwife).opens(f"/p/wiltshire/d/{found.reference}/")
    shown.sees("Raised by several together", "together with Larkfield School", "together with Police")
    Visitor(world.office).opens("/p/wiltshire/tracker/").sees("Moorside Hospital and Larkfield School and Police")
    # Each of them takes part as whoever wrote it does.
    teacher = world.person("teacher", "practitioner", "school")
    with world.scope():
        Party.objects.filter(disagreement=found, name="A Teacher").update(email=teacher.email, user=teacher)
    assert Visitor(teacher).opens(f"/p/wiltshire/d/{found.reference}/").status == 200


def test_p_08_a_disagreement_about_a_theme_asks_nothing_about_a_child(wiltshire: World, signed_in: Any) -> None:
    practitioner = signed_in(wiltshire.midwife)
    begin(practitioner, wiltshire)
    draft = draft_of(wiltshire, wiltshire.midwife)
    practitioner.post(step_address(wiltshire, draft, "whom"), {"raised_as": "own", "about": "theme"})
    child = Visitor(wiltshire.midwife).opens(step_address(wiltshire, draft, "child"))
    assert not child.asks("The child's reference")
    check = write(practitioner, wiltshire, about="theme")
    visitor = Visitor(wiltshire.midwife).opens(check).sees("A theme or an area of concern, and no particular child")
    visitor.does_not_see("Which child?", "Is the child any of these?").presses("Raise the disagreement")
    found = only(wiltshire)
    assert (found.thematic, found.child_reference, found.child_status) == (True, "", "")
    shown = Visitor(wiltshire.midwife).opens(f"/p/wiltshire/d/{found.reference}/").sees("About a theme")
    shown.does_not_see("Child's local reference", "on the child's file")
    Visitor(wiltshire.office).opens("/p/wiltshire/tracker/").sees("About a theme")


def test_p_08_a_theme_has_no_childs_file_to_be_put_on(db: None, havering: World) -> None:
    theme = {"asks": "A theme", "clause": "W 2.7"}
    world = World("wiltshire", altered(shipped_protocol("havering"), thematic=theme))
    found = {about: world.raised(thematic=about == "theme", child_reference="") for about in ("theme", "child")}
    for about, disagreement in found.items():
        done = world.do("record_agreement", disagreement, by=world.hospital_lead, text="A pathway is agreed.")
        shown = Visitor(world.hospital_lead).opens(f"/p/wiltshire/d/{done.reference}/")
        assert ("Record that it is on the child's file" in shown.links()) == (about == "child")


# Row 13: no safeguarding lead.
def test_row_13_a_substitute_stands_in_where_there_is_no_lead(barnsley: World, signed_in: Any) -> None:
    instead = "Member of the committee, in the voluntary and faith sector"
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    people = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "people")
    practitioner.post(step_address(barnsley, draft_of(barnsley, barnsley.midwife), "who"), answers(barnsley))
    Visitor(barnsley.midwife).opens(people).sees("There is none; instead: member of the committee")
    wrong = practitioner.post(people, answers(barnsley, receiving_lead_as="The caretaker"))
    assert told(wrong.content) == ["Choose who stands in from the list"]
    check = write(practitioner, barnsley, receiving_lead_as=instead)
    visitor = Visitor(barnsley.midwife).opens(check).sees("Member of the committee").presses("Raise the disagreement")
    visitor.sees("Receiving Lead, member of the committee, in the voluntary and faith sector")
    found = only(barnsley)
    with barnsley.scope():
        called = {p.name: p.called for p in Party.objects.filter(disagreement=found)}
    assert called == {"Midwife": "", "Receiving Practitioner": "", "Receiving Lead": instead, "Raising Lead": ""}
    Visitor(barnsley.midwife).opens(f"/p/barnsley/d/{found.reference}/").sees(instead)
