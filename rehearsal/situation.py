"""The form on which somebody chooses a start to rehearse, read from the address so that it can be kept and sent on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms

from escalation.models import Disagreement
from escalation.moves import Refused
from partnerships.form_dates import GovukDateField, GovukDateTimeField
from partnerships.form_fields import Checkboxes, Radios
from partnerships.ladder import Position, openings, rung_words
from partnerships.models import Agency, ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import RAISED_AS_WORDS, SECTOR_WORDS
from partnerships.protocol_sentences import capital
from partnerships.protocol_terms import Asked, RaisedAs, Sector, Side
from partnerships.routing import not_here, stopped

from .forecast import Start
from .wording import day_words

OWN, LISTED, ANY = "agency:", "listed:", "sector:"
STAY, MOVE_UP = "stay", "move_up"
HORIZONS = {"31": "1 month", "92": "3 months", "183": "6 months", "366": "12 months"}
ALWAYS_SHOWN = ("at", "opening", "raising", "receiving", "then", "days")
TIMED = ("at-day", "at-month", "at-year", "at-time", "at")


def agency_choices(protocol: Protocol, agencies: Iterable[Agency]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The partnership's agencies, those that the protocol adds to them, and any agency of a sector."""
    own = [(f"{OWN}{agency.key}", agency.name) for agency in agencies]
    known = {key.removeprefix(OWN) for key, _ in own}
    more = [(f"{LISTED}{part.key}", part.name) for part in protocol.agencies if part.key not in known]
    sectors = [(f"{ANY}{sector}", f"Any agency: {SECTOR_WORDS[sector]}") for sector in Sector]
    groups = (("Agencies of the partnership", own), ("Named in this protocol", more), ("Any agency of a sector", sectors))
    return [(title, choices) for title, choices in groups if choices]


