"""Dates as an iCalendar file (RFC 5545) that Outlook, Google and Apple read; works on values, knows no person and no row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration

from partnerships.working_days import LONDON

from .dates import Dated

MEDIA_TYPE = "text/calendar; charset=utf-8"
MADE_BY = "-//Escalation tracker//Dates//EN"
# How often a program is asked to look again. Each does as it likes.
AGAIN = timedelta(hours=1)


def as_calendar(dated: Sequence[Dated], *, name: str, host: str) -> bytes:
    """The whole file: lines of at most 75 octets that end in CRLF, every word escaped. The same dates give the same bytes.

    The zone is always there: a file without any part is none, and a program would say that it is broken.
    """
    made = Calendar()
    made.add("prodid", MADE_BY)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", LONDON.key)
    made.add("refresh-interval", vDuration(AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(AGAIN))
    made.add_component(_london())
    for each in dated:
        made.add_component(_event(each, host=host))
    text: bytes = made.to_ical()
    return text


def _london() -> Timezone:
    """British time by its rule, in force since 1996, which every program knows how to read."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    for part, name, begins, month, before, after in (
        (summer, "BST", datetime(1996, 3, 31, 1), 3, 0, 1),  # noqa: DTZ001  (local time, as the format wants it)
        (winter, "GMT", datetime(1996, 10, 27, 2), 10, 1, 0),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _event(each: Dated, *, host: str) -> Event:
    """It takes nobody's time and rings for nobody. What was recorded last is its stamp, so that the same is the same."""
    event = Event()
    event.add("uid", f"{each.uid}@{host}")
    event.add("dtstamp", each.changed_at.astimezone(UTC))
    event.add("last-modified", each.changed_at.astimezone(UTC))
    event.add("sequence", each.changes)
    event.add("summary", each.summary)
    event.add("description", f"{each.words}\n\nOpen it (you sign in first): {each.link}")
    event.add("url", each.link)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if each.day is not None:
        event.add("dtstart", each.day)
        event.add("dtend", each.day + timedelta(days=1))
    else:
        event.add("dtstart", _local(each.start))
        event.add("dtend", _local(each.end))
    return event


def _local(instant: datetime | None) -> datetime:
    if instant is None:
        raise ValueError("A date that is no day has a time.")
    return instant.astimezone(LONDON).replace(microsecond=0)
