"""Marks planted in everything that can hold words about one disagreement, and which columns those are."""

from __future__ import annotations

from datetime import timedelta

from escalation.models import (
    Action,
    Attachment,
    Check,
    ChronologyEntry,
    Disagreement,
    Invitation,
    Learning,
    Link,
    Outcome,
    ProposedOutcome,
    Reading,
    SharedAcross,
    SideProcessRecord,
    TakenIn,
    TakingIn,
)  # fmt: skip
from insight.counting import count
from notifications.models import SetAside
from notifications.services import announce
from partnerships.models import Partnership
from records.models import Disclosure, LegalHold, RetentionReview
from tests.promises.database import raw, scoped_tables
from tests.records.stories import LONG_AGO, withdrawn
from tests.world import World, days

MARK = "Planted"
# Tables of a partnership that hold no word about one disagreement. A new table belongs here, with a reason, or it is looked
# for below.
ABOUT_NO_DISAGREEMENT = {
    "escalation_elsewheremarker": "of another partnership's record: its reference and its days, no word of it",
    "escalation_referencecounter": "a number",
    "escalation_takingin": "a file that was taken in: its name, and how many rows",
    "escalation_trackerupload": "what is looked at before there is any record of it; gone when it is taken in, or after a day",
    "escalation_sentonce": "that a program did something: keyed digests, a reference, a number; gone after two days",
    **dict.fromkeys(("escalation_savedview", "escalation_openswith"), "how somebody looks at the tracker; no word of a record"),
    **dict.fromkeys(
        ("learning_item", "learning_action", "learning_itementry", "learning_briefing"),
        "written again without anybody in it: the partnership's, and it outlives the record (docs/decisions/0029)",
    ),
    **dict.fromkeys(("learning_returnperiod", "learning_agencyreturn", "learning_returnsarranged"), "of agencies, over months"),
    "insight_comparisonagreement": "with which partnerships numbers are shared", "insight_comparisoncount": "numbers, of nobody",
    "insight_countingcursor": "a number", "insight_expected": "what the office expects of an agency",
    "learning_source": "numbers: what they count is gone with the record",
    **dict.fromkeys(
        ("meetings_meeting", "meetings_decision", "meetings_report", "meetings_issued"),
        "of sub-groups and years: references and counts, and the office's own words about them (docs/decisions/0028)",
    ),
    "notifications_announcecursor": "a number", "notifications_calendarfeed": "a person's, for a program",
    "notifications_mailway": "how a partnership's e-mails leave",
    "notifications_notifyreceipts": "a token of the partnership's, as its digest",
    "notifications_stoppedaddress": "an address at which nothing arrives, whatever was sent there; gone after thirty days",
    "notifications_webhookendpoint": "a system that is told, whatever it is told of",
    "notifications_webhookdelivery": "that a system was told: a reference and an enumerated value; gone after thirty days",
    "notifications_wish": "a person's, for all that they are told here",
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
    **{("escalation_disagreement", column): CHECKED for column in (
        "state", "line", "stage", "stage_kind", "flags", "raised_as", "proposed_by_side"
    )},
    ("escalation_disagreement", "reference"): "by which the certificate is found",
    ("escalation_reading", "what"): "who read it stays known: an enumerated value",
    ("escalation_reading", "address"): "as above: where from",
    ("escalation_reading", "about"): "as above: ids and counts",
    ("notifications_message", "wrong"): "an enumerated value: what went wrong with the sending",
    ("notifications_message", "taken_as"): "what GOV.UK Notify calls it, which forgets it after seven days",
    ("records_retentionreview", "decision"): "that it was reviewed, and how",
    **{("records_destructioncertificate", column): "the certificate" for column in ("reference", "rule", "counts", "chain_hash")},
}  # fmt: skip
# Planting there would only break what reads it before it goes, or what is counted from it: keys of lists, no words.
KEYS = {
    ("escalation_sideprocessrecord", "process"), ("escalation_outcome", "how"), ("escalation_disagreement", "common_category"),
    ("escalation_proposedoutcome", "side"), ("escalation_proposedoutcome", "ended"), ("insight_counted", "satisfied"),
}  # fmt: skip
JSON = {
    ("escalation_sideprocessrecord", "members"): '[{"name": "Planted", "agency": null}]',
    ("escalation_sideprocessrecord", "former"): '[{"name": "Planted", "agency": null}]',
    ("escalation_disagreement", "answers"): '{"concern": "Planted"}',
    ("escalation_proposedoutcome", "plan"): '[{"what": "Planted", "owner": "Planted", "due": "2024-05-01"}]',
    ("escalation_proposedoutcome", "answers"): '{"concern": "Planted"}',
}
# How the rows of one disagreement are found in each table.
OF_ITS_ENTRIES = "IN (SELECT {0} FROM escalation_chronologyentry WHERE disagreement_id = %(which)s)"
OF = {
    **dict.fromkeys(("insight_countedstep", "insight_countedtimescale"), "counted_id = %(which)s"),
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


def told(world: World) -> Disagreement:
    """One with at least one row in every table that there is for a disagreement."""
    words = {"words": f"{MARK} progress"}
    it = world.raised(at=LONG_AGO, answers=world.answers("stage_1", concern=f"{MARK} concern"))
    world.do("record_progress", it, by=world.office, at=LONG_AGO + timedelta(hours=3), **words)
    announce(world.partnership.pk)
    world.do("withdraw", it, by=world.office, at=LONG_AGO + days(2), reason=f"{MARK} reason")
    by, at, elsewhere = world.office, LONG_AGO, Partnership.objects.exclude(pk=world.partnership.pk).get()
    other = withdrawn(world)
    count(world.partnership.pk)
    with world.scope():
        its = {"disagreement": it}
        Action.objects.create(**its, what="x", owner="x", due=at.date())
        taking = TakingIn.objects.create(by=by, at=at, name="x", sha256="x", number=1)
        TakenIn.objects.create(**its, taking=taking, row=2, old_reference="x", same="x")
        Learning.objects.create(**its, text="x", needs="none", recorded_at=at)
        Check.objects.create(**its, what="x", by=by, at=at)
        panel = SideProcessRecord.objects.create(
            **its, process=world.protocol.side_processes[0].key, started_at=at, started_by=by
        )
        proposed = ProposedOutcome.objects.create(
            **its, side="raising", text="x", proposed_by=by, proposed_at=at, ended="agreed", ended_by=by, ended_at=at
        )
        Outcome.objects.create(**its, how="agreed", text="x", recorded_by=by, recorded_at=at, through=panel, proposal=proposed)
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
