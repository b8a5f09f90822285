"""The learning app."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = "What was learned, followed until it changed something"
