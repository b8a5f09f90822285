"""Learning as it is followed, its actions and their log, its briefing, and agencies' returns; no word about one disagreement.

A learning item is the partnership's own. It is written again without anybody in it, and so it stays when the records from
which it was learned are destroyed (docs/decisions/0029)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from insight.figure import Period
from insight.periods import words as period_words
from partnerships.models import Agency, User
from partnerships.scope import ScopedModel, same_partnership_key


class Progress(models.TextChoices):
    """How far an action is, and an item as a whole."""

    NOT_BEGUN = "not_begun", "Not begun"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    NOT_DONE = "not_done", "Will not be done"


OPEN = (Progress.NOT_BEGUN, Progress.UNDER_WAY)


class Judgement(models.TextChoices):
    """The office's answer to "did it change anything?"."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    CANNOT_TELL = "cannot_tell", "Cannot tell"


class Item(ScopedModel):
    """Something the partnership learned. `category`: a key of the protocol's; `themes`: the office's own words.
    `raising_agency` and `receiving_agency`: between whom, where it is about two agencies; the later figures count that.
    `progress` follows from its actions (services.py). `ask_on`: the day on which it is asked whether it changed anything."""

    title = models.CharField(max_length=150)
    happened = models.TextField(max_length=3000, blank=True)
    learned = models.TextField(max_length=3000)
    category = models.CharField(max_length=40, blank=True)
    themes = models.JSONField(default=list)
    raising_agency = same_partnership_key(Agency, null=True, related_name="+")
    receiving_agency = same_partnership_key(Agency, null=True, related_name="+")
    sub_group = models.CharField(max_length=120, blank=True)
    progress = models.CharField(max_length=10, choices=Progress, default=Progress.NOT_BEGUN)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_on = models.DateField(null=True)
    ask_on = models.DateField(null=True)
    asked_on = models.DateField(null=True, editable=False)
    judgement = models.CharField(max_length=12, choices=Judgement, blank=True)
    judged_words = models.TextField(max_length=3000, blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(judgement="", judged_at=None) | ~Q(judgement="") & Q(judged_at__isnull=False),
                name="a_judgement_has_its_day",
            )
        ]
        indexes = [models.Index(fields=["partnership", "-made_at", "-id"], name="learning_newest_first")]

    def __str__(self) -> str:
        return self.title


class Source(ScopedModel):
    """From what was recorded on a disagreement the item was learned. `learning` is that record's number and no key: the
    record is destroyed in its time, and the number then says nothing about anything."""

    item = same_partnership_key(Item, related_name="sources")
    learning = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "item", "learning"], name="learned_once_from_each")]
        indexes = [models.Index(fields=["partnership", "learning"], name="learning_taken_up")]

    def __str__(self) -> str:
        return str(self.learning)


class Action(ScopedModel):
    """What is done about it, by whom and by when. `owner`: a member, who is reminded and may say how it stands. Anybody
    else is named (`owner_name`), or an agency is; for them the office writes it down."""

    class Kind(models.TextChoices):
        POLICY = "policy", "Change a policy"
        TRAINING = "training", "Training"
        BRIEFING = "briefing", "A briefing"

    item = same_partnership_key(Item, related_name="actions")
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owner_agency = same_partnership_key(Agency, null=True, related_name="+")
    owner_name = models.CharField(max_length=150, blank=True)
    due = models.DateField()
    progress = models.CharField(max_length=10, choices=Progress, default=Progress.NOT_BEGUN)
    why_not = models.TextField(max_length=1000, blank=True)
    done_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(progress="not_done") | ~Q(why_not=""), name="what_is_not_done_has_a_reason")
        ]
        indexes = [
            models.Index(
                fields=["partnership", "due"], name="learning_action_due", condition=Q(progress__in=["not_begun", "under_way"])
            )
        ]
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return self.what

    @property
    def owned_by(self) -> str:
        """Whoever does it, as the page names them."""
        if self.owner is not None:
            return self.owner.name
        if self.owner_agency is not None:
            return f"{self.owner_name}, {self.owner_agency.name}" if self.owner_name else self.owner_agency.name
        return self.owner_name


