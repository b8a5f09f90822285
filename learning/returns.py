"""Agencies' own returns: how often, about which days, what is asked, and what was answered (O 3.2.7, B after Stage Three).

Must not know any form or page. Whether the protocol asks for them is data; how often is the partnership's to arrange."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from escalation.moves import NotPermitted, Refused
from escalation.permissions import Viewer
from insight.figure import Period
from partnerships import selectors
from partnerships.doing import one_at_a_time
from partnerships.models import Agency
from partnerships.scope import present

from .models import AgencyReturn, Every, ReturnPeriod, ReturnsArranged
from .months import last_whole
from .permissions import answers_for, may_answer, may_follow
from .questions import asked_with

MOST_OWN, LONGEST_OWN = 5, 200


def protocol_asks() -> list[str]:
    """The clauses by which the protocols in force want agencies to report on their own."""
    versions = selectors.versions_in_force()
    return [rule.clause for version in versions for rule in version.protocol.reporting if rule.agencies_report]


def arranged() -> ReturnsArranged:
    """As the partnership arranged it; else every quarter where the protocol asks for it, and not at all where it does not.
    Then the first period asked about is the last one over since a protocol that asks came into force."""
    found = ReturnsArranged.objects.first()
    if found is not None:
        return found
    since = [
        version.effective_from
        for version in selectors.versions_in_force()
        if version.effective_from and any(rule.agencies_report for rule in version.protocol.reporting)
    ]
    every = Every.QUARTER if since else Every.NEVER
    return ReturnsArranged(every=every, since=min(since, default=selectors.today()))


@transaction.atomic
def arrange(
    viewer: Viewer, *, every: int, days: int, own_questions: Sequence[str] = (), at: datetime | None = None
) -> ReturnsArranged:
    """From now on. What was asked already stays as it was asked."""
    _office(viewer)
    questions = [" ".join(question.split()) for question in own_questions if question.strip()]
    if every not in Every.values:
        raise Refused("Choose how often agencies are asked.")
    if len(questions) > MOST_OWN or any(len(question) > LONGEST_OWN for question in questions):
        raise Refused(f"Ask at most {MOST_OWN} questions of your own, of {LONGEST_OWN} characters or fewer.")
    one_at_a_time()
    found = arranged()
    began_anew = found._state.adding or (found.every == Every.NEVER and every != Every.NEVER)
    found.since = selectors.today(at or present()) if began_anew else found.since
    found.every, found.days, found.own_questions = every, days, questions
    found.save()
    return found


def period_to_ask(day: date) -> Period | None:
    """The last whole period that is over and that nobody has been asked about yet."""
    rule = arranged()
    if rule.every == Every.NEVER:
        return None
    period = last_whole(day, every=rule.every)
    if period.last < rule.since or ReturnPeriod.objects.filter(first__lte=period.last, last__gte=period.first).exists():
        return None
    return period


@transaction.atomic
def ask(viewer: Viewer, *, period: Period, at: datetime | None = None) -> ReturnPeriod:
    """The office asks now, about whatever days it wants, without waiting for the usual day."""
    _office(viewer)
    if period.last >= selectors.today(at or present()):
        raise Refused("Ask about days that are over.")
    found = ask_about(period, at=at or present())
    if found is None:
        raise Refused("Agencies have been asked about some of these days already.")
    return found


def ask_about(period: Period, *, at: datetime) -> ReturnPeriod | None:
    """Begin a round, or nothing where these days have been asked about: two workers at once begin one."""
    one_at_a_time()
    if ReturnPeriod.objects.filter(first__lte=period.last, last__gte=period.first).exists():
        return None
    rule, day = arranged(), selectors.today(at)
    due = day + timedelta(days=rule.days)
    while selectors.calendar().why_not(due):
        due += timedelta(days=1)
    questions = asked_with(rule.own_questions)
    return ReturnPeriod.objects.create(first=period.first, last=period.last, asked_on=day, due=due, questions=questions)


@transaction.atomic
def answer(
    period: ReturnPeriod,
    *,
    agency: Agency,
    viewer: Viewer,
    answers: dict[str, Any],
    told_by: str = "",
    at: datetime | None = None,
) -> AgencyReturn:
    """An agency's answers; given again, they take the place of the ones before. `told_by`: whom the office wrote it down
    for. Whoever answers for their own agency has nobody to name."""
    if not (verdict := may_answer(viewer, agency)):
        raise NotPermitted(verdict.sentence)
    if not agency.active:
        raise Refused("This agency does not take part any more.")
    own = agency.pk in answers_for(viewer)
    if not own and not told_by.strip():
        raise Refused("Say who told you.")
    known = {question["key"] for question in period.questions}
    given = {
        "answers": {key: value for key, value in answers.items() if key in known and value not in (None, "", [])},
        "answered_by": viewer.user,
        "answered_at": at or present(),
        "told_by": "" if own else told_by.strip(),
    }
    if not given["answers"]:
        raise Refused("Answer at least one question. If there was nothing, say so in the last one.")
    try:
        with transaction.atomic():
            found, _ = AgencyReturn.objects.update_or_create(period=period, agency=agency, defaults=given)
    except IntegrityError:  # two of one agency at the same moment: the second finds what the first wrote
        found, _ = AgencyReturn.objects.update_or_create(period=period, agency=agency, defaults=given)
    return found


@dataclass(frozen=True)
class Line:
    """One agency in a round, and what it answered, if it has."""

    agency: Agency
    answered: AgencyReturn | None


def who_has_answered(period: ReturnPeriod) -> list[Line]:
    """Every agency that takes part, and whoever answered before it ceased to: by name, and in no other order."""
    given = {one.agency_id: one for one in period.returns.select_related("agency", "answered_by")}
    agencies = {agency.pk: agency for agency in Agency.objects.filter(active=True)} | {
        one.agency_id: one.agency for one in given.values()
    }
    return [Line(a, given.get(a.pk)) for a in sorted(agencies.values(), key=lambda a: (a.name.casefold(), a.pk))]


def wanted_of(agencies: Iterable[int], *, day: date) -> list[tuple[ReturnPeriod, Agency]]:
    """What these agencies have been asked for and have not answered, the soonest first; in two questions."""
    own = set(agencies)
    if not own:
        return []
    periods = list(ReturnPeriod.objects.filter(due__gte=day - timedelta(days=60)).order_by("due", "pk"))
    if not periods:
        return []
    done = set(AgencyReturn.objects.filter(period__in=periods, agency__in=own).values_list("period_id", "agency_id"))
    found = Agency.objects.filter(pk__in=own, active=True)
    return [(period, agency) for period in periods for agency in found if (period.pk, agency.pk) not in done]


def _office(viewer: Viewer) -> None:
    if not (verdict := may_follow(viewer)):
        raise NotPermitted(verdict.sentence)
