"""The worker's doors to the clockwork: which partnerships have work, then one scoped task each."""

from celery import shared_task
from django.utils import timezone

from . import services
from .api import once
from .services import across, attaching, taking_in, witnessing


@shared_task(name="escalation.note_timescales_everywhere")
def note_timescales_everywhere() -> None:
    for partnership_id in services.partnerships_with_timescales_due(timezone.now()):
        note_timescales.delay(partnership_id)


@shared_task(name="escalation.publish_chain_ends")
def publish_chain_ends() -> None:
    witnessing.publish_chain_ends()


@shared_task(name="escalation.note_timescales")
def note_timescales(partnership_id: int) -> None:
    services.note_timescales(partnership_id)


@shared_task(name="escalation.mark_elsewhere_everywhere")
def mark_elsewhere_everywhere() -> None:
    for partnership_id in across.partnerships_with_markers_to_write():
        mark_elsewhere.delay(partnership_id)


@shared_task(name="escalation.mark_elsewhere")
def mark_elsewhere(partnership_id: int) -> None:
    across.mark_elsewhere(partnership_id)


@shared_task(name="escalation.scan_files_everywhere")
def scan_files_everywhere() -> None:
    for partnership_id in attaching.partnerships_with_files_to_scan():
        scan_files.delay(partnership_id)


@shared_task(name="escalation.scan_files")
def scan_files(partnership_id: int) -> None:
    attaching.scan_files(partnership_id)


@shared_task(name="escalation.forget_keys_everywhere")
def forget_keys_everywhere() -> None:
    once.forget_keys_everywhere()
    taking_in.forget_uploads_everywhere()


@shared_task(name="escalation.sweep_files")
def sweep_files() -> None:
    attaching.sweep_files()
