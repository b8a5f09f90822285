"""`manage.py receipts_token`: make the token with which the installation's own service of GOV.UK Notify tells what became of
e-mails. It is shown once; what is configured is its digest, of no use to whoever reads it."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from partnerships.middleware import token_digest


class Command(BaseCommand):
    help = "Make the token for delivery receipts of GOV.UK Notify, and say where to enter it and what to configure."

    def handle(self, *args: Any, **options: Any) -> None:
        token = secrets.token_urlsafe(32)
        self.stdout.write("Enter at GOV.UK Notify (API integration, Callbacks, delivery receipts):")
        self.stdout.write(f"  URL: {settings.BASE_URL.rstrip('/')}{reverse('receipts')}")
        self.stdout.write(f"  Bearer token: {token}")
        self.stdout.write("Then set, for every web process:")
        self.stdout.write(f"  NOTIFY_CALLBACK_DIGEST={token_digest(token)}")
