"""A partnership that leaves is removed whole by the tables' owner: nothing of it is left, and nothing else is touched."""

from __future__ import annotations

import io
import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import AccountMail
from escalation.files import store
from escalation.models import Disagreement, ElsewhereMarker, SharedAcross
from escalation.verification import verify
from insight.models import ComparisonAgreement
from notifications.services import announce
from partnerships.administering import AdministrationEntry, Did
from partnerships.models import Partnership, SharedDefinition, User
from partnerships.scope import partnership_scope
from partnerships.services import add_member
from records.keeping import lift_hold, place_hold
from records.models import LegalHold
from rehearsal.walking import begin
from tests.promises.database import raw, scoped_tables
from tests.promises.full_world import fill
from tests.records.stories import withdrawn
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db(transaction=True)


def removed(*more: str) -> Any:
    out = StringIO()
    call_command("remove_partnership", "enfield", *more, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def exported(world: World, *, ago: int = 1) -> None:
    with world.scope():
        AdministrationEntry.objects.create(did=Did.EXPORTED, at=timezone.now() - days(ago), by=world.office)


def rows_of(partnership_id: int) -> dict[str, list[str]]:
    """Every row of a partnership, as text: read in its scope, whether it is there or not."""
    with partnership_scope(partnership_id):
        found = {
            table: raw(f"SELECT t::text FROM {table} t WHERE partnership_id = %s", [partnership_id]) for table in scoped_tables()
        }
    return {table: sorted(text for (text,) in texts) for table, texts in found.items() if texts}


def name_of(world: World) -> str:
    return f"--name={world.partnership.name}"


def pointing_at(leaving: World, stays: World) -> None:
    """What other partnerships' rows, and rows of none, say of the one that leaves."""
    with stays.scope():
        add_member(leaving.midwife, role="practitioner", agency=stays.agencies["hospital"])  # somebody of both
        Disagreement.objects.update(raised_by=leaving.hospital_lead)  # somebody who once was here
        ElsewhereMarker.objects.create(
            owner=leaving.partnership, reference="ENF-0001", state="open", raised_on=TUESDAY.date(), marked_at=TUESDAY
        )
        SharedAcross.objects.create(
            disagreement=Disagreement.objects.get(), other=leaving.partnership, shared_by=stays.office, shared_at=TUESDAY
        )
    with stays.scope():
        ComparisonAgreement.objects.create(other=leaving.partnership, agreed_by=stays.office, agreed_at=TUESDAY)
    with leaving.scope():
        SharedDefinition.objects.create(
            sharer=leaving.partnership, shared_by="Enfield", name="Ours", number=1, definition={}, digest="0" * 64,
            shared_at=TUESDAY,
        )  # fmt: skip
    AccountMail.objects.create(
        to=leaving.administrator.email, subject="x", text="x", message_id="<x@x.example>", expires_at=timezone.now()
    )


BESIDE = {
    "escalation_elsewheremarker": "owner_id",
    "escalation_sharedacross": "other_id",
    "insight_comparisonagreement": "other_id",
    "partnerships_shareddefinition": "sharer_id",
}


def test_nothing_of_it_is_left_and_its_neighbours_are_as_they_were(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    leaving, stays = World("enfield"), World("havering")
    for world in (leaving, stays):
        store.put(io.BytesIO(b"Plan"), partnership_id=world.partnership.pk, key=uuid4())
    withdrawn(stays)
    announce(stays.partnership.pk)
    fill(leaving)
    both, once = leaving.midwife, leaving.hospital_lead
    pointing_at(leaving, stays)
    with leaving.scope():
        rehearsal = begin(leaving.partnership, leaving.version)
        LegalHold.objects.update(lifted_at=timezone.now())
    before = rows_of(stays.partnership.pk)
    exported(leaving)

    tried = removed("--dry-run")
    assert (tried["only_tried"], tried["rehearsals"]) == (True, 1)
    there = verify_of(leaving)
    assert there.faults == ()
    assert store.folders() == sorted([leaving.partnership.pk, stays.partnership.pk])

    went = removed(name_of(leaving))
    assert {**went, "at": "", "only_tried": True} == {**tried, "at": ""}
    assert went["end_of_chain"] == {"seq": there.head.seq, "hash": there.head.hash}
    assert set(went["rows"]) == set(scoped_tables())
    assert went["beside"] == {f"{table}.{column}": 1 for table, column in BESIDE.items()}
    assert rows_of(leaving.partnership.pk) == rows_of(rehearsal.pk) == {}
    assert list(Partnership.objects.values_list("slug", flat=True)) == ["havering"]
    assert store.folders() == [stays.partnership.pk]
    assert rows_of(stays.partnership.pk) == {table: texts for table, texts in before.items() if table not in BESIDE}
    assert verify_of(stays).faults == ()
    people_went(went["people"], both=both, once=once)


def people_went(fates: dict[str, int], *, both: User, once: User) -> None:
    """Whoever is elsewhere too stays; whom another partnership's record names has no name any more; the others are gone."""
    assert (fates["stays"], fates["made nameless"], fates["deleted"] > 2) == (1, 1, True)
    assert User.objects.filter(pk=both.pk, name=both.name, is_active=True).exists()
    left = User.objects.get(pk=once.pk)
    assert (left.name, left.email, left.is_active) == ("Somebody who has left", f"left-{once.pk}@left.invalid", False)
    assert list(User.objects.filter(email__endswith="@enfield.example")) == [both]
    assert not AccountMail.objects.exists()


def verify_of(world: World) -> Any:
    with world.scope():
        return verify()


REFUSED = r"permission denied|published protocol never changes|violates foreign key"


def test_why_it_is_not_removed() -> None:
    world = World("enfield")
    it = withdrawn(world)

    def why(*more: str) -> str:
        with pytest.raises(CommandError) as refused:
            removed(*more)
        return str(refused.value)

    assert why("--name=Enfield") == "That is not its name. Nothing was removed."
    not_exported = "Its data was not exported within the last 30 days. Export everything first, and hand it over."
    assert why("--dry-run") == why(name_of(world)) == not_exported
    exported(world, ago=31)
    assert why(name_of(world)) == not_exported
    exported(world)
    with world.scope(world.office):
        place_hold(it.pk, viewer=world.viewer(world.office), reason="An inquiry")
    assert why(name_of(world)) == "1 of its disagreements are under a legal hold. Lift it first, or keep the partnership."
    with world.scope(world.office):
        lift_hold(it.pk, viewer=world.viewer(world.office), reason="It is over")
    # The application itself cannot, whatever it says is being removed.
    for statement in (
        "SELECT remove_partnership({0})", "SELECT remove_rows_of({0})", "SELECT remove_person_of_nowhere(1)",
        "SELECT set_config('app.removing', '{0}', true); DELETE FROM escalation_chronologyentry",
        "SELECT set_config('app.removing', '{0}', true); DELETE FROM escalation_chronologywords",
        "SELECT set_config('app.removing', '{0}', true); DELETE FROM partnerships_protocolversion",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=REFUSED), world.scope():
            raw(statement.format(world.partnership.pk))
    with pytest.raises(CommandError, match="There is no partnership 'atlantis'"):
        call_command("remove_partnership", "atlantis")
    assert removed(name_of(world))["only_tried"] is False
