"""The worker's doors to notices. Each may run at any time, any number of times and on any number of workers."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from . import forgetting, reminding, services
from .own_way import keeping as own_way
from .returned import noting, polling
from .webhooks import keeping, sending


@shared_task(name="notifications.announce_everywhere")
def announce_everywhere() -> None:
    for partnership_id in services.partnerships_with_entries_to_announce(timezone.now()):
        announce.apply_async((partnership_id,), expires=settings.TICK_LASTS)


@shared_task(name="notifications.announce")
def announce(partnership_id: int) -> None:
    services.announce(partnership_id)


@shared_task(name="notifications.deliver_everywhere")
def deliver_everywhere() -> None:
    for partnership_id in services.partnerships_with_messages_to_send(timezone.now()):
        deliver.apply_async((partnership_id,), expires=settings.TICK_LASTS)


@shared_task(name="notifications.deliver")
def deliver(partnership_id: int) -> None:
    services.deliver(partnership_id)


@shared_task(name="notifications.remind_everywhere")
def remind_everywhere() -> None:
    for partnership_id in reminding.partnerships_to_remind():
        remind.apply_async((partnership_id,), expires=settings.REMINDER_SECONDS)


@shared_task(name="notifications.remind")
def remind(partnership_id: int) -> None:
    reminding.remind(partnership_id)
    forgetting.forget_those_who_left(partnership_id)
    keeping.forget_old(partnership_id)
    own_way.keep_sealed(partnership_id)
    noting.forget_stopped(partnership_id, at=timezone.now())


@shared_task(name="notifications.deliver_webhooks_everywhere")
def deliver_webhooks_everywhere() -> None:
    for partnership_id in sending.partnerships_with_webhooks_to_send(timezone.now()):
        deliver_webhooks.apply_async((partnership_id,), expires=settings.TICK_LASTS)


@shared_task(name="notifications.deliver_webhooks")
def deliver_webhooks(partnership_id: int) -> None:
    sending.deliver(partnership_id)


@shared_task(name="notifications.read_reports")
def read_reports() -> None:
    polling.read_reports()
