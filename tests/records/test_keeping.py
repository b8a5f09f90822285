"""Whose time is up: counted by the partnership's rule, looked at by a named person, kept or destroyed on their word alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalation.models import Disagreement, Party
from escalation.moves import NotPermitted, Refused
from notifications.models import Message
from partnerships.arrangements import KeptFrom
from partnerships.models import User
from records.destroying import destroy
from records.keeping import keep_longer, place_hold, time_up, to_review
from records.models import DestructionCertificate, RetentionReview
from records.reminding import remind
from tests.notifications.story import go_live
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
LIST = "/p/barnsley/administration/records/"
SignIn = Callable[[User], Client]


def listed(world: World, day: date) -> list[tuple[str | None, date, date]]:
    with world.scope():
        return [(row.reference, row.counted_from, row.kept_until) for row in time_up(day)]  # type: ignore[attr-defined]


def test_a_record_is_kept_for_its_years_from_the_day_it_ended(barnsley: World) -> None:
    """Resolved is not yet the end; a leap day ends on the last day of February; the office's own doing counts for nothing."""
    ended = withdrawn(barnsley, at=datetime(2024, 2, 27, 12, tzinfo=UTC))  # withdrawn on 29 February
    working = barnsley.raised(at=LONG_AGO)
    keeps(barnsley)
    first = (ended.reference, date(2024, 2, 29), date(2025, 2, 28))
    assert listed(barnsley, date(2025, 2, 27)) == []
    assert listed(barnsley, date(2025, 2, 28)) == [first]

    barnsley.do("record_agreement", working, by=barnsley.office, at=LONG_AGO + days(1), text="A visit")
    barnsley.do("confirm_outcome", working, by=barnsley.office, at=LONG_AGO + days(1), text="A visit")
    assert listed(barnsley, date(2040, 1, 1)) == [first]

    with barnsley.scope(barnsley.office):
        place_hold(ended.pk, viewer=barnsley.viewer(barnsley.office), reason="An inquiry")
    assert listed(barnsley, date(2040, 1, 1)) == [first]
    keeps(barnsley, years=2)
    assert listed(barnsley, date(2040, 1, 1)) == [(ended.reference, date(2024, 2, 29), date(2026, 2, 28))]
    keeps(barnsley, years=None)
    assert listed(barnsley, date(2040, 1, 1)) == []


def test_or_from_the_last_thing_that_happened_to_it(barnsley: World) -> None:
    """What is done to the record itself does not make its years begin again."""
    ended = withdrawn(barnsley)
    barnsley.do("record_learning", ended, by=barnsley.office, at=LONG_AGO + days(40), words="Say who decides")
    with barnsley.scope(barnsley.office):
        place_hold(ended.pk, viewer=barnsley.viewer(barnsley.office), reason="An inquiry")
    keeps(barnsley, kept_from=KeptFrom.LAST_ENTRY)
    last = (LONG_AGO + days(40)).date()
    assert listed(barnsley, date(2040, 1, 1)) == [(ended.reference, last, last.replace(year=2025))]
    keeps(barnsley, kept_from=KeptFrom.ENDED)
    assert listed(barnsley, date(2040, 1, 1))[0][1] == (LONG_AGO + days(2)).date()


def test_reviewed_and_kept_it_is_on_the_list_again_on_that_day(barnsley: World) -> None:
    ended = withdrawn(barnsley)
    keeps(barnsley)
    until = timezone.now().date() + days(30)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        review = keep_longer(ended.pk, viewer=viewer, until=until, reason="The school asked for it")
        assert (review.reviewed_by, review.keep_until, review.decision) == (barnsley.office, until, "keep")
        assert list(to_review(until - days(1))) == []
        assert list(to_review(until)) == [ended]
        for act in (keep_longer, destroy):
            own = {"until": until} if act is keep_longer else {}
            with pytest.raises(Refused, match=f"{ended.reference} was reviewed, and is kept until {until.day} "):
                act(ended.pk, viewer=viewer, reason="Again", **own)  # type: ignore[operator]


def test_who_reviews(barnsley: World) -> None:
    """The partnership manager, and not one who is named in it."""
    own = withdrawn(barnsley, by=barnsley.office)
    keeps(barnsley)
    with barnsley.scope(barnsley.team_manager):
        viewer = barnsley.viewer(barnsley.team_manager)
        with pytest.raises(NotPermitted, match="Only the partnership manager"):
            destroy(own.pk, viewer=viewer, reason="Time is up")
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        with pytest.raises(Refused, match="You are named in BAR-0001, so another partnership manager"):
            destroy(own.pk, viewer=viewer, reason="Time is up")
        # Nor one who has left it meanwhile: their part in it is what the record is about.
        left = withdrawn(barnsley)
        Party.objects.filter(disagreement=left, user=barnsley.team_manager).update(
            user=barnsley.office, email=barnsley.office.email, left_at=LONG_AGO
        )
        with pytest.raises(Refused, match=f"You are named in {left.reference}, so another partnership manager"):
            destroy(left.pk, viewer=viewer, reason="Time is up")
        assert RetentionReview.objects.count() == 0


