"""Dates and times as people type them: three boxes, and one for the time, in London time; must not know any form.

A date is refused in words that name the missing or wrong part, and the refusal carries which boxes to mark
(`params["parts"]`), so that the error summary lands on the right one. A single ISO value under the field's own name is
taken as well: that is how the API and a saved draft hand a date over.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from .scope import present

DATE_PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FURTHEST_YEARS = 10
WIDTHS = {"day": "2", "month": "2", "year": "4", "time": "5"}
TIME_EXAMPLE = "like 9:30am or 14:05"
WORDS_FOR_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}


class DateParts(forms.Widget):
    """The Design System's date input; `with_time` adds a fourth box. Its value is a mapping of what was typed."""

    template_name = "forms/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, with_time: bool = False) -> None:
        self.parts = (*DATE_PARTS, "time") if with_time else DATE_PARTS
        super().__init__(attrs)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        if self.value_omitted_from_data(data, files, name):
            return None
        if any(f"{name}-{part}" in data for part in self.parts):
            return {part: data.get(f"{name}-{part}", "") for part in self.parts}
        return data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and all(f"{name}-{part}" not in data for part in self.parts)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = dict(attrs or {})
        wrong = attrs.pop("wrong_parts", ())
        context: dict[str, Any] = super().get_context(name, value, attrs)
        typed = typed_parts(value)
        context["widget"]["parts"] = [
            {
                "id": f"{attrs.get('id', name)}-{part}",
                "name": f"{name}-{part}",
                "label": part.capitalize(),
                "value": typed.get(part, ""),
                "width": WIDTHS[part],
                "wrong": part in wrong,
                "numeric": part != "time",
            }
            for part in self.parts
        ]
        return context


