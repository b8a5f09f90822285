"""What the answers change on the form: where it may start (Stage.only_when), and what is said before all else."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.protocol import Protocol
from tests.world import World, shipped_protocol

from .markup import read
from .writing import answers, begin, draft_of, main, page, step_address, told, write, write_on

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
    where, kind = (step_address(world, draft, step) for step in ("who", "child"))
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


def test_risk_within_hours_says_telephone_before_everything_else(oldham: World, signed_in: Any) -> None:
    practitioner = signed_in(oldham.midwife)
    check = write(practitioner, oldham, urgency="imminent_risk")
    shown = main(page(practitioner, check))
    assert "Telephone now" in shown.first(cls="govuk-warning-text").text
    assert "(expectation)" in shown.text
    raised = main(page(practitioner, practitioner.post(check)["Location"]))
    assert "Telephone now" in raised.first(cls="govuk-warning-text").text
    assert "1 hour from" in raised.text
