"""The API describes itself: whole, valid, without a partnership, and the same in the manual as in the product."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from escalation.actions import ACTIONS
from escalation.api.schema import REFUSALS
from escalation.api.specimen import specimen
from partnerships.models import Agency
from partnerships.scope import nowhere

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.yml"


def test_it_needs_no_partnership_and_no_database() -> None:
    """No test of this module has one."""
    specimen.cache_clear()
    assert set(specimen("escalate").always) == {"to", "reason", "version"}
    with nowhere():
        there = Agency.objects.filter(active=True)
        assert (list(there.all()), there.count(), there.exists(), there.first()) == ([], 0, False, None)


@pytest.fixture
def description() -> dict[str, Any]:
    """As anybody gets it: no token, no partnership."""
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    return dict(yaml.load(answer.content, Loader=yaml.CSafeLoader))


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {said["operationId"]: said for path in description["paths"].values() for said in path.values()}


def test_it_is_valid_and_the_manual_holds_it_as_it_is() -> None:
    """To write it anew: python3 dev.py docs."""
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert out.getvalue().strip() == COMMITTED.read_text().strip()


def test_it_is_served_to_whoever_asks_and_can_be_read_on_a_page(description: dict[str, Any]) -> None:
    assert description == yaml.load(COMMITTED.read_text(), Loader=yaml.CSafeLoader)
    page = Client().get("/api/docs/").content.decode()
    assert 'href="/api/schema/"' in page
    assert ("<style" in page, page.count("<script"), page.count("<script src=")) == (False, 3, 3)  # no inline one runs here


def test_every_action_is_described_with_what_it_takes(description: dict[str, Any]) -> None:
    found = operations(description)
    acts = {verb for verb, said in found.items() if "actions" in said["tags"] and "requestBody" in said}
    assert acts == set(ACTIONS)
    for verb in ACTIONS:
        name = found[verb]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        takes = description["components"]["schemas"][name]
        assert "version" in takes["required"]
        assert takes["additionalProperties"] is False
        assert found[verb]["summary"] != ""
        assert f"{verb}_form" in found


def test_every_operation_names_its_refusals_as_problems(description: dict[str, Any]) -> None:
    for said in operations(description).values():
        refusals = {code: answer for code, answer in said["responses"].items() if code not in ("200", "201", "204", "304")}
        assert "401" in refusals
        for code, answer in refusals.items():
            assert answer["description"] == REFUSALS[code]
            assert list(answer["content"]) == ["application/problem+json"]


def test_choices_that_every_partnership_has_are_listed_and_its_own_are_not(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    assert schemas["RecordLearningRequest"]["properties"]["needs"]["enum"] == ["policy", "training", "briefing", "none"]
    assert schemas["RaiseRequest"]["properties"]["part"]["enum"] == ["worker", "lead", "both", "recorder", None]
    assert "enum" not in schemas["EscalateRequest"]["properties"]["to"]
    assert "specimen" not in str(description)
