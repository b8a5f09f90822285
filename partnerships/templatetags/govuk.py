"""Tags and filters that the Design System's templates need: errors, dates in words, pages; must not know any app's models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from .. import date_words, languages

register = template.Library()


class SummaryLine(NamedTuple):
    """One line of an error summary; no target means that it is about the form as a whole."""

    sentence: str
    target: str


class PageLink(NamedTuple):
    """One item of a pagination; number 0 stands for pages left out."""

    number: int
    current: bool


@register.simple_tag
def all_errors(form: BaseForm | None = None, forms: Iterable[BaseForm] | None = None) -> list[SummaryLine]:
    """Everything that was refused, in the order of the page: each form as a whole, its hidden fields, then its fields.

    A hidden field has no input to go to, so what is wrong with one is told as a line without a link.
    """
    lines: list[SummaryLine] = []
    for one in [*([form] if isinstance(form, BaseForm) else []), *(forms or [])]:
        if not one.is_bound or not one.errors:
            continue
        lines += [SummaryLine(str(sentence), "") for sentence in one.non_field_errors()]
        for field in one.hidden_fields():
            lines += [SummaryLine(error.sentence, "") for error in field.error_sentences]  # type: ignore[attr-defined]
        for field in one.visible_fields():
            lines += [SummaryLine(*error) for error in field.error_sentences]  # type: ignore[attr-defined]
    return lines


@register.simple_tag
def reword(field: BoundField, *, label: str, hint: str = "", classes: str = "", digits: bool = False) -> str:
    """Gives a field of a form that is not ours this product's words; `digits`: a telephone shows its digits.

    To be used in base.html's block "wording", which comes before the error summary: the sentences there name the field too."""
    field.label = label
    field.help_text = hint
    if classes:
        field.field.widget.attrs["class"] = classes
    if digits:
        field.field.widget.attrs["inputmode"] = "numeric"
    return ""


@register.simple_tag
def page_links(page: Page[Any]) -> list[PageLink]:
    """The pages to offer: first, last, the present one and two on each side; a gap between them as number 0."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [PageLink(number if isinstance(number, int) else 0, number == page.number) for number in numbers]


@register.simple_tag
def page_language() -> str:
    """For `<html lang>`."""
    return languages.page_tag()


@register.simple_tag
def as_written() -> SafeString:
    """Inside the tag around words that are not the page's own, the protocol's or a person's: `<p{% as_written %}>`. In a
    Welsh page these stay as they were written, and a screen reader must be told so (WCAG 3.1.2)."""
    foreign = languages.page_tag() != languages.TAGS[languages.RECORD]
    return mark_safe(f' lang="{languages.TAGS[languages.RECORD]}"' if foreign else "")  # noqa: S308  (of two constants)


@register.simple_tag(takes_context=True)
def language_choices(context: template.Context) -> list[languages.Choice]:
    """The languages to press at the foot of this page, if there is a choice."""
    request: HttpRequest | None = context.get("request")
    return languages.choices(request) if request is not None else []


@register.filter
def day(value: date | datetime | None) -> str:
    """Tuesday 3 March 2026."""
    found = _local(value)
    return date_words.day(found) if found else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """Tue 3 March; with the year when it is not this one, because people read a bare date as this year's."""
    found = _local(value)
    if found is None:
        return ""
    return date_words.short_day(found, with_year=found.year != timezone.localdate().year)


@register.filter
def clock(value: datetime | None) -> str:
    """2:30pm, 9am, midday, midnight: London time, as GOV.UK's style guide writes times."""
    found = _local(value)
    return date_words.clock(found) if isinstance(found, datetime) else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Tuesday 3 March 2026 at 2:30pm."""
    return gettext("%(day)s at %(time)s") % {"day": day(value), "time": clock(value)} if value else ""


@register.simple_tag
def this_moment() -> datetime:
    """For a page that says when it was made."""
    return timezone.now()


@register.filter
def machine_time(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>: with the offset from UTC, so that nothing has to guess the zone."""
    found = _local(value)
    return found.isoformat(timespec="minutes") if isinstance(found, datetime) else found.isoformat() if found else ""


@register.filter
def telephone_link(number: str) -> str:
    """tel:+441226772423 for "01226 772423": a telephone dials a British number from anywhere. Short numbers stay (999, 101)."""
    digits = re.sub(r"\D", "", number.split("ext", maxsplit=1)[0])
    return f"tel:+44{digits[1:]}" if digits.startswith("0") and len(digits) > 6 else f"tel:{digits}"


@register.filter
def having(items: Iterable[Any], name: str) -> list[Any]:
    """The items, mappings or objects, in which something stands under a name."""
    return [item for item in items if (item.get(name) if isinstance(item, dict) else getattr(item, name, None))]


@register.filter
def numbered(items: Sequence[Any], number: int) -> Any:
    """The item at a place counted from 0; nothing when there are fewer."""
    return items[number] if number < len(items) else None


def _local(value: date | datetime | None) -> date | datetime | None:
    """In London, whatever zone a thread, a machine or a browser thinks it is in."""
    aware = isinstance(value, datetime) and timezone.is_aware(value)
    return timezone.localtime(value, timezone.get_default_timezone()) if aware else value  # type: ignore[arg-type]
