"""Thirteen disagreements of one autumn, told day by day through the services, so few that every number can be worked out by
hand. 2026: 31 August is a bank holiday; September and October have none. 1 September is a Tuesday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from escalation.models import Deadline, Disagreement
from partnerships.ladder import Position
from tests.services.acts import named
from tests.world import World

AUTUMN = (date(2026, 9, 1), date(2026, 10, 31))
ASKED_AT = datetime(2026, 11, 2, 12, tzinfo=UTC)  # the Monday after


def on(day: int, month: int = 9) -> datetime:
    return datetime(2026, month, day, 9, 30, tzinfo=UTC)


class Autumn:
    """Each letter is one disagreement; what becomes of it stands in one method. `d` is by letter."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.d: dict[str, Disagreement] = {}
        one, other = (category.key for category in world.protocol.categories[:2])
        at_once = Position(stage="stage_3", tier=1)
        self.raise_it("L", on(28, 8))  # a Friday
        self.raise_it("A", on(15), child_reference="H-1")
        self.raise_it("B", on(16), child_reference=" h/1 ")
        self.raise_it("C", on(17), child_reference="C-3")
        self.raise_it("D", on(22), child_reference="", category=other, to=at_once, direct_reason="Not safe.")
        self.raise_it("F", on(1, 10), "school", "police")
        self.raise_it("G", on(2, 10), "school", "police")
        self.raise_it("E", on(5, 10))
        self.raise_it("H", on(12, 10), "police", "school")
        self.raise_it("I", on(13, 10), "hospital", "school")
        self.raise_it("J", on(19, 10))
        self.raise_it("K", on(29, 10), "police", "social_care")
        assert one == self.d["A"].category
        for tell in (self.a, self.c, self.d_, self.e, self.f_and_g, self.h, self.i, self.j, self.k, self.l, self.settled):
            tell()

    def raise_it(self, letter: str, at: datetime, raising: str = "hospital", receiving: str = "social_care", **own: Any) -> None:
        agencies = self.world.agencies
        by = self.world.midwife if raising == "hospital" else self.world.person(f"of.{raising}", "practitioner", raising)
        own = {"people": named(self.world, to=own.get("to")), "child_reference": f"C-{letter}"} | own
        own |= {"raising_agency": agencies[raising], "receiving_agency": agencies[receiving]}
        self.d[letter] = self.world.raised(at=at, by=by, **own)

    def do(self, letter: str, verb: str, at: datetime, *, by: str = "office", **facts: Any) -> None:
        self.d[letter] = self.world.do(verb, self.d[letter], by=getattr(self.world, by), at=at, **facts)

    def agree(self, letter: str, at: datetime, confirmed: datetime | None = None) -> None:
        self.do(letter, "record_agreement", at, text="A joint visit.")
        if confirmed:
            self.do(letter, "confirm_outcome", confirmed)

    def a(self) -> None:
        """Taken on, agreed, confirmed, told and satisfied, closed; its one action done."""
        self.do("A", "acknowledge", on(16), by="team_manager")
        self.agree("A", on(18), on(21))
        self.do("A", "tell_raiser", on(22), satisfied="yes")
        self.do("A", "add_action", on(22), what="Write to the GP", owner="Ann", due=date(2026, 9, 30))
        with self.world.scope():
            action = self.d["A"].actions.get().pk
        self.do("A", "finish_action", on(22), action=action)
        for agency in ("hospital", "social_care"):
            self.do("A", "confirm_on_file", on(23), agency=self.world.agencies[agency])
        self.do("A", "record_learning", on(23), words="Talk sooner.")
        self.do("A", "close", on(23))

    def c(self) -> None:
        """Up a stage on the last day of its five, agreed there, confirmed, and left so."""
        to = Position(stage="stage_2", tier=1)
        self.do("C", "escalate", on(24), to=to, reason="Not agreed.", people=self.world.acting_people(to))
        self.agree("C", on(29), on(30))

    def d_(self) -> None:
        """Straight to stage 3, decided there; the raiser told, and not satisfied."""
        decider = self.world.decider("safeguarding_partner")
        self.d["D"] = self.world.do("record_decision", self.d["D"], by=decider, at=on(28), text="The plan stays.")
        self.do("D", "tell_raiser", on(29), satisfied="no", words="Nothing changes.")

    def e(self) -> None:
        """Given a later date with a reason, agreed within it; told, without a word on whether that satisfies."""
        with self.world.scope():
            clock = Deadline.objects.get(disagreement=self.d["E"], time_limit="stage_1_resolution").pk
        self.do("E", "vary_timescale", on(8, 10), deadline=clock, last_day=date(2026, 10, 19), reason="Leave", safe=True)
        self.agree("E", on(16, 10), on(19, 10))
        self.do("E", "tell_raiser", on(20, 10))

    def f_and_g(self) -> None:
        self.do("F", "withdraw", on(6, 10), reason="A misunderstanding.")
        self.do("G", "withdraw", on(5, 10), reason="A complaint.", referred_to="The complaints team")

    def h(self) -> None:
        self.do("H", "acknowledge", on(14, 10))

    def i(self) -> None:
        """Agreed the next day, confirmed, and opened again five days later."""
        self.agree("I", on(14, 10), on(15, 10))
        self.do("I", "reopen", on(20, 10), reason="It was not done.")

    def j(self) -> None:
        self.agree("J", on(23, 10))

    def k(self) -> None:
        """Two actions: the day of one has gone by when it is asked."""
        for due in (date(2026, 10, 30), date(2026, 11, 9)):
            self.do("K", "add_action", on(29, 10), what="Ring the school", owner="Ann", due=due)

    def l(self) -> None:  # noqa: E743  (a disagreement's letter)
        """Raised before the autumn, ended in it."""
        self.agree("L", on(1), on(2))

    def settled(self) -> None:
        from escalation import services  # noqa: PLC0415

        with self.world.scope(self.world.midwife):
            services.log_settled(
                viewer=self.world.viewer(self.world.midwife),
                raising_agency=self.world.agencies["hospital"],
                receiving_agency=self.world.agencies["social_care"],
                category=self.world.protocol.categories[0].key,
                text="They talked.",
                at=on(7, 10),
            )