class ItemEntry(ScopedModel):
    """One step of an item, kept: who, when, what. `words`: a reason or a note; never what stood in a text before, so that
    what should not have been written there does not stay."""

    class Did(models.TextChoices):
        MADE = "made", "Wrote it down"
        CHANGED = "changed", "Changed what it says"
        ASSIGNED = "assigned", "Gave it to a sub-group"
        ACTION_ADDED = "action_added", "Added an action"
        ACTION_CHANGED = "action_changed", "Changed an action"
        UNDER_WAY = "under_way", "Action under way"
        DONE = "done", "Action done"
        NOT_DONE = "not_done", "Action will not be done"
        NOT_BEGUN = "not_begun", "Action not begun after all"
        NOTED = "noted", "Note on an action"
        ASK_ON = "ask_on", "Set the day to ask whether it changed anything"
        JUDGED = "judged", "Said whether it changed anything"
        BRIEFING_WRITTEN = "briefing_written", "Wrote the briefing"
        BRIEFING_CHECKED = "briefing_checked", "Checked the briefing: it names nobody"

    item = same_partnership_key(Item, related_name="entries")
    action = same_partnership_key(Action, null=True, related_name="+")
    did = models.CharField(max_length=20, choices=Did)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(max_length=1000, blank=True)

    class Meta:
        db_table_comment = "append-only: what was done with each learning item"
        ordering = ["-at", "-id"]
        verbose_name_plural = "item entries"

    def __str__(self) -> str:
        return str(self.get_did_display())


class Briefing(ScopedModel):
    """The seven-minute briefing on one item, as it is being written. `checked`: the mark of exactly the texts that somebody
    looked through; with any other text it is not taken."""

    item = same_partnership_key(Item, related_name="briefings")
    title = models.CharField(max_length=150)
    about = models.TextField(max_length=3000, blank=True)
    happened = models.TextField(max_length=3000, blank=True)
    learned = models.TextField(max_length=3000, blank=True)
    differently = models.TextField(max_length=3000, blank=True)
    questions = models.TextField(max_length=3000, blank=True)
    read_on = models.TextField(max_length=3000, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    checked = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "item"], name="one_briefing_an_item")]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> int:
        """Which text it is, for a page on which it is written otherwise: when it was written, to the microsecond."""
        return round(self.written_at.timestamp() * 1_000_000)


class Every(models.IntegerChoices):
    """How often agencies are asked, in months of the year that begins in April."""

    NEVER = 0, "Not at all"
    QUARTER = 3, "Every quarter"
    HALF_YEAR = 6, "Every half-year"
    YEAR = 12, "Every year"


class ReturnsArranged(ScopedModel):
    """How often agencies report on their own, until when, and what else they are asked. Until somebody saves it, the
    protocol decides (returns.py). `since`: no period that ended before this day is asked about."""

    every = models.PositiveSmallIntegerField(choices=Every, default=Every.QUARTER)
    days = models.PositiveSmallIntegerField(default=21, validators=[MinValueValidator(7), MaxValueValidator(90)])
    own_questions = models.JSONField(default=list)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="returns_arranged_once")]

    def __str__(self) -> str:
        return str(self.get_every_display())


class ReturnPeriod(ScopedModel):
    """One round of returns: about which days, asked when, and by when to answer. `questions`: as they stood when asked."""

    first = models.DateField()
    last = models.DateField()
    asked_on = models.DateField()
    due = models.DateField()
    questions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "first"], name="one_return_a_period"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="a_return_period_ends_after_it_begins"),
        ]
        ordering = ["-first"]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def days_words(self) -> str:
        """July to September 2026."""
        return period_words(Period(self.first, self.last))


class AgencyReturn(ScopedModel):
    """What one agency answered. `told_by`: whom the office wrote it down for, from a telephone call; empty where the
    agency answered itself."""

    period = same_partnership_key(ReturnPeriod, related_name="returns")
    agency = same_partnership_key(Agency, related_name="+")
    answers = models.JSONField(default=dict)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    told_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "period", "agency"], name="one_return_an_agency")]

    def __str__(self) -> str:
        return f"return {self.pk}"
