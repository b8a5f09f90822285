"""Who is invited, what an invitation opens and never opens, and what became of those who came before there were any."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation import services
from escalation.models import Disagreement, Invitation, Party
from escalation.moves import NotPermitted, Refused
from escalation.selectors import visible
from escalation.services.inviting import end_access, invite, let_in, refuse
from partnerships.models import Membership, User
from partnerships.protocol_terms import Side
from partnerships.services import add_member
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "jo@care.example", "kit@elsewhere.example"


@pytest.fixture
def world(barnsley: World) -> World:
    agency = barnsley.agencies["social_care"]
    agency.email_domains = ["@Care.example"]
    with barnsley.scope():
        agency.save()
    return barnsley


def named(email: str, name: str = "Jo") -> services.Person:
    return services.Person(side=Side.RECEIVING, role="lead", name=name, email=email)


def names(world: World, disagreement: Disagreement, email: str) -> Invitation | None:
    world.do("change_party", disagreement, by=world.office, person=named(email), reason="Stands in.")
    with world.scope():
        return Invitation.objects.filter(disagreement=disagreement, email=email.lower()).order_by("-pk").first()


def states(world: World) -> dict[str, str]:
    with world.scope():
        return dict(Invitation.objects.values_list("email", "state"))


def seen_by(world: World, email: str) -> set[str]:
    user = User.objects.get(email=email)
    with world.scope(user):
        return {str(found) for found in visible(world.viewer(user))}


def test_who_needs_an_invitation(world: World) -> None:
    raised = world.raised()
    assert names(world, raised, world.social_worker.email) is None  # a member
    assert names(world, raised, "") is None
    for email in (KNOWN.upper(), UNKNOWN):
        names(world, raised, email)
        names(world, raised, email)
    assert states(world) == {KNOWN: "admitted", UNKNOWN: "held"}
    with world.scope():
        assert invite(raised, email=KNOWN, name="Jo", agency=None, at=TUESDAY) is not None  # there is one already
        assert list(Membership.objects.filter(user__email=KNOWN).values_list("role", flat=True)) == ["guest"]
    assert not User.objects.filter(email=UNKNOWN).exists()


def test_whose_account_is_closed_waits_and_is_not_let_in(world: World) -> None:
    raised = world.raised()
    User.objects.create_user(KNOWN, name="Jo", is_active=False)
    held = names(world, raised, KNOWN)
    assert held is not None
    assert held.state == "held"
    with world.scope(), pytest.raises(Refused, match="That account is closed"):
        let_in(held.pk, viewer=world.viewer(world.office))
    assert states(world) == {KNOWN: "held"}


def test_a_name_is_no_letter_of_its_own(world: World) -> None:
    """It stands at the head of the first e-mail to somebody outside: "Dear ...", from an address that they are told to trust."""
    found = world.raised()
    written = named(KNOWN, "Jo\r\n\r\nYour account ends today:\u2028 sign in")
    world.do("change_party", found, by=world.office, person=written, reason="Stands in.")
    with world.scope():
        made = Invitation.objects.get(email=KNOWN)
        one_line = "Jo Your account ends today: sign in"
        assert (made.name, made.user.name if made.user else "") == (one_line, one_line)
        assert Party.objects.get(email=KNOWN).name == one_line
    assert services.Seat("Pat\nPanel").name == "Pat Panel"


def test_who_may_decide_and_that_it_is_decided_once(world: World) -> None:
    raised = world.raised()
    held = names(world, raised, UNKNOWN)
    assert held is not None
    for user in (world.team_manager, world.midwife, world.administrator, world.stranger):
        with world.scope(user):
            viewer = world.viewer(user)
            with pytest.raises(NotPermitted):
                let_in(held.pk, viewer=viewer)
            with pytest.raises(NotPermitted):
                refuse(held.pk, viewer=viewer, reason="No.")
    with world.scope(world.office):
        let_in(held.pk, viewer=world.viewer(world.office))
        for again in (lambda v: let_in(held.pk, viewer=v), lambda v: refuse(held.pk, viewer=v, reason="No.")):
            with pytest.raises(Refused, match="This was decided already"):
                again(world.viewer(world.office))
    assert world.chronology(raised) == ["raised", "party_changed", "invitation_held", "invitation_admitted"]
    assert seen_by(world, UNKNOWN) == {str(raised)}


def test_who_may_end_an_access(world: World) -> None:
    """The office, or a manager of the side that named them; never the other side, and never their worker."""
    raised = world.raised()
    theirs = names(world, raised, KNOWN)
    assert theirs is not None
    for user in (world.hospital_lead, world.midwife, world.administrator, world.stranger):
        with world.scope(user), pytest.raises(NotPermitted):
            end_access(theirs.pk, viewer=world.viewer(user), reason="Wrong.")
    with world.scope(world.team_manager):
        end_access(theirs.pk, viewer=world.viewer(world.team_manager), reason="Wrong.")
        with pytest.raises(Refused, match="ended already"):
            end_access(theirs.pk, viewer=world.viewer(world.team_manager), reason="Wrong.")
    assert states(world) == {KNOWN: "removed"}


def test_a_place_that_somebody_else_has_taken_opens_nothing(world: World) -> None:
    raised = world.raised()
    names(world, raised, KNOWN)
    assert seen_by(world, KNOWN) == {str(raised)}
    with world.scope():
        leaving = Party.objects.get(disagreement=raised, email=KNOWN).pk
    someone = replace(named(world.social_worker.email), name=world.social_worker.name)
    world.do("change_party", raised, by=world.office, person=someone, leaving=leaving, reason="Back at work.")
    assert seen_by(world, KNOWN) == set()


@pytest.fixture
def three(world: World) -> list[Disagreement]:
    """What one example leaves, the next goes on from: expected is asked of the rows each time."""
    return [world.raised(at=TUESDAY + days(n)) for n in range(3)]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["name", "end", "let_in", "leave"])), max_size=8))
def test_somebody_invited_never_sees_what_they_were_not_invited_to(
    world: World, three: list[Disagreement], acts: list[tuple[int, str]]
) -> None:
    """Whatever is done to three disagreements: theirs are those with an open invitation and a place, and no other."""
    for which, act in acts:
        _do(world, act, three[which])
    user = User.objects.filter(email=KNOWN).first()
    with world.scope():
        expected = {
            str(invitation.disagreement)
            for invitation in Invitation.objects.filter(email=KNOWN, state="admitted").select_related("disagreement")
            if invitation.disagreement.parties.filter(email=KNOWN, left_at=None).exists()
        }
    assert (seen_by(world, KNOWN) if user else set()) == expected


def _do(world: World, act: str, disagreement: Disagreement) -> None:
    office = world.office
    with world.scope(office):
        viewer = world.viewer(office)
        found = Invitation.objects.filter(disagreement=disagreement, email=KNOWN).order_by("-pk").first()
        place = Party.objects.filter(disagreement=disagreement, email=KNOWN, left_at=None).first()
    try:
        if act == "name":
            names(world, world.fresh(disagreement), KNOWN)
        elif act == "end" and found:
            with world.scope(office):
                end_access(found.pk, viewer=viewer, reason="Wrong.")
        elif act == "let_in" and found:
            with world.scope(office):
                let_in(found.pk, viewer=viewer)
        elif act == "leave" and place:
            other = named(world.social_worker.email)
            world.do("change_party", world.fresh(disagreement), by=office, person=other, leaving=place.pk, reason="Back.")
    except Refused:
        pass


def test_guests_of_before_keep_their_way_in(world: World, havering: World) -> None:
    """The data migration, run once more: one invitation for each guest and disagreement, and none for a member."""
    raised = [world.raised(), world.raised(), world.raised()]
    for one, two in pairwise(raised):
        names(world, one, KNOWN)
        names(world, two, UNKNOWN)
    with world.scope():
        add_member(world.social_worker, role="guest", agency=world.agencies["social_care"])
        Invitation.objects.all().delete()
    migration = import_module("escalation.migrations.0008_invited")
    then = MigrationLoader(connection).project_state([("escalation", "0007_letting_in_and_reading")]).apps
    for _ in range(2):
        migration.give_guests_their_invitations(then, SimpleNamespace(connection=connection))
    with world.scope():
        made = Invitation.objects.order_by("disagreement_id")
        assert [(i.disagreement_id, i.email, i.state) for i in made] == [(d.pk, KNOWN, "admitted") for d in raised[:2]]
    assert seen_by(world, KNOWN) == {str(d) for d in raised[:2]}
