"""From training to the real thing: every assumption confirmed by a named person, and never in a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from partnerships import selectors, services
from partnerships.models import AssumptionConfirmation, Membership, Partnership
from partnerships.protocol_page import Question, questions
from partnerships.protocol_rules import assumptions
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

ASSUMED = "/p/barnsley/administration/assumptions/"
LIVE = "/p/barnsley/administration/going-live/"
NOT_CONFIRMED = "34 assumed rules are not confirmed yet. Confirm each one, or publish a version without it."


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def for_real(settings: Any) -> None:
    settings.DEPLOYMENT = "production"
    settings.DEMO_DOORS = False


def words(world: World) -> list[tuple[str, str, str]]:
    with world.scope():
        found = AssumptionConfirmation.objects.select_related("confirmed_by").order_by("pk")
        return [(word.path, word.confirmed_by.name, word.confirmer_role) for word in found]


def confirm_all(world: World) -> None:
    with world.scope():
        for path, _ in assumptions(world.protocol):
            services.confirm_assumption(world.version, path=path, by=world.administrator, role="Business manager")


def is_live(world: World) -> bool:
    return Partnership.objects.get(pk=world.partnership.pk).live_since is not None


def tick(page: Visitor, *asked: Question) -> Visitor:
    for question in asked:
        page.chooses(f"This is right for the partnership : {question.lines[0].words}")
    return page


# ---------------------------------------------------------------- what was assumed


def test_an_administrator_confirms_in_their_name_and_role(barnsley: World) -> None:
    asked = questions(barnsley.protocol, {})
    several = next(question for question in asked if len(question.paths) > 1)
    page = Visitor(barnsley.administrator).opens(ASSUMED)
    assert page.title.startswith(f"What was assumed ({len(asked)} to confirm)")
    rest = sum(len(question.paths) for question in asked)
    page.sees(f"{len(asked)} questions left, on which {rest} assumed rules rest. 0 answered.", "The same answer settles")
    tick(page, asked[0], several).fills("Your role in the partnership", " Business manager ").presses("Confirm what is ticked")
    assert page.address == ASSUMED
    page.sees(f"{1 + len(several.paths)} rules confirmed.", f"{len(asked) - 2} questions left,", "2 answered.")
    page.sees("Confirmed by Administrator (Business manager) on Tuesday 15 September 2026")
    assert words(barnsley) == [(path, "Administrator", "Business manager") for path in (*asked[0].paths, *several.paths)]


def test_the_role_once_given_need_not_be_typed_again(barnsley: World) -> None:
    asked = questions(barnsley.protocol, {})
    administrator = barnsley.administrator
    with barnsley.scope():
        Membership.objects.filter(user=administrator).update(job_title="Policy officer")
    page = tick(Visitor(administrator).opens(ASSUMED), asked[0]).presses("Confirm what is ticked")
    page.sees("1 rule confirmed.")
    tick(page, asked[1]).fills("Your role in the partnership", "Business manager").presses("Confirm what is ticked")
    tick(page, asked[2]).presses("Confirm what is ticked")
    assert [role for _, _, role in words(barnsley)] == ["Policy officer", "Business manager", "Business manager"]


def test_without_a_role_or_a_tick_nothing_is_confirmed_and_no_tick_is_lost(barnsley: World) -> None:
    asked = questions(barnsley.protocol, {})
    page = tick(Visitor(barnsley.administrator).opens(ASSUMED), asked[3]).presses("Confirm what is ticked")
    assert (page.status, page.refusals) == (422, ["Enter your role in the partnership"])
    ticked = [box.attributes["value"] for box in page.page.every(tag="input") if "checked" in box.attributes]
    assert ticked == [asked[3].key]
    page.opens(ASSUMED).fills("Your role in the partnership", "Chair").presses("Confirm what is ticked")
    assert page.refusals == ["Tick each rule that you confirm"]
    summary = page.page.first(cls="govuk-error-summary__list").first(tag="a").attributes["href"]
    assert summary[1:] in [box.attributes.get("id") for box in page.page.every(tag="input")]
    assert words(barnsley) == []


def test_confirming_what_a_colleague_confirmed_meanwhile_keeps_the_first_word(barnsley: World, signed_in: Any) -> None:
    asked = questions(barnsley.protocol, {})
    page = tick(Visitor(barnsley.administrator).opens(ASSUMED), asked[0]).fills("Your role in the partnership", "Second")
    with barnsley.scope():
        services.confirm_assumption(barnsley.version, path=asked[0].key, by=barnsley.office, role="First")
    page.presses("Confirm what is ticked")
    assert words(barnsley) == [(asked[0].key, "Office", "First")]


@pytest.mark.parametrize("tampered", ["stages.99", "title", "\0", "x" * 100_000, ""])
def test_a_rule_that_is_not_assumed_cannot_be_confirmed(barnsley: World, signed_in: Any, tampered: str) -> None:
    answer = signed_in(barnsley.administrator).post(ASSUMED, {"questions": tampered, "role": "Chair"})
    assert answer.status_code == 422
    assert words(barnsley) == []


def test_the_manager_reads_the_questions_and_may_not_answer_them(barnsley: World, signed_in: Any) -> None:
    page = Visitor(barnsley.office).opens(ASSUMED)
    page.sees("Only a protocol administrator may confirm what was assumed in the protocol.")
    assert page.page.every(tag="input", cls="govuk-checkboxes__input") == []
    path = questions(barnsley.protocol, {})[0].key
    assert signed_in(barnsley.office).post(ASSUMED, {"questions": path, "role": "X"}).status_code == 403
    assert words(barnsley) == []


def test_when_all_is_answered_the_way_on_is_shown(barnsley: World) -> None:
    confirm_all(barnsley)
    page = Visitor(barnsley.administrator).opens(ASSUMED).sees("Every assumed rule is confirmed.")
    assert page.follows("Going live").address == LIVE
    Visitor(barnsley.administrator).opens("/p/barnsley/administration/").sees("Every assumed rule is confirmed.")


def test_where_nothing_was_assumed_that_is_said(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerships.views.questions", lambda *_: [])
    Visitor(barnsley.administrator).opens(ASSUMED).sees("Nothing was assumed: every rule comes from the document.")


def test_before_anything_is_in_force_there_is_nothing_to_confirm(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "version_in_force", lambda *_: None)
    administrator = Visitor(barnsley.administrator)
    administrator.opens(ASSUMED).sees("No protocol is in force yet.")
    administrator.opens("/p/barnsley/administration/").sees("No protocol is in force yet.")
    administrator.opens("/p/barnsley/administration/contacts/").sees("Contacts (6)")
    administrator.opens("/p/barnsley/administration/contacts/lado/").sees("Role under the protocol")


# ---------------------------------------------------------------- going live


def test_a_demonstration_never_goes_live(barnsley: World, signed_in: Any) -> None:
    confirm_all(barnsley)
    sentence = "This is a demonstration: anybody can sign in as anybody, so no partnership can go live here."
    page = Visitor(barnsley.administrator).opens(LIVE)
    page.sees(sentence)
    assert [button.text for button in page.page.first(tag="main").every(tag="button")] == ["Go live"]
    answer = signed_in(barnsley.administrator).post(LIVE, {"understood": "on"})
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert not is_live(barnsley)


def test_nor_does_a_training_ground_whose_doors_stand_open(barnsley: World, settings: Any, signed_in: Any) -> None:
    """Whoever could become the demo office would read real disagreements, without signing in as anybody."""
    settings.DEPLOYMENT = "training"
    confirm_all(barnsley)
    sentence = "This is a demonstration: anybody can sign in as anybody, so no partnership can go live here."
    answer = signed_in(barnsley.office).post(LIVE, {"understood": "on"})
    assert (answer.status_code, sentence in answer.content.decode(), is_live(barnsley)) == (409, True, False)


@pytest.mark.usefixtures("for_real")
def test_it_is_refused_while_anything_assumed_is_not_confirmed(barnsley: World, signed_in: Any) -> None:
    Visitor(barnsley.office).opens(LIVE).sees("Not yet: 34 left.", NOT_CONFIRMED)
    answer = signed_in(barnsley.office).post(LIVE, {"understood": "on"})
    assert (answer.status_code, NOT_CONFIRMED in answer.content.decode()) == (409, True)
    assert not is_live(barnsley)
    with barnsley.scope():
        for path, _ in assumptions(barnsley.protocol)[1:]:
            services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Chair")
    Visitor(barnsley.office).opens(LIVE).sees("1 assumed rule is not confirmed yet.")


@pytest.mark.usefixtures("for_real")
def test_confirmed_and_understood_it_goes_live_and_the_banner_goes(barnsley: World) -> None:
    confirm_all(barnsley)
    page = Visitor(barnsley.office).opens(LIVE)
    page.sees("Going live cannot be taken back.")
    assert "Training mode" in page.page.text
    page.presses("Go live")
    assert page.refusals == ["Tick the box to say that you know what going live means"]
    assert not is_live(barnsley)
    page.chooses("From now on the disagreements are real").presses("Go live")
    page.sees("Barnsley Safeguarding Children Partnership is live.", "has been live since Tuesday 15 September 2026 at 10:30am")
    assert "Training mode" not in page.page.text
    assert is_live(barnsley)
    Visitor(barnsley.administrator).opens("/p/barnsley/administration/").sees("The partnership is live.")


@pytest.mark.usefixtures("for_real")
def test_what_is_live_stays_so_since_the_day_it_was(barnsley: World, signed_in: Any) -> None:
    confirm_all(barnsley)
    client = signed_in(barnsley.administrator)
    assert client.post(LIVE, {"understood": "on"}).status_code == 302
    since = Partnership.objects.get(pk=barnsley.partnership.pk).live_since
    with time_machine.travel(TUESDAY.replace(month=10), tick=False):
        client.force_login(barnsley.administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.post(LIVE, {"understood": "on"}).status_code == 200
    assert Partnership.objects.get(pk=barnsley.partnership.pk).live_since == since


@pytest.mark.usefixtures("for_real")
def test_without_a_protocol_in_force_it_is_refused(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "version_in_force", lambda *_: None)
    Visitor(barnsley.office).opens(LIVE).sees("No protocol is in force. Publish one first.")


def test_only_an_administrator_or_the_manager_may(barnsley: World, havering: World, signed_in: Any) -> None:
    for address, sentence in (
        (ASSUMED, "Only a protocol administrator or the partnership manager may change this."),
        (LIVE, "Only a protocol administrator or the partnership manager may take the partnership live."),
    ):
        for other in (barnsley.midwife, barnsley.team_manager, barnsley.person("o", "observer")):
            page = Visitor(other).opens(address)
            assert page.status == 403
            page.sees(sentence)
            assert signed_in(other).post(address, {"understood": "on"}).status_code == 403
        assert Visitor(havering.administrator).opens(address).status == 404
        assert Client().get(address).status_code == 302
    assert not is_live(barnsley)
