"""Put a backup back, or only look whether it is whole; the working is `operations.backing_up.restoring`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backing_up.programs import NotPossible, refuse_password
from operations.backing_up.restoring import check, restore
from operations.backing_up.sealed import Opened, identities


class Command(BaseCommand):
    help = (
        "Put a whole backup into an empty database: roles, tables, rows, rights, policies, triggers and files. Then compare "
        "every row, every chain and every file with the backup, a line each, and end with 1 if anything is different. "
        "With --check: only read it and say what is in it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--identity", type=Path, required=True, metavar="FILE", help="the private key (manage.py backup_key)")
        parser.add_argument("--into", metavar="URL", help="postgres://postgres@host/database, empty; the password by PGPASSWORD")
        parser.add_argument("--files", type=Path, metavar="FOLDER", help="where files are put (FILES_DIR); it must be empty")
        parser.add_argument("--check", action="store_true", help="only read and verify it; no database is asked")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"] and not options["into"]:
            raise CommandError("Say with --into which empty database, or only look at the backup with --check.")
        try:
            backup = Opened(options["backup"], identities(options["identity"]))
            if options["check"]:
                check(backup, say=self.stdout.write)
                return
            refuse_password(options["into"])
            files = options["files"] or Path(settings.MEDIA_ROOT)
            right = restore(backup, into=options["into"], files=files, say=self.stdout.write)
        except NotPossible as refused:
            raise CommandError(str(refused)) from refused
        if not right:
            raise CommandError("What was restored is not what was backed up.")
