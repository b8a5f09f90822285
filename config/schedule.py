"""What beat hands to the workers, and how often; knows no task but its name."""

from __future__ import annotations

from typing import Any

# A task's end is an instant, told by the clock of whoever sends it and read by the clock of whoever takes it.
CLOCKS_DIFFER_BY = 300.0

EVERY_TICK = {
    "note passed and near timescales": "escalation.note_timescales_everywhere",
    "turn new chronology entries into notices": "notifications.announce_everywhere",
    "count what happened since": "insight.count_everywhere",
    "send what has not been sent": "notifications.deliver_everywhere",
    "tell other systems what they have not been told": "notifications.deliver_webhooks_everywhere",
    "mark elsewhere what two partnerships share": "escalation.mark_elsewhere_everywhere",
    "scan the files that wait": "escalation.scan_files_everywhere",
    "look whether everything is well": "operations.watch",
}
EVERY_HOUR = {
    "publish the ends of the chains, once a day": "escalation.publish_chain_ends",
    "remind of records whose time is up": "records.remind_everywhere",
    "remind of learning, of returns and of a protocol's review": "learning.remind_everywhere",
    "destroy what nothing speaks of": "escalation.sweep_files",
    "forget what programs sent two days ago": "escalation.forget_keys_everywhere",
    "ask for a directory to be checked again": "notifications.remind_everywhere",
    "forget where people were signed in": "accounts.forget_ended_sessions",
}
AT_ONCE = {
    "send sign-in codes": "accounts.deliver_account_mail",
}


def lasts(every: float) -> float:
    """For how many seconds a task may wait for a worker: for its interval, because the next one does the same; but never
    for so few that hosts whose clocks differ throw away all that they send each other."""
    return max(every, CLOCKS_DIFFER_BY)


def schedule(*, tick: float, remind: float, mail: float) -> dict[str, Any]:
    """CELERY_BEAT_SCHEDULE, in seconds."""
    return {
        name: {"task": task, "schedule": every, "options": {"expires": lasts(every)}}
        for every, tasks in ((tick, EVERY_TICK), (remind, EVERY_HOUR), (mail, AT_ONCE))
        for name, task in tasks.items()
    }
