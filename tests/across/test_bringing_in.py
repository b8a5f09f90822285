"""One partnership owns the record, people of another are let into that one, and both count it once, marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from config.celery import app
from escalation.across import neighbours
from escalation.models import Disagreement, ElsewhereMarker, SharedAcross
from escalation.moves import NotPermitted, Refused
from escalation.services import Person
from escalation.services.across import mark_elsewhere, partnerships_with_markers_to_write, share_across
from notifications.models import Message
from notifications.services import announce
from partnerships.models import Agency, Membership, Partnership, User
from partnerships.protocol_terms import Side
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.promises.database import raw
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clockwork() -> Iterator[None]:
    app.loader.import_default_modules()
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    with time_machine.travel(TUESDAY, tick=False):
        yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


def tick() -> None:
    app.tasks["escalation.mark_elsewhere_everywhere"].delay()


def lead_of_wiltshire(barnsley: World) -> Person:
    """Of an agency of the other area that stands in Barnsley's list, with its own domain."""
    with barnsley.scope():
        agency, _ = Agency.objects.get_or_create(
            key="north_care",
            defaults={"name": "Northshire social care", "sector": "social_care", "email_domains": ["wiltshire.example"]},
        )
    return Person(Side.RECEIVING, "lead", "Wynne Wilts", "wynne@wiltshire.example", agency=agency)


def shared(barnsley: World, wiltshire: World, **own: Any) -> Disagreement:
    disagreement = barnsley.raised(**own)
    with barnsley.scope(barnsley.office):
        share_across(
            disagreement.pk,
            viewer=barnsley.viewer(barnsley.office),
            other=wiltshire.partnership,
            person=lead_of_wiltshire(barnsley),
            reason="The family has moved.",
        )
    return barnsley.fresh(disagreement)


def test_from_the_page_to_the_other_partnerships_tracker(barnsley: World, wiltshire: World) -> None:
    disagreement = barnsley.raised()
    lead_of_wiltshire(barnsley)
    page = Visitor(barnsley.office).opens(disagreement.get_absolute_url()).follows("Bring in people of another partnership")
    page.presses("Bring them in")
    assert (page.status, len(page.refusals)) == (422, 7)
    page.fills("Which partnership are they of?", "Wiltshire").fills("For which agency do they act?", "Northshire social care")
    page.chooses("The receiving side").fills("In which role of this protocol?", "lead")
    page.fills("Their name", "Wynne Wilts").fills("Their work e-mail address", "wynne@wiltshire.example")
    page.fills("Why are they brought in?", "The family has moved.").presses("Bring them in")
    assert page.told == ["Wynne Wilts takes part. Wiltshire Safeguarding Children Partnership will count this disagreement too."]
    page.sees("Wiltshire Safeguarding Children Partnership counts it too.", "People of another partnership were brought in")
    assert barnsley.chronology(disagreement)[-2:] == ["party_changed", "shared_across"]
    announce(barnsley.partnership.pk)
    with barnsley.scope():
        letter = Message.objects.get(to_email="wynne@wiltshire.example")
        assert "The family has moved" not in letter.text  # a letter says that they take part, and where

    there = Visitor(wiltshire.office).opens("/p/wiltshire/tracker/")
    assert (there.heading, there.page.every(tag="tbody")) == ("Tracker (0)", [])  # the web writes nothing across
    tick()
    there.opens("/p/wiltshire/tracker/").sees("0 are held here. Counted here too: 1 held by another partnership")
    assert there.heading == "Tracker (0)"
    held_by = "Held by Barnsley Safeguarding Children Partnership"
    assert rows(there.page) == [[f"BAR-0001 {held_by}", "Open", "Tuesday 15 September 2026"]]
    assert "BAR-0001" not in there.links()

    own = Visitor(barnsley.office).opens("/p/barnsley/tracker/")
    assert own.heading == "Tracker (1)"
    assert rows(own.page)[0][3] == "Open Shared with Wiltshire Safeguarding Children Partnership"
    own.does_not_see("held by another", "Held by Wiltshire")


