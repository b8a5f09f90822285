"""Does what an invented office has done, through the services: a view, meetings and a pack, learning, a return, expectations.

Must not know any partnership: who, what and when stand in a file beside this one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from escalation.demo.stories import Almanac
from escalation.models import Learning
from escalation.permissions import Viewer
from escalation.tracker.saved import save_view
from insight.models import Expected
from insight.periods import before, quarter_of
from learning import returns
from learning import services as learning_services
from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, Membership, Partnership
from partnerships.scope import partnership_scope

from .. import services
from ..groups import sub_groups

HERE = Path(__file__).parent


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class View(Part):
    name: str
    filters: dict[str, list[str]] = {}
    columns: list[str] = []


class Expects(Part):
    agency: str
    size: str
    a_year: int
    note: str = ""


class Decided(Part):
    about: str
    words: str
    owner: str = ""
    due: int
    done_on: int | None = None
    came_of_it: str = ""


class Met(Part):
    held_on: int
    first: int
    notes: str = ""
    issued: bool = False
    decisions: tuple[Decided, ...] = ()


class ToDo(Part):
    kind: str
    what: str
    due: int
    owner: str = ""
    agency: str = ""
    progress: str = ""
    words: str = ""


class Learned(Part):
    title: str
    happened: str
    learned: str
    category: str = ""
    themes: tuple[str, ...] = ()
    child: str = Field(alias="from")
    actions: tuple[ToDo, ...] = ()


class Answered(Part):
    agency: str
    by: str
    answers: dict[str, Any]


class Office(Part):
    by: str
    view: View
    expects: tuple[Expects, ...]
    meetings: tuple[Met, ...]
    item: Learned
    asked: Answered


def read_office(slug: str) -> Office | None:
    file = HERE / f"{slug}.yml"
    return Office.model_validate(yaml.safe_load(file.read_text())) if file.exists() else None


def work(partnership: Partnership, *, at: datetime | None = None) -> None:
    """Once, after the stories are told. A partnership whose office has no file is left alone."""
    office = read_office(partnership.slug)
    if office is None:
        return
    with partnership_scope(partnership.pk):
        almanac = Almanac(at or timezone.now(), partnership_selectors.calendar())
        viewer = _viewer(office.by)
        save_view(viewer.user, name=office.view.name, shared=True, columns=office.view.columns, filters=office.view.filters)
        for one in office.expects:
            Expected.objects.create(agency=_agency(one.agency), size=one.size, a_year=one.a_year, note=one.note)
        _learn(office.item, viewer, almanac)
        for met in office.meetings:
            _meet(met, viewer, almanac)
        _ask(office.asked, viewer, almanac.today)


def _viewer(name: str) -> Viewer:
    held = list(Membership.objects.select_related("user", "agency", "partnership").filter(user__name=name, active=True))
    return Viewer.of(held[0].user, held)


def _agency(key: str) -> Agency:
    return Agency.objects.get(key=key)


def _meet(met: Met, viewer: Viewer, almanac: Almanac) -> None:
    group = next(iter(sub_groups()), "")
    held_on, first = almanac.day(met.held_on), almanac.day(met.first)
    meeting = services.keep_meeting(None, viewer=viewer, sub_group=group, held_on=held_on, first=first, notes=met.notes)
    for one in met.decisions:
        words = {"about": one.about, "words": one.words, "owner": one.owner}
        decision = services.record_decision(meeting, viewer=viewer, due=almanac.day(one.due), **words)
        if one.done_on is not None:
            services.say_done(decision, done_on=almanac.day(one.done_on), came_of_it=one.came_of_it)
    if met.issued:
        services.issue_pack(meeting, viewer=viewer)


def _learn(learned: Learned, viewer: Viewer, almanac: Almanac) -> None:
    written = learning_services.Written(
        title=learned.title,
        happened=learned.happened,
        learned=learned.learned,
        category=learned.category,
        themes=learned.themes,
        sub_group=next(iter(sub_groups()), ""),
    )
    sources = Learning.objects.filter(disagreement__child_reference=learned.child).values_list("pk", flat=True)
    item = learning_services.make_item(viewer, written=written, learning=sources)
    for one in learned.actions:
        item.refresh_from_db()
        owner = learning_services.Owner(agency=_agency(one.agency) if one.agency else None, name=one.owner)
        due = almanac.day(one.due)
        made = learning_services.add_action(
            item.pk, viewer=viewer, version=item.version, kind=one.kind, what=one.what, owner=owner, due=due
        )
        if one.progress:
            learning_services.say_how_it_stands(
                made.pk, viewer=viewer, version=made.version, progress=one.progress, words=one.words
            )


def _ask(asked: Answered, viewer: Viewer, today: date) -> None:
    """The quarter that is over, by every agency; answered by a lead of one."""
    period = returns.ask(viewer, period=before(quarter_of(today)))
    returns.answer(period, agency=_agency(asked.agency), viewer=_viewer(asked.by), answers=asked.answers)
