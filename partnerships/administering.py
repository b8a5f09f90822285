"""The log of what was done to a partnership itself: who was let in or out, what was rearranged. Knows no disagreement.

Disagreements have their chronology; this is for everything that is about none. It is only added to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from .scope import ScopedModel


class Did(models.TextChoices):
    """What was done. A new one needs a sentence on the page that shows the log."""

    LET_IN = "let_in", "Let somebody in"
    ROLE_CHANGED = "role_changed", "Changed what somebody may do"
    LET_OUT = "let_out", "Ended somebody’s access"
    REARRANGED = "rearranged", "Changed an arrangement"
    SIGN_ON_ADDED = "sign_on_added", "Added a single sign-on"
    SIGN_ON_CHANGED = "sign_on_changed", "Changed a single sign-on"
    SIGN_ON_ENDED = "sign_on_ended", "Ended a single sign-on"
    AGENCY_CHANGED = "agency_changed", "Changed an agency"
    CONTACT_CHANGED = "contact_changed", "Changed a contact"
    EXPORTED = "exported", "Exported the partnership’s data"
    TOKEN_MADE = "token_made", "Made a token for a program"
    WEBHOOK_MADE = "webhook_made", "Said that another system is told"
    WEBHOOK_CHANGED = "webhook_changed", "Changed how another system is told"
    WEBHOOK_ENDED = "webhook_ended", "Ended that another system is told"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "Ended somebody’s sessions"


class AdministrationEntry(ScopedModel):
    """One thing that was done. `about`: the person it was done to. `data`: keys, ids and enumerated values, nobody's words."""

    did = models.CharField(max_length=30, choices=Did)
    at = models.DateTimeField()
    by = models.ForeignKey("partnerships.User", on_delete=models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey("partnerships.User", on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        db_table_comment = "append-only: what was done to a partnership itself"
        ordering = ["-at", "-id"]
        verbose_name_plural = "administration entries"

    def __str__(self) -> str:
        return str(self.get_did_display())


def note_administration(did: Did, *, by: Any, about: Any = None, **data: Any) -> AdministrationEntry:
    """Record it in the transaction that does it. `by` is nobody where a command on the server did it."""
    known = by if getattr(by, "pk", None) else None
    return AdministrationEntry.objects.create(did=did, at=timezone.now(), by=known, about=about, data=data)
