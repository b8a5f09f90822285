"""The worker's door to account mail."""

from celery import shared_task

from . import services


@shared_task(name="accounts.deliver_account_mail")
def deliver_account_mail() -> None:
    services.deliver_account_mail()
