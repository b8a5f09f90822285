"""Words that everybody here would think of first, and that no password may be made of; knows no person."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from partnerships.models import Partnership

# What is left of a password when these are taken out of it must still be long enough to be one.
WORDS = (
    "safeguarding", "partnership", "escalation", "disagreement", "children", "childrens", "child", "tracker", "protocol",
    "multiagency", "resolution", "practitioner", "manager", "social", "worker", "police", "hospital", "school", "nurse",
    "health", "council", "password", "welcome", "letmein", "spring", "summer", "autumn", "winter",
)  # fmt: skip
LEAST_LEFT = 6


class NotOurWords:
    """A password of the product's own words, a partnership's name and a year is the first that is tried."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.lower()
        for word in sorted({*WORDS, *self._places()}, key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.lower() and len(re.sub(r"(19|20)\d\d|[\W_]", "", left)) < LEAST_LEFT:
            raise ValidationError(
                gettext("Choose a password that is not made of words such as “safeguarding” or a partnership’s name."),
                code="password_of_our_words",
            )

    def get_help_text(self) -> str:
        return gettext("It cannot be made of words such as “safeguarding” or a partnership’s name.")

    @staticmethod
    def _places() -> set[str]:
        """Words of the partnerships' own names and addresses."""
        names = Partnership.objects.filter(rehearsal_of=None).values_list("slug", "name")
        return {word for slug, name in names for word in re.findall(r"[a-z]{4,}", f"{slug} {name}".lower())}
