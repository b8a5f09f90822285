"""The doors to writing notices: made by announcing.py, sent by sending.py."""

from __future__ import annotations

from .announcing import announce, partnerships_with_entries_to_announce
from .sending import deliver, partnerships_with_messages_to_send

__all__ = ["announce", "deliver", "partnerships_with_entries_to_announce", "partnerships_with_messages_to_send"]
