"""Files are scanned before anybody opens them, where clamd is configured: the fake is a server that speaks its protocol."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.celery import app
from escalation.files import scanner
from escalation.models import Attachment, ChronologyEntry
from escalation.services.attaching import partnerships_with_files_to_scan, remove_file, scan_files
from tests.journeys.visitor import Visitor
from tests.world import World

from .lying import PDF, lies_with, takes_files

pytestmark = pytest.mark.django_db
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = PDF.replace(b"trailer", EICAR + b"\ntrailer")


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd answers it: pieces, each after its length, up to one of length nothing."""

    LIMIT = 100_000

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        got = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            got += self.rfile.read(length)
        if len(got) > self.LIMIT:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in got else b"stream: OK\0")


@pytest.fixture
def clamd(settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield settings.CLAMD_URL
        server.shutdown()


@pytest.fixture(autouse=True)
def _eager() -> Iterator[None]:
    app.loader.import_default_modules()
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


def tick() -> None:
    app.tasks["escalation.scan_files_everywhere"].delay()


def test_a_file_waits_is_scanned_and_can_be_opened_and_an_infected_one_never_can(
    barnsley: World, clamd: str, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    clean = lies_with(barnsley, disagreement, by=barnsley.midwife)
    bad = lies_with(barnsley, disagreement, by=barnsley.midwife, content=INFECTED, name="Bad.pdf")
    page = Visitor(barnsley.midwife).opens(disagreement.get_absolute_url())
    page.sees("It waits to be scanned for viruses and can be opened after that.")
    address = f"{disagreement.get_absolute_url()}files/{clean.key}/"
    assert ("Plan.pdf" in page.links(), page.client.get(address).status_code) == (False, 409)

    assert partnerships_with_files_to_scan() == [barnsley.partnership.pk]
    with django_capture_on_commit_callbacks(execute=True):
        tick()
    assert partnerships_with_files_to_scan() == []
    page.opens(disagreement.get_absolute_url())
    page.sees("A virus was found in it, so it was not kept. Midwife added it", "A file was taken away: a virus was found in it")
    assert page.client.get(address).getvalue() == PDF
    assert page.client.get(address.replace(str(clean.key), str(bad.key))).status_code == 404
    assert [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [str(clean.key)]
    with barnsley.scope():
        last = ChronologyEntry.objects.latest("seq")
        assert (last.kind, last.actor, last.data) == ("file_removed", None, {"attachment": bad.pk, "virus": True, "events": []})
    assert scan_files(barnsley.partnership.pk) == 0


def test_while_clamd_is_away_it_waits_and_is_asked_about_again(barnsley: World, clamd: str, settings: Any) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    file = lies_with(barnsley, disagreement, by=barnsley.midwife)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        for away in (f"tcp://127.0.0.1:{nobody.getsockname()[1]}", "unix:///nowhere/clamd.sock", "http://clamd", "tcp://"):
            settings.CLAMD_URL = away
            assert scan_files(barnsley.partnership.pk) == 0
    settings.CLAMD_URL = ""  # a worker that lacks the setting lets nothing through
    assert partnerships_with_files_to_scan() == []
    settings.CLAMD_URL = clamd
    tick()
    with barnsley.scope():
        assert Attachment.objects.get(pk=file.pk).state == Attachment.State.CLEAN


def test_an_answer_that_is_none_is_no_word_that_it_is_clean(barnsley: World, clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    takes_files(barnsley)
    lies_with(barnsley, barnsley.raised(), by=barnsley.midwife)
    monkeypatch.setattr(Clamd, "LIMIT", 10)
    assert scan_files(barnsley.partnership.pk) == 0
    monkeypatch.setattr(Clamd, "handle", lambda _self: None)
    assert scan_files(barnsley.partnership.pk) == 0
    assert partnerships_with_files_to_scan() == [barnsley.partnership.pk]


def test_one_that_was_taken_away_meanwhile_stays_away(barnsley: World, clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    takes_files(barnsley)
    disagreement = barnsley.raised()
    file = lies_with(barnsley, disagreement, by=barnsley.midwife)
    plain = scanner.virus_in

    def while_it_is_scanned(stored: Any) -> str:
        with barnsley.scope(barnsley.midwife):
            remove_file(disagreement.pk, viewer=barnsley.viewer(barnsley.midwife), key=file.key, reason="Wrong one")
        return plain(stored)

    monkeypatch.setattr(scanner, "virus_in", while_it_is_scanned)
    assert scan_files(barnsley.partnership.pk) == 0
    with barnsley.scope():
        assert Attachment.objects.get().state == Attachment.State.REMOVED


def test_over_a_socket_of_the_same_machine_too(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "c"
    with socketserver.ThreadingUnixStreamServer(str(path), Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.CLAMD_URL = f"unix://{path}"
        file = tmp_path / "file"
        for content, found in ((PDF, ""), (INFECTED, "Eicar-Test-Signature")):
            file.write_bytes(content)
            with file.open("rb") as opened:
                assert scanner.virus_in(opened) == found
        server.shutdown()
