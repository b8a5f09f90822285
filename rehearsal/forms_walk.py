"""What somebody types who rehearses: to which day the clock shall go; must not know any page."""

from __future__ import annotations

from django import forms

from partnerships.form_dates import GovukDateField


class DayForm(forms.Form):
    day = GovukDateField(
        label="Which day shall it be?",
        called="The day",
        not_past=True,
        help_text="It will be 9am on that day. For example, 27 3 2027",
    )
