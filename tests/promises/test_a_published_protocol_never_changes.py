"""What was agreed when a disagreement was raised holds for it to the end, whatever is published since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from escalation.moves import Refused
from partnerships.editor import publishing
from partnerships.editor import urls as editor_urls
from partnerships.editor.sharing import shareable
from partnerships.ladder import Position
from partnerships.models import ProtocolVersion
from partnerships.services import PartnershipRefused, digest_of, draft_protocol, publish_protocol, revise_draft
from partnerships.shared import SharedDefinition
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

from .database import as_owner, raw

NEVER = "A published protocol never changes"
VERSION, SHARED = "partnerships_protocolversion", "partnerships_shareddefinition"


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
def test_by_no_page_of_the_editor(barnsley: World) -> None:
    """Every address below a published version's number, pressed with whatever such a page sends."""
    with barnsley.scope():
        kept = raw(f"SELECT row_to_json(v)::text FROM {VERSION} v WHERE number = 1")
    client = Visitor(barnsley.administrator).client
    doors = [
        entry for entry in editor_urls.urlpatterns if str(entry.pattern).startswith("<int:number>/") and entry.name != "confirm"
    ]
    assert {"publish", "discard", "share", "draft", "section"} <= {entry.name for entry in doors}
    sent = {"day": "2027-01-04", "digest": barnsley.version.digest, "title": "Otherwise", "name": "Otherwise"}
    for entry in doors:
        route = str(entry.pattern).replace("<int:number>", "1").replace("<slug:section>", "stages").replace("<int:index>", "0")
        answer = client.post(f"/p/barnsley/administration/protocol/{route}", sent)
        assert answer.status_code < 500, route
        with barnsley.scope():
            assert raw(f"SELECT row_to_json(v)::text FROM {VERSION} v WHERE number = 1") == kept, route
    with barnsley.scope():
        assert ProtocolVersion.objects.count() == 1
        with pytest.raises(PartnershipRefused, match="never changes"):
            revise_draft(barnsley.version, protocol=barnsley.protocol, expected_digest=barnsley.version.digest)
        with pytest.raises(publishing.NotNow, match="never changes"):
            publishing.publish(barnsley.version, day=date(2027, 1, 4), by=barnsley.administrator, digest=barnsley.version.digest)
        with pytest.raises(publishing.NotNow, match="never changes"):
            publishing.discard(barnsley.version)


@pytest.mark.django_db
def test_importing_a_published_versions_own_file_makes_a_draft_beside_it(barnsley: World) -> None:
    client = Visitor(barnsley.administrator).client
    text = client.get("/p/barnsley/administration/protocol/1/export.yml").content.decode()
    assert client.post("/p/barnsley/administration/protocol/import/", {"text": text}).status_code == 302
    with barnsley.scope():
        found = ProtocolVersion.objects.order_by("number").values_list("number", "status", "digest")
        assert list(found) == [(1, "published", barnsley.version.digest), (2, "draft", barnsley.version.digest)]


@pytest.mark.django_db(transaction=True)
def test_what_is_shared_is_the_sharers_alone_and_never_rewritten(transactional_db: None) -> None:
    barnsley, havering = World("barnsley"), World("havering")
    with barnsley.scope():
        publishing.share(barnsley.version)
    writes = [
        f"UPDATE {SHARED} SET name = 'Otherwise'", f"UPDATE {SHARED} SET definition = '{{}}'",
        f"UPDATE {SHARED} SET sharer_id = {havering.partnership.pk}", f"DELETE FROM {SHARED}",
        f"UPDATE {SHARED} SET withdrawn_at = NULL",
    ]  # fmt: skip
    for statement in writes:
        with pytest.raises(DatabaseError, match=r"never changes|never deleted|Only the partnership"), barnsley.scope():
            raw(statement)
        with pytest.raises(DatabaseError, match=r"never changes|never deleted|Only the partnership"):
            as_owner(barnsley.partnership.pk, statement)
    with pytest.raises(DatabaseError, match="Only the partnership"), havering.scope():
        raw(f"UPDATE {SHARED} SET withdrawn_at = now()")
    forged = (
        f"INSERT INTO {SHARED} (sharer_id, shared_by, name, line, number, definition, digest, shared_at)"
        f" VALUES ({barnsley.partnership.pk}, 'x', 'x', 'main', 9, '{{}}', 'x', now())"
    )
    with pytest.raises(DatabaseError, match="Only the partnership"), havering.scope():
        raw(forged)
    with barnsley.scope():
        publishing.withdraw(SharedDefinition.objects.get())
    with pytest.raises(DatabaseError, match="never changes"), barnsley.scope():
        raw(f"UPDATE {SHARED} SET withdrawn_at = now()")
    assert SharedDefinition.objects.get().protocol == shareable(barnsley.protocol)


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
