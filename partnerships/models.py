"""Who works together, where, and under which local protocol; must not know that disagreements exist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from .administering import AdministrationEntry  # noqa: F401  (Django looks for models here)
from .arrangements import Arrangements  # noqa: F401
from .days_off import BankHoliday, ClosureDay, Nation
from .protocol import MAIN, Protocol, Rule
from .protocol_rules import assumptions
from .protocol_terms import Sector, StageKind
from .scope import ScopedModel, ScopedQuerySet, current_scope, same_partnership_key
from .shared import SharedDefinition  # noqa: F401  (Django looks for models here)
from .token_scopes import TokenScope, everything

# What stands in a module of its own and is looked for here as well.
__all__ = ["BankHoliday", "ClosureDay", "Nation"]


class Partnership(models.Model):
    """A local safeguarding children partnership. Not scoped: its name and address must be known before sign-in."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    reference_prefix = models.CharField(max_length=8, unique=True)
    nation = models.CharField(max_length=20, choices=Nation, default=Nation.ENGLAND_AND_WALES)
    colour = models.CharField(max_length=7, default="#1d4f91")
    live_since = models.DateTimeField(null=True, editable=False)
    # Its members may also sign in with a password. Known before sign-in, so it stands here and not in the arrangements.
    passwords = models.BooleanField(default=False)
    # Its members may read pages in Welsh as well. Asked for on every page, and before sign-in, so it stands here too.
    welsh = models.BooleanField(default=False)
    # A rehearsal is a partnership of its own, with invented people and a clock that can be moved, made to try a draft of
    # another's protocol; it never goes live and can be deleted whole.
    rehearsal_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="rehearsals", editable=False)
    clock_ahead = models.DurationField(default=timedelta(0), editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"), name="partnership_colour_is_hex"),
            models.CheckConstraint(
                condition=models.Q(rehearsal_of__isnull=True) | models.Q(live_since__isnull=True),
                name="a_rehearsal_is_never_live",
            ),
            models.CheckConstraint(
                condition=models.Q(clock_ahead=timedelta(0)) | models.Q(rehearsal_of__isnull=False),
                name="only_a_rehearsal_has_its_own_clock",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_training(self) -> bool:
        """Invented disagreements only, and no e-mail leaves the system, until the partnership goes live."""
        return self.live_since is None


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalise(username or ""))

    @staticmethod
    def normalise(email: str) -> str:
        return email.strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalise(email), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in; the e-mail address is the name. Not scoped: police and health staff serve several
    partnerships with one sign-in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    # Somebody invented for one rehearsal. Never active, so that no way of signing in knows them: whoever rehearses acts as
    # them (middleware.py), and they are deleted with it.
    rehearses = models.ForeignKey(Partnership, on_delete=models.PROTECT, null=True, related_name="cast", editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(rehearses__isnull=True)
                | models.Q(is_active=False, is_operator=False, is_demo=False, email__endswith=".example"),
                name="nobody_signs_in_as_somebody_of_a_rehearsal",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Agency(ScopedModel):
    """An organisation of the partnership. `email_domains` says whose addresses are known to be its own; `indicative`, that
    the levels of its posts are for indication only."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=20, choices=[(s.value, s.value.replace("_", " ").capitalize()) for s in Sector])
    email_domains = models.JSONField(default=list, blank=True)
    indicative = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "key"], name="agency_key_once")]
        ordering = [Lower("name")]

    def __str__(self) -> str:
        return self.name


class Post(ScopedModel):
    """One rung of an agency's own ladder: what the post is called and which kind of step it answers to. It is the same post
    when it is called something else. `filled_by` is another agency that answers for it (a proxy)."""

    agency = same_partnership_key(Agency, related_name="posts")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value.capitalize()) for k in StageKind])
    height = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    filled_by = same_partnership_key(Agency, null=True, blank=True, related_name="posts_filled")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(filled_by__isnull=True) | ~models.Q(filled_by=models.F("agency")),
                name="a_proxy_is_another_agency",
            )
        ]
        ordering = ["agency_id", "height", "id"]

    def __str__(self) -> str:
        return self.title


class PostHolder(ScopedModel):
    """Who holds a post, or stands in for its holder (`deputy`), and how to reach them. `user` is empty until a member of
    the partnership has that address. Whoever has left is kept, not active."""

    post = same_partnership_key(Post, related_name="holders")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    deputy = models.BooleanField(default=False)
    absent_from = models.DateField(null=True, blank=True)
    absent_until = models.DateField(null=True, blank=True)
    review_by = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "post", Lower("email"), condition=models.Q(active=True) & ~models.Q(email=""), name="holder_of_a_post_once"
            ),
            models.CheckConstraint(
                condition=models.Q(absent_until__isnull=True)
                | models.Q(absent_from__isnull=False, absent_until__gte=models.F("absent_from")),
                name="an_absence_begins_before_it_ends",
            ),
        ]
        ordering = ["deputy", Lower("name"), "id"]

    def __str__(self) -> str:
        return self.name

    def away(self, day: date) -> bool:
        return (
            self.absent_from is not None and self.absent_from <= day and (self.absent_until is None or day <= self.absent_until)
        )


class MemberRole(models.TextChoices):
    """What a person may do in one partnership. The permission table is escalation/permissions.py."""

    PRACTITIONER = "practitioner", "Practitioner"
    LEAD = "lead", "Safeguarding lead or line manager"
    SENIOR_MANAGER = "senior_manager", "Senior manager"
    REPRESENTATIVE = "representative", "Representative on the partnership"
    ADVISER = "adviser", "Designated or reviewing professional"
    DECISION_MAKER = "decision_maker", "Decision-maker"
    PARTNERSHIP_MANAGER = "partnership_manager", "Partnership manager"
    PROTOCOL_ADMINISTRATOR = "protocol_administrator", "Protocol administrator"
    OBSERVER = "observer", "Observer (numbers only)"
    GUEST = "guest", "Invited to a disagreement"


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    """Memberships can also be read by their own person before a partnership is chosen (see `person_scope`)."""

    def _enforce(self) -> None:
        if current_scope().partnership_id is not None:
            super()._enforce()

    def reachable(self) -> MembershipQuerySet:
        """Those who are here and can be asked: whoever can sign in, and in a rehearsal whoever is invented for it."""
        able = models.Q(user__is_active=True) | models.Q(user__rehearses=models.F("partnership"))
        return self.filter(able, active=True)


class Membership(ScopedModel):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=MemberRole)
    agency = same_partnership_key(Agency, null=True, blank=True, related_name="memberships")
    job_title = models.CharField(max_length=120, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    protocol_role = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "user", "role", "agency"], name="membership_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Contact(ScopedModel):
    """An address or telephone number that people or notices need: an inbox, a front door, a post outside any agency."""

    key = models.SlugField(max_length=40)
    role = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    agency = same_partnership_key(Agency, null=True, blank=True, related_name="contacts")
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    review_by = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, editable=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "key"], name="contact_key_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DirectoryUpload(ScopedModel):
    """The rows of a spreadsheet, between showing what they would change and doing it. Gone once done, or after a day."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    rows = models.JSONField()

    def __str__(self) -> str:
        return self.name


class VersionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


_READ: dict[str, Protocol] = {}
_READ_AT_MOST = 500
_ASSUMED: dict[str, tuple[tuple[str, Rule], ...]] = {}


class ProtocolVersion(ScopedModel):
    """One whole local protocol. It is read, checked, compared and pinned as a whole, so it is stored as one document;
    the parts of `protocol.Protocol` are its schema. Once published a database trigger refuses every change.

    `line` is the protocol's own key: a partnership may have a second protocol (conference dissent) beside its main one,
    and each has its own version in force. `origin` says where a draft was copied from, and `origin_digest` what it was
    then, so that one definition shared by several partnerships can be told from one that has been changed."""

    line = models.CharField(max_length=40, default=MAIN)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=VersionStatus, default=VersionStatus.DRAFT)
    title = models.CharField(max_length=200)
    definition = models.JSONField()
    digest = models.CharField(max_length=64, editable=False)
    effective_from = models.DateField(null=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=200, blank=True)
    origin_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="protocol_version_number_once"),
            models.CheckConstraint(
                condition=models.Q(status=VersionStatus.DRAFT)
                | models.Q(effective_from__isnull=False, published_at__isnull=False),
                name="published_has_a_first_day",
            ),
            models.UniqueConstraint(
                fields=["partnership", "line", "effective_from"],
                condition=models.Q(status=VersionStatus.PUBLISHED),
                name="one_version_from_each_day",
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"

    @property
    def protocol(self) -> Protocol:
        """The document as a value to think with. Read once per process and digest: lists defer the document itself."""
        known = _READ.get(self.digest)
        if known is None:
            known = Protocol.model_validate(self.definition)
            if len(_READ) >= _READ_AT_MOST:
                _READ.clear()
                _ASSUMED.clear()
            _READ[self.digest] = known
        return known

    @property
    def assumed(self) -> tuple[tuple[str, Rule], ...]:
        """What the document assumes (protocol_rules.py), looked for once per process and digest."""
        known = _ASSUMED.get(self.digest)
        if known is None:
            known = _ASSUMED[self.digest] = assumptions(self.protocol)
        return known


class AssumptionConfirmation(ScopedModel):
    """A named person's word that an assumed rule is right. Kept beside the version, which itself never changes.
    `carried_from`: the number of the version for which it was given, where a later draft took the rule over unchanged."""

    version = same_partnership_key(ProtocolVersion, related_name="confirmations")
    path = models.CharField(max_length=200)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmer_role = models.CharField(max_length=120)
    confirmed_at = models.DateTimeField()
    carried_from = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="assumption_confirmed_once")]

    def __str__(self) -> str:
        return self.path


class ApiToken(ScopedModel):
    """A person's key to the API of one partnership. Only its digest is kept; it expires. `scopes` says what it may be used
    for (token_scopes.py); `last_used_at` is kept to the hour."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    scopes = models.JSONField(default=everything)
    last_used_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def scope_words(self) -> list[str]:
        """In the order of the list, whatever was sent first."""
        return [str(scope.label) for scope in TokenScope if scope.value in self.scopes]
