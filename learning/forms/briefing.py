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

    def __init__(self, data: Any = None, *, written: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(written))
        self.fields["title"] = line("Title", missing="Give the briefing a title")
        for name, heading in HEADINGS.items():
            hint = A_LINE_EACH if name in LISTS else "Leave an empty line between paragraphs."
            self.fields[name] = words(heading, hint=hint, rows=5, required=False)
