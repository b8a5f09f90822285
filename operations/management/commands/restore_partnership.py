"""Put one partnership back from a restored backup; the working is `operations.backing_up.putting_back`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backing_up.programs import NotPossible, refuse_password
from operations.backing_up.putting_back import put_back


class Command(BaseCommand):
    help = (
        "Put one partnership's rows and files back from a database into which a backup was restored (manage.py restore), in one "
        "transaction and without touching any other partnership. Refuses where something is here that is not so in the backup, "
        "unless --discard-newer is given. Nobody is written to again. Needs the login of the tables' owner. Prints a certificate."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--from", dest="source", required=True, metavar="URL", help="postgres://postgres@host/scratch")
        parser.add_argument("--files", type=Path, required=True, metavar="FOLDER", help="where restore put the files")
        parser.add_argument("--discard-newer", action="store_true", help="what is newer than the backup, or otherwise, is lost")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, take it back, and print what would be done")

    def handle(self, *args: Any, slug: str, source: str, files: Path, **options: Any) -> None:
        try:
            refuse_password(source)
            done = put_back(slug, source=source, files=files, discard_newer=options["discard_newer"], only_try=options["dry_run"])
        except NotPossible as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(done.as_document(), indent=2, ensure_ascii=False))
        if options["dry_run"]:
            self.stderr.write("This was tried, and taken back: nothing was changed.")
            return
        self.stderr.write("Put back, every row as in the backup, the chain verified to its end. Keep what was printed.")
        if done.files["missing"]:
            raise CommandError(
                f"{done.files['missing']} files are in neither {settings.MEDIA_ROOT} nor {files}, or not as their rows say.",
                returncode=3,
            )