def test_both_files_have_it_once_and_marked(barnsley: World, wiltshire: World) -> None:
    shared(barnsley, wiltshire)
    tick()
    ours, theirs = (
        Visitor(world.office).client.get(f"/p/{world.slug}/tracker/export.csv").getvalue().decode().splitlines()[1:]
        for world in (barnsley, wiltshire)
    )
    assert theirs == ["BAR-0001,2026-09-15,,,,,Open,,,,,,,,,,,,,,,,,Barnsley Safeguarding Children Partnership"]
    assert [line.count("Shared with Wiltshire Safeguarding Children Partnership") for line in ours] == [1]


def test_the_other_partnership_finds_nothing_of_the_record(barnsley: World, wiltshire: World) -> None:
    disagreement = shared(barnsley, wiltshire)
    tick()
    office = Visitor(wiltshire.office)
    for address in (f"/p/barnsley/d/{disagreement.reference}/", f"/p/wiltshire/d/{disagreement.reference}/", "/p/barnsley/"):
        assert office.opens(address).status == 404
    with wiltshire.scope(wiltshire.office):
        told = raw("SELECT * FROM shared_with_the_partnership_in_scope()")
        assert told == [(barnsley.partnership.pk, "BAR-0001", "open", TUESDAY.date(), None)]
        assert (
            raw("SELECT count(*) FROM escalation_disagreement") == raw("SELECT count(*) FROM escalation_sharedacross") == [(0,)]
        )
    with barnsley.scope():
        assert raw("SELECT * FROM shared_with_the_partnership_in_scope()") == []
    assert raw("SELECT * FROM shared_with_the_partnership_in_scope()") == []


def test_who_was_brought_in_goes_from_one_to_the_other_by_the_address(barnsley: World, wiltshire: World) -> None:
    """Signed in once: the home page offers both, and the other partnership's tracker links what they may open there."""
    User.objects.create_user("wynne@wiltshire.example", name="Wynne Wilts")
    with wiltshire.scope():
        Membership.objects.create(user=User.objects.get(email="wynne@wiltshire.example"), role="partnership_manager")
    mine, other = shared(barnsley, wiltshire), barnsley.raised()
    tick()
    page = Visitor(User.objects.get(email="wynne@wiltshire.example")).opens("/")
    assert {"Barnsley Safeguarding Children Partnership", "Wiltshire Safeguarding Children Partnership"} <= set(page.links())
    page.follows("Wiltshire Safeguarding Children Partnership").opens("/p/wiltshire/tracker/").follows(mine.reference or "")
    assert (page.status, page.address) == (200, f"/p/barnsley/d/{mine.reference}/")
    assert page.opens(f"/p/barnsley/d/{other.reference}/").status == 404


def test_the_marker_ends_and_goes_on_with_the_disagreement_and_a_second_run_changes_nothing(
    barnsley: World, wiltshire: World
) -> None:
    disagreement = shared(barnsley, wiltshire)
    assert partnerships_with_markers_to_write() == [wiltshire.partnership.pk]

    def marker() -> tuple[str, object, object]:
        tick()
        assert partnerships_with_markers_to_write() == []
        assert mark_elsewhere(wiltshire.partnership.pk) == 0
        with wiltshire.scope():
            one = ElsewhereMarker.objects.get()
            return one.state, one.raised_on, one.ended_on

    assert marker() == ("open", TUESDAY.date(), None)
    later = TUESDAY + days(3)
    barnsley.do("withdraw", disagreement, by=barnsley.office, reason="They agreed.", at=later)
    assert marker() == ("withdrawn", TUESDAY.date(), later.date())
    assert Visitor(wiltshire.office).opens("/p/wiltshire/tracker/").page.every(tag="tbody") == []
    ended = Visitor(wiltshire.office).opens("/p/wiltshire/tracker/?state=withdrawn")
    assert rows(ended.page)[0][1:] == ["Withdrawn", "Tuesday 15 September 2026 to Friday 18 September 2026"]
    assert ended.opens("/p/wiltshire/tracker/?state=any&timescale=within").page.every(tag="tbody") == []


