"""Load invented people and disagreements into every partnership that has a protocol and no disagreement yet."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from escalation.demo.cast import HERE
from escalation.demo.teller import tell
from meetings.demo.office import work
from notifications.services import announce
from partnerships.models import Partnership


class Command(BaseCommand):
    help = "Load invented people and disagreements, for demonstrations and training."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT == "production":
            raise CommandError("Invented disagreements are not loaded into a production deployment.")
        slugs = {file.stem for file in HERE.glob("*.yml")}
        for partnership in Partnership.objects.filter(slug__in=slugs, live_since=None).order_by("pk"):
            if told := tell(partnership, every_evening=partial(_announce, partnership.pk)):
                work(partnership)
                self.stdout.write(f"{partnership}: {told} invented disagreements.")


def _announce(partnership_id: int, at: datetime) -> None:
    """As the worker would have that evening, so that the mailbox has a history as well."""
    announce(partnership_id, at=at)
