"""What the office types about meetings and reports; must not know any page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from insight.figure import Period
from insight.periods import year_of
from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Radios, Words, WordsField

from .models import OFFICE, Decision, Meeting
from .slots import LONGEST, SLOTS

ANOTHER = "another"
OFFICES_OWN = "-"


class MeetingForm(forms.Form):
    """One meeting: of whom, when, and which days it looks at."""

    label_size = "s"
    mark_optional = True

    group = forms.ChoiceField(label="Who meets?", widget=Radios(reveals={ANOTHER: ("named",)}))
    named = forms.CharField(label="Name of the group", max_length=120, required=False)
    held_on = GovukDateField(label="On which day?", called="The day of the meeting")
    first = GovukDateField(label="From which day on does it look at disagreements?", called="The first day")
    last = GovukDateField(
        label="Up to which day?", called="The last day", required=False,
        help_text="Leave this empty to go up to the day on which you issue the pack.",
    )  # fmt: skip
    notes = WordsField(
        label="What do you want to say to the meeting?", required=False, max_length=5000, widget=Words(rows=5),
        help_text="It stands at the top of the pack. Name no child and nobody who works with one.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, groups: list[str], meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting is not None:
            own = {name: getattr(meeting, name) for name in ("held_on", "first", "last", "notes")}
            kwargs["initial"] = own | {"group": meeting.sub_group or OFFICES_OWN}
        super().__init__(data, **kwargs)
        field: Any = self.fields["group"]
        field.choices = [*((name, name) for name in groups), (OFFICES_OWN, OFFICE), (ANOTHER, "Another group")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("group") == ANOTHER and not given.get("named", "").strip():
            self.add_error("named", "Enter the name of the group")
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day must be the first day or later")
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        group = {ANOTHER: " ".join(given["named"].split()), OFFICES_OWN: ""}.get(given["group"], given["group"])
        return {"sub_group": group, **{name: given[name] for name in ("held_on", "first", "last", "notes")}}


class DecisionForm(forms.Form):
    label_size = "s"
    mark_optional = True

    about = forms.ChoiceField(
        label="What is it about?", choices=Decision.About.choices, widget=Radios(),
        error_messages={"required": "Choose what it is about"},
    )  # fmt: skip
    words = WordsField(
        label="What did the meeting decide?", max_length=1000, widget=Words(rows=3),
        help_text="The next pack says it, and whether it was done. Name no child and nobody who works with one.",
        error_messages={"required": "Say what was decided"},
    )  # fmt: skip
    owner = forms.CharField(
        label="Who sees to it?",
        max_length=150,
        required=False,
        help_text="An agency, a group or a post, such as the training lead.",
    )
    due = GovukDateField(label="By when?", called="The day", required=False)


class DoneForm(forms.Form):
    label_size = "s"
    mark_optional = True

    done_on = GovukDateField(label="On which day was it done?", called="The day", not_future=True)
    came_of_it = forms.CharField(label="What came of it?", max_length=300, required=False)


class BeginReportForm(forms.Form):
    """Which year; years of the calendar, or from April, or from whichever month the partnership's begins in."""

    year = forms.ChoiceField(label="Which year?", widget=Radios(), error_messages={"required": "Choose a year"})

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["year"]
        field.choices = [(f"{one.first}:{one.last}", _year_words(one)) for one in _years(today)]

    def period(self) -> Period:
        first, _, last = self.cleaned_data["year"].partition(":")
        return Period(date.fromisoformat(first), date.fromisoformat(last))


def _years(today: date) -> list[Period]:
    """This year and the three before it, as they run from April and as they run from January."""
    found = []
    for begins in (4, 1):
        this = year_of(today, begins=begins)
        found += [year_of(this.first.replace(year=this.first.year - back), begins=begins) for back in range(4)]
    return found


def _year_words(year: Period) -> str:
    if year.first.month == 1:
        return f"{year.first.year}, January to December"
    return f"April {year.first.year} to March {year.last.year}"


class ReportForm(forms.Form):
    """A box for each slot. What is typed is kept as it is; it is never worked out from figures."""

    label_size = "m"
    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for slot in SLOTS:
            self.fields[slot.key] = WordsField(
                label=slot.title, help_text=slot.asks, required=False, max_length=LONGEST, widget=Words(rows=6)
            )
        self.fields["hides_small"] = forms.BooleanField(
            label="Leave out small numbers, so that it can be published",
            required=False,
            help_text="To see every number while you write, untick this and save. Tick it again before you publish.",
        )

    def reread(self, version: int) -> None:
        """After a refusal because somebody else saved: the same words, to be saved over the version that is there now."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = str(version)  # type: ignore[index]

    def said(self) -> dict[str, str]:
        return {slot.key: words for slot in SLOTS if (words := self.cleaned_data[slot.key])}