def test_what_goes_on_again_is_marked_so(barnsley: World, wiltshire: World) -> None:
    disagreement = shared(barnsley, wiltshire)
    agreed = barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, text="A visit.", outstanding="")
    barnsley.do("confirm_outcome", agreed, by=barnsley.team_manager, text="A visit on Friday.", outstanding="")
    tick()
    barnsley.do("reopen", disagreement, by=barnsley.office, reason="It was not done.")
    tick()
    with wiltshire.scope():
        assert list(ElsewhereMarker.objects.values_list("state", "ended_on")) == [("open", None)]


def test_it_is_refused_in_words_and_leaves_nothing(barnsley: World, wiltshire: World, havering: World) -> None:
    disagreement = shared(barnsley, wiltshire)
    person = lead_of_wiltshire(barnsley)
    before = barnsley.chronology(disagreement)

    def share(by: User, other: Partnership, reason: str = "They moved.") -> None:
        with barnsley.scope(by):
            share_across(disagreement.pk, viewer=barnsley.viewer(by), other=other, person=person, reason=reason)

    Partnership.objects.filter(pk=havering.partnership.pk).update(live_since=timezone.now())
    for by, other, reason, words in (
        (barnsley.office, wiltshire.partnership, " ", "Say why"),
        (barnsley.office, wiltshire.partnership, "Again", "takes part already, and Wiltshire"),
        (barnsley.office, barnsley.partnership, "Ours", "from the list"),
        (barnsley.office, havering.partnership, "Live", "from the list"),  # what is invented is not counted as real
        (barnsley.team_manager, wiltshire.partnership, "Ask", "Only the partnership manager"),
        (barnsley.stranger, wiltshire.partnership, "Ask", "no longer there"),
    ):
        with pytest.raises((Refused, NotPermitted), match=words):
            share(by, other, reason)
    assert barnsley.chronology(disagreement) == before
    manager = Visitor(barnsley.team_manager).opens(f"{disagreement.get_absolute_url()}across/")
    assert (manager.status, "Only the partnership manager" in manager.words) == (403, True)
    barnsley.do("withdraw", disagreement, by=barnsley.office, reason="They agreed.")
    with pytest.raises(Refused, match="has ended"):
        share(barnsley.office, wiltshire.partnership)


def test_a_second_person_joins_and_the_other_partnership_still_counts_it_once(barnsley: World, wiltshire: World) -> None:
    disagreement = shared(barnsley, wiltshire)
    second = Person(Side.RECEIVING, "lead", "Win Wilts", "win@wiltshire.example", agency=lead_of_wiltshire(barnsley).agency)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        share_across(disagreement.pk, viewer=viewer, other=wiltshire.partnership, person=second, reason="Also her lead.")
        assert SharedAcross.objects.count() == 1
    assert barnsley.chronology(disagreement)[-3:] == ["party_changed", "shared_across", "party_changed"]
    tick()
    with wiltshire.scope():
        assert ElsewhereMarker.objects.count() == 1


def test_who_takes_part_already_is_only_marked(barnsley: World, wiltshire: World) -> None:
    disagreement = barnsley.raised()
    person = lead_of_wiltshire(barnsley)
    barnsley.do("change_party", disagreement, by=barnsley.office, person=person, reason="Theirs")
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        share_across(disagreement.pk, viewer=viewer, other=wiltshire.partnership, person=person, reason="Theirs")
    assert barnsley.chronology(disagreement)[-2:] == ["party_changed", "shared_across"]


def test_nothing_is_shared_from_a_rehearsal(barnsley: World, wiltshire: World) -> None:
    assert [one.slug for one in neighbours(barnsley.partnership)] == ["wiltshire"]
    assert list(neighbours(Partnership(pk=0, slug="rehearsal", rehearsal_of=barnsley.partnership))) == []
