"""Where the words stand, as a short extract for each disagreement that was found; only of those that the reader was given."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Func, TextField, Value
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..models import Disagreement
from .matching import asked

# What nobody types marks where a word begins and ends; it becomes an element only after everything else was escaped.
BEGIN, END = "\x02", "\x03"
SHOWN = f'StartSel={BEGIN}, StopSel={END}, MaxFragments=2, MaxWords=22, MinWords=8, FragmentDelimiter=" … "'


def extracts(found: Iterable[Disagreement], words: str) -> dict[int, SafeString]:
    """By disagreement, a few words around each place, escaped, with what was found in <mark>. `found` is what the reader may
    see: nothing is looked up here."""
    ids, question = [d.pk for d in found], asked(words)
    if not ids or question is None:
        return {}
    said = Func(F("pk"), function="searched_text", output_field=TextField())

    def shown(by: str) -> Func:
        return Func(said, question, Value(SHOWN), template=f"ts_headline('{by}', %(expressions)s)", output_field=TextField())

    told = Disagreement.objects.filter(pk__in=ids).annotate(english=shown("english"), simple=shown("simple"))
    rows = told.values_list("pk", "english", "simple")
    return {pk: _safe(english if BEGIN in english else simple) for pk, english, simple in rows if BEGIN in english + simple}


def _safe(text: str) -> SafeString:
    escaped = escape(" ".join(text.split()))
    return mark_safe(escaped.replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S308  (escaped the line before)
