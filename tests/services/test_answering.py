"""The receiving side's first answers: opened, acknowledged, a conversation booked; and progress told to everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation import services
from escalation.models import ChronologyEntry, Disagreement, Invitation, Party
from escalation.services import Person
from escalation.services.inviting import let_in
from partnerships.models import User
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World, days

from .acts import BOTH_SIDES, CLOSED, LATER, PARTIES, RECEIVING, after, closed, last, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db


def opened(world: World, disagreement: Disagreement, *, by: User) -> ChronologyEntry | None:
    with world.scope(by):
        return services.open_it(disagreement.pk, viewer=world.viewer(by), at=LATER)


def test_the_first_opening_by_the_other_side_is_an_entry_and_every_first_is_kept(barnsley: World) -> None:
    found = raised(barnsley)
    assert [opened(barnsley, found, by=user) for user in (barnsley.midwife, barnsley.office, barnsley.stranger)] == [None] * 3
    entry = opened(barnsley, found, by=barnsley.team_manager)
    assert entry is not None
    assert (entry.kind, entry.actor, entry.data) == ("seen", barnsley.team_manager, {"events": ["seen"]})
    assert [opened(barnsley, found, by=user) for user in (barnsley.team_manager, barnsley.social_worker)] == [None] * 2
    with barnsley.scope():
        kept = Party.objects.filter(disagreement=found).exclude(first_opened_at=None)
        assert {p.name for p in kept} == {"Team Manager", "Social Worker"}
    assert barnsley.chronology(found) == ["raised", "seen"]
    # Reading is not acting: nobody's form is stale because of it.
    assert barnsley.fresh(found).version == found.version


def test_somebody_named_before_they_had_an_account_is_the_same_person(barnsley: World) -> None:
    pat = Person(side=Side.RECEIVING, role="lead", name="Pat Late", email="pat.late@barnsley.example")
    found = raised(barnsley, people=(*barnsley.particulars().people, pat))
    with barnsley.scope():
        assert Party.objects.get(name="Pat Late").user is None
    entry = opened(barnsley, found, by=barnsley.person("pat.late", "lead", "social_care"))
    assert entry is not None
    with barnsley.scope():
        assert Party.objects.get(name="Pat Late").first_opened_at == LATER


def test_what_has_ended_can_still_be_opened(barnsley: World) -> None:
    found = barnsley.do("withdraw", raised(barnsley), by=barnsley.midwife, at=LATER, reason="A mistake.")
    assert opened(barnsley, found, by=barnsley.team_manager) is not None


def test_acknowledging_is_one_press_and_no_clock_turns(barnsley: World) -> None:
    found = raised(barnsley)
    clocks = barnsley.running(found)
    found = barnsley.do("acknowledge", found, by=barnsley.social_worker, at=LATER)
    entry = last(barnsley, found)
    assert (entry.kind, entry.data, entry.words_id) == ("acknowledged", {"events": ["acknowledged"]}, None)
    assert (found.state, found.version, barnsley.running(found)) == ("open", 2, clocks)
    found = barnsley.do("acknowledge", found, by=barnsley.team_manager, at=LATER, words="I ring today.")
    assert words_of(barnsley, last(barnsley, found)) == "I ring today."


def test_a_conversation_is_booked_by_either_side(barnsley: World) -> None:
    when = TUESDAY + days(1)
    found = barnsley.do("book_conversation", raised(barnsley), by=barnsley.midwife, at=LATER, when=when, words="She rings me.")
    entry = last(barnsley, found)
    assert (entry.kind, entry.data) == ("conversation_booked", {"when": when.isoformat(), "events": ["conversation_booked"]})
    assert words_of(barnsley, entry) == "She rings me."


def test_progress_starts_the_next_five_days(barnsley: World) -> None:
    """B after Stage Three: at each step or every five working days."""
    found = barnsley.do("record_progress", raised(barnsley), by=barnsley.hospital_lead, at=TUESDAY + days(2), words="We talked.")
    entry = last(barnsley, found)
    assert (entry.kind, words_of(barnsley, entry)) == ("progress_recorded", "We talked.")
    assert entry.data == {"events": ["progress_recorded"], "started": {"progress_update": "2026-09-24T23:00:00+00:00"}}
    assert barnsley.running(found) == {"stage_1_resolution": after("2026-09-22"), "progress_update": after("2026-09-24")}


@pytest.mark.parametrize("urgency", ["increasing_risk", "imminent_risk"])
def test_in_oldham_recording_the_talk_stops_the_hours(oldham: World, urgency: str) -> None:
    found = raised(oldham, urgency=urgency)
    assert len(oldham.running(found)) == 1
    found = oldham.do("record_progress", found, by=oldham.midwife, at=TUESDAY + timedelta(minutes=20), words="Nobody answers.")
    assert len(oldham.running(found)) == 1
    talk = {"when": TUESDAY + timedelta(minutes=25), "how": "telephone", "words": "We talked."}
    found = oldham.do("record_conversation", found, by=oldham.midwife, at=TUESDAY + timedelta(minutes=30), **talk)
    assert oldham.running(found) == {}


def test_progress_without_words_is_none(barnsley: World) -> None:
    assert refusal(barnsley, "record_progress", raised(barnsley), by=barnsley.midwife, words=" ") == (
        "Write what has happened since the last update."
    )


def test_nothing_is_answered_after_the_end(havering: World) -> None:
    found = closed(havering)
    assert refusal(havering, "acknowledge", found, by=havering.office) == CLOSED
    assert refusal(havering, "record_progress", found, by=havering.office, words="x") == CLOSED
    assert refusal(havering, "book_conversation", found, by=havering.office, when=TUESDAY, words="x") == CLOSED


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "acknowledge", found) == RECEIVING
    assert [who_may(barnsley, verb, found) for verb in ("book_conversation", "record_progress")] == [BOTH_SIDES] * 2
    assert "stranger" in who_may(barnsley, "open", found)  # whether they may see it at all is asked first
    assert refusal(barnsley, "acknowledge", found, by=barnsley.midwife) == "This is for the receiving side to do."
    assert refusal(barnsley, "record_progress", found, by=barnsley.stranger, words="x") == PARTIES


def test_somebody_acts_for_another(barnsley: World) -> None:
    found = raised(barnsley)
    barnsley.do("acknowledge", found, by=barnsley.office, at=LATER, on_behalf_of=barnsley.team_manager)
    entry = last(barnsley, found)
    assert (entry.actor, entry.on_behalf_of_id) == (barnsley.office, barnsley.team_manager.pk)


def test_whose_account_came_after_the_form_is_seen_to_open_its_page(barnsley: World, signed_in) -> None:
    pat = Person(side=Side.RECEIVING, role="lead", name="Pat Late", email="pat.late@barnsley.example")
    found = raised(barnsley, people=(*barnsley.particulars().people, pat))
    late = signed_in(barnsley.person("pat.late", "lead", "social_care"))
    assert late.get(found.get_absolute_url()).status_code == 404  # a member by now, and the office has not looked at the address
    with barnsley.scope(barnsley.office):
        let_in(Invitation.objects.get().pk, viewer=barnsley.viewer(barnsley.office))
    page = late.get(found.get_absolute_url())
    assert page.status_code == 200
    assert barnsley.chronology(found) == ["raised", "invitation_held", "invitation_admitted", "seen"]
