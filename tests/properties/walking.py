"""A walk: one disagreement, verb after verb by anybody at any time, with everything that must hold looked at each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from escalation import services
from escalation.in_hand import LIVE, in_order, live, to_act_on
from escalation.models import (
    Action,
    Check,
    ChronologyEntry,
    ChronologyWords,
    Deadline,
    Disagreement,
    Learning,
    Link,
    Outcome,
    Party,
    ProposedOutcome,
    SideProcessRecord,
)  # fmt: skip
from escalation.moves import Refused
from escalation.permissions import Viewer
from escalation.services.turning import note_turn
from escalation.states import Kind, State
from escalation.verification import contradictions, verify
from escalation.views.cards import card
from insight import counting
from partnerships import selectors as partnership_selectors
from partnerships.models import User
from partnerships.services import add_closure
from tests.world import TUESDAY, World

from .both_ways import noted_alike
from .deeds import FACTS, Choosing, Deed, positions

# What a protocol may have follow from a verb, in the same transaction and as entries of its own.
FOLLOWING = {Kind.SIDE_PROCESS_STARTED, Kind.CLOCK_PAUSED, Kind.CLOCK_RESUMED}
CLOCKWORK = ("sweep", "look", "undelivered", "closure")
STANDS = ("state", "stage", "tier", "ended_at", "waiting_for", "flags")
# Everything that a verb could leave half-written.
ROWS = (
    Party, Check, ProposedOutcome, Outcome, Action, Learning, Link, SideProcessRecord, Deadline, ChronologyEntry,
    ChronologyWords,
)  # fmt: skip
COUNTS = f"SELECT {', '.join(f'(SELECT count(*) FROM {model._meta.db_table})' for model in ROWS)}"


# A key of the protocol or of an enumeration, a day, or an instant.
PLAIN = re.compile(r"[a-z0-9_]*|\d{4}-\d\d-\d\d(T[\d:.+]+)?")


def leaves(data: Any) -> Iterator[Any]:
    """Every key and every value, however deep."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from leaves(value)
    else:
        yield data


