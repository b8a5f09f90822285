"""Every verb with arguments to try it with, sensible or not: what the walks and the promises do to a disagreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from escalation.models import Disagreement
from escalation.requirements import asked_to_be_satisfied, grounds_at
from escalation.services import Person, Planned, Seat
from escalation.turns import silences
from partnerships.ladder import Position
from partnerships.models import Agency
from partnerships.protocol import Closing, Ground, Protocol, Unanswered
from partnerships.protocol_terms import Satisfied, Side
from tests.world import World, shipped_protocol

T = TypeVar("T")
NOTHING = 0  # an id that no row has

Facts = dict[str, Any]


class Choosing:
    """How to choose where there is a choice; this one takes the first, which is the sensible one."""

    def one(self, of: Sequence[T]) -> T:
        return of[0]


def positions(protocol: Protocol) -> list[Position]:
    """Every rung of a ladder, lowest first."""
    return [Position(stage=s.key, tier=tier) for s in protocol.ladder for tier in range(1, s.heights + 1)]


class Deed:
    """One verb about to be done to one disagreement, inside its partnership's scope."""

    def __init__(self, world: World, disagreement: Disagreement, *, at: datetime, choose: Choosing) -> None:
        self.world, self.disagreement, self.at, self.choose = world, disagreement, at, choose
        self.protocol = disagreement.protocol

    def ids(self, rows: str) -> list[int]:
        return [*getattr(self.disagreement, rows).order_by("-pk").values_list("pk", flat=True), NOTHING]

    def clock(self, **which: Any) -> int:
        """First the clocks that the verb is meant for, then all others of this disagreement."""
        meant = self.disagreement.deadlines.filter(stopped_at=None, **which).order_by("-pk").values_list("pk", flat=True)
        return self.choose.one(list(dict.fromkeys([*meant, *self.ids("deadlines")])))

    def person(self, side: Side = Side.RECEIVING) -> Person:
        """In the role that acts here, where it is one of the two sides'."""
        acting = self.protocol.stage(self.disagreement.stage).acting(self.disagreement.tier) if self.disagreement.stage else ()
        roles = [r.key for r in self.protocol.roles if r.side == Side.BOTH]
        user = self.world.social_worker if side == Side.RECEIVING else self.world.hospital_lead
        return Person(side=side, role=next((r for r in acting if r in roles), roles[0]), name=user.name, email=user.email)

    def next_rung(self) -> Position:
        rungs = positions(self.protocol)
        here = rungs.index(self.disagreement.position) if self.disagreement.stage else -1
        return self.choose.one([*rungs[here + 1 :], *rungs[: here + 1]])

    def gates(self) -> list[str]:
        every = [gate.key for stage in self.protocol.stages for gate in stage.gates]
        return self.choose.one([every, [], every[:1]])

    def agency(self) -> Agency | None:
        """The raising side's, then the receiving side's; then one that has nothing to do with it."""
        done = self.disagreement.checks.filter(agency=self.disagreement.raising_agency).exists()
        own = [self.disagreement.raising_agency, self.disagreement.receiving_agency]
        return self.choose.one([*(reversed(own) if done else own), self.world.agencies["school"]])

    def other(self) -> Disagreement:
        others = Disagreement.objects.exclude(pk=self.disagreement.pk).exclude(state="draft").order_by("pk")
        return self.choose.one([*others[:3], self.disagreement])

    def keys(self, part: str) -> str:
        return self.choose.one([*(each.key for each in getattr(self.protocol, part)), "nonsense"])


def asking_for_more() -> Protocol:
    """Havering's protocol with what none of the five has: grounds, silence, and closing on both sides' word."""
    shipped = shipped_protocol("havering")
    clause = {"clause": "H 2.4"}
    silence = Unanswered(means="may_close", **clause)
    limits = [limit.model_copy(update={"unanswered": None if limit.repeats else silence}) for limit in shipped.time_limits]
    grounds = (
        Ground(key="not_agreed", name="Not agreed", **clause),
        Ground(key="silence", name="Silence", no_answer=True, **clause),
    )
    closing = Closing(satisfied=Satisfied.BOTH_SIDES, **clause)
    return shipped.model_copy(update={"grounds": grounds, "closing": closing, "time_limits": tuple(limits)})


