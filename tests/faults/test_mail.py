"""A mail server that is away, busy, silent, slow, or takes an e-mail and hangs up; and a disk that is full."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .fault import Fault
from .post import Mood
from .rig import Rig, until


@pytest.mark.parametrize(
    ("mood", "name", "done"),
    [
        (Mood.AWAY, "Mail server refuses", "Every connection refused"),
        (Mood.BUSY, "Mail server busy", "451 to every e-mail"),
        (Mood.HANGS, "Mail server hangs", "Connections accepted, and not a word said"),
    ],
    ids=["refuses", "busy", "hangs"],
)
def test_a_mail_server_that_takes_nothing(rig: Rig, fault: Fault, mood: Mood, name: str, done: str) -> None:
    """The clockwork and the web go on beside it; what could not leave waits, and leaves when it can."""
    with rig.post.on_a_bad_day(mood):
        fault.begins()
        fault.raises(2)
        until(fault.was_put_off, f"{fault.slug}: an e-mail was tried and put off")
    line = fault.ends(name, done)
    assert line.twice == 0


def test_a_slow_mail_server(rig: Rig, fault: Fault) -> None:
    with rig.post.on_a_bad_day(Mood.SLOW):
        fault.begins()
        fault.raises(2)
        rig.post.waits_until(taken=len(rig.post.box) + 1)
    line = fault.ends("Mail server slow", "A quarter of a second for every answer")
    assert line.twice == 0


def test_a_mail_server_that_takes_and_drops(rig: Rig, fault: Fault) -> None:
    """It has the e-mail and did not say so: nobody can know, so it is sent again, as the same."""
    with rig.post.on_a_bad_day(Mood.DROPS):
        fault.begins()
        until(fault.was_put_off, f"{fault.slug}: an e-mail was tried and put off")
    until(lambda: not fault.messages("sending"), f"{fault.slug}: nothing is in hand")
    dropped = set(rig.post.dropped)
    fault.may_be_twice(dropped)
    fault.raises(2)
    line = fault.ends("Mail server takes and drops", "The whole e-mail taken, then hung up without an answer")
    assert line.twice == len(dropped) > 0


def full_disk(place: Path) -> None:
    """A disk of its own that holds next to nothing, where we may make one; otherwise a folder in which no file can be made."""
    place.mkdir()
    if os.geteuid() == 0 and not subprocess.call(["mount", "-t", "tmpfs", "-o", "size=16k", "faults", str(place)]):
        (place / "ballast").write_bytes(b"\0" * 12_288)
    else:
        place.chmod(0o500)


def room_on(place: Path) -> None:
    ballast = place / "ballast"
    if ballast.exists():
        ballast.unlink()
        subprocess.check_call(["mount", "-o", "remount,size=4m", str(place)])
    else:
        place.chmod(0o700)


def test_a_disk_that_is_full(rig: Rig, fault: Fault) -> None:
    """The demonstration's way, a folder of files: nothing half written counts as sent."""
    place = rig.state / "disk"
    full_disk(place)
    try:
        rig.stop("worker")
        rig.start("worker", EMAIL_URL=f"filemail:///{place}")
        fault.begins()
        fault.raises(2)
        until(fault.was_put_off, f"{fault.slug}: an e-mail was tried and put off")
        assert list(place.glob("*.eml")) == [] or fault.messages("sent")
        room_on(place)
        rig.post.reads(place)
        line = fault.ends("Disk full", "No room for e-mails that are kept in files, then room again")
    finally:
        rig.kill("worker")
        subprocess.call(["umount", str(place)], stderr=subprocess.DEVNULL)
    assert line.twice == 0
