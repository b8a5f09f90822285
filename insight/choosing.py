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
YEARS = 5
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
    named = {
        "this-quarter": _so_far(quarter, today),
        "last-quarter": periods.before(quarter),
        "this-year": _so_far(year, today),
        "last-year": periods.before(year),
        "this-calendar-year": _so_far(calendar, today),
        "last-calendar-year": periods.before(calendar),
    }
    return named | years_over(today)


def years_over(today: date) -> dict[str, Period]:
    """The financial years that are over, the latest first. What is published is of one of these and of nothing else: of
    periods that overlap one could be taken from the other, and a count that is hidden would come to light."""
    found = {"last-year": periods.before(periods.year_of(today, begins=FINANCIAL))}
    for _ in range(YEARS - 1):
        earlier = periods.before(list(found.values())[-1])
        found[f"year-{earlier.first.year}"] = earlier
    return found


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
    """Read from the address. What is not known is told of, and the usual period is shown. `published`: of what may be
    published, years that are over alone; asked for anything else it shows the last of them."""

    period = forms.ChoiceField(label="Period", required=False)
    since = GovukDateField(label="From", called="The first day", required=False)
    until = GovukDateField(label="To", called="The last day", required=False)

    def __init__(self, data: Any, *, published: bool = False) -> None:
        self.today = partnership_selectors.today()
        self.offered = years_over(self.today) if published else offered(self.today)
        self.usual = "last-year" if published else USUAL
        asks = data.get("period") in self.offered if published else _asks(data)
        super().__init__(data if asks else None, initial={"period": self.usual})
        named = [(key, _called(key, period)) for key, period in self.offered.items()]
        if published:
            del self.fields["since"], self.fields["until"]
        else:
            named.append((DAYS, "Other days: say which below"))
        self.fields["period"].choices = named  # type: ignore[attr-defined]
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
        name = given.get("period") or self.usual
        if name == DAYS:
            period = Period(given["since"], given["until"])
            query = urlencode({"period": DAYS, "since": period.first.isoformat(), "until": period.last.isoformat()})
            return Chosen(name, period, periods.before(period), query)
        period = self.offered[name]
        # Of a part of a year or quarter the same days a year ago; of a whole one the one before.
        whole = name.startswith(("last-", "year-"))
        return Chosen(
            name,
            period,
            periods.before(period) if whole else periods.a_year_earlier(period),
            "" if name == self.usual else urlencode({"period": name}),
        )


def _called(key: str, period: Period) -> str:
    return f"{NAMES.get(key, 'Financial year')} ({periods.words(period)})"


def _asks(data: Any) -> bool:
    return any(name.partition("-")[0] in ("period", "since", "until") for name in data)


def _so_far(period: Period, today: date) -> Period:
    return Period(period.first, min(period.last, today))
