"""Make a backup; the working is `operations.backing_up.making`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations import beating
from operations.backing_up.making import make
from operations.backing_up.programs import NotPossible

INCOMPLETE = 3


def _at_least_one(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise ArgumentTypeError("a whole number, one or more")
    return int(text)


class Command(BaseCommand):
    help = (
        "Back up the database and the files into one file of this folder, sealed by age to every key of BACKUP_RECIPIENTS, and "
        "read it again. Needs the login for backups (DATABASE_BACKUP_URL). Ends with 0 when it is whole, with 1 when none was "
        "made, and with 3 when it was made without files that their rows speak of."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where it is put; copy it from there to another place")
        parser.add_argument("--keep", type=_at_least_one, default=14, help="how many backups stay in the folder (14)")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        beating.began(beating.BACKUP)
        try:
            made = make(folder, keep=keep)
        except NotPossible as refused:
            beating.failed(beating.BACKUP, "not made")
            raise CommandError(str(refused)) from refused
        told = made.manifest
        rows = sum(counted.rows for counted in told.tables.values())
        self.stdout.write(
            f"{made.path}: {made.size:,} bytes, {rows:,} rows of {len(told.tables)} tables, {len(told.files):,} files."
        )
        self.stdout.write("Read again from the disk: whole.")
        for name in made.removed:
            self.stdout.write(f"Removed {name}: {keep} newer ones are there.")
        if told.missing:
            beating.failed(beating.BACKUP, "files missing")
            raise CommandError(
                f"Made, but without {len(told.missing)} files that their rows speak of: they are not there, or not as they were "
                f"put there. The first is {told.missing[0].key} of partnership {told.missing[0].partnership}.",
                returncode=INCOMPLETE,
            )
        beating.ended(beating.BACKUP)
