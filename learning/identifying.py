"""What a text about learning seems to say of somebody: it is asked about once, by the gentle warnings, and never refused.

Looked for are: what escalation/gentle.py knows (an NHS number, a name with a date of birth), any date of birth, a reference
of this partnership's, and where the disagreements are known from which it was learned, the names of those who took part and
the children's references; names of members; and an agency, or two, that are in so few disagreements that the name alone
says which one is meant."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q

from escalation.forms.noticing import Noticed, Noticing
from escalation.gentle import in_words, names_in
from escalation.models import Disagreement, Learning, Party
from partnerships import selectors
from partnerships.arrangements import arrangements
from partnerships.models import Agency, Membership, Partnership
from partnerships.scope import current_partnership_id

from .models import Source

_BORN = re.compile(r"\b(?:d\.?\s?o\.?\s?b\b\.?|date of birth|birth ?date|born)[\s:=(,-]*(?:on |is |was )?(?:the )?\d", re.I)
# Of a part of a name too short or too common a word to be looked for by itself, nothing is said.
SHORTEST = 3
FEW_SHOWN = 3


@dataclass(frozen=True)
class Known:
    """Who is looked for: whole names, and references."""

    names: frozenset[str]
    references: frozenset[str]


def of_learning(numbers: Iterable[int]) -> Known:
    """From the disagreements of these records, as far as they are still there."""
    ids = list(Learning.objects.filter(pk__in=list(numbers)).values_list("disagreement_id", flat=True))
    if not ids:
        return Known(frozenset(), frozenset())
    rows = Disagreement.objects.filter(pk__in=ids).values_list("reference", "child_reference", "raised_by__name")
    found = list(rows)
    people = set(Party.objects.filter(disagreement__in=ids).values_list("name", flat=True)) | {row[2] for row in found}
    references = {reference for row in found for reference in row[:2] if reference and len(reference) >= SHORTEST}
    return Known(frozenset(name for name in people if name.strip()), frozenset(references))


def sources_of(item_id: int) -> list[int]:
    return list(Source.objects.filter(item_id=item_id).values_list("learning", flat=True))


def noticed_in(texts: Mapping[str, tuple[str, str]], *, known: Known) -> Noticing:
    """`texts`: of each field its label and what stands in it. `mark` stands for exactly these texts."""
    looked = _Looking(known)
    found = [
        Noticed(name, f"“{label}” seems to hold {like}. Leave it out.")
        for name, (label, text) in texts.items()
        for like in looked.likenesses(text)
    ]
    together = "\0".join(f"{name}={text}" for name, (_, text) in sorted(texts.items()))
    return Noticing(tuple(found), hashlib.sha256(together.encode()).hexdigest()[:16])


class _Looking:
    """One look through several texts: what is the same for all is asked of the database once."""

    def __init__(self, known: Known) -> None:
        self.known, self.today = known, selectors.today()
        self.prefix = Partnership.objects.values_list("reference_prefix", flat=True).get(pk=current_partnership_id())
        self.agencies = list(Agency.objects.all())
        self.few = arrangements().suppress_below

    def likenesses(self, text: str) -> Iterator[str]:
        if not text.strip():
            return
        if like := in_words(text, today=self.today):
            yield like
        elif _BORN.search(text):
            yield "a date of birth"
        yield from self._references(text)
        yield from self._names(text)
        yield from self._agencies(text)

    def _references(self, text: str) -> Iterator[str]:
        written = re.findall(rf"\b{re.escape(self.prefix)}-[\dA-Z-]*\d+\b", text, re.I) if self.prefix else []
        written += [reference for reference in self.known.references if _stands_in(reference, text)]
        for reference in sorted({one.upper() for one in written})[:FEW_SHOWN]:
            yield f"the reference {reference}"

    def _names(self, text: str) -> Iterator[str]:
        found = {name for name in self.known.names if _stands_in(name, text)}
        if not found:
            surnames = {last for name in self.known.names if (last := _surname(name))}
            found = {last for last in surnames if re.search(rf"(?<!\w){re.escape(last)}(?!\w)", text)}
        written = {" ".join(text[first:last].split()) for first, last in names_in(text)}
        if written - found:
            members = Membership.objects.filter(user__name__in=written - found)
            found |= set(members.values_list("user__name", flat=True))
        for name in sorted(found)[:FEW_SHOWN]:
            yield f"the name of somebody who takes part ({name})"

    def _agencies(self, text: str) -> Iterator[str]:
        if self.few < 2:
            return
        named = [agency for agency in self.agencies if _stands_in(agency.name, text)]
        for agency in named[:FEW_SHOWN]:
            if 0 < _at_most(Q(raising_agency=agency) | Q(receiving_agency=agency), self.few) < self.few:
                yield f"an agency that is in fewer than {self.few} disagreements ({agency.name})"
        for one, other in pairwise(named):
            between = Q(raising_agency=one, receiving_agency=other) | Q(raising_agency=other, receiving_agency=one)
            if 0 < _at_most(between, self.few) < self.few:
                yield f"two agencies with fewer than {self.few} disagreements between them ({one.name} and {other.name})"


def pair_is_few(raising: Agency, receiving: Agency) -> bool:
    """Whether so few disagreements are between these two that naming both says which one is meant."""
    few = arrangements().suppress_below
    return few > 1 and 0 < _at_most(Q(raising_agency=raising, receiving_agency=receiving), few) < few


def _at_most(which: Q, most: int) -> int:
    """How many there are, counted no further than matters: a large partnership has a hundred thousand."""
    return Disagreement.objects.filter(which, destroyed_at=None).exclude(state="draft")[:most].count()


def _stands_in(words: str, text: str) -> bool:
    pattern = r"\s+".join(map(re.escape, words.split()))
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", text, re.I))


def _surname(name: str) -> str:
    """The last part of a name of several, where it is long enough to be meant when it is written with a capital."""
    parts = name.split()
    return parts[-1] if len(parts) > 1 and len(parts[-1]) > SHORTEST and parts[-1][0].isupper() else ""
