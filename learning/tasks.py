"""The worker's door to what is reminded of learning, returns and reviews: which partnerships, then one scoped task each."""

from celery import shared_task
from django.conf import settings

from notifications.reminding import partnerships_to_remind

from . import reminding


@shared_task(name="learning.remind_everywhere")
def remind_everywhere() -> None:
    for partnership_id in partnerships_to_remind():
        remind.apply_async((partnership_id,), expires=settings.REMINDER_SECONDS)


@shared_task(name="learning.remind")
def remind(partnership_id: int) -> None:
    reminding.remind(partnership_id)
