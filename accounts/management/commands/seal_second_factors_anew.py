"""Seal the secrets of second factors under the present SECRET_KEY, so that an old key can be taken out of the fallbacks."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.sealing import InvalidToken, seal_anew

SEALED = ("secret", "seed")


class Command(BaseCommand):
    help = "After changing SECRET_KEY (the old one in SECRET_KEY_FALLBACKS): seal what was sealed with the old one anew."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for authenticator in Authenticator.objects.select_for_update().order_by("pk"):
            sealed = {name: authenticator.data[name] for name in SEALED if name in authenticator.data}
            try:
                anew = {name: seal_anew(value) for name, value in sealed.items()}
            except InvalidToken as lost:
                raise CommandError(f"Authenticator {authenticator.pk} opens with no key that is set.") from lost
            if anew:
                authenticator.data = {**authenticator.data, **anew}
                authenticator.save(update_fields=["data"])
                done += 1
        self.stdout.write(f"{done} sealed anew. The old keys can be taken out of SECRET_KEY_FALLBACKS.")
