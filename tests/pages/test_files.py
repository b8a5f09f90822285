"""Files that lie with a disagreement: told by their content, named harmlessly, kept privately, handed out to who may see it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from escalation.files.kinds import RUNS, FileRefused, kind_of
from escalation.files.naming import LONGEST, clean_name
from escalation.models import Attachment, Disagreement, Reading
from escalation.services import Person
from escalation.services.attaching import NOT_NOW, destroy_files, sweep_files
from partnerships import uploading
from partnerships.models import Agency, User
from partnerships.protocol_terms import Side
from tests.journeys.visitor import Visitor
from tests.services.lying import JPEG, PDF, PNG, archive, lies_with, odt, office, takes_files
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def on_the_disk() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def sends(visitor: Visitor, disagreement: Disagreement, content: bytes, name: str, **more: str) -> Visitor:
    """Choose a file on the page and press the button."""
    address = f"{disagreement.get_absolute_url()}files/add/"
    visitor.opens(address)
    data = {"file": SimpleUploadedFile(name, content), "about": "", **more}
    return visitor._arrive(visitor.client.post(address, data, follow=True), address)


def bytes_of(client: Client, address: str) -> bytes:
    return client.get(address).getvalue()


# ---------------------------------------------------------------- the way of a file
def test_a_file_is_added_opened_and_taken_away(barnsley: World, folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    midwife = Visitor(barnsley.midwife).opens(disagreement.get_absolute_url()).follows("Add a file")
    midwife.sees("No case files", "Files are not scanned for viruses here.", "10 MB at most.")
    sends(midwife, disagreement, PDF, "Plan of visits.pdf", about="What was agreed by telephone")
    assert midwife.told == ["The file was added."]
    midwife.sees("Plan of visits.pdf", "A file was added", "What was agreed by telephone")

    (path,) = on_the_disk()
    assert (path.read_bytes(), path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (PDF, 0o600, 0o700)
    assert "Plan" not in str(path)

    other_side = Visitor(barnsley.team_manager).opens(disagreement.get_absolute_url())
    address = other_side.links()["Plan of visits.pdf"]
    assert "Take away Plan of visits.pdf" not in other_side.links()  # not theirs
    response = other_side.client.get(address)
    assert response.getvalue() == PDF
    assert {name: response[name] for name in SENT_WITH} == SENT_WITH
    with barnsley.scope():
        read = Reading.objects.get(what=Reading.What.FILE)
        assert (read.by, read.disagreement_id, read.about) == (
            barnsley.team_manager, disagreement.pk, {"attachment": Attachment.objects.get().pk},
        )  # fmt: skip
    assert other_side.opens(f"{address}remove/").status == 403

    with django_capture_on_commit_callbacks(execute=True):
        midwife.follows("Take away").presses("Take it away")
        assert midwife.refusals == ["Say why it is taken away"]
        midwife.fills("Why is it taken away?", "It names somebody else.").presses("Take it away")
    assert midwife.told == ["The file was taken away, and what was in it destroyed."]
    midwife.sees("A file was taken away", "It names somebody else.").does_not_see("Take away")
    assert on_the_disk() == []
    assert other_side.client.get(address).status_code == 404
    assert barnsley.chronology(disagreement) == ["raised", "file_added", "seen", "file_removed"]


SENT_WITH = {
    "Content-Type": "application/pdf",
    "Content-Disposition": 'attachment; filename="Plan of visits.pdf"',
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Content-Length": str(len(PDF)),
}


def test_it_is_off_until_the_partnership_turns_it_on(barnsley: World) -> None:
    disagreement = barnsley.raised()
    page = Visitor(barnsley.midwife).opens(disagreement.get_absolute_url())
    assert "Add a file" not in page.links()
    assert page.opens(f"{disagreement.get_absolute_url()}files/add/").status == 403
    page.sees("This partnership keeps no files here.")
    assert (
        page.client.post(f"{disagreement.get_absolute_url()}files/add/", {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code
        == 403
    )
    assert on_the_disk() == []


def test_whoever_may_not_see_the_disagreement_finds_no_file_of_it(barnsley: World, havering: World) -> None:
    for world in (barnsley, havering):
        takes_files(world)
    disagreement, another = barnsley.raised(), barnsley.raised()
    theirs = havering.raised()
    file = lies_with(barnsley, disagreement, by=barnsley.midwife)
    addresses = [f"{disagreement.get_absolute_url()}files/{end}" for end in (f"{file.key}/", f"{file.key}/remove/", "add/")]
    for person in (barnsley.stranger, havering.office):
        found = Visitor(person).client
        assert [found.get(address).status_code for address in addresses] == [404, 404, 404]
        assert found.post(addresses[-1], {"file": SimpleUploadedFile("a.pdf", PNG)}).status_code == 404
    # Nor under another disagreement's address, though that one is theirs to see.
    assert Visitor(barnsley.midwife).client.get(f"{another.get_absolute_url()}files/{file.key}/").status_code == 404
    assert Visitor(havering.office).client.get(f"{theirs.get_absolute_url()}files/{file.key}/").status_code == 404
    assert len(on_the_disk()) == 1


def test_who_was_invited_to_the_one_disagreement_opens_and_adds_its_files(barnsley: World) -> None:
    takes_files(barnsley)
    disagreement, another = barnsley.raised(), barnsley.raised()
    with barnsley.scope():
        Agency.objects.filter(key="social_care").update(email_domains=["care.example"])
    person = Person(side=Side.RECEIVING, role="lead", name="Gus Guest", email="gus@care.example")
    barnsley.do("change_party", disagreement, by=barnsley.office, person=person, reason="Leave")
    files = [lies_with(barnsley, which, by=barnsley.midwife) for which in (disagreement, another)]
    guest = Visitor(User.objects.get(email="gus@care.example")).opens(disagreement.get_absolute_url())
    assert bytes_of(guest.client, guest.links()["Plan.pdf"]) == PDF
    assert sends(guest, disagreement, PNG, "Map.png").told == ["The file was added."]
    assert guest.client.get(f"{another.get_absolute_url()}files/{files[1].key}/").status_code == 404


# ---------------------------------------------------------------- what is taken
@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.txt", "Zoë said: 5 > 3\r\n".encode(), "text/plain; charset=utf-8"),
        ("a.txt", "Zoë".encode("utf-16"), "text/plain; charset=utf-8"),
        ("a.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_what_is_taken(name: str, content: bytes, content_type: str) -> None:
    assert kind_of(io.BytesIO(content), name=name).content_type == content_type


ZIP = archive({"a": b"b"})


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("a.svg", b"<svg/>", "Only these kinds"), ("a.html", b"<html>", "Only these kinds"), ("a.exe", b"MZ", "Only these kinds"),
        ("a", PDF, "Only these kinds"), ("a.pdf.exe", PDF, "Only these kinds"), ("a.docm", office(), "Only these kinds"),
        ("a.zip", ZIP, "Only these kinds"), ("a.eml", b"From: a", "Only these kinds"),
        ("a.pdf", PNG, "kind PDF"), ("a.png", PDF, "kind PNG"), ("a.jpg", PNG, "kind JPEG"),
        ("a.pdf", b"MZ\x90" + PDF, "kind PDF"), ("a.pdf", b"%PDF-1.7 and no more", "kind PDF"),
        # Two files in one: to whoever begins at the beginning, and to whoever unpacks from the end.
        ("a.pdf", PDF + ZIP + b"%%EOF", "kind PDF"), ("a.jpg", JPEG + ZIP, "kind JPEG"),
        ("a.png", PNG + b"<script>", "kind PNG"), ("a.docx", PDF + office(), "cannot be read"),
        ("a.txt", b"\x89PNG\x00", "kind plain text"), ("a.txt", b" <html><script>", "kind plain text"),
        ("a.txt", "\ufeff<svg/>".encode(), "kind plain text"), ("a.txt", "<svg/>".encode("utf-16"), "kind plain text"),
        ("a.txt", b"{\\rtf1 x}", "kind plain text"), ("a.txt", b"\xff\xfe\x00", "kind plain text"),
        ("a.docx", office(word__vbaProject=b"x"), "holds a macro"), ("a.docx", odt(), "cannot be read"),
        ("a.docx", office("application/vnd.ms-word.document.macroEnabled.main+xml"), "holds a macro"),
        ("a.xlsx", office(), "kind Excel"), ("a.odt", odt(Basic__x=b"Sub"), "holds a macro"),
        ("a.odt", office(), "cannot be read"), ("a.docx", office(word__oleObject1=b"x"), "carries another file"),
        ("a.docx", office(**{"..__..__etc": b"x"}), "cannot be read"), ("a.docx", b"PK\x03\x04 no more", "cannot be read"),
        ("a.docx", archive({"word/document.xml": b"x"}), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(name: str, content: bytes, because: str) -> None:
    with pytest.raises(FileRefused, match=because.replace(".", r"\.")):
        kind_of(io.BytesIO(content), name=name)


def test_a_document_that_would_unpack_to_a_mountain_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.files.kinds.LARGEST_UNPACKED", 1_000_000)
    bomb = office(word__media=b"\0" * 2_000_000)
    assert len(bomb) < 5_000
    monkeypatch.setattr("zipfile.ZipFile.open", None)  # no part of it is looked into
    with pytest.raises(FileRefused, match="unpacks to far more"):
        kind_of(io.BytesIO(bomb), name="a.docx")


def test_a_list_of_a_mountain_of_parts_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list alone would fill the memory: half a million parts of nothing are 25 MB."""
    plain = office()
    at = plain.rfind(b"PK\x05\x06")
    begins = int.from_bytes(plain[at + 16 : at + 20], "little")
    listed = plain[begins:at] * 20_000
    said = plain[at : at + 12] + len(listed).to_bytes(4, "little") + plain[at + 16 :]
    monkeypatch.setattr("zipfile.ZipFile", None)  # nothing of it is begun
    with pytest.raises(FileRefused, match="unpacks to far more"):
        kind_of(io.BytesIO(plain[:begins] + listed + said), name="a.docx")


