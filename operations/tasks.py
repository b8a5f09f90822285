"""The worker's door to looking whether everything is well."""

from celery import shared_task

from . import alarming


@shared_task(name="operations.watch")
def watch() -> None:
    alarming.watch()
