"""A view of the tracker as it is named and shared; what it shows comes from the address."""

from __future__ import annotations

from django import forms

NAMED = "Do not name a child, a family or a member of staff. With “shared”, the whole office reads it."


class ViewForm(forms.Form):
    label_size = "s"

    name = forms.CharField(
        label="Name of the view",
        help_text=NAMED,
        max_length=60,
        error_messages={"required": "Give the view a name"},
    )
    shared = forms.BooleanField(label="Share it with the partnership office", required=False)
    opens = forms.BooleanField(label="Open my tracker with it", required=False)
    again = forms.BooleanField(label="Show what I was looking at, from now on", required=False)

    def __init__(self, *args: object, made: bool = False, **kwargs: object) -> None:
        """`made`: there is such a view already, and what it shows changes only where that is asked for."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not made:
            del self.fields["again"]
