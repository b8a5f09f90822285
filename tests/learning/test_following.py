"""What was learned is written again without anybody in it, acted on, followed to done, judged, and outlives the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from escalation.models import Learning
from learning import briefing, for_meetings, services
from learning.afterwards import later_figures
from learning.models import Action, Briefing, Item, ItemEntry, Source
from learning.reminding import remind
from records.destroying import destroy
from tests.journeys.visitor import Visitor
from tests.notifications.story import go_live, messages
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
HOME = "/p/barnsley/learning/"
PWD = "Policy and Workforce Development (PWD) subgroup"
NAMING = "Midwife rang about H-2207 and nobody answered: see BAR-0001."


def test_from_a_record_to_what_it_changed(barnsley: World) -> None:
    """Two records become one item; what names somebody is asked about once; an action is done, and the answer is kept."""
    for words in ("Nobody rang back for a week.", "The number on the wall was old."):
        raised = barnsley.raised()
        barnsley.do("record_learning", raised, by=barnsley.office, at=TUESDAY, words=words, needs="training")
    office = Visitor(barnsley.office).opens(HOME).sees("Recorded on disagreements, to be taken up (2)")
    office.follows("Recorded on disagreements").chooses("Nobody rang back", "The number on the wall").presses("Write it down")
    office.sees("Nobody rang back for a week.", "The number on the wall was old.", "BAR-0001", "BAR-0002")
    office.fills("What do you call it?", "Ringing back").fills("What was learned?", NAMING).chooses(PWD)
    office.fills("Your own theme words", "telephone, Out of hours, Telephone")
    office.fills("Agency that raised it", "Moorside Hospital").fills("Agency it was raised with", "Children's social care")
    office.presses("Save")
    office.sees(
        "seems to hold the reference BAR-0001", "seems to hold the reference H-2207", "the name of somebody who takes part",
        "There are so few disagreements between these two agencies",
    )  # fmt: skip
    office.fills("What was learned?", "Say by when somebody rings back.").presses("Save").sees("There are so few")
    office.presses("Save")
    assert office.told == ["It is written down. Say now what is to be done about it."]
    office.sees("Ringing back", "Say by when somebody rings back.", "Own words: Out of hours, Telephone.", PWD, "BAR-0001")
    with barnsley.scope():
        item = Item.objects.get()
        assert (item.category, item.sub_group, item.sources.count()) == (barnsley.protocol.categories[0].key, PWD, 2)
        Item.objects.update(category="of_an_earlier_version", version=7)
    office.follows("Change what was learned").fills("What do you call it?", "Ringing back soon").presses("Save").presses("Save")
    with barnsley.scope():
        item = Item.objects.get()
        assert (item.title, item.category, item.sub_group) == ("Ringing back soon", "of_an_earlier_version", PWD)
        Item.objects.update(category=barnsley.protocol.categories[0].key, title="Ringing back")
    assert Visitor(barnsley.office).opens(HOME).sees("to be taken up (0)", "Being followed (1)").status == 200

    office.presses("Add an action").presses("Save")
    assert "Say who does it" in office.refusals
    office.chooses("Training", "A member").fills("What is to be done?", "A half day on answering")
    office.fills("Which member?", "Hospital Lead" if barnsley.hospital_lead else "").fills("By when?", timezone.now().date())
    office.presses("Save").sees("A half day on answering", "Not begun")
    follows_the_action(barnsley, item.pk)
    judges(barnsley, item.pk)


def follows_the_action(world: World, number: int) -> None:
    """Whoever does it says how it stands, without seeing anything else of the office's."""
    with world.scope():
        action = Action.objects.get()
    lead = Visitor(world.hospital_lead).opens(f"{HOME}actions/{action.pk}/").sees("Say by when somebody rings back.")
    lead.chooses("Will not be done").presses("Save how it stands")
    assert lead.refusals == ["Say why it will not be done"]
    lead.chooses("Under way").presses("Save how it stands").sees("Under way")
    assert lead.opens(f"{HOME}{number}/").status == 403
    other = Visitor(world.team_manager).opens(f"{HOME}actions/{action.pk}/").sees("Only whoever does this action")
    assert other.status == 403
    stale = lead.opens(f"{HOME}actions/{action.pk}/")
    Visitor(world.office).opens(f"{HOME}actions/{action.pk}/").fills("Anything to add", "Booked for May.").presses("Save how")
    stale.chooses("Done").presses("Save how it stands")
    assert (stale.status, stale.refusals[0][:39]) == (409, "Somebody changed this while you were wr")
    assert stale.presses("Save how it stands").told == ["How it stands is written down."]
    with world.scope():
        item = Item.objects.get(pk=number)
        today = timezone.localdate()
        assert (item.progress, item.done_on, action.what) == ("done", today, "A half day on answering")
        assert item.ask_on is not None
        assert 180 <= (item.ask_on - today).days <= 185
        assert [e.did for e in reversed(item.entries.all())] == [
            "made", "assigned", "changed", "action_added", "under_way", "noted", "done",
        ]  # fmt: skip


