"""Store the bank holidays of the United Kingdom; may run at any time, and adds days announced late."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from partnerships.services import load_bank_holidays


class Command(BaseCommand):
    help = "Store bank holidays from ten years back to three years ahead."

    def handle(self, *args: Any, **options: Any) -> None:
        year = timezone.now().year
        added = load_bank_holidays(range(year - 10, year + 4))
        self.stdout.write(f"{added} bank holidays added.")
