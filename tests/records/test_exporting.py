"""Everything of a partnership in open formats: nothing of another's, no secret, and a chain that an outsider can check."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import proof
from escalation.files import store
from escalation.models import Attachment, Disagreement, Reading
from escalation.services import start_draft
from partnerships.administering import AdministrationEntry, Did
from partnerships.models import ApiToken
from partnerships.protocol_file import read_protocol
from partnerships.services import issue_token
from records.exported_tables import LEFT_OUT, SECRETS, TABLES, scoped_labels, tables
from records.exporting import _rows_of, cell, exported
from tests.journeys.visitor import Visitor
from tests.promises.full_world import fill
from tests.world import World

OURS, THEIRS = "Marmaladewords", "Chutneywords"
MINUTES = b"%PDF-1.7 minutes"


def opened(made: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(made))


def lines(pack: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in pack.read(f"tables/{name}.jsonl").decode().splitlines()]


def faults_of(pack: zipfile.ZipFile) -> list[str]:
    """An outsider's own check, made from the page in the export alone."""
    entries = {row["seq"]: row for row in lines(pack, "escalation_chronologyentry")}
    words = {row["id"]: row for row in lines(pack, "escalation_chronologywords")}
    faults, before = [], None
    for number, link in enumerate(lines(pack, "chronology_chain"), start=1):
        entry = entries.pop(link["seq"])
        said = json.loads(link["hashed"])
        named = [
            entry[n] for n in ("seq", "disagreement_id", "kind", "actor_id", "on_behalf_of_id", "state", "stage", "tier", "data")
        ]
        if link["seq"] != number or link["previous_hash"] != before:
            faults.append(f"{number} does not follow")
        if hashlib.sha256(bytes.fromhex(before or "") + link["hashed"].encode()).hexdigest() != link["hash"]:
            faults.append(f"{number} was altered")
        if [said[1], *said[3:5], *said[6:12]] != named or said[12] != entry["words_digest"]:
            faults.append(f"{number} is not its row")
        text = words.get(entry["words_id"])
        if text and hashlib.sha256(bytes.fromhex(text["salt"]) + text["text"].encode()).hexdigest() != entry["words_digest"]:
            faults.append(f"{number} has other words")
        before = link["hash"]
    return faults + [f"{left} is in no chain" for left in entries]


def test_every_table_of_a_partnership_has_a_decision() -> None:
    assert set(TABLES) | set(LEFT_OUT) == scoped_labels()
    assert not set(TABLES) & set(LEFT_OUT)
    likely = [
        f"{table.model._meta.label}.{column.name}"
        for table in tables()
        for column in table.columns
        if column.name in ("digest", "secret", "password", "token", "code")
    ]
    assert likely == ["partnerships.ProtocolVersion.digest", "meetings.Issued.digest"]  # of documents, not of secrets
    assert set(SECRETS) == {
        "partnerships.ApiToken.digest", "escalation.Invitation.key", "notifications.CalendarFeed.digest",
        "notifications.MailWay.notify_sealed", "notifications.NotifyReceipts.digest",
        "notifications.WebhookEndpoint.secret_sealed", "notifications.WebhookEndpoint.former_sealed",
    }  # fmt: skip


@pytest.fixture
def two_worlds(barnsley: World, havering: World, tmp_path: Path, settings: Any) -> tuple[World, str]:
    """Ours with a row in every table, a file, a draft and a token; theirs with words of its own. The token's secret."""
    settings.MEDIA_ROOT = tmp_path
    fill(barnsley)
    ours = barnsley.raised(answers=barnsley.answers("stage_1", concern=f"=1+1 {OURS}"))
    barnsley.do("record_progress", ours, by=barnsley.office, words=f"{OURS} “quoted”, é, 漢\nand a second line")
    theirs = havering.raised(answers=havering.answers("stage_1", concern=THEIRS))
    havering.do("record_progress", theirs, by=havering.office, words=THEIRS)
    with barnsley.scope():
        start_draft(barnsley.viewer(barnsley.midwife))
        _, secret = issue_token(barnsley.office, name="Reports")
        file = Attachment.objects.earliest("pk")
        file.state, file.sha256 = Attachment.State.CLEAN, hashlib.sha256(MINUTES).hexdigest()
        file.save()
    (tmp_path / str(barnsley.partnership.pk)).mkdir()
    (tmp_path / str(barnsley.partnership.pk) / str(file.key)).write_bytes(MINUTES)
    return barnsley, secret


@pytest.mark.django_db
def test_everything_of_one_partnership_comes_out_and_nothing_of_another(two_worlds: tuple[World, str]) -> None:
    world, secret = two_worlds
    office = Visitor(world.office).opens("/p/barnsley/administration/").follows("Export everything")
    office.sees("It holds everything that was written about every child.").does_not_see("Who took one before")
    answer = office.client.post(office.address)
    pack = opened(b"".join(answer.streaming_content))  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith('attachment; filename="barnsley-20')
    assert pack.testzip() is None
    assert faults_of(pack) == []
    every_row_and_file_is_there(world, pack)
    whole = b"\n".join(pack.read(name) for name in pack.namelist()).decode()
    assert OURS in whole
    with world.scope():
        digests = list(ApiToken.objects.values_list("digest", flat=True))
        assert [entry.by for entry in AdministrationEntry.objects.filter(did=Did.EXPORTED)] == [world.office]
        assert [reading.about for reading in Reading.objects.filter(what=Reading.What.EXPORT)] == [{"everything": True}]
    for absent in (THEIRS, "havering.example", "Havering Safeguarding", secret, *digests, "pbkdf2", "argon2", "sessionid"):
        assert absent not in whole, absent
    readme = pack.read("README.html").decode()
    assert not re.search("<script|<link|http", readme)
    office.opens(office.address).sees("Who took one before", "Office")


