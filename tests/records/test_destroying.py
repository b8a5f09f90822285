"""When its time is up and somebody has reviewed it, what was written about a disagreement is gone, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from escalation.files import store
from escalation.models import (
    Action,
    Attachment,
    Check,
    ChronologyEntry,
    ChronologyWords,
    Disagreement,
    Invitation,
    Learning,
    Link,
    Outcome,
    Party,
    Reading,
    SharedAcross,
    SideProcessRecord,
)  # fmt: skip
from escalation.numbers import Numbers, numbers
from escalation.verification import verify
from notifications.models import Message, Notice, SetAside
from notifications.services import announce
from partnerships.models import Partnership, User
from partnerships.services import issue_token
from partnerships.walls import ERASER
from records.destroying import destroy
from records.keeping import place_hold
from records.models import DestructionCertificate, Disclosure, LegalHold, RetentionReview, StatisticalRow
from records.wording import WHAT
from rehearsal.past import last
from tests.promises.database import raw, scoped_tables
from tests.promises.full_world import fill
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import World, days

pytestmark = pytest.mark.django_db

MARK = "Planted"
# Tables of a partnership that hold no word about one disagreement. A new table belongs here, with a reason, or it is looked
# for below.
ABOUT_NO_DISAGREEMENT = {
    "escalation_elsewheremarker": "of another partnership's record: its reference and its days, no word of it",
    "escalation_referencecounter": "a number",
    "notifications_announcecursor": "a number",
    "partnerships_administrationentry": "what was done to the partnership itself",
    "partnerships_agency": "the directory", "partnerships_apitoken": "a person's, for a program",
    "partnerships_arrangements": "the partnership's own", "partnerships_assumptionconfirmation": "of the protocol",
    "partnerships_closureday": "days off", "partnerships_contact": "the directory",
    "partnerships_directoryupload": "the directory", "partnerships_membership": "a person's, for all that they do here",
    "partnerships_post": "the directory", "partnerships_postholder": "the directory",
    "partnerships_protocolversion": "the protocol", "records_statisticalrow": "numbers, of nobody",
}  # fmt: skip
# Columns that stay, of tables about a disagreement, and why.
CHAIN = "the chain is made of it: ids and enumerated values, nobody's words"
CHECKED = "an enumerated value, against which the chronology is checked"
STAYS = {
    **{("escalation_chronologyentry", column): CHAIN for column in (
        "kind", "state", "stage", "data", "words_digest", "previous_hash", "hash"
    )},
    **{("escalation_disagreement", column): CHECKED for column in ("state", "line", "stage", "stage_kind", "flags", "raised_as")},
    ("escalation_disagreement", "reference"): "by which the certificate is found",
    ("escalation_reading", "what"): "who read it stays known: an enumerated value",
    ("escalation_reading", "address"): "as above: where from",
    ("escalation_reading", "about"): "as above: ids and counts",
    ("records_retentionreview", "decision"): "that it was reviewed, and how",
    **{("records_destructioncertificate", column): "the certificate" for column in ("reference", "rule", "counts", "chain_hash")},
}  # fmt: skip
# Planting there would only break what reads it before it goes, or what is counted from it: keys of lists, no words.
KEYS = {
    ("escalation_sideprocessrecord", "process"), ("escalation_outcome", "how"), ("escalation_disagreement", "common_category"),
}  # fmt: skip
JSON = {
    ("escalation_sideprocessrecord", "members"): '[{"name": "Planted", "agency": null}]',
    ("escalation_sideprocessrecord", "former"): '[{"name": "Planted", "agency": null}]',
    ("escalation_disagreement", "answers"): '{"concern": "Planted"}',
}
# How the rows of one disagreement are found in each table.
OF_ITS_ENTRIES = "IN (SELECT {0} FROM escalation_chronologyentry WHERE disagreement_id = %(which)s)"
OF = {
    "escalation_disagreement": "id = %(which)s",
    "escalation_chronologywords": f"id {OF_ITS_ENTRIES.format('words_id')}",
    "notifications_setaside": f"entry_id {OF_ITS_ENTRIES.format('id')}",
    "notifications_message": "id IN (SELECT message_id FROM notifications_notice WHERE disagreement_id = %(which)s)",
}
Rows = dict[str, list[str]]


def columns_for_words() -> list[tuple[str, str, str, int]]:
    found = raw(
        "SELECT table_name, column_name, data_type, coalesce(character_maximum_length, 0) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'inet')"
        " ORDER BY 1, 2"
    )
    return [row for row in found if row[0] in scoped_tables() and row[0] not in ABOUT_NO_DISAGREEMENT]


def rows(table: str, which: int) -> str:
    return OF.get(table, "disagreement_id = %(which)s") % {"which": which}


def plant(which: int) -> set[tuple[str, str]]:
    """The mark into every column that is to be destroyed, each in at least one row; those that the application may only
    add to have it already, from the forms. Returns the columns."""
    planted = set()
    for table, column, kind, longest in columns_for_words():
        if (table, column) in STAYS or (table, column) in KEYS or kind == "bytea":
            continue
        if table != "escalation_chronologywords":
            value = JSON.get((table, column), f'["{MARK}"]')
            typed = f"'{value}'::jsonb" if kind == "jsonb" else f"left('{MARK}' || id, {longest or 1000})"
            assert raw(f"UPDATE {table} SET {column} = {typed} WHERE {rows(table, which)}") != [(0,)], (table, column)
        found = raw(f"SELECT count(*) FROM {table} WHERE {rows(table, which)} AND {column}::text LIKE '%{MARK}%'")
        assert found != [(0,)], (table, column)
        planted.add((table, column))
    return planted


def everything() -> Rows:
    """The whole database, every row as text, as it can be seen in this scope."""
    tables = raw("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'")
    return {table: sorted(text for (text,) in raw(f"SELECT t::text FROM {table} t")) for (table,) in tables}


def without_bytes(found: Rows) -> dict[str, int]:
    return {table: len(texts) for table, texts in found.items()}


def told(world: World) -> Disagreement:
    """One with at least one row in every table that there is for a disagreement."""
    words = {"words": f"{MARK} progress"}
    it = world.raised(at=LONG_AGO, answers=world.answers("stage_1", concern=f"{MARK} concern"))
    world.do("record_progress", it, by=world.office, at=LONG_AGO + timedelta(hours=3), **words)
    announce(world.partnership.pk)
    world.do("withdraw", it, by=world.office, at=LONG_AGO + days(2), reason=f"{MARK} reason")
    by, at, elsewhere = world.office, LONG_AGO, Partnership.objects.exclude(pk=world.partnership.pk).get()
    other = withdrawn(world)
    with world.scope():
        its = {"disagreement": it}
        Action.objects.create(**its, what="x", owner="x", due=at.date())
        Learning.objects.create(**its, text="x", needs="none", recorded_at=at)
        Check.objects.create(**its, what="x", by=by, at=at)
        panel = SideProcessRecord.objects.create(
            **its, process=world.protocol.side_processes[0].key, started_at=at, started_by=by
        )
        Outcome.objects.create(**its, how="agreed", text="x", recorded_by=by, recorded_at=at, through=panel)
        Link.objects.create(**its, other=other, how="related")
        Link.objects.create(disagreement=other, other=it, how="related")
        Invitation.objects.create(**its, email="pat@somewhere.example", invited_at=at)
        Attachment.objects.create(**its, name="x", content_type="x", size=1, sha256="0", added_by=by, added_at=at)
        SharedAcross.objects.create(**its, other=elsewhere, shared_by=by, shared_at=at)
        Reading.objects.create(by=by, at=at, what="disagreement", disagreement=it)
        LegalHold.objects.create(**its, reason="x", placed_by=by, placed_at=at, lifted_by=by, lifted_at=at)
        RetentionReview.objects.create(
            **its, decision="keep", reason="x", keep_until=at.date(), reviewed_by=by, reviewed_at=at + days(400)
        )
        Disclosure.objects.create(**its, ground="court", for_whom="x", begun_by=by, begun_at=at)
        SetAside.objects.create(entry=ChronologyEntry.objects.filter(**its).latest("seq"), retry_at=at, problem="x")
    return it


def test_every_column_that_can_hold_words_is_decided_on() -> None:
    decided = {(table, column) for table, column, *_ in columns_for_words()}
    assert set(STAYS) <= decided
    assert set(ABOUT_NO_DISAGREEMENT) <= set(scoped_tables())
    # What points at a disagreement is counted on the certificate in words, or outlives it without any.
    pointing = raw(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        " AND confrelid = 'escalation_disagreement'::regclass"
    )
    outlives = {"escalation_chronologyentry", "escalation_reading", "records_destructioncertificate", "records_legalhold",
                "records_retentionreview"}  # fmt: skip
    assert {table for (table,) in pointing} == ({*WHAT} & {table for (table,) in pointing}) | outlives
    guarded = raw("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'a_destroyed_record_gets_nothing'")
    unguarded = {"escalation_reading", "records_destructioncertificate"}  # a log, and what is written as it goes
    assert {table for (table,) in guarded} == {table for (table,) in pointing} - unguarded


def test_every_word_of_it_is_gone_and_nothing_else(enfield: World, havering: World) -> None:
    withdrawn(havering)
    announce(havering.partnership.pk)
    it = told(enfield)
    fill(enfield)
    keeps(enfield)
    with havering.scope():
        theirs = everything()
    with enfield.scope(enfield.office):
        assert len(plant(it.pk)) > 50
        before = everything()
        certificate = destroy(it.pk, viewer=enfield.viewer(enfield.office), reason=f"{MARK}: nobody needs it")
        after = everything()
        assert [(table, text) for table, texts in after.items() for text in texts if MARK in text] == []
        # Of every other row not a byte is different. Two that went have no column for words, or none that is its own.
        gone = {table: [text for text in texts if text not in after[table]] for table, texts in before.items()}
        unmarked = {table: [text for text in texts if MARK not in text] for table, texts in gone.items()}
        assert {table: len(texts) for table, texts in unmarked.items() if texts} == {
            "escalation_link": 1, "escalation_sharedacross": 1,
        }  # fmt: skip
        new = {table: len([text for text in texts if text not in before[table]]) for table, texts in after.items()}
        assert {table: number for table, number in new.items() if number} == {
            "escalation_chronologyentry": 1, "escalation_disagreement": 1, "records_destructioncertificate": 1,
            "records_legalhold": 1, "records_retentionreview": 2, "records_statisticalrow": 1,
        }  # fmt: skip
        # The certificate counts what went, and its entry is the last; the chain is whole.
        counted = {table: number for table, number in certificate.counts.items() if number}
        assert counted == {table: len(texts) for table, texts in gone.items() if table in WHAT and texts}
        end = ChronologyEntry.objects.filter(disagreement=it).latest("seq")
        assert (end.kind, end.seq, bytes(end.hash).hex()) == ("destroyed", certificate.chain_seq, certificate.chain_hash)
        found = verify()
        assert (found.faults, found.words_destroyed) == ((), 3)
        assert (certificate.reference, certificate.destroyed_by) == (it.reference, enfield.office)
    with havering.scope():
        assert everything()["escalation_chronologywords"] == theirs["escalation_chronologywords"]
        assert {t: n for t, n in everything().items() if t in scoped_tables()} == {
            t: n for t, n in theirs.items() if t in scoped_tables()
        }


def test_a_number_stays_and_nobody_is_in_it(barnsley: World) -> None:
    it = withdrawn(barnsley)
    keeps(barnsley)
    with barnsley.scope(barnsley.office):
        destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up")
        stays = StatisticalRow.objects.values().get()
    assert stays.pop("id") > 1000  # drawn by lot: not beside its certificate
    assert stays == {
        "partnership_id": barnsley.partnership.pk, "raised_quarter": "2024-Q2", "raising_sector": "health",
        "receiving_sector": "social_care", "category": "threshold", "highest_stage_kind": "manager",
        "ended_as": "withdrawn", "working_days_to_end": 2, "timescales_passed": 0,
    }  # fmt: skip


def test_the_partnerships_numbers_are_as_they_were(barnsley: World) -> None:
    """Each is counted once, among those that are there or among the rows that stay."""
    it = withdrawn(barnsley)
    withdrawn(barnsley)
    keeps(barnsley)

    def counted() -> list[Numbers]:
        with barnsley.scope():
            return [numbers(published=published) for published in (False, True)]

    before = counted()
    assert [one.total for one in before] == ["2", "fewer than 5"]
    with barnsley.scope(barnsley.office):
        destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up")
    assert counted() == before


def test_the_files_go_with_it(
    barnsley: World, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.MEDIA_ROOT = tmp_path
    it, other = withdrawn(barnsley), withdrawn(barnsley)
    keeps(barnsley)
    here = barnsley.partnership.pk
    own = {
        "name": "Plan.txt",
        "content_type": "text/plain",
        "size": 4,
        "sha256": "0",
        "added_by": barnsley.office,
        "added_at": LONG_AGO,
    }
    with barnsley.scope(barnsley.office):
        files = [Attachment.objects.create(disagreement=each, **own) for each in (it, it, other)]
        for file in files:
            store.put(io.BytesIO(b"Plan"), partnership_id=here, key=file.key)
        with django_capture_on_commit_callbacks(execute=True):
            certificate = destroy(it.pk, viewer=barnsley.viewer(barnsley.office), reason="Time is up")
            assert store.path_of(here, files[0].key).exists()  # not before it is certain
    assert certificate.counts["escalation_attachment"] == 2
    assert [store.path_of(here, file.key).exists() for file in files] == [False, False, True]


def destroyed(world: World) -> Disagreement:
    it = withdrawn(world)
    keeps(world)
    with world.scope(world.office):
        destroy(it.pk, viewer=world.viewer(world.office), reason="Time is up")
    return it


def test_nobody_is_shown_it_any_more(barnsley: World, signed_in: Callable[[User], Client]) -> None:
    it, other = destroyed(barnsley), withdrawn(barnsley)
    assert it.reference is not None
    for person in (barnsley.office, barnsley.midwife, barnsley.team_manager):
        client = signed_in(person)
        assert client.get(f"/p/barnsley/d/{it.reference}/").status_code == 404
        assert it.reference not in client.get("/p/barnsley/mine/").content.decode()
    office = signed_in(barnsley.office)
    listed = office.get("/p/barnsley/tracker/?state=withdrawn").content.decode()
    assert (it.reference in listed, str(other.reference) in listed) == (False, True)
    exported = b"".join(office.get("/p/barnsley/tracker/export.csv?state=withdrawn")).decode()  # type: ignore[arg-type]
    assert (it.reference in exported, str(other.reference) in exported) == (False, True)
    for address in (f"d/{it.reference}/keeping/hold/", f"d/{it.reference}/reopen/"):
        assert office.get(f"/p/barnsley/{address}").status_code == 404
    with barnsley.scope():
        secret = issue_token(barnsley.office, name="Reports", lives=days(9))[1]
    asked = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert Client().get(f"/p/barnsley/api/v1/disagreements/{it.reference}/", **asked).status_code == 404
    api = Client().get("/p/barnsley/api/v1/disagreements/", **asked).content.decode()
    assert (it.reference in api, str(other.reference) in api) == (False, True)
    with barnsley.scope():
        assert len(last(9, line="main")) == 1
    assert barnsley.sweep(at=timezone.now()) == 0
    assert announce(barnsley.partnership.pk) >= 0
    with barnsley.scope():
        assert not Notice.objects.filter(disagreement=it).exists()


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
        "escalation_sharedacross", "escalation_sideprocessrecord", "notifications_message", "notifications_notice",
        "notifications_setaside", "records_disclosure",
    }  # fmt: skip
    reads = raw(
        "SELECT DISTINCT column_name FROM information_schema.column_privileges WHERE grantee = %s AND privilege_type = 'SELECT'",
        [ERASER], login="owner",
    )  # fmt: skip
    assert {column for (column,) in reads} & {"text", "words", "reason", "answers", "name", "email", "child_reference"} == set()
    assert raw(
        "SELECT pg_has_role('esc_owner', %s, 'USAGE'), has_schema_privilege(%s, 'public', 'CREATE')", [ERASER, ERASER]
    ) == [(False, False)]
