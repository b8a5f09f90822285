"""The insight app."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "insight"
    verbose_name = "What the disagreements of a partnership amount to"

    def ready(self) -> None:
        from escalation.manual import also_written  # noqa: PLC0415  (once the apps are there)

        from .reference import figures_page  # noqa: PLC0415

        also_written["figures.md"] = figures_page
