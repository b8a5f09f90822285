"""From the words that somebody searches for to the disagreements in which they stand; knows no page."""

from __future__ import annotations

import re
from functools import reduce

from django.db.models import BooleanField, Expression, F, Func, QuerySet, Value

from ..models import Disagreement, SearchText
from ..models.searching import LexemesField

LONGEST = 200
MOST = 16
_PARTS = re.compile(r'"([^"]*)"|(\S+)')


class Lexemes(Func):
    """A question of full text, of one phrase or word: the words go to the database as data, never as its operators."""

    output_field = LexemesField()

    def __init__(self, words: str, *, by: str, function: str = "plainto_tsquery") -> None:
        super().__init__(Value(words), function=function, template=f"%(function)s('{by}', %(expressions)s)")


class Joined(Func):
    output_field = LexemesField()
    template = "(%(expressions)s)"


class Holds(Func):
    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " @@ "


def asked(words: str) -> Expression | None:
    """All of the words; each as it stands or by its English stem; what stands in quotation marks exactly so. None: no word."""
    clean = words.replace("\x00", " ").replace("“", '"').replace("”", '"')[:LONGEST]
    parts = [(phrase.strip(), word.replace('"', "")) for phrase, word in _PARTS.findall(clean)][:MOST]
    found = [_part(phrase, word) for phrase, word in parts if phrase or word]
    return reduce(lambda one, other: Joined(one, other, arg_joiner=" && "), found) if found else None


def _part(phrase: str, word: str) -> Expression:
    if phrase:
        return Lexemes(phrase, by="simple", function="phraseto_tsquery")
    return Joined(Lexemes(word, by="english"), Lexemes(word, by="simple"), arg_joiner=" || ")


def matching(queryset: QuerySet[Disagreement], words: str) -> QuerySet[Disagreement]:
    """Those of `queryset` in which all of this stands. `queryset` says who may see: this narrows it and adds nothing.

    The scan is over the partnership's own rows: under row-level security an index of words cannot be used (0025)."""
    question = asked(words)
    if question is None:
        return queryset.none() if words.strip() else queryset
    found = SearchText.objects.filter(Holds(F("lexemes"), question))
    return queryset.filter(pk__in=found.values("disagreement_id"))
