"""The procedure that destroys looks for itself whether it may, whatever the application says, and does it once for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from escalation.models import (
    ChronologyEntry,
    ChronologyWords,
    Disagreement,
    Party,
)  # fmt: skip
from escalation.verification import verify
from notifications.models import Message, Notice
from notifications.services import announce
from partnerships.walls import ERASER
from records.destroying import destroy
from records.keeping import place_hold
from records.models import DestructionCertificate, LegalHold, RetentionReview
from tests.promises.database import raw
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import World, days

pytestmark = pytest.mark.django_db

REFUSED = (
    ("not ended", "has not ended"), ("no rule", "has not ended"), ("too soon", "It is kept until"),
    ("held", "under a legal hold"), ("hold without its entry lifted", "under a legal hold"), ("no review", "Nobody has reviewed"),
    ("kept since", "Nobody has reviewed"), ("happened since", "Nobody has reviewed"), ("no entry", "chronology does not say so"),
    ("elsewhere", "no such disagreement in this scope"), ("a row that lies", "has not ended"),
)  # fmt: skip


def prepare(world: World, how: str) -> int:
    """Everything but one thing is as it must be."""
    it = world.raised(at=LONG_AGO) if how in ("not ended", "a row that lies") else withdrawn(world)
    now = timezone.now()
    keeps(world, years={"no rule": None, "too soon": 90}.get(how, 1))
    with world.scope(world.office):
        if how == "a row that lies":
            raw("UPDATE escalation_disagreement SET state = 'closed', ended_at = '2001-01-01' WHERE id = %s", [it.pk])
        if how.startswith("h") and how != "happened since":
            place_hold(it.pk, viewer=world.viewer(world.office), reason="An inquiry", at=LONG_AGO + days(3))
        if how == "hold without its entry lifted":
            LegalHold.objects.update(lifted_at=now)
        own = {"disagreement": it, "reviewed_by": world.office, "reason": "x"}
        if how != "no review":
            RetentionReview.objects.create(**own, decision="destroy", reviewed_at=now)
        if how == "kept since":
            RetentionReview.objects.create(**own, decision="keep", keep_until=now.date(), reviewed_at=now)
        if how == "happened since":
            noted(it, "disclosed", at=now + timedelta(seconds=1))
        if how != "no entry":
            noted(it, "destroyed", at=now)
    return it.pk


def noted(it: Disagreement, kind: str, *, at: object) -> None:
    ChronologyEntry.objects.create(
        disagreement=it, kind=kind, at=at, state=it.state, stage=it.stage, tier=it.tier, data={}, seq=0, hash=b""
    )  # type: ignore[misc]


@pytest.mark.parametrize(("how", "why"), REFUSED)
def test_the_procedure_looks_for_itself(barnsley: World, havering: World, how: str, why: str) -> None:
    """Whatever the application says of it, by raw SQL too: it destroys nothing that may not be."""
    which = prepare(barnsley, how)
    scope = havering.scope() if how == "elsewhere" else barnsley.scope()
    with pytest.raises(DatabaseError, match=why), scope:
        raw("SELECT destroy_record(%s)", [which])
    with barnsley.scope():
        assert ChronologyWords.objects.count() > 0
        assert DestructionCertificate.objects.count() == 0


AGAIN = """INSERT INTO escalation_learning (partnership_id, disagreement_id, text, needs, sub_group, recorded_at)
    SELECT partnership_id, id, 'again', 'none', '', now() FROM escalation_disagreement WHERE id = {which}"""


def test_and_destroys_once_for_good(barnsley: World) -> None:
    """It comes through when everything is as it must be; nothing is written into it or beside it again."""
    which = prepare(barnsley, "nothing")
    with barnsley.scope():
        raw("SELECT destroy_record(%s)", [which])
        by = barnsley.office.pk
        for statement, why in (
            ("SELECT destroy_record({which})", "destroyed already"),
            ("UPDATE escalation_disagreement SET destroyed_at = NULL WHERE id = {which}", "stays so"),
            ("UPDATE escalation_disagreement SET answers = '{{\"concern\": \"again\"}}' WHERE id = {which}", "stays so"),
            ("UPDATE escalation_disagreement SET destroyed_at = now() WHERE id <> {which}", "by its own procedure alone"),
            (AGAIN, "nothing is added to it"),
            ("UPDATE records_destructioncertificate SET destroyed_by_id = {by}", "permission denied"),
            ("DELETE FROM records_destructioncertificate", "permission denied"),
            ("DELETE FROM escalation_chronologywords", "permission denied"),
            (f"SET ROLE {ERASER}", "permission denied"),
        ):  # fmt: skip
            withdrawn(barnsley) if "<>" in statement else None
            with pytest.raises(DatabaseError, match=why), transaction.atomic():
                raw(statement.format(which=which, by=by))


def test_words_and_letters_that_are_anothers_too_are_not_taken(barnsley: World) -> None:
    """An entry could be made to name another's words. A letter about two disagreements stays, without what it said."""
    it, other = withdrawn(barnsley), withdrawn(barnsley)
    keeps(barnsley)
    announce(barnsley.partnership.pk)
    with barnsley.scope(barnsley.office):
        theirs = ChronologyEntry.objects.filter(disagreement=other).exclude(words_id=None).latest("seq")
        ChronologyEntry.objects.create(
            disagreement=it, kind="progress_recorded", at=LONG_AGO, state=it.state, stage=it.stage, tier=it.tier, data={},
            words_id=theirs.words_id, seq=0, hash=b"",
        )  # fmt: skip
        letter = Notice.objects.filter(disagreement=it).earliest("pk").message
        Notice.objects.filter(disagreement=other).order_by("pk")[:1].get()
        Notice.objects.filter(pk=Notice.objects.filter(disagreement=other).earliest("pk").pk).update(message=letter)
        Party.objects.filter(disagreement=other).update(telephone="01226 770 001")
        certificate = destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up")
        assert ChronologyWords.objects.filter(pk=theirs.words_id).exists()
        assert certificate.counts["notifications_message.text"] == 1
        assert letter is not None
        left = Message.objects.get(pk=letter.pk)
        assert (left.subject, left.to_email) == ("Destroyed with a record", letter.to_email)
        assert str(it.reference) not in left.text
        assert verify().faults == (f"{it.reference} does not stand where its chronology leads: number of changes.",)


