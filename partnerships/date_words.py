"""Days and times of the clock in the words of the page's language; knows no zone: what comes is London's already."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

# Not strftime: its names follow the locale of the process, and know one language.
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
SHORT = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip


def _parts(of: date, weekdays: tuple[str, ...]) -> dict[str, str | int]:
    month = gettext(MONTHS[of.month - 1])
    return {"weekday": gettext(weekdays[of.weekday()]), "number": of.day, "month": month, "year": of.year}


def day(of: date) -> str:
    """Tuesday 3 March 2026."""
    return gettext("%(weekday)s %(number)s %(month)s %(year)s") % _parts(of, WEEKDAYS)


def day_of_this_year(of: date) -> str:
    """Tuesday 3 March."""
    return gettext("%(weekday)s %(number)s %(month)s") % _parts(of, WEEKDAYS)


def short_day(of: date, *, with_year: bool) -> str:
    """Tue 3 March, or Tue 3 March 2025."""
    return _short_day(of.year, of.month, of.day, with_year, get_language())


@lru_cache(maxsize=10_000)
def _short_day(year: int, month: int, number: int, with_year: bool, language: str | None) -> str:
    """A page of the tracker says a hundred days, each of four words that are looked for in the language's list."""
    of = date(year, month, number)
    if with_year:
        return gettext("%(weekday)s %(number)s %(month)s %(year)s") % _parts(of, SHORT)
    return gettext("%(weekday)s %(number)s %(month)s") % _parts(of, SHORT)


def clock(of: datetime) -> str:
    """2:30pm, 9am, midday, midnight."""
    if (of.hour, of.minute) in ((0, 0), (12, 0)):
        return gettext("midday") if of.hour else gettext("midnight")
    minutes = f":{of.minute:02d}" if of.minute else ""
    time = f"{of.hour % 12 or 12}{minutes}"
    return gettext("%(time)spm") % {"time": time} if of.hour >= 12 else gettext("%(time)sam") % {"time": time}
