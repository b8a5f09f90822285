"""Everything that is sealed with SECRET_KEY, and sealing it under the present one; a sealed column without a line here fails a
test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction

from accounts.sealing import NOTIFY_KEYS, SECOND_FACTORS, WEBHOOKS, InvalidToken, is_present, seal_anew
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

# Of a partnership: model and column, and for what it is sealed.
SEALED: dict[str, bytes] = {
    "notifications.WebhookEndpoint.secret_sealed": WEBHOOKS,
    "notifications.WebhookEndpoint.former_sealed": WEBHOOKS,
    "notifications.MailWay.notify_sealed": NOTIFY_KEYS,
}
CALLED = {SECOND_FACTORS: "second factors", WEBHOOKS: "secrets of webhooks", NOTIFY_KEYS: "keys of GOV.UK Notify"}
IN_A_FACTOR = ("secret", "seed")


@dataclass
class Count:
    """`lost` opens with no key that is set: whoever owns it makes it anew."""

    present: int = 0
    old: int = 0
    lost: int = 0


@dataclass
class Looked:
    counts: dict[str, Count] = field(default_factory=lambda: {words: Count() for words in CALLED.values()})

    @property
    def old(self) -> int:
        return sum(count.old for count in self.counts.values())

    @property
    def lost(self) -> int:
        return sum(count.lost for count in self.counts.values())

    def anew(self, sealed: str, *, purpose: bytes) -> str:
        """The same under the present key; as it is where no key opens it."""
        count = self.counts[CALLED[purpose]]
        if is_present(sealed, purpose=purpose):
            count.present += 1
            return sealed
        try:
            found = seal_anew(sealed, purpose=purpose)
        except InvalidToken:
            count.lost += 1
            return sealed
        count.old += 1
        return found


def reseal(*, only_look: bool) -> Looked:
    """All of it at once; a row that somebody changes meanwhile waits for us, or we for it."""
    looked = Looked()
    with transaction.atomic():
        for factor in Authenticator.objects.select_for_update().order_by("pk"):
            sealed = {name: factor.data[name] for name in IN_A_FACTOR if name in factor.data}
            anew = {name: looked.anew(value, purpose=SECOND_FACTORS) for name, value in sealed.items()}
            if anew != sealed and not only_look:
                factor.data = {**factor.data, **anew}
                factor.save(update_fields=["data"])
    for partnership_id in Partnership.objects.order_by("pk").values_list("pk", flat=True):
        with partnership_scope(partnership_id):
            for row, name, purpose in _of_a_partnership():
                value = getattr(row, name)
                anew_value = looked.anew(value, purpose=purpose)
                if anew_value != value and not only_look:
                    setattr(row, name, anew_value)
                    row.save(update_fields=[name])
    return looked


def _of_a_partnership() -> Iterator[tuple[Any, str, bytes]]:
    for place, purpose in SEALED.items():
        label, _, name = place.rpartition(".")
        model = apps.get_model(label)
        for row in model._default_manager.select_for_update().exclude(**{name: ""}).order_by("pk"):
            yield row, name, purpose
