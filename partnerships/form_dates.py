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
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from .scope import present

DATE_PARTS = ("day", "month", "year")
# As people begin to write them in English and in Welsh, whatever the page is in.
MONTHS = (
    ("jan", "ion"), ("feb", "chw"), ("mar", "maw"), ("apr", "ebr"), ("may", "mai"), ("jun", "meh"), ("jul", "gor"),
    ("aug", "aws"), ("sep", "med"), ("oct", "hyd"), ("nov", "tac"), ("dec", "rha"),
)  # fmt: skip
FURTHEST_YEARS = 10
WIDTHS = {"day": "2", "month": "2", "year": "4", "time": "5"}
THE_DATE = gettext_lazy("The date")
LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year"), "time": _("Time")}
# Each a whole sentence: no language but English puts these together as English does.
MUST_INCLUDE = {
    ("day",): _("%(called)s must include a day"),
    ("month",): _("%(called)s must include a month"),
    ("year",): _("%(called)s must include a year"),
    ("day", "month"): _("%(called)s must include a day and a month"),
    ("day", "year"): _("%(called)s must include a day and a year"),
    ("month", "year"): _("%(called)s must include a month and a year"),
    DATE_PARTS: _("%(called)s must include a day, a month and a year"),
}
NOT_A_TIME = _("The time must be like 9:30am or 14:05")
WORDS_FOR_TIMES = {
    "noon": time(12), "midday": time(12), "midnight": time(0), "hannerdydd": time(12), "canoldydd": time(12),
    "hannernos": time(0), "canolnos": time(0),
}  # fmt: skip
WELSH_HALF = re.compile(r"y\.?([bph])\.?$")


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
                "label": gettext(LABELS[part]),
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

    def __init__(self, *, called: Any = THE_DATE, not_future: bool = False, not_past: bool = False, **kwargs: Any) -> None:
        self.called, self.not_future, self.not_past = called, not_future, not_past
        kwargs["error_messages"] = {"required": _asked_for(called), **(kwargs.get("error_messages") or {})}
        kwargs.setdefault("help_text", gettext_lazy("For example, 27 3 2026"))
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
            raise _refused(self._says(_("%(called)s must be today or in the past")), "future", *DATE_PARTS)
        if value is not None and self.not_past and value < today:
            raise _refused(self._says(_("%(called)s must be today or in the future")), "past", *DATE_PARTS)
        self._not_too_far(value, today)

    def _says(self, sentence: str) -> str:
        return gettext(sentence) % {"called": self.called}

    def _not_too_far(self, day: date | None, today: date) -> None:
        """Nothing is planned that far ahead: it is a year typed wrong, and days are counted up to it."""
        if day is not None and self.not_past and day.year > today.year + FURTHEST_YEARS:
            years = {"called": self.called, "years": FURTHEST_YEARS}
            raise _refused(gettext("%(called)s must be within the next %(years)s years") % years, "too_far", "year")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class GovukDateTimeField(GovukDateField):
    """A day and a time, read as London time, for "when did you speak?"; the value is an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateParts(with_time=True))
        kwargs.setdefault("help_text", gettext_lazy("For example, 27 3 2026 at 2:15pm"))
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
            raise _refused(self._says(_("%(called)s must be in the past")), "future", *marked)
        if self.not_past and value < now:
            raise _refused(self._says(_("%(called)s must be in the future")), "past", *marked)
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
        raise _refused(gettext(MUST_INCLUDE[tuple(missing)]) % {"called": called}, "incomplete", *missing)
    day, month, year = typed["day"], _month_number(typed["month"]), typed["year"]
    if year.isascii() and year.isdigit() and len(year) != 4:
        sentence = gettext("%(called)s must have a year of 4 numbers, like 2026")
        raise _refused(sentence % {"called": called}, "year", "year")
    wrong = [part for part, text in (("day", day), ("month", month), ("year", year)) if not re.fullmatch("[0-9]{1,4}", text)]
    if not wrong and not 1 <= int(month) <= 12:
        wrong = ["month"]
    try:
        if not wrong:
            return date(int(year), int(month), int(day))
    except ValueError:
        wrong = ["day"] if int(year) else ["year"]
    raise _refused(gettext("%(called)s must be a real date") % {"called": called}, "not_real", *wrong)


def read_time(text: str) -> time:
    """The time that was typed: 9, 9.30, 0930, 14:05, 2pm, noon. A bare 1 to 6 could be either half of the day: asked back."""
    squeezed = re.sub(r"\s+", "", text.lower())
    if not squeezed:
        raise _refused(gettext("Enter the time, like 9:30am or 14:05"), "no_time", "time")
    if squeezed in WORDS_FOR_TIMES:
        return WORDS_FOR_TIMES[squeezed]
    squeezed = WELSH_HALF.sub(lambda half: "am" if half[1] == "b" else "pm", squeezed)
    found = re.fullmatch(r"([0-9]{1,2})(?:[.:]?([0-5][0-9]))?([ap])?\.?(?:m\.?)?", squeezed)
    if found is None or (found[3] is None and squeezed.endswith(("m", "."))):
        raise _refused(gettext(NOT_A_TIME), "time", "time")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if hour > (12 if half else 23) or (half and hour == 0):
        raise _refused(gettext(NOT_A_TIME), "time", "time")
    if half is None and 1 <= hour <= 6 and not found[1].startswith("0"):
        sentence = gettext("Say whether %(time)s is am or pm") % {"time": text.strip()}
        raise _refused(sentence, "am_or_pm", "time")
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
        raise _refused(gettext("The clocks went forward that night: this time did not exist"), "clocks_forward", "time")
    return instant


def _enter(called: object) -> str:
    what = str(called)
    return gettext("Enter %(what)s") % {"what": what[:1].lower() + what[1:]}


# When it is shown, since fields are made before any page has a language.
_asked_for = lazy(_enter, str)


def _refused(sentence: str, code: str, *parts: str) -> ValidationError:
    return ValidationError(sentence, code=code, params={"parts": parts})


def _stripped(typed: Mapping[str, str]) -> dict[str, str]:
    return {part: text.strip() for part, text in typed.items()}


def _month_number(text: str) -> str:
    """Nov, November and Tachwedd are months too."""
    begins = text[:3].lower()
    return next((str(number) for number, names in enumerate(MONTHS, start=1) if begins in names), text)


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
