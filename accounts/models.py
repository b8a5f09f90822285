"""The small outbox for account mail: sign-in codes and invitations, which belong to a person and to no disagreement."""

from django.db import models


class AccountMail(models.Model):
    """An e-mail to a person's own address about signing in. Not scoped: it may be needed before a partnership is known.
    It is destroyed once sent and expired; it never speaks of a disagreement."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    # What kind of thing went wrong last (mailing.outgoing.Wrong).
    wrong = models.CharField(max_length=10, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="account_mail_unsent", condition=models.Q(sent_at=None))]

    def __str__(self) -> str:
        return self.message_id


class SignOn(models.Model):
    """A single sign-on of a partnership, or of one of its agencies (`agency`: its key). Not scoped: it is offered before
    it is known who comes. Its secret is not here: `secret_name` says under which name the environment, or a file, has it.
    Nobody gets an account by it: whoever comes back must be known here by that address already.

    A trigger lets its own partnership alone write it, never gives it another issuer or secret (so that no secret can be
    sent to an issuer that it was not made for), and keeps two running ones from speaking for one domain."""

    # Not called `partnership`: what has that column is behind the wall, and this is read before anybody is signed in.
    provided_for = models.ForeignKey("partnerships.Partnership", on_delete=models.PROTECT, related_name="+")
    agency = models.SlugField(max_length=40, blank=True)
    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret_name = models.CharField(max_length=60, unique=True)
    domains = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
