"""Where it may start, as far as the answers rule it out: a stage that is only for some (Stage.only_when)."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.protocol import Protocol
from tests.world import World, shipped_protocol

from .markup import read
from .writing import answers, begin, draft_of, page, step_address, told, write_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    plain = shipped_protocol("oldham").model_dump(mode="json")
    for stage in plain["stages"]:
        if stage["key"] == "manager":
            stage["only_when"] = {"urgencies": ["imminent_risk", "increasing_risk"]}
    return World("oldham", Protocol.model_validate(plain))


def offered(client: Any, address: str) -> list[str]:
    return [i.attributes["value"] for i in read(page(client, address)).every(tag="input") if i.attributes.get("name") == "to"]


def test_a_stage_that_is_only_for_some_is_offered_until_the_answer_rules_it_out(world: World, signed_in: Any) -> None:
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    draft = draft_of(world, world.midwife)
    where, kind = (step_address(world, draft, step) for step in ("where", "kind"))
    assert offered(practitioner, where) == ["practitioner:1", "manager:1"]
    check = write_on(practitioner, world, draft, to="manager:1", urgency="imminent_risk")
    assert told(practitioner.get(check).content) == []
    practitioner.post(kind, answers(world, urgency="none"))
    assert offered(practitioner, where) == ["practitioner:1"]
    only = "It cannot start there. It may start at: Step 1: Practitioner to practitioner"
    assert told(practitioner.get(check).content) == [only]
    practitioner.post(where, answers(world, to="practitioner:1"))
    assert practitioner.post(check, {}).status_code == 302
    assert world.fresh(draft).stage == "practitioner"
