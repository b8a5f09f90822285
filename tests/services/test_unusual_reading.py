"""What of the reading is pointed out: too much in an hour, a name of one's own, and what was read after the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.models import Disagreement, Invitation, Party, Reading
from escalation.services import Person
from escalation.unusual_reading import LOOKED_BACK, Look, busiest_hour, surname, unusual, usual_in_an_hour
from partnerships.administering import Did, note_administration
from partnerships.models import Membership, User
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World, days


def minute(number: float) -> timedelta:
    return timedelta(minutes=number)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 240)), max_size=25))
@settings(max_examples=30)
def test_the_busiest_hour_is_found_wherever_it_begins(opened: list[tuple[int, int]]) -> None:
    """Against counting every window that begins with a reading, by hand."""
    looks = [Look(1, disagreement, TUESDAY + minute(at)) for disagreement, at in opened]
    counted = [len({d for d, at in opened if since <= at <= since + 60}) for _, since in opened]
    found = busiest_hour(looks)
    assert (found.count if found else 0) == max(counted, default=0)
    if found is not None:
        assert found.until - found.since <= timedelta(hours=1)
        assert len({look.disagreement for look in looks if found.since <= look.at <= found.until}) == found.count


def test_what_is_usual_goes_by_the_widest_role_that_somebody_holds() -> None:
    assert usual_in_an_hour(["practitioner"]) == usual_in_an_hour([]) == 8
    assert usual_in_an_hour(["lead", "decision_maker"]) == 15
    assert usual_in_an_hour(["lead", "partnership_manager"]) == 40


@pytest.mark.parametrize(
    ("name", "found"), [("Ada Year", "year"), ("Ada van der YEAR", "year"), ("Ada", ""), ("", ""), (" Ada  Year ", "year")]
)
def test_a_surname_is_the_last_of_two_words_or_more(name: str, found: str) -> None:
    assert surname(name) == found


def read(world: World, by: User, disagreement: Disagreement, *, at: timedelta = timedelta()) -> None:
    with world.scope():
        Reading.objects.create(by=by, at=TUESDAY + at, what=Reading.What.DISAGREEMENT, disagreement=disagreement)


def said(world: World, *, at: timedelta = timedelta(days=1)) -> list[str]:
    with world.scope():
        return [one.sentence for one in unusual(at=TUESDAY + at)]


def test_one_more_than_usual_within_an_hour_is_pointed_out_with_its_figures(barnsley: World) -> None:
    """The manager of the hospital takes part in all of them; the office may read so many."""
    raised = [barnsley.raised() for _ in range(9)]
    for number, each in enumerate(raised[:8]):
        read(barnsley, barnsley.hospital_lead, each, at=minute(number))
        read(barnsley, barnsley.hospital_lead, each, at=minute(number + 20))  # the same one again is no other one
    read(barnsley, barnsley.hospital_lead, raised[8], at=minute(100))
    for each in raised:
        read(barnsley, barnsley.office, each)
    assert said(barnsley) == []
    read(barnsley, barnsley.hospital_lead, raised[8], at=minute(60))
    assert said(barnsley) == [
        (
            "Hospital Lead opened 9 different disagreements within one hour, until Tuesday 15 September 2026 at 11:30am. "
            "More than 8 is unusual for what they are here."
        )
    ]
    with barnsley.scope():
        (found,) = unusual(at=TUESDAY + days(1))
    assert (found.by, found.day) == (barnsley.hospital_lead.pk, TUESDAY.date())
    assert said(barnsley, at=LOOKED_BACK + days(1)) == []


def test_a_name_of_ones_own_is_pointed_out_where_one_takes_no_part(barnsley: World) -> None:
    sister = Person(side=Side.RECEIVING, role="lead", name="Mina Lead", email="mina@barnsley.example")
    theirs, other = barnsley.raised(people=(sister,)), barnsley.raised()
    namesake = barnsley.person("carol.lead", "decision_maker")
    read(barnsley, barnsley.hospital_lead, other)  # takes part in it
    for each in (theirs, other):
        read(barnsley, namesake, each)
        read(barnsley, barnsley.midwife, each)
    assert said(barnsley) == [
        f"Carol Lead read {reference}, in which {name} takes part, who has the same surname. Carol Lead takes no part in it."
        for reference, name in (("BAR-0001", "Mina Lead"), ("BAR-0002", "Hospital Lead"))
    ]


def test_reading_after_the_end_is_pointed_out_and_what_is_still_theirs_is_not(barnsley: World) -> None:
    """Who left a disagreement, who was taken out of it, and who was let out of the partnership; never who still sees it."""
    raised = barnsley.raised()
    guest = User.objects.create_user("guest@elsewhere.example", name="Gus Guest")
    gone, still = barnsley.stranger, barnsley.office
    with barnsley.scope(), time_machine.travel(TUESDAY, tick=False):
        Party.objects.filter(disagreement=raised, email=barnsley.hospital_lead.email).update(left_at=TUESDAY)
        Invitation.objects.create(
            disagreement=raised, email=guest.email, user=guest, state="removed", invited_at=TUESDAY, decided_at=TUESDAY
        )
        note_administration(Did.LET_OUT, by=still, about=gone)
        note_administration(Did.LET_OUT, by=still, about=still)
        note_administration(Did.LET_IN, by=still, about=still)
        Membership.objects.filter(user=gone).update(active=False)
    for person in (barnsley.hospital_lead, guest, gone, barnsley.team_manager, still):
        read(barnsley, person, raised, at=minute(-5))
        read(barnsley, person, raised, at=minute(5))
    when = "on Tuesday 15 September 2026 at 10:35am, after their access had ended on Tuesday 15 September 2026 at 10:30am."
    assert said(barnsley) == [f"{name} read BAR-0001 {when}" for name in ("Hospital Lead", "Gus Guest", "Stranger")]
