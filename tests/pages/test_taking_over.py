"""Before an agency, a post or a holder goes, somebody takes over what is open; and what nobody holds any more is listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from escalation.models import ChronologyEntry, Disagreement, Party
from partnerships.directory import writing
from partnerships.models import Agency, Membership, Post, PostHolder, User
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
ADMINISTRATION = "/p/barnsley/administration/"


def placed(world: World, user: User, title: str = "Team manager", agency: str = "social_care") -> PostHolder:
    with world.scope():
        post = writing.keep_post(None, agency=world.agencies[agency], kind="manager", title=title)
        return writing.keep_holder(None, post=post, name=user.name, email=user.email)


def acting(world: World, raised: Disagreement, side: str) -> list[tuple[str, str]]:
    with world.scope():
        found = Party.objects.filter(disagreement=raised, side=side, left_at=None).order_by("role")
        return [(party.role, party.name) for party in found]


def told_why(world: World, raised: Disagreement) -> list[str]:
    with world.scope():
        return [e.kind for e in ChronologyEntry.objects.filter(disagreement=raised, kind="party_changed")]


def test_an_agency_without_open_work_is_retired_at_once(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(f"{ADMINISTRATION}agencies/police/").follows("Retire this agency")
    page.sees("No open disagreement rests on it.").presses("Retire the agency").sees("Police is retired.")
    with barnsley.scope():
        assert Agency.objects.get(key="police").active is False
    assert Visitor(barnsley.administrator).opens(f"{ADMINISTRATION}agencies/police/retire/").status == 404


def test_the_office_names_a_successor_for_each_side_and_role_before_an_agency_goes(barnsley: World) -> None:
    first, second = barnsley.raised(), barnsley.raised()
    heir = barnsley.person("heir", "lead", "school")
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}agencies/social_care/retire/")
    page.sees("2 open disagreements rest on it.", f"In {first.reference} , {second.reference} .", "Now: Team Manager.")
    page.presses("Retire the agency")
    assert page.status == 422
    assert page.refusals == ["Choose somebody, or enter their name and e-mail address", "Say why the people change"]
    question = [label for label in (one.text for one in page.page.every(tag="label")) if label.startswith("Who takes over")]
    assert len(question) == 1
    page.fills(question[0], "Heir").fills("Why do the people change?", "The service moves to the school.")
    page.presses("Retire the agency").sees("Children's social care is retired. 2 disagreements handed over.")
    for raised in (first, second):
        assert [name for _, name in acting(barnsley, raised, "receiving")] == [heir.name]
        assert told_why(barnsley, raised) == ["party_changed"]
    with barnsley.scope():
        assert Agency.objects.get(key="social_care").active is False


def test_whoever_may_not_read_disagreements_gets_their_number_and_cannot_go_first(barnsley: World) -> None:
    raised = barnsley.raised()
    page = Visitor(barnsley.administrator).opens(f"{ADMINISTRATION}agencies/social_care/retire/")
    page.sees("1 open disagreement rests on it. The partnership manager says first who takes over")
    page.does_not_see(raised.reference or "", "Team Manager")
    answer = page.client.post(f"{ADMINISTRATION}agencies/social_care/retire/", {"receiving_lead_name": "X"})
    assert answer.status_code == 409
    assert raised.reference not in answer.content.decode()
    with barnsley.scope():
        assert Agency.objects.get(key="social_care").active is True


def test_an_agency_that_answers_for_a_post_elsewhere_is_not_retired(barnsley: World) -> None:
    with barnsley.scope():
        school, police = barnsley.agencies["school"], barnsley.agencies["police"]
        writing.keep_post(None, agency=school, kind="senior", title="Head", filled_by=police)
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}agencies/police/retire/").presses("Retire the agency")
    assert (page.status, page.refusals) == (
        409, ["It answers for the post “Head” of Larkfield School. Say first who answers for that from now on."],
    )  # fmt: skip


def test_a_refused_successor_leaves_everything_as_it_was(barnsley: World) -> None:
    raised = barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}agencies/social_care/retire/")
    name = next(one.text for one in page.page.every(tag="label") if one.text.startswith("Who takes over"))
    page.fills(name, "Midwife").fills("Why do the people change?", "It closes.").presses("Retire the agency")
    assert page.status == 409
    assert page.refusals == ["Midwife takes part for the other side. Nobody acts for both: they would answer themselves."]
    assert [name for _, name in acting(barnsley, raised, "receiving")] == ["Team Manager"]
    assert told_why(barnsley, raised) == []


def test_a_holder_who_leaves_is_followed_by_whom_the_directory_has(barnsley: World) -> None:
    raised = barnsley.raised()
    holder = placed(barnsley, barnsley.team_manager)
    deputy = barnsley.person("deputy", "lead", "social_care")
    with barnsley.scope():
        writing.keep_holder(None, post=holder.post, name="Deputy", email=deputy.email, deputy=True)
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}agencies/social_care/").follows("Has left : Team Manager")
    page.fills("Why do the people change?", "She has moved on.").presses("They have left")
    page.sees("Team Manager no longer holds the post Team manager. 1 disagreement handed over.")
    assert [name for _, name in acting(barnsley, raised, "receiving")] == ["Deputy"]
    with barnsley.scope():
        assert PostHolder.objects.get(pk=holder.pk).active is False


def test_a_holder_who_has_another_post_keeps_what_is_open(barnsley: World) -> None:
    barnsley.raised()
    holder = placed(barnsley, barnsley.team_manager)
    placed(barnsley, barnsley.team_manager, title="Service manager")
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}holders/{holder.pk}/leaves/")
    page.sees("No open disagreement rests on it.").presses("They have left").sees("no longer holds the post Team manager.")


def test_a_post_is_retired_with_its_holders(barnsley: World) -> None:
    raised = barnsley.raised()
    holder = placed(barnsley, barnsley.team_manager)
    page = (
        Visitor(barnsley.office)
        .opens(f"{ADMINISTRATION}posts/{holder.post_id}/")
        .opens(f"{ADMINISTRATION}posts/{holder.post_id}/retire/")
    )
    page.fills("Or their name", "Nova").fills("Their work e-mail", "nova@care.example").fills("Why do the people", "Merged")
    page.presses("Retire the post").sees("Team manager is retired. 1 disagreement handed over.")
    assert [name for _, name in acting(barnsley, raised, "receiving")] == ["Nova"]
    with barnsley.scope():
        assert (Post.objects.get(pk=holder.post_id).active, PostHolder.objects.get(pk=holder.pk).active) == (False, False)


# ---------------------------------------------------------------- leavers


def listed(world: World) -> list[str]:
    page = Visitor(world.office).opens(f"{ADMINISTRATION}leavers/")
    return [card.text for card in page.page.every(cls="govuk-summary-card__content")]


def test_open_work_whose_holder_has_gone_is_listed_for_the_office(barnsley: World) -> None:
    raised = barnsley.raised()
    assert listed(barnsley) == []
    with barnsley.scope():
        Membership.objects.filter(user=barnsley.hospital_lead).update(active=False)
    manager = barnsley.team_manager
    manager.is_active = False
    manager.save(update_fields=["is_active"])
    raising, receiving = listed(barnsley)
    assert raising.endswith("Moorside Hospital (raising side) They are no longer a member of the partnership.")
    assert receiving.endswith("Children's social care (receiving side) Their account is closed.")
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}leavers/").follows("Name somebody")
    assert page.address == f"/p/barnsley/d/{raised.reference}/change_party/"


def test_who_is_away_for_too_long_or_has_left_the_post_is_listed(barnsley: World) -> None:
    barnsley.raised()
    holder = placed(barnsley, barnsley.team_manager)
    today = timezone.localdate()
    facts: dict[str, Any] = {"post": holder.post, "name": holder.name, "email": holder.email}
    with barnsley.scope():
        writing.keep_holder(holder, **facts, absent_from=today)
    assert [one.rpartition(") ")[2] for one in listed(barnsley)] == ["They are away, and nobody knows until when."]
    with barnsley.scope():
        writing.keep_holder(holder, **facts, absent_from=today - timedelta(days=9), absent_until=today - timedelta(days=1))
    assert listed(barnsley) == []
    with barnsley.scope():
        writing.end_holder(holder)
    assert [one.rpartition(") ")[2] for one in listed(barnsley)] == [
        "They have left the post Team manager, Children's social care."
    ]


def test_a_step_at_which_nobody_holds_the_post_is_listed(barnsley: World) -> None:
    raised = barnsley.raised()
    with barnsley.scope():
        writing.keep_post(None, agency=barnsley.agencies["social_care"], kind="senior", title="Head of service")
    to = barnsley.fresh(raised).position.model_copy(update={"stage": "stage_2"})
    barnsley.do("escalate", raised, by=barnsley.team_manager, to=to, reason="Not agreed")
    assert [one.rpartition(") ")[2] for one in listed(barnsley)] == [
        "Nobody is named here, and nobody holds the post Head of service now."
    ]


def test_the_leavers_are_counted_in_the_same_number_of_queries(barnsley: World, django_assert_num_queries: Any) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{ADMINISTRATION}leavers/")
    for _ in range(2):
        with django_assert_num_queries(21):
            page.opens(f"{ADMINISTRATION}leavers/")
        barnsley.raised()
        barnsley.raised()