def judges(world: World, number: int) -> None:
    """Seven months on: the figures of both sides, of this theme between these two, and the office's own words."""
    with world.scope():
        Item.objects.filter(pk=number).update(done_on=TUESDAY.date() - days(40), ask_on=TUESDAY.date())
        later = later_figures(Item.objects.get(pk=number), day=date(2026, 9, 30))
        assert later is not None
        assert (later.months, later.raised_before, later.raised_after) == (1, 0, 0)
        later = later_figures(Item.objects.get(pk=number), day=date(2026, 10, 20))
        assert later is not None
        assert later.says == "0 raised in the 2 months before it was done, 2 in the 2 months after."
    office = Visitor(world.office).opens(f"{HOME}?show=ask").sees("Ringing back").opens(f"{HOME}{number}/")
    office.follows("Say whether it changed anything").presses("Save the answer")
    assert office.refusals == ["Choose an answer", "Say what makes you think so"]
    office.chooses("Partly").fills("What makes you think so?", "Two teams ring back now.").presses("Save the answer")
    office.sees("Partly.", "Two teams ring back now.", "Said whether it changed anything").opens(f"{HOME}?show=ask")
    office.does_not_see("Ringing back")
    with world.scope():
        (line,) = for_meetings.judged_in(for_meetings.Period(date(2026, 1, 1), timezone.localdate() + days(1)))
        assert (line.stands, line.changed, line.sub_group) == ("Done", "Partly. Two teams ring back now.", PWD)
        assert for_meetings.open_learning() == for_meetings.actions_due(by=date(2030, 1, 1)) == []


def test_it_outlives_the_record_and_points_at_nothing(barnsley: World) -> None:
    ended = withdrawn(barnsley)
    barnsley.do("record_learning", ended, by=barnsley.office, at=LONG_AGO + days(3), words="Say who decides", needs="policy")
    keeps(barnsley)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        record = Learning.objects.get()
        written = services.Written(title="Who decides", learned="Say at the start who decides.")
        item = services.make_item(viewer, written=written, learning=[record.pk])
        destroy(ended.pk, viewer=viewer, reason="Time is up")
        assert not Learning.objects.filter(pk__in=Source.objects.values("learning")).exists()
        assert Item.objects.get() == item
    page = Visitor(barnsley.office).opens(f"{HOME}{item.pk}/").sees("Say at the start who decides.")
    page.sees("Learned from: 1 record that has been destroyed.").does_not_see(str(ended.reference))


