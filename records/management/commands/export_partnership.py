"""Write everything of one partnership into a ZIP of open formats; what is in it is `records.exporting`'s."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships.administering import Did, note_administration
from partnerships.models import Partnership
from partnerships.scope import partnership_scope
from records.exporting import save


class Command(BaseCommand):
    help = (
        "Write everything of one partnership into a ZIP: JSON Lines and CSV for each table, protocols as YAML, files, and a "
        "page that explains them. It holds personal data: the file is readable by whoever runs this alone. Never writes over one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, slug: str, file: Path, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=slug).first()
        if partnership is None:
            raise CommandError(f"There is no partnership {slug!r}.")
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as wrong:
            raise CommandError(f"The file cannot be made: {wrong.strerror}.") from wrong
        with partnership_scope(partnership.pk):
            note_administration(Did.EXPORTED, by=None)
        with os.fdopen(handle, "wb") as target:
            save(partnership, target)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes.")