def every_row_and_file_is_there(world: World, pack: zipfile.ZipFile) -> None:
    manifest = json.loads(pack.read("manifest.json"))
    rows = {file["file"]: file.get("rows") for file in manifest["files"]}
    with world.scope():
        held = {table.name: len(list(_rows_of(table))) for table in tables()}
        everything = Disagreement.objects.count()
        file = Attachment.objects.earliest("pk")
    for name, number in held.items():
        assert len(lines(pack, name)) == number == rows[f"tables/{name}.jsonl"] == rows[f"tables/{name}.csv"], name
        assert number > 0, name
        sheet = list(csv.reader(io.StringIO(pack.read(f"tables/{name}.csv").decode(), newline="")))
        assert (len(sheet) - 1, sheet[0]) == (number, list(lines(pack, name)[0])), name
    assert held["escalation_disagreement"] == everything - 1  # the draft is its author's
    digests = {name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist() if name != "manifest.json"}
    assert digests == {file["file"]: file["sha256"] for file in manifest["files"]}
    assert (pack.read(f"files/{file.key}"), manifest["files_missing"]) == (MINUTES, [])
    assert manifest["files_not_as_they_were_kept"] == []
    assert read_protocol(pack.read("protocol/main-1.yml"), name="main-1.yml").protocol == world.protocol
    named = {row["id"]: row["email"] for row in lines(pack, "people")}
    assert named[world.office.pk] == "office@barnsley.example"
    readme = pack.read("README.html").decode()
    assert all(f"<h3>{name} ({number} row" in readme for name, number in held.items())


@pytest.mark.django_db
def test_an_altered_export_does_not_pass_the_outsiders_check(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.do("record_progress", raised, by=barnsley.office, words="The visit was on Monday.")
    made = b"".join(exported(barnsley.partnership))
    assert faults_of(opened(made)) == []
    for name, old, new, fault in (
        ("escalation_chronologywords", "on Monday", "on Friday", "2 has other words"),
        ("escalation_chronologyentry", '"progress_recorded"', '"closed"', "2 is not its row"),
        ("chronology_chain", '\\"raised\\"', '\\"closed\\"', "1 was altered"),
    ):
        altered = io.BytesIO()
        with opened(made) as pack, zipfile.ZipFile(altered, "w") as forged:
            for each in pack.namelist():
                text = pack.read(each).decode()
                forged.writestr(each, text.replace(old, new) if each == f"tables/{name}.jsonl" else text)
        assert fault in faults_of(opened(altered.getvalue()))


@pytest.mark.django_db
def test_the_command_writes_the_same_into_a_file_that_only_its_owner_reads(barnsley: World, tmp_path: Path) -> None:
    barnsley.raised()
    target = tmp_path / "all.zip"
    call_command("export_partnership", "barnsley", target)
    assert faults_of(opened(target.read_bytes())) == []
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="cannot be made: File exists"):
        call_command("export_partnership", "barnsley", target)
    with pytest.raises(CommandError, match="There is no partnership 'nowhere'"):
        call_command("export_partnership", "nowhere", tmp_path / "other.zip")
    with barnsley.scope():
        assert [entry.by for entry in AdministrationEntry.objects.filter(did=Did.EXPORTED)] == [None]


@pytest.mark.django_db
def test_a_file_that_is_gone_or_was_altered_is_named(two_worlds: tuple[World, str]) -> None:
    world, _ = two_worlds
    with world.scope():
        file = Attachment.objects.earliest("pk")
    path = store.path_of(world.partnership.pk, file.key)
    told = []
    for act in (lambda: path.write_bytes(b"other minutes"), path.unlink):
        act()
        manifest = json.loads(opened(b"".join(exported(world.partnership))).read("manifest.json"))
        told.append((manifest["files_missing"], manifest["files_not_as_they_were_kept"]))
    assert told == [([], [str(file.key)]), ([str(file.key)], [])]


@pytest.mark.django_db
def test_only_the_partnership_manager_takes_it_and_only_with_fresh_proof(
    barnsley: World, havering: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/p/barnsley/administration/export/"
    people = {"midwife": barnsley.midwife, "administrator": barnsley.administrator, "elsewhere": havering.office}
    answers = {name: Visitor(person).client.post(address).status_code for name, person in people.items()}
    assert answers == {"midwife": 403, "administrator": 403, "elsewhere": 404}
    monkeypatch.setattr(proof, "proved_lately", lambda _: False)
    office = Visitor(barnsley.office).client
    assert (office.get(address).status_code, office.post(address).status_code) == (302, 403)
    with barnsley.scope():
        assert not AdministrationEntry.objects.filter(did=Did.EXPORTED).exists()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@cmd", "'@cmd"),
        ("-2", "'-2"),
        (-2, "-2"),
        ("plain", "plain"),
        (None, ""),
        (True, "true"),
        ([1], "[1]"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, shown: str) -> None:
    assert cell(value) == shown