def test_a_briefing_is_taken_only_as_it_was_looked_through(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.do("record_learning", raised, by=barnsley.office, at=TUESDAY, words="Ring back", needs="briefing")
    with barnsley.scope(barnsley.office):
        viewer, record = barnsley.viewer(barnsley.office), Learning.objects.get()
        written = services.Written(title="Ringing back", happened="A call was not returned.", learned="Say by when.")
        item = services.make_item(viewer, written=written, learning=[record.pk])
    where = f"{HOME}{item.pk}/briefing"
    office = Visitor(barnsley.office).opens(f"{HOME}{item.pk}/").follows("Write a briefing from this")
    other = Visitor(barnsley.office).opens(f"{where}/").fills("What we learned", "Mine.")
    office.fills("What happened", "A midwife rang Children's social care about H-2207.").presses("Save and look through it")
    office.sees("the reference H-2207", "an agency that is in fewer than 5 disagreements", "Say by when.", "Where to read on")
    # Whoever wrote at the same time is told, and loses nothing that they typed.
    assert other.presses("Save and look").status == 409
    assert other.sees("Somebody changed this while you were writing.", "Mine.").presses("Save and look").status == 200
    assert office.opens(f"{where}.pdf").told == ["Look through it before it is taken."]
    office.follows("Change the text").fills("What happened", "A call was not returned.\n\nNor the next.").presses("Save and look")
    office.presses("I have looked").sees("Take it as")
    taken = {kind: office.client.get(f"{where}.{kind}") for kind in ("html", "pdf", "docx")}
    assert {kind: (one.status_code, one["Content-Type"][:15]) for kind, one in taken.items()} == {
        "html": (200, "text/html; char"), "pdf": (200, "application/pdf"), "docx": (200, "application/vnd"),
    }  # fmt: skip
    assert "Nor the next." in taken["html"].content.decode()
    office.opens(f"{where}/").fills("What we learned", "Say by when, Hospital Lead.").presses("Save and look")
    assert office.sees("seems to hold the name").client.get(f"{where}.docx").status_code == 302
    with barnsley.scope():
        made = briefing.document(Briefing.objects.get())
        assert (made.title, made.subtitle, made.author) == (
            "Ringing back", "Seven-minute briefing", "Barnsley Safeguarding Children Partnership",
        )  # fmt: skip
        assert ItemEntry.objects.filter(did="briefing_checked").count() == 1


def test_one_email_when_it_is_due_and_one_when_it_is_asked(havering: World) -> None:
    """To whoever does it; for those without an account, to the office. Never of what is done, and never twice."""
    go_live(havering)
    office, at = havering.office, TUESDAY
    with havering.scope(office):
        viewer = havering.viewer(office)
        item = services.make_item(viewer, written=services.Written(title="Secret words", learned="Planted"), at=at)
        owners = (services.Owner(member=havering.hospital_lead), services.Owner(agency=havering.agencies["school"]))
        for owner in owners:
            services.add_action(
                item.pk, viewer=viewer, version=Item.objects.get().version, kind="training", what="Planted", owner=owner,
                due=at.date() + days(1), at=at,
            )  # fmt: skip
    assert remind(havering.partnership.pk, at=at) == 0
    assert remind(havering.partnership.pk, at=at + days(1) - timedelta(hours=9)) == 0  # by night
    assert remind(havering.partnership.pk, at=at + days(1)) == 2
    assert [remind(havering.partnership.pk, at=at + days(n)) for n in (1, 2, 8)] == [0, 0, 0]
    sent = {m.to_email.partition("@")[0]: m.text for m in messages(havering)}
    assert sorted(sent) == ["hospital.lead", "office"]
    assert not any(word in text for text in sent.values() for word in ("Planted", "Secret"))
    assert "/p/havering/learning/actions/" in sent["hospital.lead"]
    with havering.scope(office):
        for action in Action.objects.all():
            services.say_how_it_stands(action.pk, viewer=viewer, version=action.version, progress="done", at=at + days(3))
        asked = Item.objects.get().ask_on
    assert asked == date(2027, 3, 18)
    assert remind(havering.partnership.pk, at=at + days(100)) == 0
    on_the_day = at.replace(year=2027, month=3, day=18)
    assert [m.subject for m in messages(havering)].count("Did what was learned change anything?") == 0
    remind(havering.partnership.pk, at=on_the_day)
    remind(havering.partnership.pk, at=on_the_day + days(1))
    assert [m.subject for m in messages(havering)].count("Did what was learned change anything?") == 1
