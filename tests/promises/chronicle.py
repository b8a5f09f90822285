"""A chronology with words to tamper with, and what the command that verifies it says."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

from django.core.management import CommandError, call_command

from escalation.models import ChronologyEntry
from escalation.verification import Head
from partnerships.ladder import Position
from tests.world import TUESDAY, World, days

ENTRY, WORDS = "escalation_chronologyentry", "escalation_chronologywords"
UNGUARDED = f"ALTER TABLE {ENTRY} DISABLE TRIGGER USER"
GUARDED = f"ALTER TABLE {ENTRY} ENABLE TRIGGER USER"


def story() -> World:
    """Nine entries: two raised, then a story with words in each of its steps."""
    world = World("barnsley")
    raised = world.raised()
    world.raised()
    facts = (
        ("acknowledge", {"words": "I have this"}),
        ("record_progress", {"words": "The family knows"}),
        ("escalate", {"to": Position(stage="stage_2"), "reason": "Not agreed"}),
        ("record_agreement", {"text": "A visit tomorrow"}),
        ("confirm_outcome", {"text": "A visit on Thursday"}),
    )
    for number, (verb, own) in enumerate(facts):
        world.do(verb, raised, by=world.office, at=TUESDAY + timedelta(hours=number), **own)
    world.sweep(at=TUESDAY + days(9))
    return world


def verified(*args: str) -> tuple[str, list[str]]:
    """What the command prints, and the faults that it names; its exit code must say the same."""
    out, faults = StringIO(), StringIO()
    refused: CommandError | None = None
    try:
        call_command("verify_chronology", *args, stdout=out, stderr=faults)
    except CommandError as error:
        refused = error
    found = faults.getvalue().splitlines()
    said = (refused.returncode, str(refused)) if refused else (0, "")
    assert said == ((1, f"Faults found: {len(found)}.") if found else (0, ""))
    return out.getvalue(), [fault.removeprefix("barnsley: ") for fault in found]


def head(world: World) -> Head:
    with world.scope():
        last = ChronologyEntry.objects.order_by("-seq")[0]
        return Head(last.seq, bytes(last.hash).hex())
