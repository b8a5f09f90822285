"""Print where the demonstration is and who may be chosen there."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import DemoPerson, demo_people


class Command(BaseCommand):
    help = "The address of the demonstration, and its invented people by partnership and role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_DOORS:
            raise CommandError("This is no demonstration: DEMO_DOORS is off.")
        self.stdout.write(f"{settings.BASE_URL}/demo/")
        people = demo_people()
        widths = [max((len(row[column]) for row in map(_row, people)), default=0) for column in range(4)]
        for partnership, members in groupby(people, key=lambda person: person.partnership):
            self.stdout.write(f"\n{partnership}")
            for person in members:
                cells = [f"{cell:{width}}" for cell, width in zip(_row(person), widths, strict=True)]
                self.stdout.write("  " + "  ".join(cells).rstrip())


def _row(person: DemoPerson) -> tuple[str, str, str, str]:
    return person.role, person.name, person.post, person.email
