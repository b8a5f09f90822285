"""When each part of the installation last did its work, and what its operators have been told; knows no disagreement."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A task of the workers, beat, a backup: when it last began, ended well and failed. Not scoped: it is about processes,
    and whoever watches them is in no partnership.

    `about` is the id of the partnership whose turn it was, where there was one: a number, and no key, so that it is no row
    of theirs. `problem` is the kind of the last failure, never its words. Times are written every few seconds at most
    (beating.py); the two counts lose what a killed process had not written yet."""

    name = models.CharField(max_length=100)
    about = models.BigIntegerField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=100, blank=True, db_default="")
    times = models.BigIntegerField(db_default=0)
    failures = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "about"], name="one_heartbeat_of_each", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name if self.about is None else f"{self.name} of {self.about}"

    @property
    def failing(self) -> bool:
        """Its last run failed."""
        return self.failed_at is not None and (self.ended_at is None or self.failed_at > self.ended_at)


class Alarm(models.Model):
    """Something that is wrong now, and of which the operators were told. It goes when it is over and they were told so."""

    name = models.CharField(max_length=100, unique=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
