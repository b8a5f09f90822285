"""No entry is changed or removed by anybody; what somebody with the owner's password does to one is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from escalation.models import ChronologyEntry, ChronologyWords, Disagreement
from escalation.services.doing import carry_out, lock
from escalation.states import Kind
from partnerships.services import draft_protocol, publish_protocol
from tests.world import TUESDAY, World

from .chronicle import ENTRY, GUARDED, UNGUARDED, WORDS, head, story, verified
from .database import as_owner, raw


@pytest.fixture
def world(transactional_db: None) -> World:
    return story()


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_chain_that_nobody_touched_is_verified(world: World) -> None:
    said, faults = verified()
    assert faults == []
    assert said == f"barnsley: entries verified: 9; words destroyed: 0; its end is {head(world)}\n"
    with world.scope():
        chain = list(ChronologyEntry.objects.order_by("seq").values_list("seq", "previous_hash", "hash"))
    assert [seq for seq, *_ in chain] == list(range(1, 10))
    assert chain[0][1] is None
    assert [bytes(before) for _, before, _ in chain[1:]] == [bytes(own) for *_, own in chain[:-1]]


def test_the_application_cannot_change_or_remove_anything_of_it(world: World) -> None:
    for statement in (
        f"UPDATE {ENTRY} SET kind = 'closed'",
        f"DELETE FROM {ENTRY}",
        f"TRUNCATE {ENTRY} CASCADE",
        f"UPDATE {WORDS} SET text = 'otherwise'",
        f"DELETE FROM {WORDS}",
        f"TRUNCATE {WORDS}",
        UNGUARDED,
        "SET session_replication_role = replica",
        "SET ROLE esc_owner",
        "SET ROLE esc_eraser",
        f"CREATE OR REPLACE FUNCTION chronology_hash(e {ENTRY}) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), world.scope():
            raw(statement)
    assert verified()[1] == []


def test_the_owner_cannot_without_switching_the_trigger_off(world: World) -> None:
    for statement in (f"UPDATE {ENTRY} SET kind = kind", f"DELETE FROM {ENTRY}", f"UPDATE {WORDS} SET text = 'otherwise'"):
        with pytest.raises(DatabaseError, match="The chronology is only added to"):
            as_owner(world.partnership.pk, statement)
    assert verified()[1] == []


def test_through_the_models_neither(world: World) -> None:
    with world.scope():
        entry, words = ChronologyEntry.objects.order_by("seq")[0], ChronologyWords.objects.all()[0]
    acts: list[Callable[[], object]] = [
        entry.save, entry.delete, words.save, words.delete, lambda: ChronologyEntry.objects.update(kind="closed"),
        lambda: ChronologyEntry.objects.all().delete(),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(DatabaseError, match="permission denied"), world.scope():
            act()


def test_an_entry_cannot_choose_its_number_its_hash_or_its_digest(world: World) -> None:
    before = head(world)
    with world.scope():
        disagreement = Disagreement.objects.earliest("pk")
        made = ChronologyEntry.objects.create(
            disagreement=disagreement, kind="seen", at=TUESDAY, state=disagreement.state, stage=disagreement.stage,
            tier=disagreement.tier, data={"events": ["seen"]}, seq=3, hash=b"mine", previous_hash=b"mine",
            words_digest=b"mine", recipe=9,
        )  # fmt: skip
        written = ChronologyEntry.objects.get(pk=made.pk)
    assert (written.seq, bytes(written.previous_hash or b"").hex(), written.words_digest, written.recipe) == (
        before.seq + 1, before.hash, None, 1,
    )  # fmt: skip
    assert verified()[1] == []


def test_an_entry_is_refused_without_the_words_that_it_names(world: World) -> None:
    with world.scope():
        entry = ChronologyEntry.objects.exclude(words_id=None)[0]
        entry.pk, entry.words_id = None, "00000000-0000-0000-0000-000000000000"
        with pytest.raises(DatabaseError, match="words of a chronology entry must be saved before it"), transaction.atomic():
            entry.save(force_insert=True)


BETWEEN = " It stands between entry 3 (BAR-0001, acknowledged) and entry 5 (BAR-0001, escalated)."


def tampered(world: World, *statements: str) -> list[str]:
    try:
        as_owner(world.partnership.pk, UNGUARDED, *statements)
    finally:
        as_owner(world.partnership.pk, GUARDED)
    return verified("--partnership", "barnsley")[1]


def test_an_altered_entry_is_named(world: World) -> None:
    assert tampered(world, f"UPDATE {ENTRY} SET at = at + interval '1 minute' WHERE seq = 4") == [
        (
            "Entry 4 (BAR-0001, progress recorded) was altered after it was written. It stands between entry 3 (BAR-0001,"
            " acknowledged) and entry 5 (BAR-0001, escalated)."
        )
    ]


def test_every_column_of_an_entry_is_in_its_hash(world: World) -> None:
    changes = {
        "disagreement_id": "(SELECT max(id) FROM escalation_disagreement)",
        "kind": "'seen'",
        "at": "at - interval '1 second'",
        "actor_id": "NULL",
        "on_behalf_of_id": "actor_id",
        "state": "'closed'",
        "stage": "'stage_3'",
        "tier": "2",
        "data": "data || '{\"direct\": true}'",
        "words_digest": "sha256('x')",
        "recipe": "2",
        "previous_hash": "sha256('x')",
        "hash": "sha256('x')",
    }
    # What is not: `id` is nobody's business, `words_id` only says where the words stand, and the digest vouches for those.
    assert {*changes, "id", "partnership_id", "seq", "words_id"} == {field.column for field in ChronologyEntry._meta.fields}
    as_owner(world.partnership.pk, f"CREATE TABLE as_it_was AS SELECT * FROM {ENTRY} WHERE seq = 5")
    try:
        for column, value in changes.items():
            faults = tampered(world, f"UPDATE {ENTRY} SET {column} = {value} WHERE seq = 5")
            assert any(fault.startswith("Entry 5 (BAR-") for fault in faults), column
            tampered(world, f"UPDATE {ENTRY} SET {column} = (SELECT {column} FROM as_it_was) WHERE seq = 5")
    finally:
        as_owner(world.partnership.pk, "DROP TABLE as_it_was")
    assert verified()[1] == []


def test_an_altered_entry_with_its_hash_made_anew_shows_in_the_next_one(world: World) -> None:
    faults = tampered(
        world,
        f"UPDATE {ENTRY} SET at = at + interval '1 minute' WHERE seq = 4",
        f"UPDATE {ENTRY} e SET hash = chronology_hash(e) WHERE seq = 4",
    )
    assert faults == [
        (
            "Entry 5 (BAR-0001, escalated) was not made after the one before it: that one was altered or put in, or one between"
            " was taken out. It stands between entry 4 (BAR-0001, progress recorded) and entry 6 (BAR-0001, agreement recorded)."
        )
    ]


def test_a_removed_entry_is_named_and_so_is_what_no_longer_follows_from_it(world: World) -> None:
    assert tampered(world, f"DELETE FROM {ENTRY} WHERE seq = 5") == [
        (
            "Entry 5 is missing: removed after being written. It stood between entry 4 (BAR-0001, progress recorded) and entry 6"
            " (BAR-0001, agreement recorded)."
        ),
        "Words that belong to no entry: 1. Their entries were removed, or point elsewhere now.",
        (
            "BAR-0001 does not stand where its chronology leads: what entry 6 says of itself, what entry 7 says of itself, "
            "rung, number of changes."
        ),
    ]


def test_removed_entries_are_named_together(world: World) -> None:
    assert (
        tampered(world, f"DELETE FROM {ENTRY} WHERE seq IN (1, 2)")[0]
        == "Entries 1 to 2 are missing: removed after being written. They stood between the beginning and entry 3 (BAR-0001,"
        " acknowledged)."
    )


def test_the_end_cut_off_shows_in_the_disagreement_and_against_a_kept_end(world: World) -> None:
    """The chain alone cannot show it: what is left is whole."""
    kept = head(world)
    faults = tampered(world, f"DELETE FROM {ENTRY} WHERE seq > 6")
    assert faults == [
        "Words that belong to no entry: 1. Their entries were removed, or point elsewhere now.",
        "BAR-0001 does not stand where its chronology leads: state, number of changes, clocks.",
        "BAR-0002 does not stand where its chronology leads: clocks.",
    ]
    _, against = verified("--partnership", "barnsley", "--kept", str(kept))
    assert against[1] == "Entry 9 is not the one whose hash was kept: the chain was cut off there, or made anew."


def test_a_kept_end_is_still_in_a_chain_that_has_grown(world: World) -> None:
    kept = head(world)
    world.raised()
    assert head(world).seq == kept.seq + 1
    assert verified("--partnership", "barnsley", "--kept", str(kept))[1] == []


def test_reordered_entries_are_named(world: World) -> None:
    faults = tampered(
        world,
        f"UPDATE {ENTRY} SET seq = -4 WHERE seq = 4",
        f"UPDATE {ENTRY} SET seq = 4 WHERE seq = 5",
        f"UPDATE {ENTRY} SET seq = 5 WHERE seq = -4",
    )
    moved = "does not stand where it was written: entries were reordered, or it was put in."
    assert faults[:2] == [
        (
            f"Entry 4 (BAR-0001, escalated) {moved} It stands between entry 3 (BAR-0001, acknowledged) and entry 5 (BAR-0001,"
            " progress recorded)."
        ),
        (
            f"Entry 5 (BAR-0001, progress recorded) {moved} It stands between entry 4 (BAR-0001, escalated) and entry 6"
            " (BAR-0001, agreement recorded)."
        ),
    ]


def test_an_entry_put_in_between_is_named(world: World) -> None:
    columns = "partnership_id, disagreement_id, kind, at, actor_id, state, stage, tier, data, recipe"
    faults = tampered(
        world,
        f"UPDATE {ENTRY} SET seq = -seq WHERE seq > 4",
        f"UPDATE {ENTRY} SET seq = 1 - seq WHERE seq < 0",
        f"INSERT INTO {ENTRY} (seq, hash, previous_hash, {columns}) SELECT 5, '', e.hash, {columns} FROM {ENTRY} e WHERE seq = 4",
        f"UPDATE {ENTRY} e SET hash = chronology_hash(e) WHERE seq = 5",
    )
    moved = "does not stand where it was written: entries were reordered, or it was put in."
    assert [fault.partition(" It stands")[0] for fault in faults[:2]] == [
        f"Entry 6 (BAR-0001, escalated) {moved}",
        "Entry 7 (BAR-0001, agreement recorded) was altered after it was written.",
    ]


def test_words_that_were_changed_are_named(world: World) -> None:
    as_owner(
        world.partnership.pk,
        f"ALTER TABLE {WORDS} DISABLE TRIGGER USER",
        f"UPDATE {WORDS} SET text = 'The family agrees' WHERE text = 'The family knows'",
        f"ALTER TABLE {WORDS} ENABLE TRIGGER USER",
    )
    assert verified()[1] == [f"Entry 4 (BAR-0001, progress recorded) has words that are not those that it vouches for.{BETWEEN}"]


def test_words_given_to_another_entry_are_named(world: World) -> None:
    faults = tampered(world, f"UPDATE {ENTRY} SET words_id = (SELECT words_id FROM {ENTRY} WHERE seq = 3) WHERE seq = 4")
    assert faults == [
        f"Entry 4 (BAR-0001, progress recorded) has words that are not those that it vouches for.{BETWEEN}",
        "Words that belong to no entry: 1. Their entries were removed, or point elsewhere now.",
    ]


def test_words_destroyed_lawfully_are_counted_and_are_no_fault_others_are_missing(world: World) -> None:
    """Lawfully: a later entry of the same disagreement says that they were. Without one, each is named."""
    as_owner(world.partnership.pk, f"DELETE FROM {WORDS} WHERE text IN ('The family knows', 'Not agreed')")
    said, faults = verified()
    assert [fault.partition(" It stands")[0] for fault in faults] == [
        f"Entry {entry} has lost its words, and no later entry says that they were destroyed."
        for entry in ("4 (BAR-0001, progress recorded)", "5 (BAR-0001, escalated)")
    ]
    assert "entries verified: 9; words destroyed: 2; " in said
    with world.scope():
        ended = lock(Disagreement.objects.get(reference="BAR-0001").pk)
        carry_out(ended, verb="note", at=TUESDAY, actor=world.office, change=lambda d, _: d.note(kind=Kind.DESTROYED, data={}))
    assert verified() == (f"barnsley: entries verified: 10; words destroyed: 2; its end is {head(world)}\n", [])


def test_a_disagreement_moved_past_its_chronology_is_named(world: World) -> None:
    with world.scope():
        raw(
            "UPDATE escalation_disagreement SET state = 'closed', stage = 'stage_3', tier = 1, stage_kind = 'partnership',"
            " flags = '[\"serious\"]', version = version + 1 WHERE reference = 'BAR-0001'"
        )
    assert verified()[1] == ["BAR-0001 does not stand where its chronology leads: state, rung, marks, number of changes."]


def test_another_protocol_slipped_under_a_disagreement_is_named(world: World) -> None:
    """The record says under which protocol it was raised: its digest stands in the first entry."""
    with world.scope():
        other = publish_protocol(
            draft_protocol(world.protocol.model_copy(update={"title": "Another"})), effective_from=date(2030, 1, 1)
        )
        Disagreement.objects.filter(reference="BAR-0002").update(protocol_version=other)
    assert verified()[1] == ["BAR-0002 does not stand where its chronology leads: protocol."]


def test_a_published_protocol_that_was_rewritten_is_named(world: World) -> None:
    table = "partnerships_protocolversion"
    as_owner(
        world.partnership.pk,
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        f"UPDATE {table} SET definition = jsonb_set(definition, '{{title}}', '\"Otherwise\"')",
        f"ALTER TABLE {table} ENABLE TRIGGER USER",
    )
    assert verified()[1] == ["Version 1 of the protocol is not as it was published."]


def test_a_date_moved_past_the_chronology_is_named(world: World) -> None:
    with world.scope():
        raw("UPDATE escalation_deadline SET due_at = due_at + interval '1 day' WHERE stopped_at IS NULL")
    assert verified()[1] == ["BAR-0002 does not stand where its chronology leads: clocks."]


def test_one_partnerships_faults_are_not_anothers(world: World) -> None:
    World("wiltshire").raised()
    tampered(world, f"DELETE FROM {ENTRY} WHERE seq > 6")
    said, faults = verified()
    assert len(faults) == 3
    assert said.splitlines()[1].startswith("wiltshire: entries verified: 1; words destroyed: 0; its end is 1:")
    assert verified("--partnership", "wiltshire")[1] == []


def test_an_empty_chain_has_no_end(transactional_db: None) -> None:
    World("barnsley")
    assert verified() == ("barnsley: entries verified: 0; words destroyed: 0\n", [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--partnership", "atlantis"], "There is no partnership 'atlantis'."),
        (["--kept", "9:ab"], "Say with --partnership whose chain the kept end belongs to."),
        (["--kept", "nine", "--partnership", "barnsley"], "Give --kept as it was printed: NUMBER:HASH."),
    ],
)
def test_wrong_arguments_are_said_so(world: World, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("verify_chronology", *arguments)
    assert str(refused.value) == said


def test_nothing_is_left_of_the_owners_visits(world: World) -> None:
    """The tests above switch triggers off inside one transaction; they are on for whoever comes next."""
    off = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal"
    assert raw(off) == []
