"""The escalation app."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = "Disagreements"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  (registers the system checks, once the apps are loaded)
