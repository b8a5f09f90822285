"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Keeping, destroying and disclosing records"

    def ready(self) -> None:
        from escalation.numbers import also_counted  # noqa: PLC0415  (once the apps are loaded)

        from .counting import counted  # noqa: PLC0415

        also_counted.append(counted)
