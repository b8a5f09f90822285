"""The parts of a seven-minute briefing, each to be written otherwise; must not know any page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from ..briefing import HEADINGS, LISTS
from .fields import line, words

A_LINE_EACH = "One line for each point."


class BriefingForm(forms.Form):
    label_size = "m"
    mark_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, written: Mapping[str, str], version: int) -> None:
        """`version`: which text stands on the page; 0 where nobody has written one."""
        super().__init__(data, initial={"version": version, **written})
        self.fields["title"] = line("Title", missing="Give the briefing a title")
        for name, heading in HEADINGS.items():
            hint = A_LINE_EACH if name in LISTS else "Leave an empty line between paragraphs."
            self.fields[name] = words(heading, hint=hint, rows=5, required=False)