@dataclass
class Walk:
    """Inside the scope of its world from beginning to end."""

    world: World
    disagreement: Disagreement
    viewers: dict[str, Viewer]
    at: datetime = TUESDAY
    done: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, world: World, viewers: dict[str, Viewer], **particulars: Any) -> Walk:
        raiser = viewers["midwife"]
        mine, another = services.start_draft(raiser), services.start_draft(raiser)
        services.raise_disagreement(another.pk, viewer=raiser, particulars=world.particulars(), at=TUESDAY)
        services.raise_disagreement(mine.pk, viewer=raiser, particulars=world.particulars(**particulars), at=TUESDAY)
        return cls(world, world.fresh(mine), viewers)

    def step(self, verb: str, *, by: str, later: timedelta, choose: Choosing, behind: int = 0) -> None:
        """Do it, or be refused; either way nothing that must hold may be broken. `behind`: how old the page is."""
        self.at += later
        before = self.snapshot()
        written = self._clockwork(verb) if verb in CLOCKWORK else self._try(verb, by=by, choose=choose, behind=behind)
        self.disagreement = self.world.fresh(self.disagreement)
        after = self.snapshot()
        if written:
            self.done.append(verb)
            self.moves_nothing_by_talking(verb, before, after)
            if not len(self.done) % 6:
                assert counting.catch_up() == 0
            assert after["counts"][ChronologyEntry] == before["counts"][ChronologyEntry] + written, verb
            self.holds()
        else:
            assert after == before, f"{verb} left something behind, and no entry"

    def _try(self, verb: str, *, by: str, choose: Choosing, behind: int) -> int:
        facts = FACTS[verb](Deed(self.world, self.disagreement, at=self.at, choose=choose))
        version = self.disagreement.version - behind
        last = ChronologyEntry.objects.latest("seq").seq
        try:
            with transaction.atomic():
                getattr(services, verb)(self.disagreement.pk, viewer=self.viewers[by], version=version, at=self.at, **facts)
        except Refused as refused:
            assert str(refused).strip(), f"{verb} was refused without a word"  # noqa: PT017  (refusing is right as well)
            return 0
        assert behind == 0, f"{verb} was done from a page that was out of date"
        written = list(ChronologyEntry.objects.filter(seq__gt=last).order_by("seq").values_list("kind", flat=True))
        assert set(written[1:]) <= FOLLOWING, f"{verb} wrote more than one entry"
        return len(written)

    def _clockwork(self, verb: str) -> int:
        if verb == "sweep":
            noted = noted_alike(self.world, at=self.at)
            assert services.note_timescales(self.world.partnership.pk, at=self.at) == 0, "noted twice"
            return noted
        if verb == "look":
            return int(services.open_it(self.disagreement.pk, viewer=self.viewers["team_manager"], at=self.at) is not None)
        if verb == "undelivered":
            services.note_undelivered(disagreement_ids=[self.disagreement.pk], message_id=1, at=self.at)
            return 1
        day = (self.at + timedelta(days=2)).date()
        if day in partnership_selectors.calendar().closed:
            return 0
        add_closure(day=day, name="Training day")
        return services.recount_clocks(at=self.at)

    def moves_nothing_by_talking(self, verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        """A proposal and its answer turn no clock and lead nowhere, until it is agreed; then it is agreed word for word."""
        if verb in ("propose_outcome", "decline_proposal", "withdraw_proposal"):
            assert after["clocks"] == before["clocks"]
            assert [after["own"][part] for part in STANDS] == [before["own"][part] for part in STANDS]
        if verb == "agree_to_proposal":
            outcome = Outcome.objects.select_related("proposal").latest("pk")
            proposal = outcome.proposal
            assert proposal is not None
            assert (outcome.text, outcome.outstanding) == (proposal.text, proposal.outstanding)
            entries = ChronologyEntry.objects.filter(disagreement=self.disagreement, data__proposal=proposal.pk).order_by("seq")
            proposed, agreed = (ChronologyWords.objects.get(pk=entry.words_id).text for entry in entries)
            assert proposed == agreed
            kept = Action.objects.order_by("-pk")[: len(proposal.plan)]
            assert [(a.what, a.owner, a.due.isoformat()) for a in reversed(kept)] == [
                (each["what"], each["owner"], each["due"]) for each in proposal.plan
            ]

    def snapshot(self) -> dict[str, Any]:
        """How many rows there are of each kind, and every value of the disagreement's own row."""
        with connection.cursor() as cursor:
            cursor.execute(COUNTS)
            counts = dict(zip(ROWS, cursor.fetchone(), strict=True))
        own = Disagreement.objects.filter(pk=self.disagreement.pk).values().get()
        clocks = list(Deadline.objects.filter(disagreement=self.disagreement).order_by("pk").values_list())
        return {"counts": counts, "own": own, "clocks": clocks}

    def holds(self) -> None:
        d = self.disagreement
        assert d.state in set(State)
        assert d.state != State.DRAFT
        assert d.position in positions(d.protocol)
        assert d.stage_kind == d.protocol.stage(d.stage).kind
        assert (d.ended_at is not None) == d.ended
        last = ChronologyEntry.objects.filter(disagreement=d).order_by("-seq").first()
        assert last is not None
        assert (last.state, last.stage, last.tier) == (d.state, d.stage, d.tier)
        assert contradictions(d, calendar=partnership_selectors.calendar()) == []
        if d.state in (State.CLOSED, State.WITHDRAWN):
            assert not Deadline.objects.filter(disagreement=d, stopped_at=None).exists(), "a clock goes on after the end"

    def ends(self) -> None:
        """At the end of the walk: the chain, of this and of every other disagreement, and nobody's words caught in it."""
        assert verify().faults == ()
        self.turns_are_kept()
        self.figures_are_kept()
        for data in ChronologyEntry.objects.values_list("data", flat=True):
            assert [value for value in leaves(data) if isinstance(value, str) and not PLAIN.fullmatch(value)] == []

    def turns_are_kept(self) -> None:
        """Days later, when nothing but clocks has passed: whose turn is kept beside the row is whose turn it is, and a list
        holds what its cards say is asked."""
        self.at += timedelta(days=3)
        noted_alike(self.world, at=self.at)
        kept = self.turns()
        note_turn(self.world.fresh(self.disagreement), at=self.at)
        assert kept == self.turns(), self.done
        for name in ("team_manager", "office", "decider"):
            viewer = self.viewers[name]
            listed = live(viewer).filter(to_act_on(viewer), pk=self.disagreement.pk).exists()
            found = [d for d in in_order([d.pk for d in live(viewer).filter(pk=self.disagreement.pk)]) if d.state in LIVE]
            said = any(card(d, viewer, at=self.at, calendar=partnership_selectors.calendar()).yours for d in found)
            assert listed == said, (name, self.done)

    def figures_are_kept(self) -> None:
        """What was counted along the way is what a recount says: of this one, of the others, and of a draft nothing."""
        assert counting.catch_up() == 0
        every = list(Disagreement.objects.values_list("pk", flat=True))
        assert counting.differing(every) == [], self.done
        counted = counting.stored(every)
        assert counted.keys() == set(Disagreement.objects.exclude(state=State.DRAFT).values_list("pk", flat=True))
        own, now = counted[self.disagreement.pk].counted, self.disagreement
        assert (own["ended_at"], own["raised_at"], own["line"]) == (now.ended_at, now.raised_at, now.line), self.done
        assert own["receiver_id"] == now.receiving_agency_id

    def turns(self) -> list[Any]:
        own = Disagreement.objects.filter(pk=self.disagreement.pk).values_list("turn", "turn_due").get()
        return [own, *Party.objects.filter(disagreement=self.disagreement).order_by("pk").values_list("pk", "has_turn")]


CAST = ("midwife", "hospital_lead", "social_worker", "team_manager", "office", "stranger", "administrator")


def cast_of(world: World) -> dict[str, Viewer]:
    """The standing cast and a decision-maker of this ladder, as the services see them."""
    people: dict[str, User] = {name: getattr(world, name) for name in CAST}
    deciding = [s.authority.by for s in world.protocol.ladder if s.authority and s.authority.by]
    people["decider"] = world.decider(deciding[-1] if deciding else "")
    with world.scope():
        return {name: world.viewer(user) for name, user in people.items()}
