"""A practitioner writes a disagreement page by page and raises it; whatever goes wrong on the way, what was typed stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from escalation.models import ChronologyWords, Disagreement, Party
from partnerships.ladder import openings, rung_words
from partnerships.protocol import Protocol
from tests.world import World

from .markup import read
from .writing import (
    FIVE,
    STEPS,
    a_day,
    answers,
    begin,
    draft_of,
    main,
    named_on_forms,
    page,
    step_address,
    steps_of,
    told,
    write,
    write_on,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def test_only_the_steps_that_the_protocol_asks_for_are_there(world: World) -> None:
    assert steps_of(world, world.midwife) == STEPS[world.slug]


def test_a_disagreement_is_written_page_by_page_checked_and_raised(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    check = write(practitioner, world)
    shown = main(page(practitioner, check))
    assert shown.first(tag="h1").text == "Check your answers"
    opening = openings(world.protocol)[0]
    assert f"It starts at {rung_words(world.protocol, opening.to)} ." in shown.text
    raised = practitioner.post(check)
    with world.scope():
        disagreement = Disagreement.objects.select_related("raising_agency", "receiving_agency").get()
        people = {(p.side, p.role, p.name, p.email) for p in Party.objects.all()}
    reference = disagreement.reference
    assert raised["Location"] == f"/p/{world.slug}/d/{reference}/raised/"
    assert (disagreement.state, disagreement.stage, disagreement.tier) == ("open", opening.to.stage, opening.to.tier)
    assert (disagreement.raising_agency.key, disagreement.receiving_agency.key) == ("hospital", "social_care")
    assert disagreement.child_reference == "H-2207"
    midwife = world.midwife
    roles = _named(world.protocol)
    assert people == {
        ("raising", roles[0], midwife.name, midwife.email),
        *(_other(world, "receiving", role) for role in roles),
        *(_other(world, "raising", role) for role in roles[1:]),
    }
    asked = {"evidence": "Two referrals were not answered.", "concern": "Whether the assessment begins before the birth."}
    assert {key: disagreement.answers[key] for key in asked} == asked
    with world.scope():
        assert "Two referrals were not answered." in ChronologyWords.objects.get().text
    unknown = {email for _, _, _, email in people} - {midwife.email}  # typed, of no domain that their agency is known to use
    assert world.chronology(disagreement) == ["raised", *["invitation_held"] * len(unknown)]


def _named(protocol: Protocol) -> list[str]:
    """The practitioner, the first manager, and who else acts where it starts."""
    two_sided = [r for r in protocol.roles if r.side == "both"]
    first = [next(r.key for r in two_sided if r.capacity == capacity) for capacity in ("practitioner", "lead")]
    opening = openings(protocol)[0].to
    acting = [r.key for r in two_sided if r.key in protocol.stage(opening.stage).acting(opening.tier)]
    return list(dict.fromkeys([*first, *acting]))


def _other(world: World, side: str, role: str) -> tuple[str, str, str, str]:
    given = answers(world)
    return (side, role, given[f"{side}_{role}_name"], given[f"{side}_{role}_email"])


def test_the_confirmation_says_what_happens_next_by_when_by_whom_and_who_was_told(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = practitioner.post(write(practitioner, barnsley))["Location"]
    shown = main(page(practitioner, address))
    assert shown.first(cls="govuk-panel__body").text == "Your reference BAR-0001"
    words = shown.text
    assert "It is at Stage 1: Safeguarding leads or managers ." in words
    assert "are asked to talk and agree a way forward." in words
    assert "The safeguarding leads or managers of both sides talk and seek a resolution." in words
    assert "Within 5 working days (guide). Counted from" in words
    assert [item.text for item in shown.every(tag="ul")[0].every(tag="li")] == [
        "Practitioner: Midwife (Moorside Hospital)",
        "Safeguarding lead or manager: Raising Lead (Moorside Hospital) and Receiving Lead (Children's social care)",
        "Partnership inbox",
        "Partnership Manager",
    ]
    assert {a.attributes["href"] for a in shown.every(tag="a", cls="govuk-button")} == {"/p/barnsley/d/BAR-0001/escalate/"}
    assert "In training mode no e-mail leaves this system." in words
    other = signed_in(barnsley.office)
    assert other.get(address)["Location"] == "/p/barnsley/d/BAR-0001/"
    assert signed_in(barnsley.stranger).get(address).status_code == 404


def test_the_check_page_foretells_what_the_confirmation_then_says(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    check = write(practitioner, world)
    before = main(page(practitioner, check))
    after = main(page(practitioner, practitioner.post(check)["Location"]))
    said = [item.text for item in after.every(tag="ul")[0].every(tag="li")]
    assert [item.text for listed in before.every(tag="ul") for item in listed.every(tag="li")] == said
    assert before.text.count("Why this date") == after.text.count("Why this date")


def test_whatever_is_refused_is_kept_and_shown_again(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    address = step_address(world, draft_of(world, world.midwife), "who")
    refused = practitioner.post(address, answers(world, receiving_agency="hospital", telephone="01632 960123"))
    assert refused.status_code == 422
    assert told(refused.content) == [
        "The two agencies must differ. A disagreement inside one agency goes through its own process"
    ]
    assert read(refused.content.decode()).first(tag="title").text.startswith("Error: Who disagrees with whom?")
    again = page(practitioner, address)
    assert 'value="01632 960123"' in again
    assert read(again).first(tag="title").text.startswith("Who disagrees with whom?")
    assert draft_of(world, world.midwife).answers["receiving_agency"] == "hospital"


def test_wrong_dates_stay_as_typed(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    talk = step_address(barnsley, draft, "talk")
    future = practitioner.post(talk, answers(barnsley, **a_day("prior_conversation_on", 2)))
    assert told(future.content) == ["The date you talked or tried must be today or in the past"]
    wanted = step_address(barnsley, draft, "concern")
    for days, sentence in (
        (-1, "The date it is needed by must be today or in the future"),
        (800, "The date it is needed by must be within the next two years"),
    ):
        refused = practitioner.post(wanted, answers(barnsley, **a_day("needed_by", days)))
        assert told(refused.content) == [sentence]
    odd = {"needed_by-day": "30", "needed_by-month": "2", "needed_by-year": "2027"}
    assert told(practitioner.post(wanted, answers(barnsley, **odd)).content) == ["The date it is needed by must be a real date"]
    kept = page(practitioner, wanted)
    assert [f'value="{typed}"' in kept for typed in ("30", "2", "2027")] == [True, True, True]
    listed = main(page(practitioner, f"/p/barnsley/raise/{draft.key}/check/"))
    assert "30 2 2027" in listed.text


def test_a_conversation_comes_first_and_one_that_could_not_be_had_is_ground_enough(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    talk = step_address(barnsley, draft, "talk")
    none = practitioner.post(talk, {"lead_consulted": "no", "prior_conversation": "not_yet"})
    assert told(none.content) == [
        "Talk to them first, then come back: your draft is kept. In danger, telephone 999",
        "Telephone or meet them first. If you tried and could not reach them, choose that: it is enough",
    ]
    tried = practitioner.post(talk, {"lead_consulted": "self", "prior_conversation": "tried"})
    assert told(tried.content) == ["Enter the date you talked or last tried", "Say what you tried, and when"]
    sent = {
        "lead_consulted": "self",
        "prior_conversation": "tried",
        "prior_conversation_words": "Two calls on Monday, one on Tuesday.",
        **a_day("prior_conversation_on", 0),
    }
    assert practitioner.post(talk, sent).status_code == 302
    check = write_on(practitioner, barnsley, draft, **sent)
    practitioner.post(check)
    with barnsley.scope():
        given = Disagreement.objects.get().answers
    day = timezone.localdate()
    assert given["prior_conversation"] == (
        f"Tried and could not reach them, last on {day:%A} {day.day} {day:%B} {day.year}.\nTwo calls on Monday, one on Tuesday."
    )
    assert given["lead_consulted"] == "The person who raised it is the lead or manager."


def test_straight_to_the_partners_wants_a_reason_and_asks_no_conversation(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    where = step_address(barnsley, draft, "where")
    assert "go straight to stage 3" in page(practitioner, where)
    refused = practitioner.post(where, answers(barnsley, to="stage_3:1", direct_reason=""))
    assert told(refused.content) == ["Say why it goes straight there: Stage 3: Safeguarding Partners"]
    invented = practitioner.post(where, answers(barnsley, to="stage_2:1"))
    assert told(invented.content) == [
        "It cannot start there. It may start at: Stage 1: Safeguarding leads or managers; Stage 3: Safeguarding Partners"
    ]
    sent = {"to": "stage_3:1", "direct_reason": "The birth is tonight."}
    assert practitioner.post(where, answers(barnsley, **sent)).status_code == 302
    assert "talk" not in steps_of(barnsley, barnsley.midwife, **sent)
    assert practitioner.get(step_address(barnsley, draft, "talk"))["Location"] == f"/p/barnsley/raise/{draft.key}/"
    assert practitioner.post(step_address(barnsley, draft, "talk"), {})["Location"] == f"/p/barnsley/raise/{draft.key}/"
    for step in ("concern", "child", "people"):
        assert practitioner.post(step_address(barnsley, draft, step), answers(barnsley, **sent)).status_code == 302
    practitioner.post(f"/p/barnsley/raise/{draft.key}/check/")
    raised = barnsley.fresh(draft)
    assert (raised.stage, raised.opened_directly) == ("stage_3", True)
    assert raised.answers["direct_reason"] == "The birth is tonight."


INSTEAD = (
    "There is none; instead: line manager, where the agency has no safeguarding lead",
    "There is none; instead: member of the committee, in the voluntary and faith sector",
)


def test_a_lead_raises_it_for_the_worker_who_then_takes_part(barnsley: World, signed_in) -> None:
    lead = signed_in(barnsley.hospital_lead)
    address = begin(lead, barnsley)
    draft = draft_of(barnsley, barnsley.hospital_lead)
    preselected = read(page(lead, address))
    assert [i.attributes["value"] for i in preselected.every(tag="input") if "checked" in i.attributes] == ["lead", "stage_1:1"]
    assert [o.text for o in preselected.every(tag="option") if "selected" in o.attributes] == [
        "Moorside Hospital",
        "Yes",
        "Choose an agency",
    ]
    nobody = lead.post(address, answers(barnsley, part="lead"))
    assert told(nobody.content) == [
        "Enter the name of the person you raise it for",
        "Enter the work e-mail address of the person you raise it for",
    ]
    own = {"part": "lead", "worker_name": "Midwife", "worker_email": barnsley.midwife.email}
    check = write_on(lead, barnsley, draft, **own)
    assert "Raised for Midwife" in main(page(lead, check)).text
    lead.post(check)
    with barnsley.scope():
        sides = {(p.role, p.email) for p in Party.objects.filter(side="raising")}
    assert sides == {("practitioner", barnsley.midwife.email), ("lead", barnsley.hospital_lead.email)}


def test_one_person_may_be_worker_and_lead(barnsley: World, signed_in) -> None:
    lead = signed_in(barnsley.hospital_lead)
    lead.post(write(lead, barnsley, part="both"))
    with barnsley.scope():
        sides = {(p.role, p.email) for p in Party.objects.filter(side="raising")}
    assert sides == {("practitioner", barnsley.hospital_lead.email), ("lead", barnsley.hospital_lead.email)}


def test_the_office_records_for_somebody_and_takes_no_side(barnsley: World, signed_in) -> None:
    office = signed_in(barnsley.office)
    first = read(page(office, begin(office, barnsley)))
    assert [label.text for label in first.every(cls="govuk-radios__label")][:2] == [
        "I disagree, and I raise it myself",
        "I record it for somebody else, and take no side",
    ]
    draft = draft_of(barnsley, barnsley.office)
    own = {"part": "recorder", "worker_name": "Midwife", "worker_email": barnsley.midwife.email}
    office.post(write_on(office, barnsley, draft, **own))
    with barnsley.scope():
        assert barnsley.office.email not in {p.email for p in Party.objects.all()}


def test_people_are_chosen_from_the_agencys_own_and_the_only_manager_is_proposed(barnsley: World, signed_in) -> None:
    barnsley.team_manager, barnsley.hospital_lead, barnsley.social_worker  # noqa: B018
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    practitioner.post(address, answers(barnsley))
    people = step_address(barnsley, draft, "people")
    shown = read(page(practitioner, people))
    assert [h.text for h in shown.every(tag="h2") if "side" in h.text] == [
        "The other side: Children's social care",
        "Your side: Moorside Hospital",
    ]
    options = [[o.text for o in select.every(tag="option")] for select in shown.every(tag="select")]
    manager, worker = "Team Manager, Safeguarding lead or line manager", "Social Worker, Practitioner"
    assert options == [
        ["Choose somebody", worker, manager],
        ["Choose somebody", manager, worker],
        ["Yes", *INSTEAD],
        ["Choose somebody", "Hospital Lead, Safeguarding lead or line manager"],
        ["Yes", *INSTEAD],
    ]
    chosen = [o.text for o in shown.every(tag="option") if "selected" in o.attributes]
    assert chosen == [
        "Choose somebody", manager, "Yes", "Hospital Lead, Safeguarding lead or line manager", "Yes",
    ]  # fmt: skip
    with barnsley.scope():
        members = {m.user.email: str(m.pk) for m in named_on_forms()}
    sent = {
        "receiving_practitioner": "unknown",
        "receiving_lead": "listed",
        "receiving_lead_member": members[barnsley.team_manager.email],
        "raising_lead": "listed",
        "raising_lead_member": "",
    }
    half = practitioner.post(people, sent)
    assert told(half.content) == ["Choose somebody: Who is your safeguarding lead or manager?"]
    sent["raising_lead_member"] = members[barnsley.hospital_lead.email]
    assert practitioner.post(people, sent).status_code == 302
    with barnsley.scope():
        draft_answers = Disagreement.objects.get(pk=draft.pk).answers
    assert draft_answers["receiving_lead_member"] == members[barnsley.team_manager.email]
    practitioner.post(address, answers(barnsley, receiving_agency="police"))
    wrong = practitioner.get(f"/p/barnsley/raise/{draft.key}/check/")
    line_manager = "Who is the direct line manager of the person the concern is about?"
    assert f"Choose again, because the agency changed: {line_manager}" in told(wrong.content)


def test_nobody_stands_on_both_sides_and_nobody_is_half_named(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    practitioner.post(address, answers(barnsley))
    people = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "people")
    own = practitioner.post(people, answers(barnsley, receiving_lead_name="Me", receiving_lead_email=barnsley.midwife.email))
    assert told(own.content) == ["Me is named on your side already. Name somebody of the other agency"]
    half = practitioner.post(people, answers(barnsley, receiving_lead_email="", raising_lead_name=""))
    assert told(half.content) == [
        "Enter a work e-mail address: Who is the direct line manager of the person the concern is about?",
        "Enter a name: Who is your safeguarding lead or manager?",
    ]
    nobody = practitioner.post(people, {})
    assert told(nobody.content) == [
        "Answer the question: Who is the direct line manager of the person the concern is about?",
        "Answer the question: Who is your safeguarding lead or manager?",
    ]


def test_a_reference_that_looks_like_a_person_is_asked_about_once_and_then_taken(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    child = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "child")
    for reference, like in (
        ("Amy Jane Carter", "a name"),
        ("943 476 5919", "an NHS number"),
        ("AC 3/11/2019", "a date of birth"),
    ):
        asked = practitioner.post(child, given := answers(barnsley, child_reference=reference))
        shown = main(asked.content.decode())
        assert (asked.status_code, f"That looks like {like}." in shown.text) == (200, True)
        sure = [i.attributes["value"] for i in shown.every(tag="input") if i.attributes.get("name") == "sure"]
        assert practitioner.post(child, given | {"sure": "not what was asked"}).status_code == 200
        assert practitioner.post(child, given | {"sure": sure[0]}).status_code == 302
    for reference in ("H-2207", "Moorside 2207", "943 476 5918", ""):
        assert practitioner.post(child, answers(barnsley, child_reference=reference)).status_code == 302


def test_a_mark_asks_its_own_question_and_keeps_the_answer(wiltshire: World, signed_in) -> None:
    practitioner = signed_in(wiltshire.midwife)
    begin(practitioner, wiltshire)
    draft = draft_of(wiltshire, wiltshire.midwife)
    kind = step_address(wiltshire, draft, "child")
    refused = practitioner.post(kind, answers(wiltshire, flags=["serious"]))
    assert told(refused.content) == ["Answer the question: What makes it potentially serious?"]
    own = {"flags": ["serious"], "mark_serious": "Two siblings were injured."}
    check = write_on(practitioner, wiltshire, draft, **own)
    shown = main(page(practitioner, check))
    assert "What makes it potentially serious? Two siblings were injured." in shown.text
    assert "Chair of the QA&P Sub Group" in shown.text
    practitioner.post(check)
    raised = wiltshire.fresh(draft)
    assert raised.flags == ["serious"]
    assert "Potentially very serious Two siblings were injured." in main(page(practitioner, raised.get_absolute_url())).text


def test_an_unborn_child_and_a_status_that_somebody_must_be_told_of(havering: World, signed_in) -> None:
    practitioner = signed_in(havering.midwife)
    check = write(
        practitioner, havering, child_status="looked_after", unborn="on", flags=["immediate_harm"], mark_immediate_harm="Told"
    )
    shown = main(page(practitioner, check)).text
    assert "Is the child any of these? Looked after" in shown
    assert "The child is not born yet Yes" in shown
    assert "Designated safeguarding lead: whoever is listed for Moorside Hospital" in shown
    practitioner.post(check)
    with havering.scope():
        raised = Disagreement.objects.get()
    assert (raised.child_status, raised.flags, raised.answers["unborn"]) == ("looked_after", ["immediate_harm"], True)
    assert "Not born yet Yes" in main(page(practitioner, raised.get_absolute_url())).text


def test_a_date_for_the_child_shortens_the_clock_and_is_foretold(havering: World, signed_in) -> None:
    practitioner = signed_in(havering.midwife)
    soon = timezone.localdate() + timedelta(days=1)
    check = write(practitioner, havering, **a_day("needed_by", 1))
    shown = main(page(practitioner, check)).text
    assert f"By the end of {soon:%A} {soon.day} {soon:%B %Y} (guide)." in shown
    assert "This is the date you asked for." in shown
    practitioner.post(check)
    with havering.scope():
        assert Disagreement.objects.get().needed_by == soon
