"""How signing in differs from allauth's own ways: nobody signs up, and mail goes into an outbox, never from the web."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.languages import the_records_language
from partnerships.models import User

from .passwords import may_have_password, owner_of
from .proof import proved_lately
from .services import queue_account_mail

# A code is of no use after ten minutes; that something was changed is worth knowing a day later, too.
MAIL_LIVES, NEWS_LIVES = timedelta(hours=1), timedelta(days=1)
NOBODY = "nobody@stranger.invalid"
CODES = ("account/email/login_code", "account/email/proof_code", "account/email/password_reset_key")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That is not the code in the newest e-mail. Check it and try again"),
        "email_password_mismatch": _("The e-mail address or the password is wrong"),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again"),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited by a partnership; nobody gives themselves an account."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: a form must succeed with the mail server down, and the worker sends it within seconds.

        Only to the address of somebody who can sign in. An address that nobody here has gets no e-mail at all, whatever
        is typed into the form: the page says the same either way, and in training nothing leaves to strangers.
        """
        to = User.objects.normalise(email)
        known = User.objects.filter(email=to, is_active=True).exists()
        if not known:
            template_prefix, context = CODES[0], {**context, "code": self.generate_login_code()}
        with the_records_language():
            message = self.render_mail(template_prefix, email, {"email": email, **context})
        lives = MAIL_LIVES if template_prefix in CODES else NEWS_LIVES
        with transaction.atomic():
            # To the address that they have, letter by letter: what was typed may only look the same.
            queue_account_mail(
                to=to if known else email,
                subject=str(message.subject),
                text=str(message.body),
                expires_at=timezone.now() + lives,
            )
            if not known:
                # The same work for a stranger, and then undone: how long the page takes must not tell who is known here.
                transaction.set_rollback(True)

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Whoever may have no password is told no more than a stranger is, and costs the page the same work."""
        known = isinstance(user, User) and may_have_password(user)
        super().send_password_reset_mail(user, email if known else NOBODY, context)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """A password lets in only who is a member of a partnership that wants passwords. For anybody else it is counted,
        takes as long and is refused exactly like a wrong one."""
        if may_have_password(owner_of(str(credentials.get("email", "")))):
            found: AbstractBaseUser | None = super().authenticate(request, **credentials)
            return found
        self.pre_authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        AuthenticationBackend()._mitigate_timing_attack(credentials.get("password"))
        self.authentication_failed(request, **credentials)
        return None

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """One page has every way that a person has (proving.py)."""
        return [{"id": "reauthenticate", "description": "Prove that it is you", "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """By our rule for a fresh proof. The package's own takes whoever has neither password nor second factor for proved."""
        return not proved_lately(self.request)
