"""Tells the invented stories through the services, in the order of time, with the clockwork run in between.

Nothing here writes a state, an entry or a clock itself: what a demonstration shows is what people would have made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from partnerships import selectors as partnership_selectors
from partnerships.models import Partnership
from partnerships.protocol_terms import Side
from partnerships.scope import partnership_scope

from .. import services
from ..models import Deadline, Disagreement
from ..services import inviting
from .cast import Cast, settle
from .next_version import begin_next_version
from .stories import Almanac, Step, Story, in_order, position, read_stories

Evening = Callable[[datetime], object]


def tell(partnership: Partnership, *, at: datetime | None = None, every_evening: Evening = lambda _: None) -> int:
    """Make a partnership's demo people and disagreements as they would stand now, in one transaction; returns how many
    disagreements. A partnership that has any already is left alone. `every_evening` is called with the last moment of
    each day on which something happened: that is when the demonstration's notices are announced."""
    now = at or timezone.now()
    with partnership_scope(partnership.pk):
        if Disagreement.objects.exists():
            return 0
        version = partnership_selectors.version_in_force(partnership_selectors.today(now))
        if version is None:
            return 0
        stories = read_stories(partnership.slug)
        almanac = Almanac(now, partnership_selectors.calendar())
        cast = settle(partnership.slug, version.protocol, almanac)
        Teller(partnership, cast, almanac, every_evening).tell(stories)
        begin_next_version(partnership.slug, version)
        return len(stories)


class Teller:
    def __init__(self, partnership: Partnership, cast: Cast, almanac: Almanac, every_evening: Evening) -> None:
        self.partnership = partnership
        self.every_evening = every_evening
        self.last: datetime | None = None
        self.cast = cast
        self.almanac = almanac
        self.told: dict[str, Disagreement] = {}

    def tell(self, stories: list[Story]) -> None:
        for moment, story, step in in_order(stories, self.almanac):
            self._clockwork(until=moment)
            self._day_goes_on(moment)
            if step is None:
                self._begin(story, moment)
            else:
                self._go_on(story, step, moment)
        self._clockwork(until=self.almanac.now)
        for story in stories:
            if story.draft:
                self._draft(story)
        self.every_evening(self.almanac.now)

    def _day_goes_on(self, moment: datetime) -> None:
        if self.last is not None and self.last.date() != moment.date():
            self.every_evening(self.last)
        self.last = moment

    def _clockwork(self, *, until: datetime) -> None:
        """Note each timescale at the moment at which it came near or passed, as the ticks of the worker would have."""
        running = Deadline.objects.filter(stopped_at=None, paused_at=None)
        while True:
            due = running.aggregate(passed=Min("due_at", filter=Q(passed_noted_at=None)), near=Min("near_at"))
            moment = min((found for found in due.values() if found is not None), default=None)
            if moment is None or moment > until:
                return
            self._day_goes_on(moment)
            services.note_timescales(self.partnership.pk, at=moment)

    def _begin(self, story: Story, moment: datetime) -> None:
        viewer = self.cast.players[story.by].viewer
        raising, receiving = (self.cast.agencies[key] for key in story.between or ())
        if story.settled:
            services.log_settled(
                viewer=viewer,
                raising_agency=raising,
                receiving_agency=receiving,
                category=story.category,
                text=story.text,
                at=moment,
            )
            return
        draft = services.start_draft(viewer)
        draft.raising_agency, draft.receiving_agency = raising, receiving
        particulars = services.Particulars(
            to=position(story.stage),
            raising_agency=raising,
            receiving_agency=receiving,
            people=tuple(self._person(name, draft) for name in story.people),
            answers=story.answers,
            category=story.category,
            urgency=story.urgency,
            child_reference=story.child,
            child_status=story.child_status,
            flags=story.flags,
            needed_by=self.almanac.day(story.needed_by) if story.needed_by else None,
            raised_as=story.raised_as,
            thematic=story.thematic,
        )
        services.raise_disagreement(draft.pk, viewer=viewer, particulars=particulars, at=moment)
        self.told[story.key or story.about] = draft

    def _draft(self, story: Story) -> None:
        viewer = self.cast.players[story.by].viewer
        draft = services.start_draft(viewer)
        services.save_draft(draft.pk, viewer=viewer, answers=story.answers)

    def _go_on(self, story: Story, step: Step, moment: datetime) -> None:
        viewer = self.cast.players[step.by].viewer
        disagreement = Disagreement.objects.get(pk=self.told[story.key or story.about].pk)
        if step.do == "open_it":
            services.open_it(disagreement.pk, viewer=viewer, at=moment)
            return
        facts = {name: self._fact(name, words, disagreement) for name, words in step.facts.items()}
        if step.do in ("change_side_process", "end_side_process"):
            facts["record"] = disagreement.side_processes.get(process=facts.pop("process"), ended_at=None).pk
        if plan := facts.get("plan"):
            facts["plan"] = [services.Planned(one["what"], one["owner"], self.almanac.day(one["due"])) for one in plan]
        if step.do in ("agree_to_proposal", "decline_proposal"):
            facts["proposal"] = disagreement.proposals.get(ended="").pk
        if step.do == "finish_action":
            facts["action"] = disagreement.actions.get(what=facts["action"]).pk
        if step.do in ("let_in", "refuse", "end_access"):
            number = disagreement.invitations.filter(email=facts.pop("email")).latest("pk").pk
            getattr(inviting, step.do)(number, viewer=viewer, at=moment, **facts)
            return
        verb = getattr(services, step.do)
        verb(disagreement.pk, viewer=viewer, version=disagreement.version, at=moment, **facts)

    def _fact(self, name: str, words: Any, disagreement: Disagreement) -> Any:
        """What a word in a file stands for, where it is not just a word."""
        match name:
            case "to":
                return position(words)
            case "people":
                return tuple(self._person(each, disagreement) for each in words)
            case "person":
                return self._person(words, disagreement)
            case "leaving" if isinstance(words, str):
                return disagreement.parties.get(name=words, left_at=None).pk
            case "deadline":
                return disagreement.deadlines.get(time_limit=words, stopped_at=None).pk
            case "last_day" | "due":
                return self.almanac.day(words)
            case "when":
                return self.almanac.moment(words)
            case "agency":
                return self.cast.agencies[words]
            case "seats":
                return [services.Seat(seat["name"], self.cast.agencies.get(seat.get("agency", ""))) for seat in words]
            case "panel":
                return disagreement.side_processes.get(process=words).pk
            case "other":
                return self.told[words]
        return words

    def _person(self, name: str | dict[str, str], disagreement: Disagreement) -> services.Person:
        """One of the cast; or, by name, address and role, somebody of the receiving side who is no member."""
        if isinstance(name, dict):
            return services.Person(side=Side.RECEIVING, role=name["as"], name=name["name"], email=name["email"])
        player = self.cast.players[name]
        ours = player.agency is not None and player.agency.pk == disagreement.raising_agency_id
        return services.Person(
            side=Side.RAISING if ours else Side.RECEIVING,
            role=player.protocol_role,
            name=name,
            email=player.user.email,
            telephone=player.telephone,
            job_title=player.job,
        )
