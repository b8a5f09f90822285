"""The worker's doors to counting. Each may run at any time, any number of times and on any number of workers."""

from celery import shared_task
from django.conf import settings

from . import counting


@shared_task(name="insight.count_everywhere")
def count_everywhere() -> None:
    for partnership_id in counting.partnerships_to_count():
        count.apply_async((partnership_id,), expires=settings.TICK_LASTS)


@shared_task(name="insight.count")
def count(partnership_id: int) -> None:
    counting.count(partnership_id)
