"""A person's own open work passes to another in one step, and a deputy takes over from somebody who is away; both recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from escalation.models import ChronologyWords, Disagreement, Party
from partnerships.directory import writing
from partnerships.models import PostHolder
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


def acting(world: World, raised: Disagreement) -> list[str]:
    with world.scope():
        return list(Party.objects.filter(disagreement=raised, side="receiving", left_at=None).values_list("name", flat=True))


def test_ones_own_work_goes_to_a_member_in_one_step(barnsley: World) -> None:
    first, second = barnsley.raised(), barnsley.raised()
    heir = barnsley.person("heir", "lead", "social_care")
    barnsley.person("gil.guest", "guest", "social_care")  # invited to another disagreement: nothing for these to know
    page = Visitor(barnsley.team_manager).opens("/p/barnsley/mine/").follows("Hand over your open work")
    page.sees(f"In {first.reference} , {second.reference} .").presses("Hand it over")
    assert page.refusals == ["Choose somebody, or enter their name and e-mail address", "Say why the people change"]
    question = next(label.text for label in page.page.every(tag="label") if label.text.startswith("Who takes over"))
    assert "Gil Guest" not in page.page.text
    page.fills(question, "Heir").fills("Why do the people change?", "I move to another team.").presses("Hand it over")
    assert page.told == ["2 disagreements handed over."]
    for raised in (first, second):
        assert acting(barnsley, raised) == [heir.name]
        assert barnsley.chronology(raised) == ["raised", "party_changed"]
    with barnsley.scope():
        assert ChronologyWords.objects.filter(text="I move to another team.").count() == 2
    # What is not theirs any more they can neither open nor hand over once more.
    page.opens("/p/barnsley/mine/hand-over/").sees("No open disagreement rests on you.")
    assert page.opens(first.get_absolute_url()).status == 404


def test_a_practitioner_may_give_up_their_own_place_though_not_anothers(barnsley: World) -> None:
    """To an address that nobody knows: the office looks at it first, and the place is not left empty meanwhile."""
    raised = barnsley.raised()
    page = Visitor(barnsley.midwife).opens("/p/barnsley/mine/hand-over/").fills("Or their name", "Nell New")
    page.fills("Their work e-mail address", "nell@elsewhere.example").fills("Why do the people change?", "On leave.")
    page.presses("Hand it over")
    assert page.told == ["1 disagreement handed over."]
    assert barnsley.chronology(raised) == ["raised", "party_changed", "invitation_held"]
    page.opens(raised.get_absolute_url()).sees("Nell New: their address is not one that Moorside Hospital is known to use.")


def test_a_deputy_takes_over_while_the_holder_is_away(barnsley: World) -> None:
    raised, today = barnsley.raised(), timezone.localdate()
    manager, deputy = barnsley.team_manager, barnsley.person("dee.putty", "lead", "social_care")
    with barnsley.scope():
        post = writing.keep_post(None, agency=barnsley.agencies["social_care"], kind="manager", title="Team manager")
        holder = writing.keep_holder(None, post=post, name=manager.name, email=manager.email)
        writing.keep_holder(None, post=post, name=deputy.name, email=deputy.email, deputy=True)
    address = f"/p/barnsley/mine/deputise/{holder.pk}/"
    assert Visitor(deputy).opens(address).status == 404  # nobody is away
    with barnsley.scope():
        PostHolder.objects.filter(pk=holder.pk).update(absent_from=today, absent_until=today + timedelta(days=9))
    assert [Visitor(one).opens(address).status for one in (barnsley.stranger, manager)] == [404, 404]
    # Whoever is away is told who stands in; whoever stands in, for whom and until when, and takes over in one press.
    until = f"{today + timedelta(days=9):%B %Y}"
    Visitor(manager).opens("/p/barnsley/").sees(
        "The directory says that you are away until", until, "Standing in for you: Dee Putty."
    )
    page = Visitor(deputy).opens("/p/barnsley/")
    page.sees("You stand in for Team Manager . Team manager, Children's social care. They are away until", until)
    page.follows("See what it is first").sees(str(raised.reference))
    page.fills("Why do you take over?", "").presses("Take it over")
    assert page.refusals == ["Say why you take over"]
    page.opens("/p/barnsley/").presses("Take over 1 from Team Manager")
    assert page.told == ["1 disagreement handed over."]
    Visitor(deputy).opens("/p/barnsley/").sees("No open disagreement rests on them now.")
    assert acting(barnsley, raised) == [deputy.name]
    assert barnsley.chronology(raised) == ["raised", "party_changed"]
    assert Visitor(deputy).opens(raised.get_absolute_url()).status == 200
