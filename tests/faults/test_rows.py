"""One row that cannot be worked with: in the sweep, in telling people, and in sending. The others go on beside it."""

from __future__ import annotations

from .fault import Fault
from .post import Mood
from .rig import Rig, until

UNNOTED = """
    SELECT count(*) > 0 FROM escalation_deadline
    WHERE disagreement_id = %(number)s AND due_at <= %(now)s AND passed_noted_at IS NULL AND stopped_at IS NULL
"""
PUT_RIGHT = "UPDATE escalation_deadline SET time_limit = substr(time_limit, 5) WHERE disagreement_id = %(number)s"


def test_a_clock_that_cannot_be_read(rig: Rig, fault: Fault) -> None:
    """A timescale that the protocol does not know. The other disagreement's are noted; this one's when it is put right."""
    fault.begins(of_which_poisoned=1)
    bad, good = fault.old

    def unnoted(number: int) -> bool:
        return rig.sql(UNNOTED, number=number, now=rig.clock.now()) == [(True,)]

    try:
        fault.raises(2)
        until(lambda: not unnoted(good), "the other one's clocks are noted")
        until(lambda: f"disagreement {bad} could not be noted" in rig.log("worker"), "the log says which could not be")
        assert unnoted(bad)
    finally:
        rig.sql(PUT_RIGHT, number=bad)
    fault.ends("Poisoned row in the sweep", "A clock of a timescale that the protocol does not know, put right later")


def test_an_entry_that_cannot_be_told(rig: Rig, fault: Fault) -> None:
    """A disagreement whose marks are no list. Its entry is set aside, and told when that is put right."""
    fault.begins()
    fault.drains()
    with rig.holding("LOCK TABLE notifications_announcecursor IN EXCLUSIVE MODE"):
        fault.raises(1)
        ((number,),) = rig.sql(
            "SELECT max(id) FROM escalation_disagreement WHERE partnership_id = %(number)s", number=fault.number
        )
        ((marks,),) = rig.sql("SELECT flags::text FROM escalation_disagreement WHERE id = %(number)s", number=number)
        rig.sql("UPDATE escalation_disagreement SET flags = '7' WHERE id = %(number)s", number=number)
    fault.raises(1)
    try:
        until(fault.set_aside, "the entry is set aside")
    finally:
        rig.sql("UPDATE escalation_disagreement SET flags = %(marks)s WHERE id = %(number)s", marks=marks, number=number)
    fault.ends("Poisoned row in telling", "A disagreement whose marks are no list, put right later")


def test_an_e_mail_that_cannot_be_sent(rig: Rig, fault: Fault) -> None:
    """An address that is none. It is given up and said on the disagreement, so that somebody telephones."""
    with rig.post.on_a_bad_day(Mood.AWAY):
        fault.begins()
        until(fault.was_put_off, f"{fault.slug}: an e-mail was tried and put off")
        ((spoilt,),) = rig.sql(
            "UPDATE notifications_message SET to_email = 'no address' WHERE id = (SELECT min(id) FROM notifications_message"
            " WHERE partnership_id = %(number)s) RETURNING message_id",
            number=fault.number,
        )
        fault.figures.expected.given_up.add(spoilt)
    fault.raises(2)
    fault.ends("Poisoned row in sending", "An e-mail to what is no address: given up, and said on its page", same=False)
    assert fault.messages("gave_up") == {spoilt}
    assert fault.kinds()["notice_undelivered"] >= 1
