"""Another window acts between this one's reading and its writing; and protocols that ask for less, or otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from escalation import services
from escalation.forms.raising_flat import RaiseForm
from escalation.models import Disagreement, Party
from escalation.moves import Refused
from partnerships.protocol import Protocol
from tests.protocols_as_data.small import GONE, small
from tests.world import World

from .markup import read
from .writing import a_day, answers, begin, draft_of, page, steps_of, told, write

pytestmark = pytest.mark.django_db


def first(monkeypatch: pytest.MonkeyPatch, service: str, act: Callable[[], object]) -> None:
    """Something else happens just before the service does its part."""
    original = getattr(services, service)

    def after_the_other(*given: Any, **facts: Any) -> object:
        monkeypatch.setattr(services, service, original)
        act()
        return original(*given, **facts)

    monkeypatch.setattr(services, service, after_the_other)


def raising(world: World, draft: Disagreement) -> Callable[[], object]:
    viewer = world.viewer(world.midwife)
    return lambda: services.raise_disagreement(draft.pk, viewer=viewer, particulars=world.particulars())


@pytest.mark.parametrize(("step", "service"), [("concern", "save_draft"), ("check", "raise_disagreement")])
def test_raised_in_between_it_gives_the_words_back_and_leads_to_what_was_raised(
    barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch, step: str, service: str
) -> None:
    practitioner = signed_in(barnsley.midwife)
    write(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    with barnsley.scope():
        other = raising(barnsley, draft)
    first(monkeypatch, service, other)
    late = practitioner.post(f"/p/barnsley/raise/{draft.key}/{step}/", answers(barnsley, concern="Too late."))
    shown = late.content.decode()
    assert (late.status_code, "Too late." in shown, "/p/barnsley/d/BAR-0001/raised/" in shown) == (409, True, True)
    assert barnsley.chronology(draft) == ["raised"]


def test_discarded_in_between_it_gives_the_words_back(barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    first(monkeypatch, "save_draft", lambda: Disagreement.objects.filter(pk=draft.pk).delete())
    late = practitioner.post(f"/p/barnsley/raise/{draft.key}/concern/", {"concern": "All that I wrote.", "evidence": "short"})
    assert (late.status_code, "All that I wrote." in late.content.decode()) == (404, True)


def test_discarding_what_was_raised_in_between_changes_nothing(
    barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    with barnsley.scope():
        other = raising(barnsley, draft)
    first(monkeypatch, "discard_draft", other)
    late = practitioner.post(f"/p/barnsley/raise/{draft.key}/discard/", follow=True)
    assert "This was raised already, as BAR-0001." in late.content.decode()


def test_what_the_service_alone_refuses_is_told_on_the_check(barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Refused("Choose the category from the list.")

    practitioner = signed_in(barnsley.midwife)
    check = write(practitioner, barnsley)
    monkeypatch.setattr(services, "raise_disagreement", refuse)
    refused = practitioner.post(check)
    assert refused.status_code == 409
    assert "It is not raised yet" in refused.content.decode()
    assert "Choose the category from the list." in refused.content.decode()


BARE = {
    "categories": [],
    "flags": [],
    "urgency_bands": [],
    "child_statuses": [],
    "requirements": [],
    "notice_rules": [],
    "guidance": [],
}


def bare(changes: dict[str, Any] | None = None) -> World:
    return World("bare", Protocol.model_validate(small(BARE | (changes or {}))))


def test_a_protocol_that_asks_for_little_makes_a_short_form(db: None, signed_in) -> None:
    world = bare()
    midwife = world.midwife
    assert steps_of(world, midwife) == ["who", "concern", "child", "people"]
    practitioner = signed_in(midwife)
    check = _written(practitioner, world)
    shown = read(page(practitioner, check)).first(tag="main").text
    assert "Nobody yet. Telephone the other side." in shown
    practitioner.post(check)
    with world.scope():
        raised = Disagreement.objects.get()
    assert (raised.stage, raised.category, raised.urgency) == ("stage_1", "", "")
    settled = page(practitioner, "/p/bare/settled/")
    assert "What was it mainly about?" not in settled


def _written(practitioner: Any, world: World) -> str:
    address = begin(practitioner, world)
    given = _any_answers(world)
    while not address.endswith("/check/"):
        address = practitioner.post(address, given)["Location"]
    return address


def _any_answers(world: World) -> dict[str, Any]:
    """What `answers` gives, for a protocol without categories."""
    protocol = world.protocol
    found: dict[str, Any] = {"raising_agency": "hospital", "part": "worker", "receiving_agency": "social_care"}
    found |= {"to": "stage_1:1", "concern": "Whether it begins.", "prior_conversation": "not_yet", **a_day("needed_by", 3)}
    for side in ("receiving", "raising"):
        for role in protocol.roles:
            found |= {f"{side}_{role.key}_name": role.name, f"{side}_{role.key}_email": f"{side}.{role.key}@bare.example"}
    return found


def test_without_a_first_manager_nobody_can_raise_it_for_somebody_as_one(db: None) -> None:
    world = bare({"roles.1.capacity": "senior_manager"})
    midwife = world.midwife
    with world.scope(midwife):
        form = RaiseForm(_any_answers(world), viewer=world.viewer(midwife), protocol=world.protocol)
        assert [value for value, _ in form.fields["part"].choices] == ["worker"]
        assert form.errors == {}
        assert {(p.side, p.role) for p in form.particulars().people} == {
            ("raising", "practitioner"),
            ("receiving", "practitioner"),
            ("receiving", "lead"),
            ("raising", "lead"),
        }


def test_a_role_of_one_side_is_asked_of_that_side_alone(db: None) -> None:
    world = bare({"stages.1.acts": ["lead", "raiser"]})
    midwife = world.midwife
    with world.scope(midwife):
        form = RaiseForm(_any_answers(world), viewer=world.viewer(midwife), protocol=world.protocol)
        assert [name for name in form.fields if name.endswith("_raiser")] == ["raising_raiser"]


def test_two_places_that_may_be_reached_directly_share_one_reason(db: None, signed_in) -> None:
    world = bare({"stages.2.directly_reachable": True})
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    where = f"/p/bare/raise/{draft_of(world, world.midwife).key}/where/"
    shown = read(page(practitioner, where))
    assert [label.text for label in shown.every(cls="govuk-radios__label")][-3:] == [
        "Stage 1: Managers",
        "Straight to stage 2: Senior managers (Next tier)",
        "Straight to stage 3: Partners",
    ]
    assert "Why is it not safe to wait?" in shown.text
    refused = practitioner.post(where, _any_answers(world) | {"to": "stage_2:1"})
    assert told(refused.content) == ["Say why it goes straight there: Stage 2: Senior managers (Next tier)"]


def test_what_must_and_what_need_not_be_answered_is_the_protocols_to_say(db: None) -> None:
    asked = ["prior_conversation", "family_engaged", "sharing_basis", "conversation_confirmed", "needed_by", "lead_consulted"]
    may = [{"what": what, "must": False, "clause": "D 1"} for what in asked]
    must = [{"what": what, "clause": "D 1"} for what in asked]
    for slug, requirements, missing in (("may", may, []), ("must", must, [*asked])):
        protocol = Protocol.model_validate(small(BARE | {"requirements": requirements, "stages.3.directly_reachable": GONE}))
        world = World(slug, protocol)
        midwife = world.midwife
        given = {name: value for name, value in _any_answers(world).items() if "needed_by" not in name}
        with world.scope(midwife):
            form = RaiseForm(given, viewer=world.viewer(midwife), protocol=protocol)
            assert set(form.errors) == set(missing)
            if not missing:
                assert form.particulars().answers == {"concern": "Whether it begins."}


def test_who_recorded_it_is_told_of_by_role_also_without_an_account_of_the_other(barnsley: World, signed_in) -> None:
    """Parties named by address alone are told too; the page says their names."""
    practitioner = signed_in(barnsley.midwife)
    practitioner.post(write(practitioner, barnsley))
    with barnsley.scope():
        assert {p.user_id for p in Party.objects.filter(side="receiving")} == {None}
