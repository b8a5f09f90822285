"""Whoever is sent a link can open it at that moment, and nobody is denied one that would open: in all five areas, act by act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from escalation import services
from escalation.models import Disagreement
from escalation.moves import Refused
from notifications.models import Message, Notice
from partnerships.models import User
from partnerships.protocol_terms import Capacity, Side
from tests.notifications.story import announce
from tests.properties.deeds import FACTS, Choosing, Deed
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

# Up and down the ladder, beside it, and to the end; what an area refuses at some point is passed over.
ACTS = (
    "flag", "start_side_process", "escalate", "escalate", "sweep", "step_back", "record_progress", "end_side_process", "unflag",
    "escalate", "escalate", "escalate", "step_back", "escalate", "record_agreement", "confirm_outcome", "record_decision",
    "record_learning", "close", "reopen", "withdraw",
)  # fmt: skip


def everybody(world: World) -> None:
    """Somebody with an account in every role of the protocol: beside the two sides, and in each of the two agencies."""
    for role in world.protocol.roles:
        if role.side in (Side.PARTNERSHIP, Side.OUTSIDE):
            world.person(role.key.replace("_", "."), "adviser", protocol_role=role.key)
        elif role.capacity not in (Capacity.PRACTITIONER, Capacity.LEAD):
            for agency in ("hospital", "social_care"):
                world.person(f"{role.key}.{agency}".replace("_", "."), "adviser", agency, protocol_role=role.key)
    assert world.office


def lived(world: World, disagreement: Disagreement) -> Iterator[str]:
    at = TUESDAY
    for verb in ACTS:
        at += timedelta(days=3)
        if verb == "sweep":
            world.sweep(at=at)
        else:
            with world.scope(world.office):
                facts: dict[str, Any] = FACTS[verb](Deed(world, world.fresh(disagreement), at=at, choose=Choosing()))
                viewer, version = world.viewer(world.office), world.fresh(disagreement).version
                try:
                    getattr(services, verb)(disagreement.pk, viewer=viewer, version=version, at=at, **facts)
                except Refused:
                    continue
        announce(world, at=at)
        yield verb


@pytest.mark.parametrize(
    ("slug", "marked"),
    [("barnsley", False), ("havering", True), ("wiltshire", True), ("enfield", True)],
)
def test_who_is_sent_a_link_can_open_it(slug: str, marked: bool) -> None:
    world = World(slug)
    everybody(world)
    status = world.protocol.child_statuses
    own = {"flags": tuple(f.key for f in world.protocol.flags), "child_status": status[0].key if status else ""} if marked else {}
    disagreement = world.raised(**own)
    link = f"{settings.BASE_URL}{disagreement.get_absolute_url()}"
    announce(world, at=TUESDAY)
    read, doors = 0, dict[int, Client]()
    for act in chain(["raised"], lived(world, disagreement)):
        with world.scope():
            new = list(Message.objects.filter(pk__gt=read).select_related("to_user").order_by("pk"))
        read = new[-1].pk if new else read
        # Read in the order of the acts: `lived` is asked for the next only after these were opened.
        for letter in new:
            if letter.to_user is not None:
                opened = _opens(doors, letter.to_user, disagreement)
                assert opened == (link in letter.text), (
                    f"{act}: {letter.to_email} {'has no link' if opened else 'cannot open it'}"
                )
    assert read
    _no_link_for_those_who_hold_no_account(world, link)


def _opens(doors: dict[int, Client], user: User, disagreement: Disagreement) -> bool:
    if user.pk not in doors:
        doors[user.pk] = Client()
        doors[user.pk].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    status = doors[user.pk].get(disagreement.get_absolute_url()).status_code
    assert status in (200, 404)
    return status == 200


def _no_link_for_those_who_hold_no_account(world: World, link: str) -> None:
    """A sub-group's address, say: told by reference. The office's own inbox is read by those who may see everything."""
    with world.scope():
        for notice in Notice.objects.filter(message__to_user=None).select_related("message"):
            role = world.protocol.role(notice.role)
            if not role.may_see and role.capacity != Capacity.PARTNERSHIP_OFFICE:
                assert link not in notice.message.text, notice.role


def test_who_was_brought_in_stays_so_and_learning_brings_nobody_in(barnsley: World, wiltshire: World) -> None:
    """A step back leaves the representatives able to read why; the sub-group told of learning is told whom to ask."""
    group = wiltshire.person("qap.group", "adviser", protocol_role="qap_group")
    found = wiltshire.raised()
    found = wiltshire.do("record_agreement", found, by=wiltshire.office, at=TUESDAY, text="Agreed.")
    wiltshire.do("record_learning", found, by=wiltshire.hospital_lead, at=TUESDAY, words="Ask sooner.", supervision="Monthly.")
    announce(wiltshire, at=TUESDAY)
    with wiltshire.scope():
        (letter,) = Message.objects.filter(to_user=group)
    assert "http" not in letter.text
    assert "There is no link here, because the page is for those who work on it." in letter.text
    assert "If you need to know more, ask Wiltshire Safeguarding Children Board inbox: lscb@wiltshire.gov.uk." in letter.text

    member = barnsley.person("representative", "adviser", "hospital", protocol_role="representative")
    found = barnsley.raised()
    up = services.Person(Side.RAISING, "senior_manager", "Matron", "matron@barnsley.example")
    rung = Deed(barnsley, found, at=TUESDAY, choose=Choosing()).protocol.ladder[1]
    to = barnsley.particulars().to.model_copy(update={"stage": rung.key, "tier": 1})
    barnsley.do("escalate", found, by=barnsley.hospital_lead, at=TUESDAY, to=to, reason="Not agreed.", people=(up,))
    barnsley.do("step_back", found, by=barnsley.office, at=TUESDAY, reason="Once more.")
    assert _opens({}, member, found)