class GovukDateField(forms.Field):
    """A day. `called` begins its error sentences: GovukDateField(called="The date you spoke", not_future=True)."""

    widget = DateParts

    def __init__(self, *, called: str = "The date", not_future: bool = False, not_past: bool = False, **kwargs: Any) -> None:
        self.called, self.not_future, self.not_past = called, not_future, not_past
        asked = called[0].lower() + called[1:]
        kwargs["error_messages"] = {"required": f"Enter {asked}", **(kwargs.get("error_messages") or {})}
        kwargs.setdefault("help_text", "For example, 27 3 2026")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        typed = _stripped(typed_parts(value))
        if not any(typed.values()):
            return None
        return read_date(typed, called=self.called)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        today = timezone.localdate(present())
        if value is not None and self.not_future and value > today:
            raise _refused(f"{self.called} must be today or in the past", "future", *DATE_PARTS)
        if value is not None and self.not_past and value < today:
            raise _refused(f"{self.called} must be today or in the future", "past", *DATE_PARTS)
        self._not_too_far(value, today)

    def _not_too_far(self, day: date | None, today: date) -> None:
        """Nothing is planned that far ahead: it is a year typed wrong, and days are counted up to it."""
        if day is not None and self.not_past and day.year > today.year + FURTHEST_YEARS:
            raise _refused(f"{self.called} must be within the next {FURTHEST_YEARS} years", "too_far", "year")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class GovukDateTimeField(GovukDateField):
    """A day and a time, read as London time, for "when did you speak?"; the value is an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateParts(with_time=True))
        kwargs.setdefault("help_text", "For example, 27 3 2026 at 2:15pm")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        typed = _stripped(typed_parts(value))
        if not any(typed.values()):
            return None
        refusals: list[ValidationError] = []
        day = at = None
        try:
            day = read_date(typed, called=self.called)
        except ValidationError as refused:
            refusals.append(refused)
        try:
            at = read_time(typed.get("time", ""))
        except ValidationError as refused:
            refusals.append(refused)
        if day is None or at is None:
            raise ValidationError(refusals)
        return in_london(day, at)

    def validate(self, value: date | None) -> None:
        forms.Field.validate(self, value)
        if not isinstance(value, datetime):
            return
        now = present()
        marked = ("time",) if timezone.localdate(value) == timezone.localdate(now) else DATE_PARTS
        if self.not_future and value > now:
            raise _refused(f"{self.called} must be in the past", "future", *marked)
        if self.not_past and value < now:
            raise _refused(f"{self.called} must be in the future", "past", *marked)
        self._not_too_far(timezone.localdate(value), timezone.localdate(now))


def typed_parts(value: Any) -> dict[str, str]:
    """What stands in the boxes for a value of any kind: nothing, a day, an instant, ISO text, or what was typed."""
    if isinstance(value, str):
        value = _from_iso(value)
    if isinstance(value, Mapping):
        return {part: str(value.get(part) or "") for part in (*DATE_PARTS, "time")}
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return {**typed_parts(local.date()), "time": f"{local:%H:%M}"}
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": f"{value.year:04d}"}
    return {}


def read_date(typed: Mapping[str, str], *, called: str) -> date:
    """The day that was typed, or a refusal that names the parts: "... must include a month"."""
    missing = [part for part in DATE_PARTS if not typed.get(part)]
    if missing:
        raise _refused(f"{called} must include a {' and a '.join(missing)}", "incomplete", *missing)
    day, month, year = typed["day"], _month_number(typed["month"]), typed["year"]
    if year.isascii() and year.isdigit() and len(year) != 4:
        raise _refused(f"{called} must have a year of 4 numbers, like 2026", "year", "year")
    wrong = [part for part, text in (("day", day), ("month", month), ("year", year)) if not re.fullmatch("[0-9]{1,4}", text)]
    if not wrong and not 1 <= int(month) <= 12:
        wrong = ["month"]
    try:
        if not wrong:
            return date(int(year), int(month), int(day))
    except ValueError:
        wrong = ["day"] if int(year) else ["year"]
    raise _refused(f"{called} must be a real date", "not_real", *wrong)


def read_time(text: str) -> time:
    """The time that was typed: 9, 9.30, 0930, 14:05, 2pm, noon. A bare 1 to 6 could be either half of the day: asked back."""
    squeezed = re.sub(r"\s+", "", text.lower())
    if not squeezed:
        raise _refused(f"Enter the time, {TIME_EXAMPLE}", "no_time", "time")
    if squeezed in WORDS_FOR_TIMES:
        return WORDS_FOR_TIMES[squeezed]
    found = re.fullmatch(r"([0-9]{1,2})(?:[.:]?([0-5][0-9]))?([ap])?\.?(?:m\.?)?", squeezed)
    if found is None or (found[3] is None and squeezed.endswith(("m", "."))):
        raise _refused(f"The time must be {TIME_EXAMPLE}", "time", "time")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if hour > (12 if half else 23) or (half and hour == 0):
        raise _refused(f"The time must be {TIME_EXAMPLE}", "time", "time")
    if half is None and 1 <= hour <= 6 and not found[1].startswith("0"):
        raise _refused(f"Say whether {text.strip()} is am or pm", "am_or_pm", "time")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def in_london(day: date, at: time) -> datetime:
    """The instant of a London wall clock, in UTC: Python never calls an hour that happens twice equal to any other zone's.

    In spring an hour does not exist, and is refused. In autumn an hour happens twice, and the first is meant: for "when
    did you speak" the difference does not matter, and the first can never lie in the future when the second does not.
    """
    zone = timezone.get_default_timezone()
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise _refused("The clocks went forward that night: this time did not exist", "clocks_forward", "time")
    return instant


def _refused(sentence: str, code: str, *parts: str) -> ValidationError:
    return ValidationError(sentence, code=code, params={"parts": parts})


def _stripped(typed: Mapping[str, str]) -> dict[str, str]:
    return {part: text.strip() for part, text in typed.items()}


def _month_number(text: str) -> str:
    """Nov and November are months too."""
    return str(MONTHS.index(text[:3].lower()) + 1) if text[:3].lower() in MONTHS else text


def _from_iso(text: str) -> Any:
    """ISO text as the day or instant that it names; anything else is shown again as it came, in the first box."""
    for kind in (date, datetime):
        try:
            read = kind.fromisoformat(text)
            # The first and last days there are, in another zone, are no day in London's.
            return timezone.localtime(read) if isinstance(read, datetime) and timezone.is_aware(read) else read
        except (ValueError, OverflowError):
            continue
    return {"day": text}
