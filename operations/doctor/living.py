"""What is wrong with what should go on by itself: beat, workers, sweeps, mail, backups, calendar. Judged as the watch does."""

from __future__ import annotations

from collections.abc import Iterator

from .. import findings, looking
from ..findings import Beats, Status
from .finding import Finding, note, well, wrong

# What is looked at more closely elsewhere in this command.
ELSEWHERE = frozenset({"broker", "disk"})
DO = {
    "beat": "Start beat: one is enough, with the same settings as the workers.",
    "workers": "Start the workers, and look at their log.",
    "sweep": "Look whether beat, broker and workers run.",
    "notices": "Look at the mail findings above, and at the operators' page.",
    "account_mail": "Look at the mail findings above.",
    "mail_settings": "Mend name, password, key or sender, and what waits is sent.",
    "timescales": "Look whether the workers keep up, and at their log.",
    "tasks": "Look at the workers' log for these names.",
    "files": "Start clamd, or take CLAMD_URL out.",
    "calendar": "Run manage.py load_holidays.",
    "backup": "Make one by hand and look what it says, then mend its timer.",
}


def living() -> Iterator[Finding]:
    facts = looking.facts()
    for part in findings.parts(facts):
        if part.name in ELSEWHERE:
            continue
        name = part.name.replace("_", "-")
        yield well(name, part.sentence) if part.status is Status.OK else wrong(name, part.sentence, DO[part.name])
    yield from _verified(facts)


def _verified(facts: findings.Facts) -> Iterator[Finding]:
    verified = facts.beats.get("verification", Beats())
    if verified.failing:
        do = "Read what manage.py verify_chronology says, keep the backups, and tell whoever answers for the record."
        yield wrong("verification", "Faults were found in a chronology.", do)
    elif verified.ended is None:
        yield note("verification", "No chronology was ever verified here.", "Run manage.py watch --verify once a night.")
    else:
        yield well("verification", f"Every chronology was verified {findings.ago(facts.at - verified.ended)} ago.")


CHECKS = (living,)
