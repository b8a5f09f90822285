"""Whatever is sent to any address of the API, right or wrong, gets an answer that the description promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.wsgi import application
from partnerships.ladder import Position
from tests.world import World

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.yml"
# The key of no draft and no file.
NOBODYS = UUID(int=0)
# Two kinds of data at each address; together some twenty seconds.
EXAMPLES = 4


@pytest.fixture
def references(barnsley: World) -> list[str]:
    """One at the foot of the ladder, one at its head, one agreed, one resolved: each action is possible at one of them."""
    low, high, agreed, resolved = (barnsley.raised() for _ in range(4))
    barnsley.do("escalate", high, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    for settled in (agreed, resolved):
        barnsley.do("record_agreement", settled, by=barnsley.team_manager, text="Settled.")
    barnsley.do("confirm_outcome", resolved, by=barnsley.team_manager, text="Settled.")
    return [str(each.reference) for each in (low, high, agreed, resolved)]


def narrowed(program: Any, references: list[str]) -> dict[str, Any]:
    """The description, with what exists here where it leaves anything open: random words alone would never get past 404."""
    said = yaml.load(COMMITTED.read_text(), Loader=yaml.CSafeLoader)
    numbers = numbered(program, references)
    for path, operations in said["paths"].items():
        number = next((found for begins, found in numbers.items() if begins in path), 1)
        for operation in operations.values():
            # The headers that many take are in test_programs.py and test_client.py: here they would cost time alone.
            operation["parameters"] = [each for each in operation["parameters"] if "$ref" not in each]
            for parameter in operation.get("parameters", ()):
                if parameter.get("in") == "path" and "enum" not in parameter["schema"]:
                    parameter["schema"] = {"enum": path_values(parameter, program, references, number)}
            verb = operation["operationId"]
            if "requestBody" in operation and "actions" in operation["tags"]:
                reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                takes = said["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
                takes["version"]["enum"] = [1, 2, 3]
                _offer_what_is_there(program, references, verb, takes)
    return dict(said)


def numbered(program: Any, references: list[str]) -> dict[str, int]:
    """One of each that is found by a number, by how the addresses of it begin."""

    def made(path: str, **sent: Any) -> Any:
        return program.post(path, sent).json()

    item = made("learning/items/", title="Calls", learned="Note who rang.")["number"]
    action = {"kind": "training", "what": "Train", "who": "other", "somebody": "The lead", "due": "2030-12-01", "version": 1}
    meeting = made("meetings/", group="-", held_on="2026-09-22", first="2026-07-01")["number"]
    return {
        "/for-somebody/": program.get(f"disagreements/{references[0]}/for-somebody/").json()[0]["number"],
        "learning/actions/": made(f"learning/items/{item}/actions/", **action)["actions"][0]["number"],
        "learning/items/": item,
        "learning/returns/": made("learning/returns/", first="2026-04-01", last="2026-06-30")["number"],
        "meetings/decisions/": made(f"meetings/{meeting}/decisions/", about="learning", words="Train.")["number"],
        "meetings/issued/": made(f"meetings/{meeting}/issue/")["number"],
        "meetings/": meeting,
    }


def path_values(parameter: dict[str, Any], program: Any, references: list[str], number: int) -> list[Any]:
    """What stands in an address: what there is, and something that there is not."""
    known: dict[str, list[Any]] = {"slug": [program.slug], "reference": [*references, "BAR-9999"]}
    known["agency"] = [program.get("agencies/").json()[0]["key"]]
    if parameter["schema"]["type"] == "integer":
        return [number]
    if parameter["schema"].get("format") == "date":
        return ["2026-12-24"]
    return known.get(parameter["name"], [str(NOBODYS)])


def _offer_what_is_there(program: Any, references: list[str], verb: str, takes: dict[str, Any]) -> None:
    for reference in references:
        for asked in program.get(f"disagreements/{reference}/actions/{verb}/").json()["asks"]:
            choices = [each["value"] for each in asked["choices"] or ()]
            if choices and "enum" not in takes[asked["name"]] and asked["type"] != "array":
                takes[asked["name"]]["enum"] = [int(c) for c in choices] if asked["type"] == "integer" else choices


@contextmanager
def one_connection() -> Iterator[None]:
    """A server closes its connections between requests, and with them the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_address_of_the_api_can_be_brought_down_or_made_to_break_its_word(
    barnsley: World, program, references: list[str]
) -> None:
    office = program(barnsley, barnsley.office)
    schema = schemathesis.openapi.from_dict(narrowed(office, references))
    schema.app = application
    schema.config.generation.update(
        with_security_parameters=False
    )  # the token is ours; that it is asked for is a check of its own
    headers = {"Authorization": f"Bearer {office.secret}"}
    answered: set[int] = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        takes = len(operation.query) + len(operation.body) > 0
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if takes else (GenerationMode.POSITIVE,):

            @settings(
                max_examples=EXAMPLES if takes else 1, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case: Any) -> None:
                assume(case.path_parameters["slug"] == office.slug)  # what is outside every partnership has a page, not a problem
                with transaction.atomic():  # each finds what the fixtures left
                    answer = case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
                    transaction.set_rollback(True)
                answered.add(answer.status_code)

            with one_connection():
                send()
    assert {200, 400, 404, 409} <= set(answered)  # it got past the door
