"""Two disagreements that are one: found, put together without losing either chronology, and parted again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from escalation.merging import likely
from escalation.models import Disagreement, Party, Reading
from escalation.moves import NotPermitted, Refused, Stale
from escalation.replay import replay
from escalation.services import Person
from escalation.services.merging import merge, part
from escalation.views import merging
from notifications.models import Notice
from notifications.services import announce
from partnerships import selectors as partnership_selectors
from partnerships.models import User
from partnerships.protocol_terms import Side
from partnerships.scope import present
from tests.journeys.visitor import Visitor
from tests.pages.writing import write
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
AT = TUESDAY + days(2)
# Nobody of these is the midwife.
OTHERS = tuple(
    Person(side=side, role=role, name=f"{side} {role}", email=f"{side}.{role}@elsewhere.example")
    for side, role in ((Side.RAISING, "practitioner"), (Side.RAISING, "lead"), (Side.RECEIVING, "lead"))
)


def raised_back(world: World) -> Disagreement:
    """Social care raises the same against the hospital: each agency against the other."""
    people = (
        Person(side=Side.RAISING, role="practitioner", name="Social Worker", email=world.social_worker.email),
        Person(side=Side.RAISING, role="lead", name=world.team_manager.name, email=world.team_manager.email),
        Person(side=Side.RECEIVING, role="lead", name="Ward Sister", email="sister@barnsley.example"),
    )
    agencies = {"raising_agency": world.agencies["social_care"], "receiving_agency": world.agencies["hospital"]}
    return world.raised(by=world.social_worker, at=TUESDAY + days(1), people=people, child_reference="SC/9; h 2207", **agencies)


def do(world: World, act: object, found: Disagreement, *, by: User, **facts: object) -> Disagreement:
    with world.scope(by):
        version = world.fresh(found).version
        act(found.pk, **{"viewer": world.viewer(by), "version": version, "at": AT, **facts})  # type: ignore[operator]
    return world.fresh(found)


def sides(world: World, found: Disagreement) -> dict[str, str]:
    with world.scope():
        return {p.name: p.side for p in Party.objects.filter(disagreement=found, left_at=None)}


def replayed(world: World, found: Disagreement) -> tuple[str, dict[str, object], tuple[int, ...]]:
    with world.scope():
        entries = list(found.chronology.order_by("seq"))
        standing = replay(entries, protocol=world.protocol, calendar=partnership_selectors.calendar())
        return standing.state, dict(standing.running), standing.at_odds


def test_both_agencies_raised_the_same_and_one_goes_on_with_everybody_of_both(
    barnsley: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = barnsley.raised(), raised_back(barnsley)
    # The same child, however its reference is typed, in either direction; told to the office, and only of what one may see.
    with barnsley.scope():
        assert [(one.disagreement, one.why) for one in likely(barnsley.viewer(barnsley.office), second)] == [
            (first, "The same child reference")
        ]
        assert likely(barnsley.viewer(barnsley.social_worker), second) == []
    office = Visitor(barnsley.office).opens(f"/p/barnsley/d/{second.reference}/")
    office.sees(f"Perhaps the same: {first.reference} (The same child reference)")
    with pytest.raises(NotPermitted, match="Only the partnership manager puts two"):
        do(barnsley, merge, second, by=barnsley.team_manager, into=first.pk, reason="The same")
    with pytest.raises(Stale):
        do(barnsley, merge, second, by=barnsley.office, into=first.pk, reason="The same", version=0)
    ended = do(barnsley, merge, second, by=barnsley.office, into=first.pk, reason="One visit, raised twice.")
    assert (ended.state, barnsley.running(ended)) == ("withdrawn", {})
    assert set(barnsley.running(first)) == set(replayed(barnsley, first)[1]) != set()
    assert replayed(barnsley, ended) == ("withdrawn", {}, ())
    # Everybody stands on the side that is their agency's there.
    assert sides(barnsley, first) == {
        "Midwife": "raising", "Hospital Lead": "raising", "Ward Sister": "raising", "Team Manager": "receiving",
        "Social Worker": "receiving",
    }  # fmt: skip
    assert sides(barnsley, second)["Midwife"] == "receiving"
    # The one that goes on shows both chronologies in order; the other one's reference leads on.
    page = Visitor(barnsley.social_worker).opens(f"/p/barnsley/d/{first.reference}/")
    page.sees(
        f"From {second.reference}", "One visit, raised twice.", "Another disagreement about the same thing was put together"
    )
    _whoever_reads_it_has_read_both(barnsley, first, second, page=page, monkeypatch=monkeypatch)
    Visitor(barnsley.midwife).opens(f"/p/barnsley/d/{second.reference}/").sees("which goes on:", str(first.reference))
    announce(barnsley.partnership.pk)
    with barnsley.scope():
        told = set(Notice.objects.filter(template="merged").values_list("message__to_email", flat=True))
    assert {barnsley.midwife.email, barnsley.social_worker.email, barnsley.team_manager.email} <= told
    _they_were_two_after_all(barnsley, first, second, ended)


def _they_were_two_after_all(barnsley: World, first: Disagreement, second: Disagreement, ended: Disagreement) -> None:
    again = do(barnsley, part, ended, by=barnsley.office, reason="Another visit.")
    assert (again.state, again.stage) == ("open", second.stage)
    assert set(replayed(barnsley, again)[1]) == set(barnsley.running(again)) != set()
    assert replayed(barnsley, again)[2] == replayed(barnsley, barnsley.fresh(first))[2] == ()
    assert "Social Worker" not in sides(barnsley, first)
    assert "Midwife" not in sides(barnsley, again)
    assert [barnsley.chronology(d)[-1] for d in (again, first)] == ["parted", "parted_here"]
    with pytest.raises(Refused, match="not put together"):
        do(barnsley, part, again, by=barnsley.office, reason="Again.")


def _whoever_reads_it_has_read_both(
    world: World, first: Disagreement, second: Disagreement, *, page: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of one that ended long ago nothing stands there before fresh proof of who reads."""
    with world.scope():
        read = Reading.objects.filter(by=world.social_worker, what=Reading.What.DISAGREEMENT)
        assert set(read.values_list("disagreement", flat=True)) == {first.pk, second.pk}
    with monkeypatch.context() as long_ago:
        long_ago.setattr(merging, "asks_for_proof", lambda _, other: other == second)
        page.opens(f"/p/barnsley/d/{first.reference}/").sees(str(second.reference)).does_not_see(f"From {second.reference}")


