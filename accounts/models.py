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

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="account_mail_unsent", condition=models.Q(sent_at=None))]

    def __str__(self) -> str:
        return self.message_id
