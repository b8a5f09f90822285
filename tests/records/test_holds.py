"""While a legal hold is on it, nothing of a disagreement is destroyed; who placed it, who lifted it and why stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from escalation.models import ChronologyWords, Disagreement
from escalation.moves import Refused
from escalation.verification import verify
from partnerships.models import User
from records.destroying import destroy
from records.keeping import place_hold
from records.models import DestructionCertificate, LegalHold
from tests.promises.database import at_once
from tests.records.stories import keeps, withdrawn
from tests.world import World

SignIn = Callable[[User], Client]


def words(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.django_db
def test_a_hold_is_placed_and_lifted_with_a_reason(barnsley: World, signed_in: SignIn) -> None:
    it = withdrawn(barnsley)
    keeps(barnsley)
    page, form = f"/p/barnsley/d/{it.reference}/", f"/p/barnsley/d/{it.reference}/keeping/hold/"
    office, party = signed_in(barnsley.office), signed_in(barnsley.team_manager)
    assert f'href="{form}">Place a legal hold</a>' in words(office, page)
    assert form not in words(party, page)
    assert party.get(form).status_code == 403
    assert party.post(form, {"do": "place", "reason": "Mine"}).status_code == 403

    refused = office.post(form, {"do": "place", "reason": " "})
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    placed = office.post(form, {"do": "place", "reason": "The inquiry asked for it"})
    assert (placed.status_code, placed["Location"]) == (302, page)
    for reader in (office, party):
        assert "Under a legal hold: nothing of this record is destroyed until that is lifted." in words(reader, page)
    twice = office.post(form, {"do": "place", "reason": "Pressed twice"})
    assert (twice.status_code, "It is under a legal hold already." in twice.content.decode()) == (409, True)
    assert "Pressed twice" in twice.content.decode()
    with barnsley.scope(barnsley.office), pytest.raises(Refused, match="is under a legal hold"):
        destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up")

    assert "The inquiry asked for it" in words(office, form)
    office.post(form, {"do": "lift", "reason": "The inquiry is over"})
    assert "Under a legal hold" not in words(office, page)
    assert barnsley.chronology(it)[-2:] == ["hold_placed", "hold_lifted"]
    with barnsley.scope():
        hold = LegalHold.objects.get()
        assert (hold.placed_by, hold.lifted_by, hold.lifted_at is None) == (barnsley.office, barnsley.office, False)
        said = set(ChronologyWords.objects.values_list("text", flat=True))
        assert {"The inquiry asked for it", "The inquiry is over"} <= said
        assert verify().faults == ()
    with barnsley.scope(barnsley.office):
        assert destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up").reference == it.reference


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_the_destruction_at_the_same_moment() -> None:
    """Both lock the disagreement first: one of them comes second, and finds what the other did."""
    world = World("barnsley")
    keeps(world)
    office = world.office
    for _ in range(3):
        it = withdrawn(world)

        def hold(it: Disagreement = it) -> str:
            with world.scope(office):
                place_hold(it.pk, viewer=world.viewer(office), reason="An inquiry")
            return "held"

        def go(it: Disagreement = it) -> str:
            with world.scope(office):
                destroy(it.pk, viewer=world.viewer(office), reason="Time is up")
            return "destroyed"

        outcomes = at_once([hold, go])
        done = [one for one in outcomes if isinstance(one, str)]
        assert len(done) == 1, outcomes
        assert [type(one) for one in outcomes if not isinstance(one, str)] == [Refused]
        with world.scope():
            held = LegalHold.objects.filter(disagreement=it).exists()
            gone = DestructionCertificate.objects.filter(disagreement=it).exists()
            assert (held, gone) == (done == ["held"], done == ["destroyed"])
            assert verify().faults == ()