def test_what_is_between_other_agencies_or_has_ended_is_linked_and_not_put_together(barnsley: World) -> None:
    first, school = barnsley.raised(), barnsley.raised(raising_agency=barnsley.agencies["school"])
    with pytest.raises(Refused, match="not between the same two agencies"):
        do(barnsley, merge, first, by=barnsley.office, into=school.pk, reason="The same")
    second = do(barnsley, merge, barnsley.raised(), by=barnsley.office, into=first.pk, reason="The same")
    with pytest.raises(Refused, match="has ended"):
        do(barnsley, merge, barnsley.raised(), by=barnsley.office, into=second.pk, reason="The same")
    office = Visitor(barnsley.office)
    sent = {"version": first.version, "into": "BAR-9999", "reason": "The same"}
    refused = office.client.post(f"/p/barnsley/d/{first.reference}/merge/", sent)
    assert (refused.status_code, refused.content.decode().count("Error: ")) == (422, 1)
    sent |= {"version": barnsley.fresh(first).version, "into": str(school)}
    assert office.client.post(f"/p/barnsley/d/{first.reference}/merge/", sent).status_code == 409
    assert Visitor(barnsley.team_manager).client.get(f"/p/barnsley/d/{first.reference}/merge/").status_code == 403


def test_of_several_put_together_with_one_each_takes_its_own_people_along_again(barnsley: World) -> None:
    goes_on = barnsley.raised()
    with_nurse = barnsley.raised(people=(*OTHERS, named_nurse := _named("Nurse")))
    with_doctor = barnsley.raised(people=(*OTHERS, _named("Doctor")))
    for each in (with_nurse, with_doctor):
        do(barnsley, merge, each, by=barnsley.office, into=goes_on.pk, reason="The same")
    do(barnsley, part, with_nurse, by=barnsley.office, reason="Another visit.")
    assert {"Nurse", "Doctor"} & set(sides(barnsley, goes_on)) == {"Doctor"}
    assert named_nurse.name in sides(barnsley, with_nurse)


def _named(name: str) -> Person:
    return Person(side=Side.RAISING, role="practitioner", name=name, email=f"{name.lower()}@elsewhere.example")


def test_whoever_raises_is_shown_what_may_be_the_same(barnsley: World, signed_in: Callable[[User], Client]) -> None:
    with barnsley.scope():
        now = present()
    seen, hidden = barnsley.raised(at=now - days(2)), barnsley.raised(at=now - days(2), people=OTHERS, by=barnsley.social_worker)
    raiser = signed_in(barnsley.midwife)
    shown = raiser.get(write(raiser, barnsley, child_reference="N-9, h 2207")).content.decode()
    assert "Perhaps this was raised already." in shown
    assert str(seen) in shown
    assert str(hidden) not in shown