def test_the_eraser_has_these_rights_and_no_other() -> None:
    """It reads no word and changes no entry, in the scope of whoever asks; the owner does not see with its eyes."""
    found = raw(
        "SELECT table_name, string_agg(DISTINCT privilege_type::text, ' ' ORDER BY privilege_type::text) FROM"
        " information_schema.column_privileges WHERE grantee = %s GROUP BY 1",
        [ERASER], login="owner",
    )  # fmt: skip
    assert {table: rights for table, rights in found if rights not in ("SELECT",)} == {
        "escalation_disagreement": "SELECT UPDATE", "notifications_message": "SELECT UPDATE",
        "records_destructioncertificate": "INSERT SELECT", "records_legalhold": "SELECT UPDATE",
        "records_retentionreview": "SELECT UPDATE",
    }  # fmt: skip
    removes = raw(
        "SELECT table_name FROM information_schema.table_privileges WHERE grantee = %s AND privilege_type = 'DELETE'",
        [ERASER], login="owner",
    )  # fmt: skip
    assert {table for (table,) in removes} == {
        "escalation_action", "escalation_attachment", "escalation_check", "escalation_chronologywords", "escalation_deadline",
        "escalation_invitation", "escalation_learning", "escalation_link", "escalation_outcome", "escalation_party",
        "escalation_proposedoutcome",
        "escalation_searchtext", "escalation_sharedacross", "escalation_sideprocessrecord", "escalation_takenin",
        "insight_counted", "insight_countedstep", "insight_countedtimescale", "notifications_message",
        "notifications_notice", "notifications_setaside", "records_disclosure",
    }  # fmt: skip
    reads = raw(
        "SELECT DISTINCT column_name FROM information_schema.column_privileges WHERE grantee = %s AND privilege_type = 'SELECT'",
        [ERASER], login="owner",
    )  # fmt: skip
    assert {column for (column,) in reads} & {"text", "words", "reason", "answers", "name", "email", "child_reference"} == set()
    assert raw(
        "SELECT pg_has_role('esc_owner', %s, 'USAGE'), has_schema_privilege(%s, 'public', 'CREATE')", [ERASER, ERASER]
    ) == [(False, False)]