def test_a_refusal_stands_at_the_field_and_leaves_nothing(barnsley: World) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    page = sends(Visitor(barnsley.midwife), disagreement, office(word__vbaProject=b"x"), "a.docx", about="The plan")
    assert (page.status, page.refusals) == (422, [RUNS])
    assert page.page.first(cls="govuk-input").attributes["value"] == "The plan"
    assert sends(page, disagreement, b"", "a.pdf").refusals == ["The file is empty."]
    page.client.post(f"{disagreement.get_absolute_url()}files/add/", {})
    assert on_the_disk() == []
    assert barnsley.chronology(disagreement) == ["raised"]


# ---------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Plan.pdf", "Plan.pdf"), ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\me\\Plan.pdf", "Plan.pdf"),
        ("a\0b.pdf", "a b.pdf"), ("exe\u202efdp.txt", "exefdp.txt"), ("a\u200b\u2066.pdf", "a.pdf"), ("..pdf", "pdf"),
        ('a"; filename="b.pdf', "a_; filename=_b.pdf"), ("a\r\nX: y.pdf", "a X_ y.pdf"), ("", "File"), (" . ", "File"),
        ("x" * 300 + ".pdf", "x" * (LONGEST - 4) + ".pdf"), ("Ä\u0308 \u2028b.pdf", "Ǟ b.pdf".replace("Ǟ", "Ä\u0308")),
    ],
)  # fmt: skip
def test_a_name_is_made_harmless(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@how(max_examples=30)
@given(st.text())
def test_no_name_misleads(sent: str) -> None:
    name = clean_name(sent)
    assert 0 < len(name) <= LONGEST
    assert name.isprintable()
    assert not set(name) & set('/\\<>:"|?*')
    assert clean_name(name) == name


# ---------------------------------------------------------------- how much
def test_a_file_that_is_too_large_is_refused_in_words_and_not_kept(
    barnsley: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Cut off while it comes in: of 3 MB where 1 is taken, no more than 1 is ever written."""
    takes_files(barnsley, megabytes=1)
    disagreement = barnsley.raised()
    written: list[int] = []
    plain = uploading.TemporaryFileUploadHandler.receive_data_chunk
    monkeypatch.setattr(
        uploading.TemporaryFileUploadHandler,
        "receive_data_chunk",
        lambda self, raw, start: (written.append(len(raw)), plain(self, raw, start))[1],
    )
    page = sends(Visitor(barnsley.midwife), disagreement, PDF + b"x" * 3_000_000, "a.pdf")
    assert (page.status, page.refusals) == (413, ["The file is larger than 1 MB. Send the pages that matter, or fewer pictures."])
    assert sum(written) <= uploading.MEGABYTE
    monkeypatch.setattr(uploading, "GIVE_UP", 2_000_000)
    page = sends(page, disagreement, PDF + b"x" * 3_000_000, "a.pdf")
    assert (page.status, len(page.refusals)) == (413, 1)
    assert on_the_disk() == []


def test_nothing_is_kept_of_what_a_stranger_sends(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(
        uploading.TemporaryFileUploadHandler, "receive_data_chunk", lambda _self, raw, _start: written.append(raw)
    )
    for address in ("/p/barnsley/mine/", "/accounts/login/"):
        Client(enforce_csrf_checks=True).post(address, {"file": SimpleUploadedFile("a.pdf", b"x" * 2_000_000)})
    assert written == []


def test_so_many_files_and_each_once(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    monkeypatch.setattr("escalation.services.attaching.MOST_FILES", 2)
    page = Visitor(barnsley.midwife)
    for content, status in ((PDF, 200), (PDF, 422), (PDF + b"\n", 200), (PNG, 409)):
        assert sends(page, disagreement, content, "a.pdf" if content != PNG else "a.png").status == status
    assert page.refusals == ["2 files lie with this disagreement, which is the most. Take one away first."]
    assert len(on_the_disk()) == 2


def test_what_has_ended_takes_no_more_files_and_gives_those_it_has(barnsley: World) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    file = lies_with(barnsley, disagreement, by=barnsley.midwife)
    barnsley.do("withdraw", disagreement, by=barnsley.office, reason="They agreed.")
    page = Visitor(barnsley.midwife).opens(disagreement.get_absolute_url())
    assert ("Add a file" in page.links(), "Plan.pdf" in page.links()) == (False, True)
    assert bytes_of(page.client, page.links()["Plan.pdf"]) == PDF
    assert sends(page, disagreement, PNG, "a.png").status == 409
    assert file.state == Attachment.State.CLEAN


# ---------------------------------------------------------------- the disk
def test_a_changed_or_lost_file_is_not_handed_out(barnsley: World) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    file = lies_with(barnsley, disagreement, by=barnsley.midwife)
    page, address = Visitor(barnsley.midwife), f"{disagreement.get_absolute_url()}files/{file.key}/"
    (path,) = on_the_disk()
    path.write_bytes(PDF + b"more")
    assert page.client.get(address).status_code == 503
    path.unlink()
    assert page.client.get(address).status_code == 503
    path.symlink_to("/etc/hostname")
    assert page.client.get(address).status_code == 503


def test_a_full_disk_is_said_in_words(barnsley: World, folder: Path) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    folder.write_text("no folder")
    page = sends(Visitor(barnsley.midwife), disagreement, PDF, "a.pdf")
    assert (page.status, page.refusals) == (409, [NOT_NOW])
    assert barnsley.chronology(disagreement) == ["raised"]


def test_bytes_that_no_row_speaks_of_are_destroyed_after_a_day(
    barnsley: World, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    kept, gone = (lies_with(barnsley, disagreement, by=barnsley.midwife, content=PDF + end) for end in (b"", b"\n"))
    inside = folder / str(barnsley.partnership.pk)
    (inside / "f3b1c2a0-0000-4000-8000-000000000000").write_bytes(b"after a crash")
    (inside / "f3b1c2a0-0000-4000-8000-000000000001.part").write_bytes(b"in the middle")
    with barnsley.scope():
        Attachment.objects.filter(pk=gone.pk).update(state=Attachment.State.REMOVED)  # and then the power went
    now = (inside / str(kept.key)).stat().st_mtime
    assert sweep_files(now=now + 3600) == 0
    assert sweep_files(now=now + 2 * 86400) == 3
    assert [path.name for path in on_the_disk()] == [str(kept.key)]
    with django_capture_on_commit_callbacks(execute=True), barnsley.scope():
        assert destroy_files(disagreement) == 2
    assert on_the_disk() == []
