"""Counts everything anew, or (--check) looks whether what is kept is what a recount says; names no disagreement but by number."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insight import counting
from partnerships.models import Partnership
from partnerships.scope import partnership_scope


class Command(BaseCommand):
    help = "Count the figures of all partnerships anew, or of one. With --check nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partnership", help="the short name of one partnership; all, if left out")
        parser.add_argument("--check", action="store_true", help="compare what is kept with a recount, and write nothing")

    def handle(self, *, partnership: str | None, check: bool, **options: Any) -> None:
        chosen = Partnership.objects.order_by("slug")
        if partnership and not (chosen := chosen.filter(slug=partnership)).exists():
            raise CommandError(f"There is no partnership {partnership}.")
        wrong = 0
        for one in chosen:
            wrong += self._check(one) if check else self._recount(one)
        if wrong:
            raise CommandError(f"{wrong} of them are not as a recount says. Run this again without --check.")

    def _recount(self, one: Partnership) -> int:
        self.stdout.write(f"{one.slug}: {counting.recount(one.pk)} counted.")
        return 0

    def _check(self, one: Partnership) -> int:
        """What happened since the last count is counted first: it is not wrong, only not done yet."""
        counting.count(one.pk)
        looked, wrong = 0, list[int]()
        for ids in counting.batches(one.pk):
            with partnership_scope(one.pk):
                looked += len(ids)
                wrong += counting.differing(ids)
        self.stdout.write(f"{one.slug}: {looked} looked at, {len(wrong)} not as a recount says.")
        for which in wrong:
            self.stdout.write(f"  disagreement number {which}")
        return len(wrong)
