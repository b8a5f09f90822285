"""Say whether every chronology is as it was written; the working is `escalation.verification`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation import witness
from escalation.verification import Findings, Head, Published, verify
from partnerships.models import Partnership
from partnerships.scope import partnership_scope


class Command(BaseCommand):
    help = (
        "Recompute the chain of every chronology and replay every disagreement. Names each entry that was altered, removed, "
        "reordered or put in, and exits with 1 if there is any. Keep the line that it prints for each partnership elsewhere: "
        "given back with --kept, it shows whether the end of that chain was cut off since. --witness compares with every line "
        "of a file that the product has published (CHAIN_WITNESS_FILE, or its e-mails put together)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--partnership", metavar="SLUG", help="this partnership alone")
        parser.add_argument("--kept", metavar="NUMBER:HASH", help="the end of its chain, as printed earlier")
        parser.add_argument("--witness", metavar="FILE", help="the ends that were published, day by day")
        parser.add_argument("--json", action="store_true", help="say it for a program: one line of JSON for each partnership")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, kept = options["partnership"], _head(options["kept"])
        if kept and not slug:
            raise CommandError("Say with --partnership whose chain the kept end belongs to.")
        published = self._published(options["witness"])
        partnerships = list(Partnership.objects.filter(**({"slug": slug} if slug else {})).order_by("slug"))
        if slug and not partnerships:
            raise CommandError(f"There is no partnership {slug!r}.")
        faults = 0 if slug else self._gone(published, {partnership.slug for partnership in partnerships})
        for partnership in partnerships:
            with partnership_scope(partnership.pk):
                found = verify(kept=kept, published=published.get(partnership.slug, ()))
            report = self._as_json if options["json"] else self._report
            report(partnership, found)
            faults += len(found.faults)
        if faults:
            raise CommandError(f"Faults found: {faults}.")

    def _published(self, path: str | None) -> dict[str, list[Published]]:
        if path is None:
            return {}
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                kept = witness.read(file)
        except OSError as wrong:
            raise CommandError(f"The file cannot be read: {wrong.strerror}.") from wrong
        for number in kept.unreadable:
            self.stderr.write(f"Line {number} of the file is not one that the product wrote whole; it is passed over.")
        return kept.ends

    def _gone(self, published: dict[str, list[Published]], there: set[str]) -> int:
        """A partnership that was removed lawfully is one of these too: take its lines out of a copy of the file."""
        gone = sorted(published.keys() - there)
        for slug in gone:
            last = published[slug][-1]
            self.stderr.write(
                f"{slug}: published until {last.day:%-d %B %Y}, entry {last.head.seq}, and there is no such partnership any more."
            )
        return len(gone)

    def _report(self, partnership: Partnership, found: Findings) -> None:
        end = f"; its end is {found.head}" if found.head else ""
        self.stdout.write(f"{partnership.slug}: entries verified: {found.entries}; words destroyed: {found.words_destroyed}{end}")
        for fault in found.faults:
            self.stderr.write(f"{partnership.slug}: {fault}")

    def _as_json(self, partnership: Partnership, found: Findings) -> None:
        told = {
            "partnership": partnership.slug,
            "entries": found.entries,
            "words_destroyed": found.words_destroyed,
            "end": str(found.head) if found.head else None,
            "faults": [fault.parts() for fault in found.faults],
        }
        self.stdout.write(json.dumps(told))


def _head(text: str | None) -> Head | None:
    try:
        return Head.parse(text) if text else None
    except ValueError as wrong:
        raise CommandError("Give --kept as it was printed: NUMBER:HASH.") from wrong
