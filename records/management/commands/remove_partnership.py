"""Remove a partnership that leaves, whole; the working is `records.removing`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships.models import Partnership
from records.removing import CannotRemove, remove


class Command(BaseCommand):
    help = (
        "Remove everything of a partnership: its records, its people who are nowhere else, its protocols and its files. "
        "Prints a certificate as JSON. Needs the login of the tables' owner. It must have been exported within the last 30 "
        "days, and none of its disagreements may be under a legal hold. Nobody can bring it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, take it back, and print what would go")
        parser.add_argument("--name", help="its full name, so as not to be asked for it")

    def handle(self, *args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=options["slug"]).first()
        if partnership is None:
            raise CommandError(f"There is no partnership {options['slug']!r}.")
        only_try = options["dry_run"]
        if not only_try and (options["name"] or self._asked(partnership)).strip() != partnership.name:
            raise CommandError("That is not its name. Nothing was removed.")
        try:
            removed = remove(partnership, only_try=only_try)
        except CannotRemove as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(removed.as_document(), indent=2, ensure_ascii=False))
        done = "This was tried, and taken back: nothing was removed." if only_try else "Removed. Keep what was printed."
        self.stderr.write(done)

    def _asked(self, partnership: Partnership) -> str:
        self.stderr.write(f"This removes {partnership.slug} for ever. Type its full name to go on:")
        return input()
