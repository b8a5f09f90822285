"""The operations app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Whether it works, and what to do when it does not"
