"""Store the bank holidays of the United Kingdom; may run at any time, and counts again where a day was announced late."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalation.services import recount_clocks
from partnerships.models import Partnership
from partnerships.scope import partnership_scope
from partnerships.services import load_bank_holidays


class Command(BaseCommand):
    help = "Store bank holidays from ten years back to three years ahead, and count running timescales again where one is new."

    def handle(self, *args: Any, **options: Any) -> None:
        """Every partnership counts again whether or not a day was added just now: a run that was cut off between the two
        is put right by the next. Where nothing changed, nothing is recorded."""
        year = timezone.now().year
        added, moved = load_bank_holidays(range(year - 10, year + 4)), 0
        for partnership in Partnership.objects.order_by("pk"):
            with partnership_scope(partnership.pk, ahead=partnership.clock_ahead):
                moved += recount_clocks()
        self.stdout.write(f"{added} bank holidays added, {moved} running timescales counted again.")
