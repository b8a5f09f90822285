"""Days that do not count: the nation's bank holidays, and a partnership's own closures. Counts nothing itself."""

from __future__ import annotations

from django.db import models

from .scope import ScopedModel


class Nation(models.TextChoices):
    """Whose bank holidays count."""

    ENGLAND_AND_WALES = "england-and-wales", "England and Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class BankHoliday(models.Model):
    """A bank holiday of a nation. Not scoped: the same public list for everybody."""

    nation = models.CharField(max_length=20, choices=Nation)
    day = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["nation", "day"], name="bank_holiday_once")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"


class ClosureDay(ScopedModel):
    """A further day on which this partnership's working-day clocks stand still."""

    day = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "day"], name="closure_once")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"
