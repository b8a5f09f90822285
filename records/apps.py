"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Keeping, destroying and disclosing records"
