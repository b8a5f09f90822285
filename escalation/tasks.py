"""The worker's doors to the clockwork: which partnerships have work, then one scoped task each."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="escalation.note_timescales_everywhere")
def note_timescales_everywhere() -> None:
    for partnership_id in services.partnerships_with_timescales_due(timezone.now()):
        note_timescales.delay(partnership_id)


@shared_task(name="escalation.note_timescales")
def note_timescales(partnership_id: int) -> None:
    services.note_timescales(partnership_id)
