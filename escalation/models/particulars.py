"""What belongs to a disagreement besides its moves: people, checks, outcomes, actions, learning and side processes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop as _

from partnerships.models import Agency, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side
from partnerships.scope import ScopedModel, same_partnership_key

from .disagreement import Disagreement

SIDES = [(Side.RAISING.value, "Raising side"), (Side.RECEIVING.value, "Receiving side")]


class Party(ScopedModel):
    """A person who acts for one side, in a role of the protocol. `user` is empty until that address has an account."""

    disagreement = same_partnership_key(Disagreement, related_name="parties")
    side = models.CharField(max_length=12, choices=SIDES)
    role = models.CharField(max_length=40)
    # Where the agency has nobody in that role: the protocol's own words for who stands in ("Line manager").
    called = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agency = same_partnership_key(Agency, related_name="+")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    first_opened_at = models.DateTimeField(null=True)
    # Whether it is this person's turn, as turns.ball said when anything last happened (services/turning.py).
    has_turn = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "disagreement",
                "side",
                "role",
                Lower("email"),
                condition=models.Q(left_at=None) & ~models.Q(email=""),
                name="party_once",
            )
        ]
        # A condition that may tell of other rows, as upper() or @> may, is no use to an index under row-level security.
        indexes = [models.Index(fields=["partnership", "email"], name="party_by_address")]
        ordering = ["side", "joined_at", "id"]
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.name

    def is_of(self, user: User) -> bool:
        """By account, or by address: a person named on a form before they had an account is the same person. Two of whom
        nobody gave an address have none in common."""
        return self.user_id == user.pk or (self.email != "" and self.email.lower() == user.email)

    def role_name(self, protocol: Protocol) -> str:
        """What this person is called here: the role's own name, or the substitute that the protocol names for it (B
        footnote 1: no safeguarding lead, then the line manager)."""
        return self.called or next((role.name for role in protocol.roles if role.key == self.role), self.role)


class Check(ScopedModel):
    """Something the protocol asks to be recorded, done: a gate, the raiser told, on an agency's file."""

    disagreement = same_partnership_key(Disagreement, related_name="checks")
    what = models.CharField(max_length=60)
    agency = same_partnership_key(Agency, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.what


class Action(ScopedModel):
    """Something still to be done after the outcome, with an owner and a date (B-12)."""

    disagreement = same_partnership_key(Disagreement, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=150)
    due = models.DateField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return self.what


class Learning(ScopedModel):
    """What the partnership should learn, and which sub-group takes it up (B-21, W-06)."""

    disagreement = same_partnership_key(Disagreement, related_name="learning")
    text = models.TextField()
    needs = models.CharField(
        max_length=12,
        choices=[
            ("policy", "A policy to change"),
            ("training", "Training"),
            ("briefing", "A briefing"),
            ("none", "Nothing further"),
        ],
    )
    sub_group = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
        verbose_name_plural = "learning"

    def __str__(self) -> str:
        return self.get_needs_display()


class Link(ScopedModel):
    """Two disagreements about one thing: a duplicate, or a sibling's. Neither chronology is changed."""

    disagreement = same_partnership_key(Disagreement, related_name="links")
    other = same_partnership_key(Disagreement, related_name="+")
    how = models.CharField(
        max_length=12,
        choices=[
            ("duplicate", _("The same disagreement")),
            ("sibling", _("A brother or sister")),
            ("related", _("Related")),
            # Of two about the same thing, the one that ended when they were put together, and the one that goes on (`other`).
            ("merged", _("Put together with this one")),
        ],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disagreement", "other"], name="linked_once")]

    def __str__(self) -> str:
        return self.get_how_display()


class SideProcessRecord(ScopedModel):
    """A panel, mediation, log or the like, running beside the ladder or instead of it.

    `members` are those who sit on it now and `former` those who did: {"name", "agency": id or None}, and "email" where one
    was given. `warning` is what the membership lacks of the protocol's rule, `accepted` why they went on all the same.
    `paused` are the ids of the clocks that stand still because it runs instead of the ladder."""

    disagreement = same_partnership_key(Disagreement, related_name="side_processes")
    process = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    members = models.JSONField(default=list)
    former = models.JSONField(default=list)
    warning = models.CharField(max_length=500, blank=True)
    accepted = models.TextField(blank=True)
    paused = models.JSONField(default=list)
    choice = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=list)
    outcome = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["partnership"], name="has_members", condition=~models.Q(members=[]))]
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return self.process

    def seats(self, user: User) -> bool:
        """Whether this person sits on it now. By address alone: a name is no proof of who somebody is."""
        return any(member.get("email") == user.email for member in self.members)

    def names(self, *, name: str, email: str) -> bool:
        """Whether somebody sits or has sat on it, by address or by name. For what they must not do: two people of one
        name are both held back, and the protocol's office can say which of them it is."""
        known = [*self.members, *self.former]
        by_address = any(email and member.get("email") == email for member in known)
        return by_address or any(_alike(name, member["name"]) for member in known)


def _alike(one: str, other: str) -> bool:
    return bool(one.strip()) and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


class ProposedOutcome(ScopedModel):
    """An outcome as one side proposes it: the text that both see before it is fixed. It waits while `ended` is empty, and
    then for the other side; a newer one replaces it, and every one stays. `plan` are {"what", "owner", "due"}, `answers`
    those to the protocol's own questions by their key, `reply` what the other side says is still disagreed."""

    class Ended(models.TextChoices):
        AGREED = "agreed", "Agreed"
        NOT_AGREED = "not_agreed", "Not agreed"
        WITHDRAWN = "withdrawn", "Taken back"
        REPLACED = "replaced", "Worded anew"
        LAPSED = "lapsed", "Not answered before it moved on"

    disagreement = same_partnership_key(Disagreement, related_name="proposals")
    side = models.CharField(max_length=12, choices=SIDES)
    text = models.TextField()
    outstanding = models.TextField(blank=True)
    plan = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disagreement"], condition=models.Q(ended=""), name="one_proposal_waits"),
            models.CheckConstraint(
                condition=models.Q(ended="", ended_at=None) | (~models.Q(ended="") & models.Q(ended_at__isnull=False)),
                name="proposal_waits_or_has_ended",
            ),
        ]
        ordering = ["proposed_at", "id"]

    def __str__(self) -> str:
        return f"Proposed, {self.proposed_at:%d %b %Y}"


class Outcome(ScopedModel):
    """One text of an outcome, as both sides see it. A disputed one stays; the next attempt is a new row. `through` is the
    panel that arrived at it, where one did; `proposal` the one side's text that the other agreed to, word for word."""

    class How(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        DECIDED = "decided", _("Decided")
        SETTLED = "settled", _("Settled informally")

    disagreement = same_partnership_key(Disagreement, related_name="outcomes")
    how = models.CharField(max_length=10, choices=How)
    text = models.TextField()
    outstanding = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)
    through = same_partnership_key(SideProcessRecord, null=True, related_name="outcomes")
    proposal = same_partnership_key(ProposedOutcome, null=True, related_name="+")

    class Meta:
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_how_display()}, {self.recorded_at:%d %b %Y}"
