"""The manual's table of who may see and who may do what is what really happens, asked for through the pages."""

from __future__ import annotations

import pytest
from django.test import Client

from escalation.actions import ACTIONS
from escalation.models import Disagreement, Invitation, Party
from escalation.permission_table import ARRANGED, INVITED, NOT_FOUND, OPERATOR, RELATIONS, SEES, YES, cells
from escalation.permissions import PERMISSIONS
from partnerships.arrangements import Arrangements
from partnerships.models import MemberRole, Membership, User
from tests.services.acts import named, up_to
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

DECIDES = "safeguarding_partner"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sees(user: User, found: Disagreement) -> bool:
    """By the smallest page that it has: whoever sees it is told at least why something is not theirs to do."""
    status = signed_in(user).get(f"/p/barnsley/d/{found.reference}/acknowledge/").status_code
    assert status in (200, 403, 404)
    return status != 404


def name(world: World, found: Disagreement, user: User) -> None:
    """On the receiving side; who was invited to it alone, with an invitation that the office let in."""
    with world.scope():
        agency = world.agencies["social_care"]
        Party.objects.create(
            disagreement=found, side="receiving", role="lead", agency=agency, name=user.name, email=user.email, user=user,
            joined_at=TUESDAY,
        )  # fmt: skip
        Invitation.objects.create(
            disagreement=found, email=user.email, user=user, state=Invitation.State.ADMITTED, invited_at=TUESDAY
        )


def test_who_sees_a_disagreement_role_by_role_and_tie_by_tie(barnsley: World, havering: World) -> None:
    assert set(SEES) == set(MemberRole)
    found = up_to(barnsley, "stage_3", people=named(barnsley))
    said: dict[str, tuple[str, ...]] = {**SEES, "operator": OPERATOR}
    people: dict[tuple[str, str], User] = {}
    for row in said:
        role = row if row != "operator" else "lead"
        made = [
            barnsley.person(f"{row}.named", role, "school"),
            barnsley.person(f"{row}.agency", role, "hospital"),
            barnsley.person(f"{row}.brought", role, "school", protocol_role=DECIDES),
            barnsley.person(f"{row}.nothing", role, "school"),
            havering.person(f"{row}.elsewhere", role, "hospital"),
        ]
        name(barnsley, found, made[0])
        people |= {(row, tie): user for tie, user in zip(RELATIONS, made, strict=True)}
    User.objects.filter(email__startswith="operator.").update(is_operator=True)
    for arranged in (False, True):
        with barnsley.scope():
            Arrangements.objects.update_or_create(defaults={"agency_sees": arranged})
        wanted = {YES: True, NOT_FOUND: False, ARRANGED: arranged, INVITED: True}
        asked = [(row, tie) for row, tie in people if not arranged or tie == RELATIONS[1]]
        table = {(row, tie): wanted[said[row][RELATIONS.index(tie)]] for row, tie in asked}
        for key in asked:
            people[key].refresh_from_db()
        assert {key: sees(people[key], found) for key in asked} == table


def test_who_may_do_what_verb_by_verb(barnsley: World) -> None:
    """Pressed with an old version, so that nothing is done: whoever may not is told so, anybody else of the version."""
    with barnsley.scope():
        Arrangements.objects.create(agency_sees=True)
    found = up_to(barnsley, "stage_3", people=named(barnsley))
    people = {
        "raiser": barnsley.midwife,
        "raising manager": barnsley.hospital_lead,
        "receiving manager": barnsley.team_manager,
        "colleague": barnsley.person("matron", "senior_manager", "hospital"),
        "decider": barnsley.decider(DECIDES),
        "office": barnsley.office,
    }
    verbs = sorted(set(ACTIONS) & set(PERMISSIONS))[::2]
    table = cells()
    assert set(table) == set(PERMISSIONS)
    assert not table["confirm_outcome"]["named office"]  # nobody confirms what their own side wrote, the office neither
    really = {}
    for key, user in people.items():
        client = signed_in(user)
        for verb in verbs:
            answer = client.post(f"/p/barnsley/d/{found.reference}/{verb}/", {"version": "0"})
            really[key, verb] = answer.status_code != 403
    assert really == {(key, verb): table[verb][key] for key in people for verb in verbs}
    assert barnsley.fresh(found).version == found.version
    with barnsley.scope():
        assert not Membership.objects.filter(role="guest").exists()
