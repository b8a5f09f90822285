"""The forms on which the office takes in the tracker that it kept before: the file, its columns, its words, and which rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator

from partnerships.models import Agency

from ..models import TrackerUpload
from ..taking_in.columns import BY_KEY, FIELDS, Column, why_not
from ..taking_in.meaning import AGENCY, CATEGORY, NOT_SAID, STATUS, URGENCY, Meanings
from ..taking_in.plan import Question

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A protocol need not know any of these: then no column can hold them.
ONLY_WHERE_CALLED = (CATEGORY, STATUS, URGENCY)
NO_FILE = "Choose a file"
ADD = "new:"
ASKED = {
    "agency": "Which agency is “{text}”?", "step": "Which step is “{text}”?", "category": "Which category is “{text}”?",
    "child_status": "Which status of the child is “{text}”?", "urgency": "Which urgency is “{text}”?",
    "state": "How does “{text}” stand?", "how": "How did “{text}” end?",
}  # fmt: skip


class TrackerFileForm(forms.Form):
    sheet = forms.FileField(
        label="Choose the file of your tracker",
        help_text="A spreadsheet saved as .csv or .xlsx, 5 MB and 2,000 rows at most. Its first sheet is read.",
        widget=forms.FileInput(attrs={"accept": f".csv,.xlsx,text/csv,{XLSX}"}),
        error_messages={"required": NO_FILE, "missing": NO_FILE, "invalid": NO_FILE, "empty": "The file is empty.",
                        "max_length": "The name of the file is too long"},
        max_length=200,
    )  # fmt: skip


class ColumnsForm(forms.Form):
    """Which row holds the headings, and what each column holds."""

    label_size = "s"

    def __init__(self, *args: Any, upload: TrackerUpload, columns: Sequence[Column], **kwargs: Any) -> None:
        kwargs["initial"] = {"head": upload.head, **{f"column_{place}": held for place, held in upload.columns.items()}}
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.numbers = [number for number, _ in upload.rows]
        self.fields["head"] = forms.IntegerField(
            label="Number of the row with the headings",
            help_text="Rows above it are left out.",
            min_value=0,
            error_messages={"required": "Give the number of the row", "invalid": "Give the number of the row",
                            "min_value": "Give the number of the row"},
        )  # fmt: skip
        meanings = Meanings()
        self.nothing_called = [BY_KEY[key] for key in ONLY_WHERE_CALLED if not meanings.offered(key)]
        fields = [field for field in FIELDS if field not in self.nothing_called]
        offered = [("", "Leave it out"), *((field.key, field.name) for field in fields)]
        for column in columns:
            self.fields[f"column_{column.place}"] = forms.ChoiceField(
                label=column.heading or f"Column {column.place + 1}",
                help_text=_for_example(column),
                choices=offered,
                required=False,
                error_messages={"invalid_choice": "Choose from the list"},
            )

    def clean_head(self) -> int:
        head = int(self.cleaned_data["head"])
        if head not in self.numbers:
            raise forms.ValidationError(
                "That row is empty or not in the file. Give the number that your spreadsheet shows beside the headings."
            )
        return head

    @property
    def chosen(self) -> dict[str, str]:
        return {str(c.place): self.cleaned_data.get(f"column_{c.place}", "") for c in self.columns}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            for sentence in why_not(self.chosen):
                self.add_error(None, sentence)
        return cleaned


def _for_example(column: Column) -> str:
    return "For example: " + " · ".join(Truncator(one).chars(60) for one in column.samples) if column.samples else ""


class WordsForm(forms.Form):
    """What the words mean that nobody knows. An agency that is not there yet can be added."""

    label_size = "s"

    def __init__(self, *args: Any, questions: Iterable[Question], meanings: Meanings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        sectors = [(f"{ADD}{key}", name) for key, name in Agency._meta.get_field("sector").flatchoices]
        for question in self.questions:
            listed: list[Any] = list(meanings.offered(question.about).items())
            nothing = "Leave out the rows that name it" if question.about == AGENCY else "None of these: take it in without"
            choices = [("", "Choose"), *listed, (NOT_SAID, nothing)]
            if question.about == AGENCY:
                listed.sort(key=lambda pair: pair[1].casefold())
                choices = [("", "Choose"), ("In the directory", listed), ("Add it as a new agency of the sector", sectors),
                           (NOT_SAID, nothing)]  # fmt: skip
            rows = f"In {question.rows} row{'' if question.rows == 1 else 's'}, as: {BY_KEY[_column(question)].name.lower()}."
            self.fields[question.name] = forms.ChoiceField(
                label=ASKED[question.about].format(text=question.text),
                help_text="" if question.about == AGENCY else rows,
                choices=choices,
                required=False,
                initial=question.guess,
                error_messages={"invalid_choice": "Choose from the list"},
            )

    @property
    def answers(self) -> dict[str, tuple[Question, str]]:
        """By the question's own key; what was left open is asked again."""
        given = ((question, self.cleaned_data.get(question.name, "")) for question in self.questions)
        return {question.key: (question, str(value)) for question, value in given if value}


def _column(question: Question) -> str:
    return "raising" if question.about == AGENCY else question.about


class TakeInForm(forms.Form):
    label_size = "s"

    without = forms.CharField(
        label="Leave out these rows (optional)",
        help_text="The row numbers as above, for example 12, 15-18.",
        max_length=500,
        required=False,
    )
    clocks = forms.BooleanField(
        label="For those that are open, begin the timescales of their step today",
        help_text="If you do not tick this, no timescale runs and nobody is reminded until somebody takes the next step.",
        required=False,
    )

    def clean_without(self) -> frozenset[int]:
        found: set[int] = set()
        for part in re.split(r"[,;\s]+", self.cleaned_data["without"].strip()):
            if not part:
                continue
            span = re.fullmatch(r"(\d{1,6})(?:[-–](\d{1,6}))?", part)
            if span is None:
                raise forms.ValidationError("Give numbers of rows with commas between them, for example 12, 15-18")
            first, last = int(span[1]), int(span[2] or span[1])
            if last - first > 20_000:
                raise forms.ValidationError("Give numbers of rows with commas between them, for example 12, 15-18")
            found.update(range(first, last + 1))
        return frozenset(found)
