"""The last real disagreements run through a draft: what would have been different, and that nothing of them is touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext

from escalation.models import ChronologyEntry, Disagreement
from partnerships.ladder import Position
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Asked
from partnerships.scope import ScopedModel
from partnerships.services import add_closure, draft_protocol
from rehearsal.past import last, untouched
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

QUERIES = 23
REPLAY = "/p/barnsley/administration/rehearse/2/replay/"


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(TUESDAY + days(30), tick=False):
        yield


def drafted(world: World, **changed: Any) -> ProtocolVersion:
    with world.scope():
        return draft_protocol(world.protocol.model_copy(update=changed))


def longer(protocol: Protocol, amount: int = 10) -> dict[str, Any]:
    first = protocol.time_limits[0]
    return {"time_limits": (first.model_copy(update={"amount": amount}), *protocol.time_limits[1:])}


def without(stage: str, protocol: Protocol) -> dict[str, Any]:
    """A protocol without one stage, and without every rule that speaks of it."""
    kept = {
        name: tuple(part for part in parts if f"'{stage}'" not in str(part.model_dump(mode="json")))
        for name, parts in protocol
        if isinstance(parts, tuple)
    }
    left = {limit.key for limit in kept["time_limits"]}
    kept["notice_rules"] = tuple(rule for rule in kept["notice_rules"] if set(rule.when.time_limits) <= left)
    return kept


def moved_up(world: World, **own: Any) -> Disagreement:
    raised = world.raised(**own)
    world.sweep(at=TUESDAY + days(8))
    return world.do(
        "escalate", raised, by=world.office, at=TUESDAY + days(9), to=Position(stage="stage_2"), reason="ZEBRA was not agreed"
    )


def test_the_same_protocol_would_have_changed_nothing(barnsley: World) -> None:
    moved_up(barnsley)
    barnsley.sweep(at=TUESDAY + days(29))
    drafted(barnsley)
    page = Visitor(barnsley.office).opens(REPLAY)
    page.sees("1 disagreement, none of them different", "Just the same", "BAR-0001")


def test_a_longer_timescale_changes_dates(barnsley: World) -> None:
    moved_up(barnsley)
    barnsley.sweep(at=TUESDAY + days(29))
    drafted(barnsley, **longer(barnsley.protocol))
    page = Visitor(barnsley.office).opens(REPLAY)
    page.sees(
        "1 disagreement, 1 of them different",
        "“within 5 working days” would have run to the end of Tuesday 29 September 2026 instead of the end of "
        "Tuesday 22 September 2026.",
        "Came on Wednesday 23 September 2026. It would not have come.",
    )


def test_other_notice_rules_change_who_is_told(barnsley: World) -> None:
    barnsley.office  # noqa: B018
    moved_up(barnsley)
    barnsley.sweep(at=TUESDAY + days(29))
    rules = tuple(
        rule.model_copy(update={"to": tuple(to for to in rule.to if to != "partnership_manager") or rule.to})
        for rule in barnsley.protocol.notice_rules
    )
    drafted(barnsley, notice_rules=rules)
    Visitor(barnsley.office).opens(REPLAY).sees("Not told: Partnership Manager.")


def test_a_rung_that_the_draft_lacks_and_a_move_it_does_not_allow_are_said(barnsley: World) -> None:
    moved_up(barnsley)
    drafted(barnsley, **without("stage_2", barnsley.protocol))
    page = Visitor(barnsley.office).opens(REPLAY)
    page.sees("It is rehearsed as it stands.", "does not exist in the draft. Taken as", "There is no such step up in the draft")


def test_an_opening_that_the_draft_does_not_allow_is_said_in_the_products_own_words(barnsley: World) -> None:
    barnsley.raised(to=Position(stage="stage_3"), direct_reason="It cannot wait")
    stages = tuple(stage.model_copy(update={"directly_reachable": False}) for stage in barnsley.protocol.stages)
    drafted(barnsley, stages=stages)
    page = Visitor(barnsley.office).opens(REPLAY)
    page.sees("Not as it was: A disagreement cannot start there. Under this protocol it may start at: Stage 1")


def test_what_the_draft_asks_for_and_nobody_answered_is_said(barnsley: World) -> None:
    barnsley.raised()
    first = barnsley.protocol.requirements[0]
    asked = first.model_copy(update={"what": Asked.REFLECTION, "must": True, "asks": "What did you think over?", "stages": ()})
    others = tuple(r for r in barnsley.protocol.requirements if r.what != Asked.REFLECTION)
    drafted(barnsley, requirements=(*others, asked))
    Visitor(barnsley.office).opens(REPLAY).sees("Not as it was: Answer this: What did you think over?")


def test_a_decision_where_the_draft_has_nobody_decide_is_said(barnsley: World) -> None:
    raised = barnsley.raised(to=Position(stage="stage_3"), direct_reason="It cannot wait")
    barnsley.do("record_decision", raised, by=barnsley.decider("safeguarding_partner"), at=TUESDAY + days(1), text="A visit")
    stages = tuple(stage.model_copy(update={"authority": None}) for stage in barnsley.protocol.stages)
    drafted(barnsley, stages=stages)
    Visitor(barnsley.office).opens(REPLAY).sees("nobody decides: the two sides agree")


def test_whoever_may_not_read_disagreements_sees_steps_dates_and_roles_alone(barnsley: World) -> None:
    moved_up(barnsley, answers={**barnsley.answers("stage_1"), "concern": "ZEBRA", "evidence": "ZEBRA"}, child_reference="ZEBRA")
    barnsley.raised(at=TUESDAY + days(1))
    drafted(barnsley, **longer(barnsley.protocol))
    seen = Visitor(barnsley.administrator).opens(REPLAY)
    seen.sees("Disagreement 1 of 2", "Disagreement 2 of 2", "would have run to the end of")
    everything = Visitor(barnsley.administrator).client.get(REPLAY).content.decode()
    with barnsley.scope():
        people = [str(name) for d in Disagreement.objects.all() for p in d.parties.all() for name in (p.name, p.email)]
    for words in ("BAR-0", "ZEBRA", "/d/", *people):
        assert words not in everything, words
    named = Visitor(barnsley.office).client.get(REPLAY).content.decode()
    assert "BAR-0001" in named
    assert "Disagreement 1 of" not in named
    assert "ZEBRA" not in named


def test_nothing_is_touched(barnsley: World) -> None:
    moved_up(barnsley)
    drafted(barnsley, **longer(barnsley.protocol))

    def everything() -> dict[str, object]:
        with barnsley.scope():
            own = [model for model in apps.get_models() if issubclass(model, ScopedModel)]
            return {
                "rows": {model.__name__: model.objects.count() for model in own},
                "versions": list(Disagreement.objects.values_list("pk", "version", "state", "changed_at")),
                "chronology": list(ChronologyEntry.objects.values_list("seq", "kind", "at", "data")),
            }

    for person in (barnsley.office, barnsley.administrator):
        before = everything()
        Visitor(person).opens(f"{REPLAY}?last=200")
        assert everything() == before


def test_inside_the_database_itself_refuses_to_write_and_outside_it_does_not(barnsley: World) -> None:
    with barnsley.scope():
        with pytest.raises(InternalError, match="read-only"), untouched():
            add_closure(day=TUESDAY.date() + days(90), name="Nothing")
        with untouched():
            assert last(10, line="main") == []
        assert add_closure(day=TUESDAY.date() + days(90), name="Something")


def test_without_any_disagreement_it_says_so(barnsley: World) -> None:
    drafted(barnsley)
    Visitor(barnsley.administrator).opens(REPLAY).sees("Nothing to run through it yet", "No disagreement has been raised")


def test_only_the_last_ones_and_at_most_200(barnsley: World) -> None:
    for day in range(12):
        barnsley.raised(at=TUESDAY + days(day))
    drafted(barnsley)
    Visitor(barnsley.administrator).opens(REPLAY).sees("10 disagreements, none of them different")
    Visitor(barnsley.administrator).opens(f"{REPLAY}?last=25").sees("12 disagreements")
    refused = Visitor(barnsley.administrator).client.get(f"{REPLAY}?last=5000")
    assert refused.status_code == 422
    assert "200 at most" in refused.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_it_takes_as_many_queries_for_one_as_for_many(barnsley: World, number: int) -> None:
    for day in range(number):
        moved_up(barnsley, at=TUESDAY + days(day) / 24)
    drafted(barnsley, **longer(barnsley.protocol))
    client = Visitor(barnsley.office).client
    client.get(REPLAY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(REPLAY)
    assert len(queries) == QUERIES, "\n".join(query["sql"][:200] for query in queries)
