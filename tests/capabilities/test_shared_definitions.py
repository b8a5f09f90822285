"""One definition for several partnerships (practice.md section 1.2, point 12): offered, taken over, kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from partnerships.editor.publishing import NotNow, share
from partnerships.models import Partnership, ProtocolVersion
from partnerships.scope import partnership_scope
from partnerships.services import draft_protocol, publish_protocol, revise_draft
from partnerships.shared import SharedDefinition
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

HERE = "/p/barnsley/administration/protocol/"
THERE = "/p/havering/administration/protocol/"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def shares(world: World, number: int) -> Visitor:
    """Their protocol administrator offers a published version to the others."""
    page = Visitor(world.administrator).opens(f"/p/{world.slug}/administration/protocol/")
    page.follows(f"Share version {number} with other partnerships")
    return page.presses("Share it")


def takes_over(world: World) -> ProtocolVersion:
    """The other partnership's administrator begins a draft from what is offered."""
    page = (
        Visitor(world.administrator).opens(f"/p/{world.slug}/administration/protocol/").follows("Definitions that partnerships")
    )
    page.follows("Begin a draft from it").presses("Begin the draft")
    with world.scope():
        newest = ProtocolVersion.objects.order_by("-number").first()
    assert newest is not None
    assert page.address == f"/p/{world.slug}/administration/protocol/{newest.number}/"
    return newest


def publishes(world: World, number: int, day: date) -> Visitor:
    page = Visitor(world.administrator).opens(f"/p/{world.slug}/administration/protocol/{number}/publish/")
    return page.fills("From which day is it in force?", day).presses("Publish")


def in_force(world: World) -> str:
    page = Visitor(world.administrator).opens(f"/p/{world.slug}/administration/protocol/")
    cards = [card.text for card in page.page.every(cls="govuk-summary-card")]
    return next(text for text in cards if "In force" in text)


def test_p_12_one_definition_shared_by_several_partnerships_and_new_versions_without_breaking_open_ones(
    barnsley: World, havering: World
) -> None:
    shares(barnsley, 1).sees(f"{barnsley.protocol.title}, version 1, is shared with every partnership here.")
    taken = takes_over(havering)
    # The rules are Barnsley's, the contacts Havering's own; nothing of Barnsley's people came along.
    assert taken.protocol.stages == barnsley.protocol.stages
    own = {contact.key: contact.email for contact in havering.protocol.contacts}
    assert {c.key: c.email for c in taken.protocol.contacts if c.key in own} == own
    theirs = {contact.email for contact in barnsley.protocol.contacts if contact.email}
    assert not theirs & {contact.email for contact in taken.protocol.contacts}
    publishes(havering, taken.number, TUESDAY.date())
    said = f"The same definition as “{barnsley.protocol.title}” as shared by Barnsley Safeguarding Children Partnership."
    assert said in in_force(havering)
    Visitor(havering.midwife).opens("/p/havering/protocol/").sees(said)

    # A disagreement in Havering under the shared definition, open when both partnerships move on.
    havering.protocol = taken.protocol
    under_way = havering.raised()
    assert under_way.protocol_version_id == taken.pk
    _drafted(barnsley, "The process of 2027")
    publishes(barnsley, 2, date(2026, 9, 16))
    with time_machine.travel(TUESDAY.replace(day=16), tick=False):
        shares(barnsley, 2)
        assert f"{said} That partnership shares a newer version now." in in_force(havering)
        newer = takes_over(havering)
        publishes(havering, newer.number, date(2026, 9, 17))
    with time_machine.travel(TUESDAY.replace(day=17), tick=False):
        assert "The same definition as “The process of 2027” as shared by Barnsley" in in_force(havering)
        later = havering.raised(at=TUESDAY.replace(day=17))
        kept = havering.fresh(under_way)
        assert (kept.protocol_version_id, later.protocol_version_id) == (taken.pk, newer.pk)
        assert kept.protocol.title == barnsley.protocol.title


def _drafted(world: World, title: str) -> None:
    """Their next version, written from the first in the browser's own way: exported, changed, imported."""
    page = Visitor(world.administrator)
    text = page.client.get(f"/p/{world.slug}/administration/protocol/1/export.yml").content.decode()
    page.opens(f"/p/{world.slug}/administration/protocol/import/")
    _, _, rest = text.partition("\nsource:")
    page.fills("Or paste its text", f"title: {title}\nsource:{rest}").presses("Import")
    assert page.status == 200, page.words


def test_what_was_changed_from_it_is_counted_and_a_withdrawn_offer_stays_an_origin(barnsley: World, havering: World) -> None:
    shares(barnsley, 1)
    taken = takes_over(havering)
    with havering.scope():
        shorter = taken.protocol.model_copy(update={"guidance": taken.protocol.guidance[1:], "step_word": "tier"})
        revise_draft(taken, protocol=shorter, expected_digest=taken.digest)
    page = Visitor(havering.administrator).opens(THERE)
    page.sees("and changed from it in 2 parts.").does_not_see("It is not shared any more.")
    Visitor(barnsley.administrator).opens(f"{HERE}shared/").presses("Stop sharing version 1")
    page.opens(THERE).sees("changed from it in 2 parts. It is not shared any more.")
    page.follows("Definitions that partnerships").sees("Nobody else shares a definition now.")


def test_one_partnership_cannot_take_back_what_another_shares(barnsley: World, havering: World) -> None:
    shares(barnsley, 1)
    row = SharedDefinition.objects.get()
    visitor = Visitor(havering.administrator)
    assert visitor.client.post(f"{THERE}shared/{row.pk}/withdraw/").status_code == 404
    assert visitor.client.post(f"{THERE}shared/{row.pk + 1}/withdraw/").status_code == 404
    assert visitor.client.post(f"{THERE}{99}/share/").status_code == 404
    assert SharedDefinition.objects.get().withdrawn_at is None


def test_a_draft_is_not_shared_and_a_version_only_once(barnsley: World, havering: World) -> None:
    takes_over_nothing = Visitor(havering.administrator).opens(f"{THERE}shared/")
    takes_over_nothing.sees("Nobody else shares a definition now.", "Nothing of yours is shared.")
    shares(barnsley, 1)
    visitor = Visitor(barnsley.administrator)
    visitor.client.post(f"{HERE}1/share/")
    assert SharedDefinition.objects.count() == 1
    taken = takes_over(havering)
    answer = Visitor(havering.administrator).client.post(f"{THERE}{taken.number}/share/")
    assert (answer.status_code, "A draft cannot be shared." in answer.content.decode()) == (409, True)


def test_a_rehearsal_shares_nothing(barnsley: World) -> None:
    made = Partnership.objects.create(
        slug="rehearsal-x", name="A rehearsal", reference_prefix="REH", rehearsal_of=barnsley.partnership
    )
    with partnership_scope(made.pk):
        version = publish_protocol(draft_protocol(barnsley.protocol), effective_from=TUESDAY.date())
        with pytest.raises(NotNow, match="This is a rehearsal: nothing of it is shared"):
            share(version)
    assert SharedDefinition.objects.count() == 0
