"""The worker's door to account mail, and to forgetting where people were signed in."""

from celery import shared_task

from . import services, sessions


@shared_task(name="accounts.deliver_account_mail")
def deliver_account_mail() -> None:
    services.deliver_account_mail()


@shared_task(name="accounts.forget_ended_sessions")
def forget_ended_sessions() -> None:
    sessions.forget_ended()
