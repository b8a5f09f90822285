"""What agencies report on their own, and the protocol's own review date: asked, reminded, answered, and never a flood."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from insight.figure import Period
from learning import for_meetings, months, returns
from learning.models import AgencyReturn, ReturnPeriod, ReturnsArranged
from learning.reminding import remind
from learning.review import near_or_passed
from notifications.models import Message
from tests.journeys.visitor import Visitor
from tests.notifications.story import go_live, messages
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
# The first working day after the second quarter of the year that begins in April.
ASKED = datetime(2026, 10, 1, 9, tzinfo=UTC)


def subjects(world: World, *, to: str) -> list[str]:
    return [message.subject for message in messages(world) if message.to_email.startswith(f"{to}@")]


def test_periods_begin_in_april() -> None:
    assert [months.last_whole(date(2026, 10, 1), every=every) for every in (3, 6, 12)] == [
        Period(date(2026, 7, 1), date(2026, 9, 30)), Period(date(2026, 4, 1), date(2026, 9, 30)),
        Period(date(2025, 4, 1), date(2026, 3, 31)),
    ]  # fmt: skip
    assert months.last_whole(date(2026, 3, 31), every=3) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert months.later(date(2026, 8, 31), months=6) == date(2027, 2, 28)
    assert [months.whole_months_since(date(2026, 1, 31), day) for day in (date(2026, 2, 27), date(2026, 2, 28))] == [0, 1]


def test_a_round_from_asking_to_the_pack(oldham: World) -> None:
    """The protocol asks for it: each agency once, once a week before, once after; whoever has answered hears no more."""
    go_live(oldham)
    leads = (oldham.hospital_lead, oldham.team_manager)
    assert leads
    assert remind(oldham.partnership.pk, at=ASKED) == 2
    assert [remind(oldham.partnership.pk, at=ASKED + days(n)) for n in (1, 5)] == [0, 0]
    with oldham.scope():
        (period,) = ReturnPeriod.objects.all()
        assert (period.first, period.last, period.due) == (date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 22))
    where = f"/p/oldham/learning/returns/{period.pk}/"
    lead = Visitor(oldham.hospital_lead).opens(f"{where}agencies/hospital/").presses("Save the answers")
    assert (lead.status, lead.refusals) == (
        409, ["Answer at least one question. If there was nothing, say so in the last one."],
    )  # fmt: skip
    lead.fills("About how many differences", "12").chooses(oldham.protocol.categories[0].name)
    lead.fills("Other themes", "Parking").fills("What should the partnership know?", "NHS number 943 476 5919").presses(
        "Save the"
    )
    lead.sees("seems to hold an NHS number").fills("What should the partnership know?", "Ring first.").presses("Save the answers")
    assert lead.told == ["The answers of Moorside Hospital are written down. Thank you."]
    for address in (f"{where}agencies/social_care/", where):
        assert lead.opens(address).status == 403

    assert remind(oldham.partnership.pk, at=ASKED + days(15)) == 1  # a week before the day
    assert remind(oldham.partnership.pk, at=ASKED + days(25)) == 1  # and once after it
    assert [remind(oldham.partnership.pk, at=ASKED + days(n)) for n in (26, 27, 40)] == [0, 0, 0]
    assert len(subjects(oldham, to="team.manager")) == 3
    assert len(subjects(oldham, to="hospital.lead")) == 1
    the_office_writes_down(oldham, where)
    with oldham.scope():
        lines = for_meetings.returns_in(Period(date(2026, 4, 1), date(2027, 3, 31)))
    assert [line.agency for line in lines] == sorted((line.agency for line in lines), key=str.casefold)
    told = {line.agency: line for line in lines if line.answers}
    assert {name: line.told_by for name, line in told.items()} == {"Larkfield School": "Hedi Head", "Moorside Hospital": ""}
    assert dict(told["Moorside Hospital"].answers)["What were they about?"] == f"{oldham.protocol.categories[0].name}; Parking"


def the_office_writes_down(world: World, where: str) -> None:
    office = Visitor(world.office).opens(where).sees("Not answered yet", "Larkfield School", "Ring first.")
    office.follows("Write down what they tell you : Larkfield School").fills("What helped", "A walk together.")
    office.presses("Save the answers")
    assert office.refusals == ["Say who told you"]
    office.fills("Who told you?", "Hedi Head").presses("Save the answers").sees("for Hedi Head", "A walk together.")


def test_it_is_off_where_the_protocol_does_not_ask_and_the_office_arranges_it(havering: World) -> None:
    office = Visitor(havering.office).opens("/p/havering/learning/returns/").sees("Agencies are asked: not at all.")
    assert remind(havering.partnership.pk, at=ASKED) == 0
    office.follows("Change this").sees("does not ask agencies to report").chooses("Every half-year")
    office.fills("How many days", "3").fills("Questions of your own", "Who was missing?\n").presses("Save")
    assert office.refusals == ["Give them at least 7 days"]
    office.fills("How many days", "14").presses("Save").sees("Agencies are asked: every half-year.")
    with havering.scope():
        rule = ReturnsArranged.objects.get()
        assert (rule.every, rule.days, rule.own_questions) == (6, 14, ["Who was missing?"])
        # What was over before it was arranged is not asked about.
        assert returns.period_to_ask(timezone.localdate()) is None
        assert returns.period_to_ask(rule.since + timedelta(days=400)) is not None
    today = timezone.localdate()
    office.fills("First day", today - days(40)).fills("Last day", today - days(9)).presses("Ask the agencies")
    office.sees("0 of 4 agencies have answered")
    office.fills("First day", today - days(10)).fills("Last day", today - days(2)).presses("Ask the agencies")
    assert office.refusals == ["Agencies have been asked about some of these days already."]
    office.follows(office.page.first(cls="escalation-listed__one").first(tag="a").text).follows("Write down what they tell")
    office.sees("Who was missing?")
    lead = Visitor(havering.hospital_lead).opens("/p/havering/").sees("Moorside Hospital: a few questions")
    with havering.scope():
        assert AgencyReturn.objects.count() == 0
    assert lead.follows("Moorside Hospital: a few questions").asks("Who was missing?")


def test_a_protocols_own_review_date(wiltshire: World, barnsley: World) -> None:
    """One that is long past is said so, each month; one that is near, some weeks before and on the day."""
    go_live(barnsley)
    with wiltshire.scope():
        (one,) = near_or_passed(TUESDAY.date())
        said = one.sentence(TUESDAY.date())
    assert said.endswith("was to be reviewed by 31 January 2021, more than 5 years ago. Nothing here says that it has been.")
    assert Visitor(wiltshire.office).opens("/p/wiltshire/").sees("was to be reviewed by 31 January 2021").status == 200
    Visitor(wiltshire.office).opens("/p/wiltshire/learning/").sees("was to be reviewed by 31 January 2021")
    Visitor(wiltshire.midwife).opens("/p/wiltshire/").does_not_see("to be reviewed by")
    assert wiltshire.administrator
    made = [remind(wiltshire.partnership.pk, at=TUESDAY + days(n)) for n in (0, 1, 15, 16, 17, 30)]
    assert made == [2, 0, 2, 0, 0, 0]  # again on the last day of September; in training it stays inside
    assert {message.state for message in messages(wiltshire)} == {Message.State.HELD}

    office = barnsley.office
    assert office.name
    with barnsley.scope():
        ReturnsArranged.objects.create(every=0, since=TUESDAY.date())
    on = datetime(2027, 1, 31, 9, tzinfo=UTC)  # a Sunday: it goes on the Monday
    assert [remind(barnsley.partnership.pk, at=on + days(n)) for n in (-60, -40, -39, 0, 1, 2, 29)] == [0, 1, 0, 0, 1, 0, 1]
    assert subjects(barnsley, to="office") == ["A protocol’s own review date"] * 3
    assert "is to be reviewed by 31 January 2027" in messages(barnsley)[0].text
