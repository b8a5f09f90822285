"""The same start in earnest: a disagreement raised, swept and announced at each instant that a forecast names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation import services
from escalation.models import ChronologyEntry, Deadline, Disagreement
from escalation.requirements import QUESTION_PREFIX, questions_at
from notifications import gathering
from notifications.audiences import FROM_DIRECTORY, REMINDERS, Person
from notifications.models import Notice
from notifications.services import announce
from partnerships import selectors
from partnerships.ladder import Position, openings
from partnerships.models import Contact, User
from partnerships.protocol_terms import Side
from rehearsal.casting import Cast, mover, parties, raiser
from rehearsal.forecast import Forecast, Start, forecast
from tests.world import World

# When, what, of which timescale, until when; and of a letter when, in which words, to which role.
Told = tuple[datetime, str, str, datetime]
Letter = tuple[datetime, str, str]


@dataclass(frozen=True)
class Story:
    """What happened, or what was said would: entries, clocks started with their dates, and letters."""

    entries: list[Told]
    dates: list[tuple[datetime, str, datetime]]
    letters: list[Letter]


def foretold(found: Forecast) -> Story:
    noted = [(moment.at, one) for moment in found.moments for one in moment.noted]
    return Story(
        entries=sorted(
            (at, one.step.happening.kind.value, *_about(one.step.happening.data))
            for at, one in noted
            if one.step.happening.kind in REMINDERS
        ),
        dates=sorted((at, clock.time_limit, clock.due_at) for at, one in noted for clock in one.step.started),
        letters=sorted((at, told.template, told.role) for at, one in noted for told in one.told),
    )


def _about(data: Mapping[str, Any]) -> tuple[str, datetime]:
    return data["time_limit"], datetime.fromisoformat(data["due_at"])


class Reality:
    """A partnership with the protocol in force, and everybody named whom the forms ask for."""

    def __init__(self, world: World) -> None:
        self.world = world
        for agency in world.agencies.values():  # whoever is named is known to be theirs: nobody waits for the office
            agency.email_domains = [f"{world.slug}.example"]
            with world.scope():
                agency.save()
        own = raiser(world.protocol)
        self.raiser = self._user(own) if own else world.midwife
        for stage in world.protocol.ladder:
            for tier in range(stage.heights):
                self._mover(Position(stage=stage.key, tier=tier + 1))
        for role in world.protocol.roles:
            if role.capacity in FROM_DIRECTORY:
                world.person(f"listed.{role.key}.there", "adviser", "social_care", protocol_role=role.key)
                world.person(f"listed.{role.key}.beside", "adviser", protocol_role=role.key)

    def _user(self, person: Person) -> User:
        email = f"{person.role}.{person.side}@{self.world.slug}.example"
        found = User.objects.filter(email=email).first()
        return found or self.world.person(email.partition("@")[0], "practitioner", "hospital")

    def cast(self) -> Cast:
        with self.world.scope():
            directory = tuple(gathering.directory(Contact.objects.filter(active=True).order_by("pk")))
        agencies = {Side.RAISING: self.world.agencies["hospital"].pk, Side.RECEIVING: self.world.agencies["social_care"].pk}
        return Cast(directory=directory, agencies=agencies)

    def foretells(self, start: Start, *, until: datetime, moves_up: bool = False) -> Forecast:
        cast = self.cast()
        with self.world.scope():
            calendar = selectors.calendar()
        return forecast(self.world.protocol, start, calendar=calendar, cast=cast, until=until, moves_up=moves_up)

    def raises(self, start: Start) -> Disagreement:
        people = tuple(self._person(person) for person in parties(self.world.protocol, [start.to]))
        direct = any(o.direct for o in openings(self.world.protocol, start.facts()) if o.to == start.to)
        asked = questions_at(self.world.protocol, at="raising", facts=start.facts(direct=direct))
        own = {f"{QUESTION_PREFIX}{question.key}": (*question.choices, "yes")[0] for question in asked}
        return self.world.raised(
            at=start.at,
            by=self.raiser,
            to=start.to,
            people=people,
            answers=self.world.answers(start.to.stage, **own),
            urgency=start.urgency,
            child_status=start.child_status,
            category=start.category,
            flags=start.flags,
            needed_by=start.needed_by,
            decided_on=start.decided_on,
            raised_as=start.raised_as,
            direct_reason="It cannot wait." if direct else "",
        )

    def _person(self, person: Person) -> services.Person:
        name = f"{person.role} {person.side}".title()
        email = f"{person.role}.{person.side}@{self.world.slug}.example"
        return services.Person(side=Side(person.side), role=person.role, name=name, email=email)

    def lives_through(self, start: Start, found: Forecast) -> Story:
        """Nobody acts but where the forecast says that somebody moves it up."""
        disagreement = self.raises(start)
        announce(self.world.partnership.pk, at=start.at)
        for moment in found.moments[1:]:
            for one in moment.noted:
                if one.move is not None:
                    self._moves_up(disagreement, moment.at, one)
                    break
            else:
                self.world.sweep(at=moment.at)
            announce(self.world.partnership.pk, at=moment.at)
        return self._story(disagreement)

    def _moves_up(self, disagreement: Disagreement, at: datetime, one: Any) -> None:
        people = [self._person(person) for person in parties(self.world.protocol, [one.move.to])]
        by = self._mover(self.world.fresh(disagreement).position)
        data = one.step.happening.data
        gates = [gate.key for gate in one.move.gates]
        self.world.do(
            "escalate", disagreement, by=by, at=at, to=one.move.to, reason="Not agreed.",
            ground=data["ground"], gates=gates, people=people,
        )  # fmt: skip

    def _mover(self, rung: Position) -> User:
        found = mover(self.world.protocol, rung)
        return self._user(found) if found else self.raiser

    def _story(self, disagreement: Disagreement) -> Story:
        with self.world.scope():
            entries = list(ChronologyEntry.objects.filter(disagreement=disagreement).order_by("seq"))
            clocks = list(Deadline.objects.filter(disagreement=disagreement))
            notices = list(Notice.objects.filter(disagreement=disagreement).select_related("entry"))
        started = [(e.at, key, datetime.fromisoformat(due)) for e in entries for key, due in e.data.get("started", {}).items()]
        assert len(started) == len(clocks)
        return Story(
            entries=sorted((e.at, e.kind, *_about(e.data)) for e in entries if e.kind in REMINDERS),
            dates=sorted(started),
            letters=sorted((n.entry.at, n.template, n.role) for n in notices),
        )
