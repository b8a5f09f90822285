"""What was written on raising, under the headings of the form it was written on; knows no rule of who may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.arrangements import arrangements
from partnerships.date_words import MONTHS
from partnerships.protocol_questions import USUAL
from partnerships.protocol_terms import Asked, RaisedAs
from partnerships.written import written as as_written

from ..models import Disagreement
from ..requirements import ON_RAISING, QUESTION_PREFIX

CONCERN = "concern"
# The four that hold every disagreement together come first, in the form's order (practice.md section 7); each with what stands
# under it. What belongs to none of these is about the child and the kind of it.
HEADINGS: dict[str, tuple[str, ...]] = {
    _("What we agree on"): (Asked.AGREED_SO_FAR,),
    _("What we do not agree on"): (CONCERN, Asked.EVIDENCE, Asked.EFFECT_ON_CHILD, Asked.REFLECTION, Asked.DECIDED_ON),
    _("What we want to happen"): (Asked.OUTCOME_WANTED,),
    _("By when"): (Asked.NEEDED_BY, "urgency", "direct_reason"),
    _("Talking so far"): (
        Asked.PRIOR_CONVERSATION, Asked.CONVERSATION_CONFIRMED, Asked.LEAD_CONSULTED, Asked.LINE_MANAGER_NAMED,
        Asked.SHARING_BASIS, Asked.FAMILY_ENGAGED,
    ),
}  # fmt: skip
REST = _("Child and kind of disagreement")
# Said by its heading alone.
PLAIN = {Asked.AGREED_SO_FAR.value, Asked.OUTCOME_WANTED.value}


@dataclass(frozen=True)
class Row:
    """One question and its answer. `name`: which answer it is."""

    name: str
    key: str
    value: str
    written: bool = True  # the words of whoever raised it, or of the protocol


@dataclass(frozen=True)
class Section:
    """One heading. `alone`: the words themselves, where the heading is all the question there is."""

    heading: str
    rows: tuple[Row, ...]
    alone: str = ""


def written(disagreement: Disagreement) -> list[dict[str, str]]:
    """All of it, one after another, as it is handed out."""
    return [{"key": row.key, "value": row.value} for row in _rows(disagreement)]


def sections(disagreement: Disagreement, *, above: Collection[str] = ()) -> list[Section]:
    """All of it but what stands in full `above`, by the name of the answer."""
    rows = [row for row in _rows(disagreement) if row.name not in above]
    placed = {name for names in HEADINGS.values() for name in names}
    found = [(heading, tuple(row for row in rows if row.name in names)) for heading, names in HEADINGS.items()]
    found.append((REST, tuple(row for row in rows if row.name not in placed)))
    return [Section(gettext(heading), own, _alone(disagreement, own)) for heading, own in found if own]


def _alone(disagreement: Disagreement, rows: tuple[Row, ...]) -> str:
    """The protocol's own question is always read; the usual one says what its heading says."""
    own = {r.what.value for r in disagreement.protocol.requirements if r.asks}
    return rows[0].value if len(rows) == 1 and (rows[0].name in PLAIN - own or rows[0].name == Asked.NEEDED_BY) else ""


def _rows(disagreement: Disagreement) -> Iterator[Row]:
    protocol = disagreement.protocol
    asked = {what.value: gettext(words) for what, words in USUAL.items()}
    asked |= {r.what.value: as_written(r.asks) for r in protocol.requirements if r.asks}
    marks = {f"mark_{f.key}": as_written(f.name) for f in protocol.flags}
    own = {f"{QUESTION_PREFIX}{q.key}": as_written(q.asks) for q in protocol.questions if q.at == "raising"}
    headings = {CONCERN: gettext("The concern"), "direct_reason": gettext("Why it went straight there")} | asked | marks | own
    order = [CONCERN, *ON_RAISING, *marks, *own, "direct_reason"]
    yield from (fact for fact in _facts(disagreement, asked) if fact.value)
    for name in order:
        if value := str(disagreement.answers.get(name) or ""):
            yield Row(str(name), headings[name], value)


def day_alone(day: date | None) -> str:
    """27 March 2026; nothing where there is none."""
    month = gettext(MONTHS[day.month - 1]) if day else ""
    return gettext("%(number)s %(month)s %(year)s") % {"number": day.day, "month": month, "year": day.year} if day else ""


def _facts(disagreement: Disagreement, asked: dict[str, str]) -> Iterator[Row]:
    """What was chosen or counted, and not told in words."""
    d, protocol = disagreement, disagreement.protocol
    category = next((c.name for c in protocol.categories if c.key == d.category), "")
    status = next((s.name for s in protocol.child_statuses if s.key == d.child_status), "")
    urgency = next((u.name for u in protocol.urgency_bands if u.key == d.urgency), "")
    child = as_written(arrangements().child_reference_label) or gettext("Child's local reference")
    yield Row("child_reference", child, d.child_reference)
    yield Row("unborn", gettext("Not born yet"), gettext("Yes") if d.answers.get("unborn") is True else "", written=False)
    yield Row("child_status", gettext("Child's status"), status)
    yield Row("category", gettext("Mainly about"), category)
    yield Row("urgency", gettext("Urgency"), urgency)
    yield Row(Asked.NEEDED_BY.value, gettext("Needed by"), day_alone(d.needed_by), written=False)
    yield Row(Asked.DECIDED_ON.value, asked[Asked.DECIDED_ON.value], day_alone(d.decided_on), written=False)
    yield Row("recorded_by", gettext("Recorded by"), str(d.raised_by) if d.raised_as == RaisedAs.THIRD_PARTY else "")
