"""What the office can narrow the tracker by, as an address that can be shared; must not know any page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from partnerships.models import Agency
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_sentences import capital, stage_name
from partnerships.working_days import Calendar

from ..models import Disagreement, ElsewhereMarker
from ..states import STATE_WORDS, State
from ..tracker import LIVE, ORDERS, STANDING_WORDS, Order, Standing, standing_is

ANY = "any"
STATES = [
    ("", "Not closed or withdrawn"),
    *((state.value, words) for state, words in STATE_WORDS.items() if state != State.DRAFT),
    (ANY, "Any state"),
]
Choices = list[tuple[str, str]]


def _choice(label: str, choices: Choices) -> forms.ChoiceField:
    """A list to choose from, which names itself where the address asks for something that is not in it."""
    unknown = f"{label}: what the address asks for is not known here, so it was left out"
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages={"invalid_choice": unknown})


@dataclass(frozen=True)
class Chosen:
    """One filter that is set: its name in the address, and what it says."""

    name: str
    label: str
    value: str


class TrackerFilters(forms.Form):
    """Read from the address. What is left empty narrows nothing; what is not known is refused and narrows nothing."""

    label_size = ""

    reference = forms.CharField(label="Reference", required=False, max_length=20)
    state = _choice("State", STATES)
    sort = _choice("Order", [("", ORDERS[Order.DUE][0]), *((o.value, ORDERS[o][0]) for o in list(Order)[1:])])

    def __init__(self, data: Any, *, protocols: Sequence[Protocol], agencies: Iterable[Agency]) -> None:
        super().__init__(data)
        own = [(agency.key, agency.name) for agency in agencies]
        self._add("stage", "Step", [(s.key, stage_name(p, s.key)) for p in protocols for s in p.ladder])
        self._add("kind", "Kind of step", [(kind.value, capital(name)) for kind, name in KIND_NAMES.items()])
        self._add("raising", "Raising agency", own)
        self._add("receiving", "Receiving agency", own)
        self._add("category", "Category", [(c.key, c.name) for p in protocols for c in p.categories])
        self._add("urgency", "Urgency", [(u.key, u.name) for p in protocols for u in p.urgency_bands])
        self._add("mark", "Mark", [(f.key, f.name) for p in protocols for f in p.flags])
        self._add("timescale", "Timescale", [(standing.value, words) for standing, words in STANDING_WORDS.items()])

    def _add(self, name: str, label: str, choices: Choices) -> None:
        """A filter among what the partnership's protocols know, the newest version's words first; none where they know
        nothing."""
        known = dict(reversed(choices))
        in_order = {key: known[key] for key, _ in choices}
        if in_order:
            self.fields[name] = _choice(label, [("", "Any"), *in_order.items()])

    @property
    def given(self) -> dict[str, str]:
        """What is set and known. An unknown value is told at its field and left out here."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def chosen(self) -> list[Chosen]:
        """The filters that are set, as they are shown; the order is no filter."""
        found = []
        for name, value in self.given.items():
            field = self.fields[name]
            words = dict(field.widget.choices)[value] if isinstance(field.widget, forms.Select) else value
            found += [Chosen(name, str(field.label), str(words))] if name != "sort" else []
        return found

    def more(self) -> list[Any]:
        """The filters that are not always in sight."""
        return [field for field in self if field.name not in ("reference", "state", "sort")]

    def narrow(self, found: QuerySet[Disagreement], *, at: datetime, calendar: Calendar) -> QuerySet[Disagreement]:
        given = self.given
        simple = {
            "stage": "stage",
            "kind": "stage_kind",
            "raising": "raising_agency__key",
            "receiving": "receiving_agency__key",
            "category": "category",
            "urgency": "urgency",
            "reference": "reference__icontains",
        }
        wanted = Q(**{lookup: given[name] for name, lookup in simple.items() if name in given})
        state = given.get("state", "")
        if state != ANY:
            wanted &= Q(state=state) if state else Q(state__in=LIVE)
        if "mark" in given:
            wanted &= Q(flags__contains=[given["mark"]])
        if "timescale" in given:
            wanted &= standing_is(Standing(given["timescale"]), at=at, calendar=calendar)
        return found.filter(wanted).order_by(*ORDERS[Order(given.get("sort", Order.DUE))][1])

    def narrow_markers(self, found: QuerySet[ElsewhereMarker]) -> QuerySet[ElsewhereMarker]:
        """Of those that other partnerships hold: their reference and their state are all that is known of them, so whatever
        else is asked for leaves them out."""
        given = self.given
        if set(given) - {"reference", "state", "sort"}:
            return found.none()
        wanted = Q(reference__icontains=given["reference"]) if "reference" in given else Q()
        state = given.get("state", "")
        if state != ANY:
            wanted &= Q(state=state) if state else Q(state__in=LIVE)
        return found.filter(wanted)
