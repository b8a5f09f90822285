"""A partnership when one is asked for, made by the product's own services: `python -m tests.faults.seeding`.

It is told on its standard input, a line of JSON each, and answers on its standard output. It stands beside the web and the
workers on the same database, as they do under the stepped clock."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connections, transaction  # noqa: E402
from django.db.models import Value  # noqa: E402
from django.db.models.functions import Concat  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from escalation import verification  # noqa: E402
from escalation.models import Deadline  # noqa: E402
from partnerships.services import issue_token  # noqa: E402
from tests.api.conftest import Program  # noqa: E402
from tests.api.test_raising import sendable  # noqa: E402
from tests.world import World, shipped_protocol  # noqa: E402

SAID = "seeding: "
AGO = timedelta(days=29)


class Seeds:
    def __init__(self) -> None:
        self.worlds: dict[str, World] = {}

    def found(self, *, slug: str) -> dict[str, Any]:
        """A partnership in use, with Barnsley's protocol and people of two agencies, and the midwife's program."""
        world = self.worlds[slug] = World(slug, shipped_protocol("barnsley"))
        people = (world.midwife, world.hospital_lead, world.team_manager, world.office)
        world.partnership.live_since = timezone.now() - timedelta(days=60)
        world.partnership.save(update_fields=["live_since"])
        with world.scope(world.midwife):
            _, secret = issue_token(world.midwife, name="of the faults")
        sent = sendable(world, Program(slug, secret))
        return {"number": world.partnership.pk, "token": secret, "sent": sent, "people": len(people)}

    def raised_long_ago(self, *, slug: str, how_many: int, poisoned: int) -> dict[str, Any]:
        """Disagreements whose timescales have passed without anybody's having looked. Of the first so many `poisoned`, the
        clocks are of timescales that the protocol does not know."""
        world = self.worlds[slug]
        with transaction.atomic():
            made = [world.raised(at=timezone.now() - AGO) for _ in range(how_many)]
            with world.scope():
                bad = Deadline.objects.filter(disagreement__in=made[:poisoned])
                bad.update(time_limit=Concat(Value("not_"), "time_limit"))
        return {"references": [one.reference for one in made], "numbers": [one.pk for one in made]}

    def verified(self, *, slug: str) -> dict[str, Any]:
        with self.worlds[slug].scope():
            return {"faults": [str(fault) for fault in verification.verify().faults]}


def main() -> None:
    setup_test_environment()  # the form is asked for by Django's own client
    seeds = Seeds()
    for line in sys.stdin:
        asked = json.loads(line)
        connections.close_all()  # the server may have been restarted since
        print(SAID + json.dumps(getattr(seeds, asked.pop("what"))(**asked)), flush=True)


if __name__ == "__main__":
    main()
