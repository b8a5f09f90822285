"""When its time is up and somebody has reviewed it, what was written about a disagreement is gone, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from escalation.files import store
from escalation.models import (
    Attachment,
    ChronologyEntry,
    Disagreement,
)  # fmt: skip
from escalation.numbers import Numbers, numbers
from escalation.services.merging import merge
from escalation.verification import verify
from notifications.models import Notice
from notifications.services import announce
from partnerships.models import User
from partnerships.services import issue_token
from records.destroying import destroy
from records.models import StatisticalRow
from records.wording import WHAT
from rehearsal.past import last
from tests.promises.database import raw, scoped_tables
from tests.promises.full_world import fill
from tests.records.stories import LONG_AGO, keeps, withdrawn
from tests.world import World, days

from .planting import ABOUT_NO_DISAGREEMENT, MARK, STAYS, columns_for_words, everything, plant, told

pytestmark = pytest.mark.django_db


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
    worked_out = {"insight_counted"}  # numbers made of the record, which go with it and are nobody's words
    assert {table for (table,) in pointing} == ({*WHAT} & {table for (table,) in pointing}) | outlives | worked_out
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
        # Of every other row not a byte is different. Three that went have no column for words, or none that is its own.
        gone = {table: [text for text in texts if text not in after[table]] for table, texts in before.items()}
        unmarked = {table: [text for text in texts if MARK not in text] for table, texts in gone.items()}
        assert {table: len(texts) for table, texts in unmarked.items() if texts} == {
            "escalation_link": 1, "escalation_searchtext": 1, "escalation_sharedacross": 1,
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
    goes_on, same = barnsley.raised(at=LONG_AGO), barnsley.raised(at=LONG_AGO)
    with barnsley.scope(barnsley.office):
        by, version = barnsley.viewer(barnsley.office), barnsley.fresh(same).version
        merge(same.pk, viewer=by, version=version, into=goes_on.pk, reason="The same.", at=LONG_AGO)
    keeps(barnsley)

    def counted() -> list[Numbers]:
        with barnsley.scope():
            return [numbers(published=published) for published in (False, True)]

    before = counted()
    assert [one.total for one in before] == ["2", "fewer than 5"]
    with barnsley.scope(barnsley.office):
        for one in (it, same):
            destroy(one.pk, viewer=by, reason="Time is up")
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
