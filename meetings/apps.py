"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "What goes before a sub-group and into a report"
