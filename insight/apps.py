"""The insight app."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "insight"
    verbose_name = "What the disagreements of a partnership amount to"
