"""Whom the forms propose from the directory: the holder, the deputy while they are away, the proxy; always to be changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from escalation.models import Disagreement, Party
from partnerships.directory import writing
from partnerships.models import Membership, Post, User
from tests.journeys.visitor import Visitor, standing_in
from tests.world import World, shipped_protocol

from .markup import read
from .writing import answers, begin, draft_of, page, step_address

pytestmark = pytest.mark.django_db


def post(world: World, agency: str, kind: str, title: str, **own: Any) -> Post:
    with world.scope():
        return writing.keep_post(None, agency=world.agencies[agency], kind=kind, title=title, **own)


def holds(world: World, where: Post, name: str, email: str, **own: Any) -> None:
    with world.scope():
        writing.keep_holder(None, post=where, name=name, email=email, **own)


def filled(shown: Visitor) -> dict[str, str]:
    return {name: values[0] for name, values in standing_in(shown.page).items() if values and values[0]}


def number(world: World, user: User) -> str:
    with world.scope():
        return str(Membership.objects.get(user=user).pk)


def moving_up(world: World, raised: Disagreement) -> Visitor:
    return Visitor(world.team_manager).opens(f"/p/{world.slug}/d/{raised.reference}/escalate/")


def named(world: World, raised: Disagreement, role: str) -> list[tuple[str, str]]:
    with world.scope():
        return [(p.side, p.email) for p in Party.objects.filter(disagreement=raised, role=role, left_at=None)]


def test_moving_up_proposes_the_holder_at_the_next_rung(barnsley: World) -> None:
    raised = barnsley.raised()
    head = barnsley.person("head", "senior_manager", "social_care")
    holds(barnsley, post(barnsley, "social_care", "senior", "Head of service"), "Head", head.email)
    shown = moving_up(barnsley, raised)
    assert filled(shown)["receiving_member"] == number(barnsley, head)
    shown.sees("Head of service: Head. You may name somebody else.")
    shown.fills("Why does it move up?", "Still not agreed").presses("Move up")
    assert named(barnsley, raised, "senior_manager") == [("receiving", head.email)]


def test_moving_up_proposes_the_deputy_while_the_holder_is_away(barnsley: World) -> None:
    raised = barnsley.raised()
    where = post(barnsley, "social_care", "senior", "Head of service")
    today = timezone.localdate()
    holds(barnsley, where, "Head Away", "head@away.example", absent_from=today, absent_until=today + timedelta(days=3))
    holds(barnsley, where, "Dee Putty", "dee@putty.example", telephone="01226 1", deputy=True)
    shown = moving_up(barnsley, raised)
    typed = {name: filled(shown)[f"receiving_{name}"] for name in ("name", "email", "telephone")}
    assert typed == {"name": "Dee Putty", "email": "dee@putty.example", "telephone": "01226 1"}
    shown.sees("Head of service: Dee Putty (deputy), because Head Away is away until")


def test_moving_up_proposes_the_proxys_own_holder(barnsley: World) -> None:
    raised = barnsley.raised()
    post(barnsley, "social_care", "senior", "Head of service", filled_by=barnsley.agencies["police"])
    inspector = barnsley.person("inspector", "senior_manager", "police")
    holds(barnsley, post(barnsley, "police", "senior", "Inspector"), "Inspector", inspector.email)
    shown = moving_up(barnsley, raised).sees("Head of service: Inspector of Police.")
    assert filled(shown)["receiving_email"] == inspector.email


def test_several_holders_of_one_post_are_named_and_nobody_is_chosen(barnsley: World) -> None:
    raised = barnsley.raised()
    where = post(barnsley, "social_care", "senior", "Head of service")
    holds(barnsley, where, "One", "one@head.example")
    holds(barnsley, where, "Two", "two@head.example")
    shown = moving_up(barnsley, raised).sees("Head of service: One or Two.")
    assert {name for name in filled(shown) if name.startswith("receiving_")} == set()


@pytest.fixture
def skipping(db: None) -> World:
    """Oldham's ladder, where its third step can be reached directly: two rungs at which both sides' people act."""
    protocol = shipped_protocol("oldham")
    stages = [s.model_copy(update={"directly_reachable": s.key == "head_of_service"}) for s in protocol.stages]
    return World("skipping", protocol.model_copy(update={"stages": tuple(stages)}))


def test_who_was_proposed_for_one_rung_is_looked_at_again_for_another(skipping: World) -> None:
    raised = skipping.raised()
    holds(skipping, post(skipping, "social_care", "manager", "Duty manager"), "Duty", "duty@care.example")
    holds(skipping, post(skipping, "social_care", "senior", "Director"), "Director", "director@care.example")
    shown = moving_up(skipping, raised)
    assert filled(shown)["receiving_email"] == "duty@care.example"
    shown.chooses("Step 3").fills("Why does it move up?", "It cannot wait").presses("Move")
    assert shown.status == 422
    assert shown.refusals[0].endswith("the directory has Director: Director.")
    shown.chooses("The people are right as they stand").presses("Move")
    assert named(skipping, raised, "head_of_service") == [("receiving", "duty@care.example")]


def test_somebody_chosen_and_somebody_else_typed_are_not_both_taken(barnsley: World) -> None:
    raised = barnsley.raised()
    head = barnsley.person("head", "senior_manager", "social_care")
    holds(barnsley, post(barnsley, "social_care", "senior", "Head of service"), "Head", head.email)
    shown = moving_up(barnsley, raised).fills("Why does it move up?", "Still not agreed")
    shown.typed["receiving_name"] = ["Somebody Else"]
    shown.presses("Move up")
    assert shown.refusals == ["Head is chosen in the list. Choose “not listed” there, or leave this empty"]


def people_page(world: World, signed_in: Any) -> Any:
    practitioner = signed_in(world.midwife)
    practitioner.post(begin(practitioner, world), answers(world))
    return read(page(practitioner, step_address(world, draft_of(world, world.midwife), "people")))


def chosen(shown: Any) -> list[str]:
    return [i.attributes["value"] for i in shown.every(tag="input") if "checked" in i.attributes] + [
        o.text for o in shown.every(tag="option") if "selected" in o.attributes and o.text != "Choose somebody"
    ]


def test_raising_proposes_the_holder_among_several_managers(barnsley: World, signed_in: Any) -> None:
    barnsley.team_manager, barnsley.person("another", "lead", "social_care")
    holds(barnsley, post(barnsley, "social_care", "manager", "Team manager"), "Team Manager", barnsley.team_manager.email)
    shown = people_page(barnsley, signed_in)
    assert "Team Manager, Safeguarding lead or line manager" in chosen(shown)
    assert "The directory says: Team manager: Team Manager." in shown.first(tag="main").text


def test_raising_types_in_who_has_no_account(barnsley: World, signed_in: Any) -> None:
    barnsley.team_manager  # noqa: B018
    holds(barnsley, post(barnsley, "social_care", "manager", "Team manager"), "Nova", "nova@care.example", telephone="01226 2")
    typed = standing_in(people_page(barnsley, signed_in))
    assert typed["receiving_lead"] == ["other"]
    assert [typed[f"receiving_lead_{what}"] for what in ("name", "email", "telephone")] == [
        ["Nova"], ["nova@care.example"], ["01226 2"],
    ]  # fmt: skip
