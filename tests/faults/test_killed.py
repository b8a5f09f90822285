"""kill -9: of a worker that has claimed an e-mail, of one that has sent it, of beat, of the web in the middle of a POST."""

from __future__ import annotations

import threading
import uuid

from .fault import Fault
from .post import Mood
from .rig import Rig, until


def test_a_worker_between_claim_and_send(rig: Rig, fault: Fault) -> None:
    with rig.post.on_a_bad_day(Mood.HOLDS_BEFORE):
        fault.begins()
        rig.post.waits_until(holding=1)
        assert fault.in_hand()
        rig.kill("worker")
    rig.start("worker")
    fault.raises(2)
    line = fault.ends("Worker killed before it sent", "kill -9 when the mail server knew who writes, and nothing more")
    assert line.twice == 0


def test_a_worker_between_send_and_mark(rig: Rig, fault: Fault) -> None:
    with rig.post.on_a_bad_day(Mood.HOLDS_AFTER):
        fault.begins()
        rig.post.waits_until(holding=1)
        fault.may_be_twice(fault.in_hand())
        rig.kill("worker")
        held = rig.post.times().keys() & fault.messages("sending")
    rig.start("worker")
    fault.raises(2)
    line = fault.ends("Worker killed after it sent", "kill -9 when the mail server had the whole e-mail, before it answered")
    assert line.twice == len(held) > 0


def test_beat(rig: Rig, fault: Fault) -> None:
    rig.kill("beat")
    fault.begins()
    fault.raises(2)
    rig.start("beat")
    fault.ends("Beat killed", "kill -9, and work came in before it ran again")


def test_beat_that_has_lost_its_schedule(rig: Rig, fault: Fault) -> None:
    rig.kill("beat")
    for file in rig.state.glob("schedule*"):
        file.write_bytes(b"not what beat has written\0" * 40)
    fault.begins()
    fault.raises(2)
    rig.start("beat")
    fault.ends("Beat's schedule spoilt", "kill -9, and every byte of the file that it keeps replaced by others")


def test_the_web_before_it_wrote(rig: Rig, fault: Fault) -> None:
    """In the middle of the transaction: nothing of it is left, and whoever sends it again raises it once."""
    fault.begins()
    fault.drains()
    key = str(uuid.uuid4())
    with rig.holding("LOCK TABLE escalation_chronologyentry IN EXCLUSIVE MODE"):
        asking = threading.Thread(target=fault.is_not_answered, args=(key,))
        asking.start()
        until(lambda: rig.waits("web", on="Lock"), "the POST has come as far as the chronology")
        rig.kill("web")
        asking.join()
    rig.start("web")
    fault.raise_once(key)
    fault.raises(1)
    fault.ends("Web killed in a POST, before it wrote", "kill -9 in the middle of the transaction; the form is sent again")


def test_the_web_before_it_answered(rig: Rig, fault: Fault) -> None:
    """Between COMMIT and the answer: it has been raised, nobody was told, and whoever sends it again raises nothing new. A
    standby server that does not exist keeps the session waiting there, when everything is written."""
    fault.begins()
    fault.drains()
    key = str(uuid.uuid4())
    rig.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    rig.sql("SELECT pg_reload_conf()")
    try:
        asking = threading.Thread(target=fault.is_not_answered, args=(key,))
        asking.start()
        until(lambda: rig.waits("web", on="SyncRep"), "the POST has been committed")
        rig.kill("web")
        asking.join()
    finally:
        rig.sql("ALTER SYSTEM RESET synchronous_standby_names")
        rig.sql("SELECT pg_reload_conf()")
    rig.start("web")
    fault.raise_once(key)
    fault.raises(1)
    fault.ends("Web killed in a POST, before it answered", "kill -9 when all was written; the form is sent again")