def _escalate(deed: Deed) -> Facts:
    to = deed.next_rung()
    people = deed.choose.one([deed.world.acting_people(to), ()])
    grounds = [ground.key for ground in grounds_at(deed.protocol, stage=deed.disagreement.stage)]
    return {
        "to": to,
        "reason": deed.choose.one(["Not agreed", " "]),
        "gates": deed.gates(),
        "people": people,
        "ground": deed.choose.one([*grounds, *([] if grounds else [""]), "nonsense"]),
    }


def _situation(deed: Deed) -> Facts:
    bands = [band.key for band in deed.protocol.urgency_bands if band.key != deed.disagreement.urgency]
    statuses = [status.key for status in deed.protocol.child_statuses if status.key != deed.disagreement.child_status]
    return {
        "reason": deed.choose.one(["The risk has grown", " "]),
        "urgency": deed.choose.one([*bands, None, "", "nonsense"]),
        "child_status": deed.choose.one([*statuses, None, "", "nonsense"]),
    }


def _propose(deed: Deed) -> Facts:
    plan = deed.choose.one(
        [(), (Planned("Write to the GP", "Team manager", deed.at.date()),), (Planned(" ", "", deed.at.date()),)]
    )
    return {"text": deed.choose.one(["A visit each week", "\n"]), "outstanding": "Tell the GP", "plan": plan}


def _answer(deed: Deed) -> Facts:
    """To the proposal that waits, or to one that was changed meanwhile."""
    waiting = list(deed.disagreement.proposals.filter(ended="").values_list("pk", flat=True))
    return {"proposal": deed.choose.one([*waiting, *deed.ids("proposals")])}


def _satisfaction(deed: Deed) -> Facts:
    whose = deed.choose.one([*asked_to_be_satisfied(deed.protocol), "raiser"])
    return {"whose": whose, "satisfied": deed.choose.one(["yes", "no", "perhaps"]), "words": deed.choose.one(["The visit", ""])}


def _withdraw(deed: Deed) -> Facts:
    silent = [silence.limit.key for silence in silences(deed.disagreement, at=deed.at)] if deed.disagreement.stage else []
    facts = {"reason": "Moved away", "referred_to": deed.choose.one(["", "The complaints team"])}
    return facts | {"unanswered": deed.choose.one([*silent, ""])}


def _change_party(deed: Deed) -> Facts:
    side = deed.choose.one([Side.RECEIVING, Side.RAISING])
    return {"person": deed.person(side), "leaving": deed.choose.one([None, *deed.ids("parties")]), "reason": "Maternity leave"}


def _vary(deed: Deed) -> Facts:
    last_day = (deed.at + timedelta(days=deed.choose.one([0, 1, 20, -1]))).date()
    return {"deadline": deed.clock(), "last_day": last_day, "reason": "A report", "safe": deed.choose.one([True, False])}


def _start_side_process(deed: Deed) -> Facts:
    seats = deed.choose.one(
        [(), (Seat("Pat Panel", deed.world.agencies["school"]),), (Seat("Sam", deed.world.agencies["hospital"]),)]
    )
    although = deed.choose.one(["Named on Monday", ""])
    return {"process": deed.keys("side_processes"), "reason": "Stuck", "seats": seats, "although": although}


def _change_side_process(deed: Deed) -> Facts:
    seats = deed.choose.one([(Seat("Kim", deed.world.agencies["police"]),), ()])
    although = deed.choose.one(["The third is named on Monday", ""])
    return {"record": deed.choose.one(deed.ids("side_processes")), "reason": "On leave", "seats": seats, "although": although}


