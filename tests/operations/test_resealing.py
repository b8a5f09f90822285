"""After SECRET_KEY was changed: what still needs the old one is named, and sealed anew at once."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError
from django.utils import timezone

from accounts.sealing import NOTIFY_KEYS, WEBHOOKS, seal, unseal
from notifications.models import MailWay, WebhookEndpoint
from operations.resealing import CALLED, SEALED
from tests.world import World

from .keeping import said

pytestmark = pytest.mark.django_db


def test_what_an_old_key_sealed_is_named_and_sealed_anew(enfield: World, havering: World, settings: Any) -> None:
    factor = Authenticator.objects.create(user=enfield.office, type="totp", data={"secret": seal("Second step")})
    for world in (enfield, havering):
        with world.scope():
            WebhookEndpoint.objects.create(
                name="Records", url="https://records.example/", secret_sealed=seal("Signed", purpose=WEBHOOKS),
                secret_made_at=timezone.now(), made_by=world.office, made_at=timezone.now(),
            )  # fmt: skip
            MailWay.objects.update_or_create(
                partnership=world.partnership,
                defaults={"notify_sealed": seal("Notify", purpose=NOTIFY_KEYS), "changed_at": timezone.now()},
            )
    assert said("reseal_secrets", "--check")[-1].startswith("Nothing needs an old key")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, quite as long as the one before", [settings.SECRET_KEY]
    with pytest.raises(CommandError, match="still needed"):
        said("reseal_secrets", "--check")
    assert said("reseal_secrets")[:3] == [
        "second factors: under the present key 0, sealed anew 1",
        "secrets of webhooks: under the present key 0, sealed anew 2",
        "keys of GOV.UK Notify: under the present key 0, sealed anew 2",
    ]
    settings.SECRET_KEY_FALLBACKS = []
    assert said("reseal_secrets", "--check")[0] == "second factors: under the present key 1, under an old one 0"
    factor.refresh_from_db()
    assert unseal(factor.data["secret"]) == "Second step"
    with havering.scope():
        assert unseal(MailWay.objects.get().notify_sealed, purpose=NOTIFY_KEYS) == "Notify"
        MailWay.objects.update(notify_sealed=seal("Notify", purpose=WEBHOOKS))
    with pytest.raises(CommandError, match="open with no key"):
        said("reseal_secrets", "--check")


def test_every_sealed_column_is_sealed_anew() -> None:
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("_sealed")
    }
    assert named == set(SEALED)
    assert set(SEALED.values()) <= set(CALLED)
