"""Which sub-groups a partnership reports to, when they met and meet next, and which days the next pack covers."""

from __future__ import annotations

from datetime import date, timedelta

from insight.figure import Period
from insight.periods import before, quarter_of
from partnerships import selectors as partnership_selectors
from partnerships.protocol import Reporting

from .models import Issued, Meeting


def reporting() -> list[Reporting]:
    """What the protocols in force say of whom is reported to."""
    return [rule for version in partnership_selectors.versions_in_force() for rule in version.protocol.reporting]


def sub_groups() -> list[str]:
    """Those that the protocols name, then those for which a meeting was entered. None where neither is so."""
    named = [rule.sub_group for rule in reporting() if rule.sub_group]
    met = Meeting.objects.exclude(sub_group="").order_by("sub_group").values_list("sub_group", flat=True).distinct()
    return list(dict.fromkeys([*named, *met]))


def how_often(sub_group: str) -> str:
    """The protocol's own words on when that group hears of disagreements, or nothing."""
    return next((rule.every for rule in reporting() if rule.sub_group == sub_group and rule.every), "")


def yearly_to() -> str:
    """To whom the protocol has the year reported, or nothing."""
    return next((rule.annual_to for rule in reporting() if rule.annual_to), "")


def next_meeting() -> Meeting | None:
    today = partnership_selectors.today()
    return Meeting.objects.filter(held_on__gte=today).order_by("held_on", "pk").first()


def meeting_before(sub_group: str, day: date) -> Meeting | None:
    return Meeting.objects.filter(sub_group=sub_group, held_on__lt=day).order_by("-held_on", "-pk").first()


def begins(sub_group: str, day: date) -> date:
    """The first day that the meeting on `day` has not heard of: after what the last pack covered, or after the last meeting;
    before any, the quarter that is over."""
    last = meeting_before(sub_group, day)
    if last is None:
        return before(quarter_of(day)).first
    covered = Issued.objects.filter(meeting=last).order_by("-last").values_list("last", flat=True).first()
    return (covered or last.held_on) + timedelta(days=1)


def period_of(meeting: Meeting) -> Period:
    """Its days. One that is not over yet is covered up to today."""
    last = meeting.last or max(meeting.first, partnership_selectors.today())
    return Period(meeting.first, last)
