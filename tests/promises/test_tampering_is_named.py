"""What somebody with the owner's password does to a chronology is named, entry by entry; its end is kept by somebody else."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from escalation import verification
from escalation.models import ChainEndPublished, ChronologyEntry
from escalation.services.witnessing import publish_chain_ends
from escalation.verification import Fault
from partnerships.scope import partnership_scope
from tests.world import World

from .chronicle import ENTRY, GUARDED, UNGUARDED, WORDS, head, story, verified
from .database import as_owner, at_once, raw

pytestmark = pytest.mark.django_db(transaction=True)
BETWEEN = " It stands between entry 3 (BAR-0001, acknowledged) and entry 5 (BAR-0001, escalated)."
NIGHT = datetime(2026, 9, 25, 0, 5, tzinfo=UTC)


@pytest.fixture
def world(transactional_db: None) -> World:
    return story()


def test_a_program_is_told_the_same_part_by_part(world: World) -> None:
    out, faults = StringIO(), StringIO()
    as_owner(world.partnership.pk, UNGUARDED, f"UPDATE {ENTRY} SET at = at + interval '1 minute' WHERE seq = 4", GUARDED)
    with pytest.raises(CommandError) as refused:
        call_command("verify_chronology", "--json", stdout=out, stderr=faults)
    assert refused.value.returncode == 1
    told = json.loads(out.getvalue())
    sentence = f"Entry 4 (BAR-0001, progress recorded) was altered after it was written.{BETWEEN}"
    assert told == {
        "partnership": "barnsley", "entries": 9, "words_destroyed": 0, "end": str(head(world)),
        "faults": [
            {"sentence": sentence, "wrong": "altered", "seq": 4, "reference": "BAR-0001", "kind": "progress_recorded",
             "before": 3, "after": 5}
        ],
    }  # fmt: skip
    assert faults.getvalue() == ""


TAMPERINGS = {
    "an entry altered": f"UPDATE {ENTRY} SET data = data || '{{\"x\": 1}}' WHERE seq = %s",
    "its kind altered and its hash made anew": f"UPDATE {ENTRY} SET kind = 'linked', hash = sha256('x') WHERE seq = %s",
    "an entry removed": f"DELETE FROM {ENTRY} WHERE seq = %s",
    "two changed places": f"UPDATE {ENTRY} SET seq = -seq WHERE seq IN (%s, %s + 1);"
    f"UPDATE {ENTRY} SET seq = CASE WHEN seq = -%s THEN %s + 1 ELSE -seq - 1 END WHERE seq < 0",
    "words forged": f"UPDATE {WORDS} SET text = text || '.' WHERE id = (SELECT words_id FROM {ENTRY} WHERE seq = %s)",
    "words taken": f"DELETE FROM {WORDS} WHERE id = (SELECT words_id FROM {ENTRY} WHERE seq = %s)",
}


def test_whatever_is_done_wherever_it_is_named_there(world: World) -> None:
    """Every kind of tampering, at every place where there is something to tamper with; each is taken back after it."""
    with world.scope():
        has_words = dict(ChronologyEntry.objects.order_by("seq").values_list("seq", "words_id"))
    numbers = sorted(has_words)
    for what, statement in TAMPERINGS.items():
        for seq in numbers[:-1] if "two" in what else numbers:
            if what.startswith("words") and has_words[seq] is None:
                continue
            found = _undone(world, statement.replace("%s", str(seq)))
            last = seq == numbers[-1]
            named = [fault for fault in found if fault.seq in ({seq, seq + 1} if "two" in what else {seq})]
            if what == "an entry removed" and last:
                assert found == (), "what is left of a chain is whole: its end is kept elsewhere (tests below)"
            else:
                assert named, (what, seq, found)
                assert {fault.wrong for fault in named} <= {
                    "altered", "missing", "moved", "not_following", "words_forged", "words_missing",
                }, (what, seq)  # fmt: skip
    assert verified()[1] == []


def _undone(world: World, statements: str) -> tuple[Fault, ...]:
    """What the chain shows where the owner has done this; the transaction is rolled back."""
    with partnership_scope(world.partnership.pk), transaction.atomic(using="owner"):
        raw("SELECT set_config('app.partnership_id', %s, true)", [str(world.partnership.pk)], login="owner")
        for table in (ENTRY, WORDS):
            raw(f"ALTER TABLE {table} DISABLE TRIGGER USER", login="owner")
        for statement in statements.split(";"):
            raw(statement, login="owner")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("escalation.verification.connection", connections["owner"])
            faults = tuple(verification.chain_faults())
        transaction.set_rollback(True, using="owner")
    return faults


# ---------------------------------------------------------------- the end, kept by somebody else


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Path:
    settings.CHAIN_WITNESS_FILE = str(tmp_path / "ends.txt")
    return tmp_path / "ends.txt"


def test_an_end_cut_off_without_a_trace_shows_against_what_was_published(world: World, witness: Path) -> None:
    """Whoever has the owner's password takes back the last thing that happened and what it changed: nothing in the database
    is wrong any more. The file outside says what was there, and until when it was whole."""
    assert publish_chain_ends(at=NIGHT) == ["file"]
    before = witness.read_text()
    assert before == f"2026-09-25T00:05:00Z barnsley 9 {head(world).hash}\n"
    late = world.raised()
    with world.scope():
        last = ChronologyEntry.objects.get(disagreement=late)
    assert publish_chain_ends(at=NIGHT + timedelta(days=1)) == ["file"]
    assert verified("--witness", str(witness))[1] == []
    as_owner(
        world.partnership.pk, UNGUARDED, f"DELETE FROM {ENTRY} WHERE seq = {last.seq}", GUARDED,
        f"DELETE FROM {WORDS} WHERE id = '{last.words_id}'",
        f"DELETE FROM escalation_deadline WHERE disagreement_id = {late.pk}",
        f"DELETE FROM escalation_party WHERE disagreement_id = {late.pk}",
        f"DELETE FROM escalation_searchtext WHERE disagreement_id = {late.pk}",
        "ALTER TABLE escalation_disagreement DISABLE ROW LEVEL SECURITY",
        f"DELETE FROM escalation_disagreement WHERE id = {late.pk}",
        "ALTER TABLE escalation_disagreement ENABLE ROW LEVEL SECURITY",
    )  # fmt: skip
    assert verified()[1] == []
    assert verified("--witness", str(witness))[1] == [
        (
            "The end published on 26 September 2026, entry 10, is not in the chain any more: it was cut off, or made anew."
            " It was still whole on 25 September 2026, up to entry 9."
        )
    ]
    world.raised()  # another entry takes its number
    assert publish_chain_ends(at=NIGHT + timedelta(days=2)) == ["file"]
    _, faults = verified("--partnership", "barnsley", "--witness", str(witness))
    assert len(faults) == 1
    assert faults[0].endswith("It was still whole on 25 September 2026, up to entry 9.")


def test_a_file_that_says_more_than_the_database_is_read_line_by_line(world: World, witness: Path) -> None:
    publish_chain_ends(at=NIGHT)
    other = f"2026-09-25T00:05:00Z atlantis 3 {'a' * 64}\n"
    gone = f"2026-09-24T00:05:00Z barnsley 12 {'b' * 64}\n2026-09-26T00:05:00Z barnsley 13 {'c' * 64}\n"
    witness.write_text(f"# from an e-mail\n\n{other}2026-09-2{gone}" + witness.read_text())
    out, errors = StringIO(), StringIO()
    with pytest.raises(CommandError, match="Faults found: 2"):
        call_command("verify_chronology", "--witness", str(witness), stdout=out, stderr=errors)
    assert errors.getvalue().splitlines() == [
        "Line 4 of the file is not one that the product wrote whole; it is passed over.",
        "atlantis: published until 25 September 2026, entry 3, and there is no such partnership any more.",
        (
            "barnsley: The end published on 26 September 2026, entry 13, is not in the chain any more: it was cut off, or made"
            " anew. It was still whole on 25 September 2026, up to entry 9."
        ),
    ]
    with pytest.raises(CommandError, match="The file cannot be read: No such file or directory"):
        call_command("verify_chronology", "--witness", str(witness.with_name("nowhere")))


def test_it_is_published_once_a_day_however_many_workers_there_are(
    world: World, witness: Path, settings: Any, mailoutbox: list[mail.EmailMessage]
) -> None:
    """By both ways at once; the e-mail is a file that the command reads, and says nothing about anybody."""
    settings.CHAIN_WITNESS_EMAIL = ["scrutineer@elsewhere.example"]
    done = at_once([lambda: publish_chain_ends(at=NIGHT)] * 4)
    assert sorted(way for each in done for way in each) == ["file", "mail"]  # type: ignore[union-attr]
    assert publish_chain_ends(at=NIGHT + timedelta(hours=20)) == []
    assert len(witness.read_text().splitlines()) == 1
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["scrutineer@elsewhere.example"], "Ends of the chronologies on 25 September 2026")
    assert [line for line in letter.body.splitlines() if not line.startswith("#")] == witness.read_text().splitlines()
    witness.write_text(str(letter.body))
    assert verified("--witness", str(witness))[1] == []
    assert ChainEndPublished.objects.count() == 2


def test_what_cannot_be_written_is_said_and_tried_again(world: World, witness: Path, caplog: pytest.LogCaptureFixture) -> None:
    witness.mkdir()
    with caplog.at_level(logging.ERROR, logger="escalation.services.witnessing"):
        assert publish_chain_ends(at=NIGHT) == []
    assert [r.getMessage() for r in caplog.records] == ["chain ends not published by file: IsADirectoryError; tried again"]
    witness.rmdir()
    witness.write_text("2026-09-24T00:05:00Z barnsley 9 ab")  # cut short by a full disk
    assert publish_chain_ends(at=NIGHT + timedelta(hours=1)) == ["file"]
    assert witness.read_text().splitlines()[1] == f"2026-09-25T01:05:00Z barnsley 9 {head(world).hash}"


def test_production_says_where_nobody_keeps_the_ends(settings: Any) -> None:
    settings.DEPLOYMENT, settings.CHAIN_WITNESS_EMAIL, settings.CHAIN_WITNESS_FILE = "production", [], ""
    ours: Any = lambda: [str(m.id) for m in run_checks() if str(m.id).startswith("escalation.")]  # noqa: E731
    assert ours() == ["escalation.W001"]
    assert publish_chain_ends(at=NIGHT) == []
    settings.CHAIN_WITNESS_EMAIL = ["scrutineer@elsewhere.example"]
    assert ours() == []
