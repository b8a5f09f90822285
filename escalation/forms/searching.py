"""What somebody searches for; must not know where the words are kept."""

from __future__ import annotations

from django import forms

from ..searching import LONGEST


class SearchForm(forms.Form):
    label_size = "s"

    words = forms.CharField(
        label="Search what was written, names and references",
        max_length=LONGEST,
        help_text="All of the words must be there. Put an exact phrase in quotation marks.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Type what to search for",
            "max_length": f"Use {LONGEST} characters or fewer",
            "null_characters_not_allowed": "Type plain words",
        },
    )
