"""How signing in differs from allauth's own ways: nobody signs up, and mail goes into an outbox, never from the web."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from partnerships.models import User

from .services import queue_account_mail

MAIL_LIVES = timedelta(hours=1)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited by a partnership; nobody gives themselves an account."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: a form must succeed with the mail server down, and the worker sends it within seconds.

        Only to the address of somebody who can sign in. An address that nobody here has gets no e-mail at all, whatever
        is typed into the form: the page says the same either way, and in training nothing leaves to strangers.
        """
        to = User.objects.normalise(email)
        if not User.objects.filter(email=to, is_active=True).exists():
            return
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        queue_account_mail(to=email, subject=str(message.subject), text=str(message.body), expires_at=timezone.now() + MAIL_LIVES)

    def format_email_subject(self, subject: str) -> str:
        return subject
