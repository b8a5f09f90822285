"""What the office answers about records: destroy or keep, and why; a legal hold. Must not know any page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Radios, Words, WordsField
from partnerships.selectors import today

from .models import RetentionReview

DESTROY, KEEP = RetentionReview.Decision.DESTROY.value, RetentionReview.Decision.KEEP.value
LONGEST = 2000


class ReviewForm(forms.Form):
    """One answer for all that were ticked: what is decided otherwise is reviewed by itself."""

    label_size = "m"

    decision = forms.ChoiceField(
        label="What is to happen with it?",
        choices=[(DESTROY, "Destroy it now"), (KEEP, "Keep it until a day")],
        widget=Radios(reveals={DESTROY: ("looked",), KEEP: ("keep_until",)}),
        error_messages={"required": "Choose whether to destroy or to keep"},
    )
    looked = forms.BooleanField(label="I have looked at it, and nobody needs what is written there any more", required=False)
    keep_until = GovukDateField(
        label="Until which day?", called="The day", not_past=True, required=False,
        help_text="On that day it is on the list again. For example, 31 3 2028",
    )  # fmt: skip
    reason = WordsField(
        label="Why?",
        max_length=LONGEST,
        widget=Words(rows=3),
        help_text="Kept with your name. If the record is destroyed, your reason is destroyed with it; your name stays.",
        error_messages={"required": "Say why"},
    )

    def __init__(self, data: Any = None, *, several: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.them = "each of them" if several else "it"
        if several:
            self.fields["decision"].label = "What is to happen with them?"
            self.fields["decision"].choices = [(DESTROY, "Destroy them now"), (KEEP, "Keep them until a day")]  # type: ignore[attr-defined]
            self.fields["looked"].label = f"I have looked at {self.them}, and nobody needs what is written there any more"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == DESTROY and not given.get("looked"):
            self.add_error("looked", f"Say that you have looked at {self.them}")
        if given.get("decision") == KEEP and "keep_until" not in self.errors:
            until = given.get("keep_until")
            if until is None or until < today() + timedelta(days=1):
                self.add_error("keep_until", "Enter a day that is still ahead")
        return given


class HoldForm(forms.Form):
    """Why a legal hold is placed, or lifted."""

    reason = WordsField(
        max_length=LONGEST, widget=Words(rows=3), error_messages={"required": "Say why"},
        help_text="It goes into the chronology, with your name.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, lifting: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].label = "Why is it lifted?" if lifting else "Why must it be kept?"