def _end_side_process(deed: Deed) -> Facts:
    record = deed.choose.one(deed.ids("side_processes"))
    found = deed.disagreement.side_processes.filter(pk=record).first()
    asked = deed.protocol.side_process(found.process) if found else None
    choices, questions = (asked.choices, asked.questions) if asked else ((), ())
    answers = [f"About {question}" for question in questions]
    return {
        "record": record, "outcome": "Both heard", "choice": deed.choose.one([*choices, ""]),
        "answers": deed.choose.one([answers, []]),
    }  # fmt: skip


def _with_words(deed: Deed) -> list[int]:
    entries = deed.disagreement.chronology.exclude(words_id=None).exclude(kind="corrected")
    return list(entries.order_by("-seq").values_list("seq", flat=True))


FACTS: dict[str, Callable[[Deed], Facts]] = {
    "acknowledge": lambda deed: {},
    "book_conversation": lambda deed: {"when": deed.at + timedelta(days=1), "words": "We ring at ten"},
    "record_conversation": lambda deed: {
        "when": deed.at - deed.choose.one([timedelta(hours=1), -timedelta(hours=1)]),
        "how": deed.choose.one(["telephone", "smoke"]), "words": deed.choose.one(["We talked", ""]),
    },
    "change_situation": _situation,
    "record_satisfaction": _satisfaction,
    "record_progress": lambda deed: {"words": deed.choose.one(["The family knows", ""])},
    "escalate": _escalate,
    "step_back": lambda deed: {"reason": "Raised too high"},
    "record_agreement": lambda deed: {"text": deed.choose.one(["A visit tomorrow", "\n"]), "outstanding": "Tell the GP"},
    "propose_outcome": _propose,
    "agree_to_proposal": _answer,
    "decline_proposal": lambda deed: _answer(deed) | {"reason": deed.choose.one(["Not on Fridays", " "])},
    "withdraw_proposal": lambda deed: {"reason": deed.choose.one(["", "We think again"])},
    "confirm_outcome": lambda deed: {"text": "A visit on Thursday"},
    "dispute_outcome": lambda deed: {"reason": "Not what we said"},
    "record_decision": lambda deed: {"text": "The plan stands"},
    "pass_on": lambda deed: {
        "person": deed.person(),
        "agency": deed.choose.one([None, *(deed.world.agencies[key] for key in ("police", "hospital", "social_care"))]),
        "reason": "It is theirs",
    },
    "change_party": _change_party,
    "vary_timescale": _vary,
    "pause_clock": lambda deed: {"deadline": deed.clock(paused_at=None, passed_noted_at=None), "reason": "Court"},
    "resume_clock": lambda deed: {"deadline": deed.clock(paused_at__isnull=False), "reason": "Court is over"},
    "flag": lambda deed: {"flag": deed.keys("flags"), "reason": "Third time"},
    "unflag": lambda deed: {"flag": deed.choose.one([*deed.disagreement.flags, "nonsense"]), "reason": "Put right"},
    "record_gate": lambda deed: {"gate": deed.choose.one([*deed.gates(), "nonsense"]), "words": "Done on Monday"},
    "start_side_process": _start_side_process,
    "change_side_process": _change_side_process,
    "end_side_process": _end_side_process,
    "withdraw": _withdraw,
    "tell_raiser": lambda deed: {"satisfied": deed.choose.one(["yes", "no", ""])},
    "confirm_on_file": lambda deed: {"agency": deed.agency()},
    "record_learning": lambda deed: {"words": "Say who decides", "supervision": deed.choose.one(["", "Together"])},
    "add_action": lambda deed: {"what": "Write to the GP", "owner": "Team manager", "due": deed.at.date()},
    "finish_action": lambda deed: {"action": deed.choose.one(deed.ids("actions"))},
    "correct": lambda deed: {
        "corrects": deed.choose.one([*_with_words(deed), 10**9]), "why": deed.choose.one(["fact", "because"]),
        "words": deed.choose.one(["It was on Monday", ""]),
    },
    "link": lambda deed: {"other": deed.other(), "how": "related"},
    "reopen": lambda deed: {"reason": "It was not done"},
    "close": lambda deed: {"note": "Done"},
}  # fmt: skip
