"""What every writer of a partnership's own data shares: the refusal in words, and one writer at a time; knows no row but one."""

from __future__ import annotations

from .models import Partnership
from .scope import current_partnership_id


class PartnershipRefused(Exception):
    """Something that cannot be done to a partnership or its protocol. Its text is a plain sentence."""


def one_at_a_time() -> None:
    """A form posted twice waits here for its twin, and then finds what the twin did. Taken to the end of the transaction;
    keys that refer to the partnership do not wait for it."""
    Partnership.objects.select_for_update(no_key=True).get(pk=current_partnership_id())
