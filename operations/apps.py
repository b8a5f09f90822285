"""The operations app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Whether it works, and what to do when it does not"

    def ready(self) -> None:
        from . import ticking  # noqa: F401, PLC0415  (Celery's signals, heard in workers and in beat alone)
