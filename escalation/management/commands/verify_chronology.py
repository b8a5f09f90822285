"""Say whether every chronology is as it was written; the working is `escalation.verification`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation.verification import Findings, Head, verify
from partnerships.models import Partnership
from partnerships.scope import partnership_scope


class Command(BaseCommand):
    help = (
        "Recompute the chain of every chronology and replay every disagreement. Names each entry that was altered, removed, "
        "reordered or put in, and exits with 1 if there is any. Keep the line that it prints for each partnership elsewhere: "
        "given back with --kept, it shows whether the end of that chain was cut off since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partnership", metavar="SLUG", help="this partnership alone")
        parser.add_argument("--kept", metavar="NUMBER:HASH", help="the end of its chain, as printed earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, kept = options["partnership"], _head(options["kept"])
        if kept and not slug:
            raise CommandError("Say with --partnership whose chain the kept end belongs to.")
        partnerships = list(Partnership.objects.filter(**({"slug": slug} if slug else {})).order_by("slug"))
        if slug and not partnerships:
            raise CommandError(f"There is no partnership {slug!r}.")
        faults = 0
        for partnership in partnerships:
            with partnership_scope(partnership.pk):
                found = verify(kept=kept)
            self._report(partnership, found)
            faults += len(found.faults)
        if faults:
            raise CommandError(f"Faults found: {faults}.")

    def _report(self, partnership: Partnership, found: Findings) -> None:
        end = f"; its end is {found.head}" if found.head else ""
        self.stdout.write(f"{partnership.slug}: entries verified: {found.entries}; words destroyed: {found.words_destroyed}{end}")
        for fault in found.faults:
            self.stderr.write(f"{partnership.slug}: {fault}")


def _head(text: str | None) -> Head | None:
    try:
        return Head.parse(text) if text else None
    except ValueError as wrong:
        raise CommandError("Give --kept as it was printed: NUMBER:HASH.") from wrong
