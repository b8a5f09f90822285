"""What was agreed when a disagreement was raised holds for it to the end, whatever is published since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from escalation.moves import Refused
from partnerships.ladder import Position
from partnerships.models import ProtocolVersion
from partnerships.services import PartnershipRefused, digest_of, draft_protocol, publish_protocol
from tests.world import TUESDAY, World, days

from .database import as_owner, raw

NEVER = "A published protocol never changes"
VERSION = "partnerships_protocolversion"


@pytest.mark.django_db
def test_through_the_model(barnsley: World) -> None:
    with barnsley.scope():
        version = ProtocolVersion.objects.get(pk=barnsley.version.pk)
        version.title = "Otherwise"
        acts: list[Callable[[], object]] = [
            version.save, lambda: version.save(update_fields=["title"]), version.delete,
            lambda: ProtocolVersion.objects.update(definition={}), lambda: ProtocolVersion.objects.all().delete(),
            lambda: ProtocolVersion.objects.update(status="draft"),
        ]  # fmt: skip
        for act in acts:
            with pytest.raises(IntegrityError, match=NEVER), transaction.atomic():
                act()
        with pytest.raises(PartnershipRefused, match="published already"):
            publish_protocol(ProtocolVersion.objects.get(pk=version.pk), effective_from=date(2026, 1, 1))
        kept = ProtocolVersion.objects.get(pk=version.pk)
        assert (kept.protocol, kept.digest) == (barnsley.protocol, digest_of(barnsley.protocol))


@pytest.mark.django_db
def test_a_draft_may_change_and_go(barnsley: World) -> None:
    with barnsley.scope():
        draft = draft_protocol(barnsley.protocol)
        draft.title = "A second attempt"
        draft.save()
        assert ProtocolVersion.objects.get(pk=draft.pk).title == "A second attempt"
        draft.delete()
        assert ProtocolVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_by_raw_sql_under_either_login(transactional_db: None) -> None:
    world = World("barnsley")
    statements = [
        f"UPDATE {VERSION} SET title = title",
        f"UPDATE {VERSION} SET status = 'draft'",
        f"UPDATE {VERSION} SET effective_from = '2020-01-01'",
        f"DELETE FROM {VERSION}",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError, match=NEVER), world.scope():
            raw(statement)
        with pytest.raises(DatabaseError, match=NEVER):
            as_owner(world.partnership.pk, statement)
    with pytest.raises(DatabaseError, match="permission denied"), world.scope():
        raw(f"TRUNCATE {VERSION} CASCADE")
    with world.scope():
        assert ProtocolVersion.objects.get().protocol == world.protocol


@pytest.mark.django_db
def test_an_open_disagreement_keeps_the_version_that_it_was_raised_under(barnsley: World) -> None:
    """The next version has no second stage any more; who is under way still may go there, who starts later may not."""
    raised = barnsley.raised()
    shorter = barnsley.protocol.model_copy(
        update={
            "stages": tuple(s for s in barnsley.protocol.stages if s.key != "stage_2"),
            "time_limits": (), "notice_rules": (), "requirements": (), "guidance": (),
        }
    )  # fmt: skip
    with barnsley.scope():
        second = publish_protocol(draft_protocol(shorter), effective_from=TUESDAY.date())
    stage_2 = Position(stage="stage_2")
    moved = barnsley.do("escalate", raised, by=barnsley.office, at=TUESDAY + days(2), to=stage_2, reason="Not agreed")
    assert (moved.protocol_version_id, moved.position) == (barnsley.version.pk, stage_2)
    assert moved.protocol == barnsley.protocol
    barnsley.protocol = shorter
    later = barnsley.raised(at=TUESDAY + days(1))
    assert later.protocol_version_id == second.pk
    with pytest.raises(Refused, match="steps allowed now are: Stage 3"):
        barnsley.do("escalate", later, by=barnsley.office, at=TUESDAY + days(2), to=stage_2, reason="Not agreed")
    assert barnsley.running(later) == {}


@pytest.mark.django_db
def test_a_version_is_in_force_from_its_first_day_on(barnsley: World) -> None:
    with barnsley.scope():
        tomorrow = publish_protocol(draft_protocol(barnsley.protocol), effective_from=(TUESDAY + days(1)).date())
    assert barnsley.raised().protocol_version_id == barnsley.version.pk
    assert barnsley.raised(at=TUESDAY + days(1)).protocol_version_id == tomorrow.pk
