"""Which period a page is about, chosen in its address, and which it is compared with; knows no figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from partnerships import selectors as partnership_selectors
from partnerships.form_dates import GovukDateField

from . import periods
from .figure import Period

FINANCIAL = 4  # the month in which a financial year begins
DAYS = "days"
USUAL = "this-year"
# No count goes further back, and no chart has more than this to show.
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Chosen:
    """`beside`: what it is compared with. `query`: the choice as it stands in an address."""

    name: str
    period: Period
    beside: Period
    query: str
    published: bool = False

    @property
    def words(self) -> str:
        return periods.words(self.period)

    @property
    def beside_words(self) -> str:
        return periods.words(self.beside)

    @property
    def suffix(self) -> str:
        """What is put behind an address so that it is about the same period."""
        return f"?{self.query}" if self.query else ""


def offered(today: date) -> dict[str, Period]:
    """Those with a name. What is not over ends today: days to come would look like days on which nothing was raised."""
    quarter, year = periods.quarter_of(today), periods.year_of(today, begins=FINANCIAL)
    calendar = periods.year_of(today)
    return {
        "this-quarter": _so_far(quarter, today),
        "last-quarter": periods.before(quarter),
        "this-year": _so_far(year, today),
        "last-year": periods.before(year),
        "this-calendar-year": _so_far(calendar, today),
        "last-calendar-year": periods.before(calendar),
    }


NAMES = {
    "this-quarter": "This quarter",
    "last-quarter": "Last quarter",
    "this-year": "This financial year",
    "last-year": "Last financial year",
    "this-calendar-year": "This calendar year",
    "last-calendar-year": "Last calendar year",
    DAYS: "Other days",
}


class PeriodForm(forms.Form):
    """Read from the address. What is not known is told of, and the usual period is shown."""

    period = forms.ChoiceField(label="Period", required=False)
    since = GovukDateField(label="From", called="The first day", required=False)
    until = GovukDateField(label="To", called="The last day", required=False)

    def __init__(self, data: Any) -> None:
        self.today = partnership_selectors.today()
        self.offered = offered(self.today)
        super().__init__(data if _asks(data) else None, initial={"period": USUAL})
        named = [(key, f"{NAMES[key]} ({periods.words(period)})") for key, period in self.offered.items()]
        self.fields["period"].choices = [*named, (DAYS, "Other days: say which below")]  # type: ignore[attr-defined]
        self.fields["period"].error_messages["invalid_choice"] = "Choose one of the periods that are listed"

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("period") == DAYS and not {"since", "until"} & set(self.errors):
            for name, called in (("since", "first"), ("until", "last")):
                if not given.get(name):
                    self.add_error(name, f"Enter the {called} day")
            since, until = given.get("since"), given.get("until")
            if since and until and until < since:
                self.add_error("until", "The last day must be on or after the first day")
            if since and since < EARLIEST:
                self.add_error("since", "The first day must be in 2000 or later")
            if until and until > self.today:
                self.add_error("until", "The last day must be today or in the past")
        return given

    @property
    def chosen(self) -> Chosen:
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        name = given.get("period") or USUAL
        if name == DAYS:
            period = Period(given["since"], given["until"])
            query = urlencode({"period": DAYS, "since": period.first.isoformat(), "until": period.last.isoformat()})
            return Chosen(name, period, periods.before(period), query)
        period = self.offered[name]
        # Of a part of a year or quarter the same days a year ago; of a whole one the one before.
        whole = name.startswith("last-")
        return Chosen(
            name,
            period,
            periods.before(period) if whole else periods.a_year_earlier(period),
            "" if name == USUAL else urlencode({"period": name}),
        )


def _asks(data: Any) -> bool:
    return any(name.partition("-")[0] in ("period", "since", "until") for name in data)


def _so_far(period: Period, today: date) -> Period:
    return Period(period.first, min(period.last, today))
