"""Write the manual's reference pages from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from escalation.reference import PAGES


class Command(BaseCommand):
    help = "Write docs/reference/ from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in PAGES.items():
            (folder / name).write_text(page())
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(folder / "openapi.yml"))
        self.stdout.write(f"{len(PAGES) + 1} pages written to docs/reference.")
