"""Meetings of a sub-group and what they decided, reports on a year as they are being written, and what was issued of both.

A pack or a report holds references, agencies and counts: no child, and nobody who works with one. What people type here
(notes, decisions, the report's own words) is the office's, and outlives the records it speaks of (docs/decisions/0028)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from insight.figure import Period
from insight.periods import words as period_words
from partnerships.models import User
from partnerships.scope import ScopedModel, same_partnership_key

OFFICE = "The partnership office"


class Meeting(ScopedModel):
    """One meeting of a sub-group; an empty `sub_group` is the office's own. What it looks at: from `first` until `last`, or
    until the day on which its pack is issued."""

    sub_group = models.CharField(max_length=120, blank=True)
    held_on = models.DateField()
    first = models.DateField()
    last = models.DateField(null=True)
    notes = models.TextField(max_length=5000, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "sub_group", "held_on"], name="one_meeting_of_a_group_a_day"),
            models.CheckConstraint(
                condition=Q(last=None) | Q(last__gte=models.F("first")), name="a_meetings_period_ends_after_it_begins"
            ),
        ]
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return f"{self.group}, {self.held_on:%-d %B %Y}"

    @property
    def group(self) -> str:
        return self.sub_group or OFFICE

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.partnership.slug, self.pk])


class Decision(ScopedModel):
    """What a meeting decided, about what, and what became of it: the next pack says so."""

    class About(models.TextChoices):
        TIMESCALES = "timescales", "Those beyond their timescale"
        SERIOUS = "serious", "Potentially serious or stuck ones"
        THEMES = "themes", "Themes"
        LEARNING = "learning", "Learning and actions"
        AGENCIES = "agencies", "Agencies that raised nothing"
        PROTOCOL = "protocol", "The protocol itself"
        OTHER = "other", "Something else"

    meeting = same_partnership_key(Meeting, related_name="decisions")
    about = models.CharField(max_length=12, choices=About)
    words = models.TextField(max_length=1000)
    owner = models.CharField(max_length=150, blank=True)
    due = models.DateField(null=True)
    done_on = models.DateField(null=True)
    came_of_it = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return str(self.get_about_display())


class Report(ScopedModel):
    """The report on one year, while it is being written. `said`: what was typed, by the key of its slot (slots.py); figures
    are never kept here, so that they and the words cannot overwrite each other. `hides_small`: as it may be published."""

    first = models.DateField()
    last = models.DateField()
    said = models.JSONField(default=dict)
    hides_small = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "first"], name="one_report_a_year"),
            models.CheckConstraint(condition=Q(last__gt=models.F("first")), name="a_report_ends_after_it_begins"),
        ]
        ordering = ["-first"]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def days_words(self) -> str:
        """April 2025 to March 2026."""
        return period_words(Period(self.first, self.last))

    def get_absolute_url(self) -> str:
        return reverse("meetings:report", args=[self.partnership.slug, self.pk])


class Issued(ScopedModel):
    """A pack or a report as it was issued: every word and every number of it, never counted again. Its files are made from
    `content` (documents.kept), whose digest says that nobody changed it."""

    meeting = same_partnership_key(Meeting, null=True, related_name="issued")
    report = same_partnership_key(Report, null=True, related_name="issued")
    first = models.DateField()
    last = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        db_table_comment = "append-only: packs and reports as they were issued"
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting=None, report__isnull=False) | Q(meeting__isnull=False, report=None),
                name="issued_is_a_pack_or_a_report",
            )
        ]
        ordering = ["-issued_at", "-id"]
        verbose_name_plural = "issued"

    def __str__(self) -> str:
        return f"{self.about}, issued {self.issued_at:%-d %B %Y}"

    @property
    def about(self) -> Meeting | Report:
        """Which of the two it is: its constraint says that it is one."""
        of: Meeting | Report = self.meeting or self.report
        return of

    @property
    def made_on(self) -> date:
        return date.fromisoformat(self.content["made_on"])
