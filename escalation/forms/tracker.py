"""What the office can narrow the tracker by, as an address that can be shared; must not know any page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from partnerships import date_words
from partnerships.form_fields import Checkboxes
from partnerships.models import Agency, ProtocolVersion, User
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_sentences import capital, stage_name
from partnerships.working_days import Calendar

from ..models import Disagreement, ElsewhereMarker
from ..searching import matching
from ..states import STATE_WORDS, State
from ..tracker.narrowing import (
    ANY,
    CONCERN,
    CONCERNS,
    DATED,
    GONE,
    ME,
    NOBODY,
    OVER,
    PERIODS,
    SEVERAL,
    TURNS,
    Asking,
    Period,
    of_concern,
    of_period,
    of_state,
    since,
    until,
)
from ..tracker.orders import ORDERS, Order
from ..tracker.rows import STANDING_WORDS
from .drawn_once import drawn

STATES = [
    ("", "Not closed or withdrawn"),
    *((state.value, words) for state, words in STATE_WORDS.items() if state != State.DRAFT),
    (OVER, "Resolved, closed or withdrawn"),
    (ANY, "Any state"),
]
# Always in sight; the rest opens.
IN_SIGHT = ("reference", "state", "sort")
Choices = list[tuple[str, str]]
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"]
WORDS_GONE = "Search: the words of that search are not kept any more. Type them again."


def _unknown(label: str) -> dict[str, str]:
    """It names itself where the address asks for something that is not in it."""
    words = f"{label}: what the address asks for is not known here, so it was left out"
    return {"invalid_choice": words, "invalid": words}


def _choice(label: str, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=_unknown(label))


def _day(label: str) -> forms.DateField:
    wrong = f"{label}: enter a day like 17/5/2026, or leave it empty"
    return forms.DateField(
        label=label, required=False, input_formats=DAYS, widget=forms.TextInput(), error_messages={"invalid": wrong}
    )


@dataclass(frozen=True)
class Chosen:
    """One value of one filter that is set: its name and value in the address, and what it says."""

    name: str
    given: str
    label: str
    value: str


class TrackerFilters(forms.Form):
    """Read from the address. What is left empty narrows nothing; what is not known is refused and narrows nothing."""

    label_size = ""

    reference = forms.CharField(label="Reference", required=False, max_length=20)
    state = _choice("State", STATES)
    sort = _choice("Order", [("", ORDERS[Order.DUE].words), *((o.value, ORDERS[o].words) for o in list(Order)[1:])])

    def __init__(
        self,
        data: Any,
        *,
        versions: Sequence[ProtocolVersion],
        agencies: Iterable[Agency],
        office: Iterable[User] = (),
        user: User | None = None,
        words: str | None = "",
    ) -> None:
        """`words`: what was typed to search for, which the address only names (`q`); None where it is kept no more."""
        super().__init__(data)
        self._user, self._words = user, words
        self.agencies, self.office = list(agencies), list(office)
        protocols = [version.protocol for version in versions]
        own = [(agency.key, agency.name) for agency in self.agencies]
        self._add("stage", "Step", [(s.key, stage_name(p, s.key)) for p in protocols for s in p.ladder])
        self._add("kind", "Kind of step", [(kind.value, capital(name)) for kind, name in KIND_NAMES.items()])
        self._add("raising", "Raising agency", own)
        self._add("receiving", "Receiving agency", own)
        self._add("category", "Category", [(c.key, c.name) for p in protocols for c in p.categories])
        self._add("urgency", "Urgency", [(u.key, u.name) for p in protocols for u in p.urgency_bands])
        marks = [(f.key, f.name) for p in protocols for f in p.flags]
        self._add("mark", "Mark", [(ANY, "Any mark"), *marks] if marks else [])
        self._add("child", "Child’s status", [(s.key, s.name) for p in protocols for s in p.child_statuses])
        self._add("timescale", "Timescale", [(standing.value, words) for standing, words in STANDING_WORDS.items()])
        self._add("turn", "Whose turn", [(str(key), said) for key, said in TURNS.items()])
        self._add("owner", "Followed by", self._owners(self.office))
        self._add_protocols(versions)
        for name, (_, label) in DATED.items():
            periods = [("", "Any time"), *((period.value, said) for period, said in PERIODS.items())]
            self.fields[name] = _choice(label, periods)
            self.fields[f"{name}_from"] = _day(f"{label} from")
            self.fields[f"{name}_to"] = _day(f"{label} until")
        self.fields["concern"] = _choice("Concern", [("", "Any"), *CONCERNS.items()])

    def _owners(self, office: Iterable[User]) -> Choices:
        people = [(str(one.pk), one.name) for one in office]
        return [(ME, "Me"), (NOBODY, "Nobody yet"), *people, (GONE, "Somebody who has left the office")]

    def _add_protocols(self, versions: Sequence[ProtocolVersion]) -> None:
        """Under which protocol, where there are several; under which version, where there are."""
        if len(lines := {version.line: version.title for version in reversed(versions)}) > 1:
            self._add("protocol", "Protocol", list(lines.items()))
        if len(versions) > 1:
            named = [(f"{v.line}.{v.number}", f"{v.title}, version {v.number}") for v in versions]
            self._add("version", "Protocol version", named)

    def _add(self, name: str, label: str, choices: Choices) -> None:
        """A filter among what the partnership's protocols know, the newest version's words first; none where they know
        nothing. Several may be chosen."""
        known = dict(reversed(choices))
        in_order = {key: known[key] for key, _ in choices}
        if in_order:
            self.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, choices=list(in_order.items()), widget=Checkboxes, error_messages=_unknown(label)
            )

    def clean(self) -> dict[str, Any]:
        if self._words is None:
            self.add_error(None, WORDS_GONE)
        return super().clean() or {}

    @property
    def given(self) -> dict[str, Any]:
        """What is set and known. An unknown value is told at its field and left out here. `q`: that words were typed."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return {**found, "q": self._words} if self._words else found

    @property
    def words(self) -> str:
        return self._words or ""

    @property
    def order(self) -> Order:
        return Order(self.given.get("sort") or Order.DUE)

    def chosen(self) -> list[Chosen]:
        """The filters that are set, value by value, as they are shown; the order is no filter."""
        found = []
        for name, value in self.given.items():
            if name == "sort":
                continue
            if name in ("q", "reference"):
                found.append(Chosen(name, "", "Search" if name == "q" else self._label(name), value))
            elif isinstance(value, list):
                words = dict(self.fields[name].choices)  # type: ignore[attr-defined]
                found += [Chosen(name, one, self._label(name), words[one]) for one in value]
            elif isinstance(value, date):
                found.append(Chosen(name, "", self._label(name), date_words.day(value)))
            else:
                said = dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]
                found.append(Chosen(name, "", self._label(name), said))
        return found

    def _label(self, name: str) -> str:
        return str(self.fields[name].label)

    def several(self) -> list[Any]:
        """Those of which several may be chosen, each with how many are."""
        return [
            {"field": self[name], "drawn": drawn(self[name]), "chosen": len(self.given.get(name, ()))}
            for name, field in self.fields.items()
            if isinstance(field, forms.MultipleChoiceField)
        ]

    def in_sight(self) -> list[SafeString]:
        return [drawn(self[name]) for name in IN_SIGHT]

    def others(self) -> list[SafeString]:
        """The other filters that are not always in sight."""
        return [
            drawn(self[name])
            for name, field in self.fields.items()
            if name not in IN_SIGHT and not isinstance(field, forms.MultipleChoiceField)
        ]

    @property
    def more_open(self) -> bool:
        """Whether a filter is set that is not in sight."""
        return bool(set(self.given) - {*IN_SIGHT, "q"})

    def narrow(self, found: QuerySet[Disagreement], *, at: datetime, calendar: Calendar) -> QuerySet[Disagreement]:
        """What fits, in its order."""
        order = ORDERS[self.order]
        by, number = (order.by.asc(), "pk") if order.rising else (order.by.desc(), "-pk")  # type: ignore[attr-defined]
        return self.fitting(found, at=at, calendar=calendar).order_by(by, number)

    def fitting(self, found: QuerySet[Disagreement], *, at: datetime, calendar: Calendar) -> QuerySet[Disagreement]:
        given, asking = self.given, Asking(at, calendar, self._user.pk if self._user else None)
        wanted = of_state(given.get("state", ""))
        if "reference" in given:
            wanted &= Q(reference__icontains=given["reference"])
        for name, asks in SEVERAL.items():
            if name in given:
                wanted &= asks(given[name], asking)
        if given.get("concern") == CONCERN:
            wanted &= of_concern(asking)
        for name, (stored, _) in DATED.items():
            if name in given:
                wanted &= of_period(stored, Period(given[name]), asking)
            if f"{name}_from" in given:
                wanted &= since(stored, given[f"{name}_from"])
            if f"{name}_to" in given:
                wanted &= until(stored, given[f"{name}_to"])
        narrowed = found.filter(wanted)
        return matching(narrowed, self._words) if self._words else narrowed

    def narrow_markers(self, found: QuerySet[ElsewhereMarker]) -> QuerySet[ElsewhereMarker]:
        """Of those that other partnerships hold: their reference and their state are all that is known of them, so whatever
        else is asked for leaves them out."""
        given = self.given
        if set(given) - {"reference", "state", "sort"}:
            return found.none()
        wanted = Q(reference__icontains=given["reference"]) if "reference" in given else Q()
        return found.filter(wanted & of_state(given.get("state", "")))

    def address(self) -> dict[str, list[str]]:
        """What stands of it in an address and can be saved: names and values, in the form's own order. Never words."""
        self.is_valid()
        kept = {}
        for name in self.fields:
            value = self.cleaned_data.get(name)
            if value:
                values = value if isinstance(value, list) else [value]
                kept[name] = [one.isoformat() if isinstance(one, date) else str(one) for one in values]
        return kept
