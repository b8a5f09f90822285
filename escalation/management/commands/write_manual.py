"""Write the manual's reference pages from the code, and the client from what they say of the API."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from escalation.api.client import written
from escalation.reference import PAGES

CLIENT = Path(settings.BASE_DIR) / "client" / "escalation_client"


class Command(BaseCommand):
    help = "Write docs/reference/ from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in PAGES.items():
            (folder / name).write_text(page())
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(folder / "openapi.yml"))
        self.stdout.write(f"{len(PAGES) + 1} pages written to docs/reference.")
        for name, module in written(yaml.safe_load((folder / "openapi.yml").read_text())).items():
            (CLIENT / name).write_text(module)
        self.stdout.write("The client's generated half written to client/.")
