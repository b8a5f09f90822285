"""Random local protocols that can work: any ladder, tiers, direct stages, gates, authorities and clocks (Hypothesis)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from partnerships.protocol import Protocol
from partnerships.protocol_problems import problems_with
from partnerships.protocol_terms import Asked, AuthorityKind, CommonCategory, Event, Satisfied, Sector, Stance, Strength
from partnerships.working_days import Unit

T = TypeVar("T")
Part = dict[str, Any]

PLAIN_WORDS = st.sampled_from(
    ["Talk", "Say what was agreed", "Ring the other side", "Keep the child safe", "Is it written down?"]
)
OPENING_EVENTS = (Event.RAISED, Event.STAGE_OPENED, Event.TIER_OPENED, Event.STEPPED_BACK, Event.REOPENED)
WORKING_EVENTS = (
    Event.ACKNOWLEDGED,
    Event.CONVERSATION_BOOKED,
    Event.PROGRESS_RECORDED,
    Event.AGREEMENT_RECORDED,
    Event.OUTCOME_CONFIRMED,
    Event.OUTCOME_DISPUTED,
    Event.RESOLVED,
    Event.DECISION_RECORDED,
    Event.TIMESCALE_PASSED,
)
# Who acts on each kind of stage; the pair stands for protocols that name the two sides' roles apart.
ACTING = {
    "practitioner": (("practitioner",), ("social_worker", "teacher")),
    "manager": (("lead",), ("practitioner", "lead")),
    "senior": (("senior",), ("senior", "head"), ("lead", "head")),
    "partnership": (("partner",), ("partner", "head")),
}
ROLES = (
    ("practitioner", "both", "practitioner", {}),
    ("social_worker", "raising", "practitioner", {}),
    ("teacher", "receiving", "practitioner", {}),
    ("lead", "both", "lead", {"substitutes": ["Line manager"]}),
    ("senior", "both", "senior_manager", {}),
    ("head", "both", "senior_manager", {}),
    ("representative", "both", "representative", {}),
    ("reviewing_officer", "outside", "adviser", {}),
    ("partner", "partnership", "decision_maker", {"may_decide": True}),
    ("mediator", "outside", "mediator", {}),
    ("office", "partnership", "partnership_office", {}),
    ("inbox", "partnership", "partnership_office", {"may_see": False}),
)
MEANINGS = ("move_up", "tell_office", "may_close")
RECIPIENTS = (
    "practitioner", "raising.practitioner", "lead", "raising.lead", "receiving.lead", "senior", "receiving.head",
    "representative", "reviewing_officer", "partner", "office", "inbox",
)  # fmt: skip
HOLDERS = (
    ("both", "lead"),
    ("both", None),
    ("raising", "raising.lead"),
    ("receiving", "receiving.head"),
    ("partnership", "partner"),
)


@st.composite
def protocols(draw: st.DrawFn, words: st.SearchStrategy[str] = PLAIN_WORDS) -> Protocol:
    """A protocol without problems. `words` fills the texts that nothing depends on."""
    stages = draw(ladders(words))
    recorded = [stage["key"] for stage in stages if stage.get("recorded", True)]
    draft = {
        "title": "A protocol",
        "step_word": draw(st.sampled_from(["stage", "tier", "level", "step"])),
        "source": {"document": draw(words), "version": "1"},
        "stages": stages,
        "roles": [{"key": key, "name": key.title(), "side": side, "capacity": capacity, **ruled(), **more}
                  for key, side, capacity, more in ROLES],
        "categories": [_named(draw, "category", n, words, common=draw(one(CommonCategory))) for n in range(draw(upto(2)))],
        "flags": [_named(draw, "flag", n, words) for n in range(draw(upto(2)))],
        "urgency_bands": [_named(draw, "band", n, words) for n in range(draw(upto(2)))],
        "child_statuses": [_named(draw, "status", n, words) for n in range(draw(upto(2)))],
        "agencies": [_named(draw, "agency", n, words, sector=draw(one(Sector))) for n in range(draw(upto(2)))],
        "contacts": [{"key": "inbox", "role": "inbox", "name": "Inbox", "email": "office@partnership.example", **ruled()}],
        "signposts": [{"key": "danger", "answer": draw(words), "title": draw(words), "advice": [draw(words)],
                       "danger": True, **ruled()}],
        "guidance": [{"at": "start", "text": draw(words), **ruled()} for _ in range(draw(upto(2)))],
        "side_processes": draw(_side_processes(stages)),
        "requirements": draw(_requirements(recorded)),
        "grounds": draw(one(([], [{"key": "silence", "name": "No answer", "no_answer": True, **ruled()},
                                  {"key": "differ", "name": "Not agreed", **ruled()}]))),
        "closing": draw(one((None, {"by": ["lead"], "satisfied": draw(one(Satisfied)), **ruled()}))),
    }  # fmt: skip
    bands = [band["key"] for band in draft["urgency_bands"]]
    flags = [flag["key"] for flag in draft["flags"]]
    draft["time_limits"] = [draw(_time_limits(n, recorded, bands, flags, words)) for n in range(draw(upto(4)))]
    draft["notice_rules"] = [draw(_notice_rules(n, draft)) for n in range(draw(upto(4)))]
    return _working(Protocol.model_validate(draft))


@st.composite
def ladders(draw: st.DrawFn, words: st.SearchStrategy[str] = PLAIN_WORDS) -> list[Part]:
    """One to five recorded stages, each kind not below the one before, above an informal one or none."""
    kinds = sorted(draw(st.lists(one(list(ACTING)), min_size=1, max_size=5)), key=list(ACTING).index)
    stages = [draw(_stage(n, kind, top=n == len(kinds) - 1)) for n, kind in enumerate(kinds)]
    if draw(st.booleans()):
        informal = {"key": "informal", "number": "0", "name": draw(words), "kind": "practitioner", "formal": False,
                    "recorded": False, "acts": ["practitioner"], "stance": "not_told", **ruled()}  # fmt: skip
        stages.insert(0, {**informal, "name": "Informal"})
    return stages


@st.composite
def _stage(draw: st.DrawFn, place: int, kind: str, *, top: bool) -> Part:
    key = f"stage_{place + 1}"
    opens_here = place == 0 or draw(rarely())
    stage: Part = {
        "key": key,
        "number": str(place + 1),
        "name": f"{kind.title()} {place + 1}",
        "kind": kind,
        "formal": draw(st.booleans()),
        "acts": list(draw(one(ACTING[kind]))),
        "opens_here": opens_here,
        "directly_reachable": place > 0 and draw(st.booleans()),
        "stance": draw(one(Stance)),
        **ruled(),
    }
    if draw(st.booleans()):
        tiers = draw(st.integers(2, 4))
        stage["tiers"] = [{"name": f"Tier {n + 1}", "acts": list(draw(one(((), *ACTING[kind]))))} for n in range(tiers)]
        stage["tiers_may_be_skipped"] = draw(st.booleans())
    if not opens_here and draw(st.booleans()):
        stage["gates"] = [
            {"key": f"{key}_gate_{n}", "asks": "Has it been done?", **ruled()} for n in range(draw(st.integers(1, 2)))
        ]
    if top or draw(rarely()):
        stage["authority"] = draw(_authority())
    return stage


@st.composite
def _authority(draw: st.DrawFn) -> Part:
    kind = draw(one(AuthorityKind))
    by = "mediator" if kind is AuthorityKind.MEDIATES else "partner"
    return {"kind": kind, "by": by, **({"panel": "panel"} if kind is AuthorityKind.DECIDES_OR_PANEL else {}), **ruled()}


@st.composite
def _side_processes(draw: st.DrawFn, stages: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    if any(stage.get("authority", {}).get("panel") for stage in stages):
        members = {"agencies_at_least": 3, "includes_both_sides": True, "one_not_in_dispute": True}
        found.append({"key": "panel", "kind": "panel", "name": "Panel", "started_by": ["partner"], "members": members,
                      "may_decide": True, **ruled()})  # fmt: skip
    if draw(st.booleans()):
        found.append({"key": "mediation", "kind": "mediation", "name": "Mediation", "started_by": ["lead", "office"],
                      "members": {"outside_both": True}, **ruled()})  # fmt: skip
    return found


@st.composite
def _requirements(draw: st.DrawFn, recorded: Sequence[str]) -> list[Part]:
    """In most protocols an agreement is confirmed in writing, at some stages or at all of them."""
    asked = draw(st.lists(one(Asked), unique=True, max_size=3))
    if draw(st.booleans()) and Asked.WRITTEN_CONFIRMATION not in asked:
        asked.append(Asked.WRITTEN_CONFIRMATION)
    return [{"what": what, "must": draw(st.booleans()), "stages": draw(some(recorded)), **ruled()} for what in asked]


@st.composite
def _time_limits(
    draw: st.DrawFn,
    place: int,
    recorded: Sequence[str],
    bands: Sequence[str],
    flags: Sequence[str],
    words: st.SearchStrategy[str],
) -> Part:
    unit = draw(one(Unit))
    amount = draw(st.none() | st.integers(1, 12))
    held_by, holder = draw(one(HOLDERS))
    repeats = amount is not None and draw(st.booleans())
    silence = {} if repeats or draw(st.booleans()) else {"unanswered": {"means": draw(one(MEANINGS)), **ruled()}}
    return {
        "key": f"limit_{place}",
        "label": draw(words),
        "purpose": draw(words),
        "starts_on": draw(st.lists(one((*OPENING_EVENTS, *WORKING_EVENTS)), min_size=1, max_size=3, unique=True)),
        "stops_on": draw(st.lists(one(WORKING_EVENTS), min_size=1, max_size=3, unique=True)),
        "stages": draw(some(recorded)),
        "ends_with_stage": draw(st.booleans()),
        "amount": amount,
        "unit": unit,
        "strength": draw(one(Strength)),
        "held_by": held_by,
        "holder": holder,
        "urgency": draw(one((None, *bands))),
        "when": {"flags": draw(some(flags)), "sectors": draw(some(list(Sector)[:2]))} if draw(rarely()) else {},
        "counts_from": draw(one(("event", "event", "decided_on"))),
        "whichever_is_shorter": amount is None or draw(st.booleans()),
        "remind_before": [1] if (amount or 0) > 1 and unit is not Unit.SAME_WORKING_DAY and draw(st.booleans()) else [],
        "repeats": repeats,
        **silence,
        **ruled(),
    }


@st.composite
def _notice_rules(draw: st.DrawFn, place: int, draft: Part) -> Part:
    on = draw(st.lists(one(Event), min_size=1, max_size=3, unique=True))
    limits = [limit["key"] for limit in draft["time_limits"]]
    when = {
        "stages": draw(some([stage["key"] for stage in draft["stages"] if stage.get("recorded", True)])),
        "formal": draw(one((None, None, True))),
        "sectors": draw(some(list(Sector)[:2])),
        "flags": draw(some([flag["key"] for flag in draft["flags"]])),
        "child_statuses": draw(some([status["key"] for status in draft["child_statuses"]])),
        "urgencies": draw(some([band["key"] for band in draft["urgency_bands"]])),
        "time_limits": draw(some(limits)) if Event.TIMESCALE_PASSED in on else [],
    }
    to = draw(st.lists(one(RECIPIENTS), min_size=1, max_size=3, unique=True))
    return {"key": f"rule_{place}", "on": on, "when": when, "to": to, **ruled()}


def _named(draw: st.DrawFn, kind: str, place: int, words: st.SearchStrategy[str], **more: Any) -> Part:
    return {"key": f"{kind}_{place}", "name": f"{kind.title()} {place}", **ruled(draw(words)), **more}


def _working(protocol: Protocol) -> Protocol:
    """What could never happen under this ladder is left out, as a person who is told of it would."""
    while problems := problems_with(protocol):
        useless = {problem.path[:2] for problem in problems}
        kept = {
            name: tuple(rule for place, rule in enumerate(getattr(protocol, name)) if (name, place) not in useless)
            for name in ("time_limits", "notice_rules", "grounds")
        }
        assert useless <= {(name, place) for name in kept for place in range(len(getattr(protocol, name)))}, problems
        protocol = protocol.model_copy(update=kept)
    return protocol


def ruled(words: str = "1.1") -> Part:
    return {"clause": f"D {words}"[:200]}


def one(values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(list(values))


def some(values: Sequence[T]) -> st.SearchStrategy[list[T]]:
    """None of them half of the time: most rules speak of everything."""
    return st.just([]) | st.lists(one(values), max_size=2, unique=True) if values else st.just([])


def upto(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


def rarely() -> st.SearchStrategy[bool]:
    return st.sampled_from([False, False, False, True])