class Situation(forms.Form):
    """What the form of a disagreement would say. What the address leaves out is as it was proposed."""

    label_size = "s"

    at = GovukDateTimeField(label="When it is raised", called="The date it is raised")
    opening = forms.ChoiceField(
        label="Where it starts", error_messages={"invalid_choice": "Choose where it starts from the list"}
    )
    raising = forms.ChoiceField(label="Raising agency", error_messages={"invalid_choice": "Choose the agency from the list"})
    receiving = forms.ChoiceField(label="Receiving agency", error_messages={"invalid_choice": "Choose the agency from the list"})

    def __init__(self, data: Mapping[str, Any], *, version: ProtocolVersion, agencies: Iterable[Agency], now: datetime) -> None:
        self.protocol: Protocol = version.protocol
        self.version = version
        self.agencies = {agency.key: agency for agency in agencies}
        self.now = now
        super().__init__(self._completed(data))
        self.fields["opening"].choices = self._openings()  # type: ignore[attr-defined]
        for name in ("raising", "receiving"):
            self.fields[name].choices = agency_choices(self.protocol, self.agencies.values())  # type: ignore[attr-defined]
        self._add_what_the_protocol_knows()
        self._add_dates()
        self.fields["then"] = forms.ChoiceField(
            label="And then?",
            choices=[(STAY, "Nobody acts"), (MOVE_UP, "It is moved up each time a timescale passes")],
            widget=Radios(hints={MOVE_UP: "In the next office hours after it, one step each time, up to the highest."}),
        )
        self.fields["days"] = forms.ChoiceField(label="How far ahead", choices=list(HORIZONS.items()))

    def _completed(self, data: Mapping[str, Any]) -> Any:
        """What was not asked for in the address has the value that the form proposes."""
        completed: Any = data.copy()  # type: ignore[attr-defined]
        for name, value in self._proposed().items():
            if name == "at" and any(part in completed for part in TIMED):
                continue
            if name not in completed:
                completed[name] = value
        return completed

    def _proposed(self) -> dict[str, str]:
        keys = list(self.agencies)
        both = [f"{OWN}{key}" for key in keys[:2]] if len(keys) > 1 else [f"{ANY}{Sector.HEALTH}", f"{ANY}{Sector.SOCIAL_CARE}"]
        first = openings(self.protocol)[:1]
        return {
            "at": self.now.isoformat(),
            "opening": _value(first[0].to) if first else "",
            "raising": both[0],
            "receiving": both[1],
            "raised_as": RaisedAs.OWN.value,
            "then": STAY,
            "days": "31",
        }

    def _openings(self) -> list[tuple[str, str]]:
        found = openings(self.protocol)
        return [(_value(o.to), f"{rung_words(self.protocol, o.to)}{' (straight away, with a reason)' * o.direct}") for o in found]

    def _add_what_the_protocol_knows(self) -> None:
        """A question only where the protocol has answers to it."""
        known = (
            ("urgency", "Urgency", self.protocol.urgency_bands),
            ("child_status", "The child’s status", self.protocol.child_statuses),
            ("category", "What it is about", self.protocol.categories),
        )
        for name, label, parts in known:
            if parts:
                choices = [("", "None"), *((part.key, part.name) for part in parts)]
                self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices)
        if self.protocol.flags:
            marks = [(flag.key, flag.name) for flag in self.protocol.flags]
            self.fields["flags"] = forms.MultipleChoiceField(label="Marks", required=False, choices=marks, widget=Checkboxes())
        if self.protocol.raisers:
            kinds = [RaisedAs.OWN, *(raiser.kind for raiser in self.protocol.raisers)]
            choices = [(kind.value, capital(RAISED_AS_WORDS[kind])) for kind in dict.fromkeys(kinds)]
            self.fields["raised_as"] = forms.ChoiceField(label="How it is raised", choices=choices)

    def _add_dates(self) -> None:
        asked = self.protocol.asks_for(Asked.NEEDED_BY)
        if asked or any(limit.whichever_is_shorter for limit in self.protocol.time_limits):
            self.fields["needed_by"] = GovukDateField(label="A date asked for", called="The date asked for", required=False)
        decided = self.protocol.asks_for(Asked.DECIDED_ON)
        if decided or any(limit.counts_from == "decided_on" for limit in self.protocol.time_limits):
            self.fields["decided_on"] = GovukDateField(
                label="When the decision was made", called="The date of the decision", required=False
            )

    def more(self) -> list[Any]:
        """What is folded away: everything that most starts leave as it is."""
        return [field for field in self if field.name in self.folded()]

    def folded(self) -> list[str]:
        return [name for name in self.fields if name not in ALWAYS_SHOWN]

    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen, in words, for the printed page: the form itself is not printed."""
        said = []
        for field in self:
            value = self.cleaned_data.get(field.name)
            if value and field.name != "at":
                said.append((str(field.label), self._in_words(field.field, value)))
        return said

    @staticmethod
    def _in_words(field: Any, value: Any) -> str:
        if not isinstance(field, forms.ChoiceField):
            return day_words(value)
        offered: Any = field.choices
        names = dict(flattened(offered))
        return ", ".join(names[one] for one in (value if isinstance(value, list) else [value]))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if {"opening", "raising", "receiving", "at"} <= set(given) and not self.errors:
            same = given["raising"] == given["receiving"] and given["raising"].startswith((OWN, LISTED))
            if same:
                self.add_error("receiving", "Choose two different agencies: this is for disagreements between agencies")
            decided = given.get("decided_on")
            if decided is not None and decided > given["at"].date():
                self.add_error("decided_on", "The date of the decision must be on or before the day it is raised")
            if not self.errors:
                self._may_start_there()
        return given

    def _may_start_there(self) -> None:
        """Asked of the product itself: a disagreement like that, which is never saved, is opened there."""
        start = self.start
        imagined = Disagreement(
            protocol_version=self.version,
            child_status=start.child_status,
            category=start.category,
            urgency=start.urgency,
            flags=list(start.flags),
            raised_as=start.raised_as,
            decided_on=start.decided_on,
            raised_at=start.at,
            raising_agency=Agency(name="Raising", sector=start.sectors[Side.RAISING]),
            receiving_agency=Agency(name="Receiving", sector=start.sectors[Side.RECEIVING]),
        )
        try:
            imagined.raise_at(to=start.to, direct_reason=True)
        except Refused as refused:
            self.add_error("opening", str(refused))
        facts = replace(start.facts(direct=imagined.opened_directly), late=imagined.facts.late)
        for route in stopped(self.protocol, facts):
            self.add_error(None, not_here(route))

    @cached_property
    def start(self) -> Start:
        given = self.cleaned_data
        stage, _, tier = given["opening"].partition(":")
        return Start(
            at=given["at"],
            to=Position(stage=stage, tier=int(tier)),
            sectors={side: self._sector(given[side.value]) for side in (Side.RAISING, Side.RECEIVING)},
            urgency=given.get("urgency", ""),
            child_status=given.get("child_status", ""),
            category=given.get("category", ""),
            flags=tuple(given.get("flags", ())),
            raised_as=RaisedAs(given.get("raised_as") or RaisedAs.OWN),
            needed_by=given.get("needed_by"),
            decided_on=given.get("decided_on"),
        )

    def _sector(self, chosen: str) -> str:
        if chosen.startswith(ANY):
            return chosen.removeprefix(ANY)
        if chosen.startswith(OWN):
            return str(self.agencies[chosen.removeprefix(OWN)].sector)
        return next(part.sector for part in self.protocol.agencies if part.key == chosen.removeprefix(LISTED))

    def sides(self) -> dict[Side, int]:
        """The agencies that have rows, by side: whom they list is known."""
        chosen = {side: self.cleaned_data[side.value] for side in (Side.RAISING, Side.RECEIVING)}
        return {side: self.agencies[c.removeprefix(OWN)].pk for side, c in chosen.items() if c.startswith(OWN)}

    @property
    def moves_up(self) -> bool:
        return bool(self.cleaned_data["then"] == MOVE_UP)

    @property
    def until(self) -> datetime:
        found: datetime = self.cleaned_data["at"] + timedelta(days=int(self.cleaned_data["days"]))
        return found


def flattened(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Every choice of a list, those in groups too."""
    for value, name in choices:
        if isinstance(name, (list, tuple)):
            yield from flattened(name)
        else:
            yield str(value), str(name)


def _value(position: Position) -> str:
    return f"{position.stage}:{position.tier}"
