"""The demonstration loaded on one day, and its partnerships one after another, each in its own scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import time_machine
from django.core.management import call_command

from partnerships.models import Partnership
from partnerships.protocol import Protocol
from partnerships.scope import partnership_scope
from partnerships.selectors import version_in_force
from partnerships.working_days import LONDON

SLUGS = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]
WEDNESDAY = datetime(2026, 9, 16, 10, 0, tzinfo=LONDON)
BOXING_DAY = datetime(2026, 12, 26, 0, 5, tzinfo=LONDON)  # a Saturday, between two days off


def load(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        call_command("load_protocols", verbosity=0)
        call_command("load_demo", verbosity=0)


def each() -> Iterator[tuple[str, Protocol]]:
    """Each partnership in its own scope."""
    for slug in SLUGS:
        with partnership_scope(Partnership.objects.get(slug=slug).pk):
            version = version_in_force(WEDNESDAY.date())
            assert version is not None
            yield slug, version.protocol