def test_the_office_reviews_several_at_once(barnsley: World, signed_in: SignIn) -> None:
    """The page says why each is there; one decision is about all that are ticked, and nothing typed is lost."""
    ended = [withdrawn(barnsley) for _ in range(4)]
    keeps(barnsley)
    office = signed_in(barnsley.office)
    page = office.get(LIST)
    text = " ".join(page.content.decode().split())
    assert "A record is kept for 1 year after it ended." in text
    assert "4 to review" in text
    assert text.count("Ended on 18 April 2024, kept 1 year.") == 4
    with barnsley.scope(barnsley.office):  # meanwhile, somebody else
        place_hold(ended[1].pk, viewer=barnsley.viewer(barnsley.office), reason="An inquiry")
    which = [one.reference for one in ended[:3]]
    asked = office.get(f"{LIST}review/", {"which": which})
    assert [row.reference for row, _ in asked.context["rows"]] == [which[0], which[2]]

    refused = office.post(f"{LIST}review/", {"which": which, "decision": "destroy", "reason": "Nobody needs it"})
    assert refused.status_code == 422
    assert "Say that you have looked at each of them" in refused.content.decode()
    assert "Nobody needs it" in refused.content.decode()
    late = office.post(f"{LIST}review/", {"which": which, "decision": "keep", "reason": "Later", "keep_until": "2020-01-01"})
    assert late.status_code == 422

    done = office.post(
        f"{LIST}review/", {"which": which, "decision": "destroy", "looked": "on", "reason": "Nobody needs it"}, follow=True
    )
    assert done.redirect_chain == [(f"{LIST}certificates/", 302)]
    assert "2 records were destroyed." in done.content.decode()
    with barnsley.scope():
        assert set(DestructionCertificate.objects.values_list("reference", flat=True)) == {which[0], which[2]}
        certificate = DestructionCertificate.objects.get(reference=which[0])
    shown = " ".join(office.get(f"{LIST}certificates/{certificate.number}/").content.decode().split())
    for words in (which[0], "Kept for 1 year after it ended on 18 April 2024, so until 18 April 2025.", "Office",
                  "3 texts of the chronology", "3 people named, with their details", certificate.chain_hash):  # fmt: skip
        assert str(words) in shown


def test_what_is_kept_longer_or_held_is_said_below_the_list(barnsley: World, signed_in: SignIn) -> None:
    it, held = withdrawn(barnsley), withdrawn(barnsley)
    keeps(barnsley)
    office = signed_in(barnsley.office)
    with barnsley.scope(barnsley.office):
        place_hold(held.pk, viewer=barnsley.viewer(barnsley.office), reason="An inquiry")
    kept = office.post(
        f"{LIST}review/",
        {"which": it.reference, "decision": "keep", "reason": "A review", "keep_until": (timezone.now() + days(9)).date()},
        follow=True,
    )
    text = " ".join(kept.content.decode().split())
    assert "1 record was reviewed, and kept." in text
    assert "There is none to review now." in text
    assert f"{held.reference}</a>: under a legal hold." in text
    assert f"{it.reference}</a>: reviewed, and kept until" in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_take_as_many_queries_for_one_as_for_three(barnsley: World, signed_in: SignIn, number: int) -> None:
    for _ in range(number):
        withdrawn(barnsley)
    keeps(barnsley)
    office = signed_in(barnsley.office)
    office.get(LIST)
    with CaptureQueriesContext(connection) as looking:
        office.get(LIST)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        for row in list(Disagreement.objects.all()):
            destroy(row.pk, viewer=viewer, reason="Time is up")
    with CaptureQueriesContext(connection) as certificates:
        office.get(f"{LIST}certificates/")
    assert (len(looking), len(certificates)) == (14, 13)


def test_without_a_rule_nothing_is_proposed(barnsley: World, signed_in: SignIn) -> None:
    withdrawn(barnsley)
    page = signed_in(barnsley.office).get(LIST).content.decode()
    assert "No rule says how long records are kept, so none is proposed for destruction." in page
    assert "which-1" not in page


def test_the_office_is_reminded_once_a_month_of_how_many_there_are(barnsley: World) -> None:
    """A number and a link: no reference. Not by night, not at a weekend, and not while there is none."""
    ended = withdrawn(barnsley)
    go_live(barnsley)
    keeps(barnsley)
    barnsley.office, barnsley.administrator  # noqa: B018
    which = barnsley.partnership.pk
    for at in (TUESDAY - timedelta(hours=4), TUESDAY + days(4), datetime(2025, 4, 17, 12, tzinfo=UTC)):
        assert remind(which, at=at) == 0
    assert [remind(which, at=TUESDAY + days(after)) for after in (0, 1, 14, 16, 17)] == [1, 0, 0, 1, 0]
    with barnsley.scope():
        letters = list(Message.objects.filter(subject="1 record to review"))
        assert {(one.to_email, one.state) for one in letters} == {(barnsley.office.email, "waiting")}
        assert "/p/barnsley/administration/records/" in letters[0].text
        assert str(ended.reference) not in letters[0].text
    keeps(barnsley, years=None)
    assert remind(which, at=TUESDAY + days(60)) == 0
