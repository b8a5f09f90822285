"""What the API says no to, in which words, and that a refusal leaves nothing half-done."""

from __future__ import annotations

import dataclasses
import json

import pytest
from django.test import Client

from escalation.actions import ACTIONS
from escalation.forms.keeping import ProgressForm
from escalation.models import Action as Outstanding
from escalation.moves import Refused
from partnerships.ladder import Position
from partnerships.models import ApiToken, Membership
from partnerships.program_problem import EXPLAINED_AT, KINDS
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def told(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == PROBLEM
    found = answer.json()
    assert (set(found), found["status"]) == ({"type", "title", "status", "detail", "errors"}, answer.status_code)
    assert found["type"].removeprefix(EXPLAINED_AT + "#") in KINDS
    return answer.status_code, found["detail"]


SIGN_IN = (401, "Send a valid token of this partnership as a Bearer token.")


def test_without_a_token_nothing_is_told(barnsley: World, program, signed_in) -> None:
    barnsley.raised()
    wrong = program(barnsley, barnsley.office)
    wrong.secret += "x"
    assert told(wrong.get("disagreements/")) == SIGN_IN
    assert told(Client().get("/p/barnsley/api/v1/disagreements/")) == SIGN_IN
    assert told(signed_in(barnsley.office).get("/p/barnsley/api/v1/disagreements/")) == SIGN_IN
    assert told(Client().get("/p/no-such/api/v1/disagreements/", headers={"Authorization": "Bearer x"})) == SIGN_IN


def test_a_token_opens_one_partnership_alone(barnsley: World, havering: World, program) -> None:
    barnsley.raised()
    elsewhere = program(barnsley, barnsley.office)
    elsewhere.slug = "havering"
    assert told(elsewhere.get("disagreements/")) == SIGN_IN


def test_a_revoked_or_expired_token_opens_nothing(barnsley: World, program, time_machine) -> None:
    time_machine.move_to(TUESDAY)
    office = program(barnsley, barnsley.office)
    assert office.get("agencies/").status_code == 200
    time_machine.move_to(TUESDAY + days(91))
    assert told(office.get("agencies/")) == SIGN_IN
    again = program(barnsley, barnsley.office)
    with barnsley.scope():
        ApiToken.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert told(again.get("agencies/")) == SIGN_IN


def test_who_is_no_member_any_more_finds_nothing(barnsley: World, program) -> None:
    office = program(barnsley, barnsley.office)
    with barnsley.scope():
        Membership.objects.update(active=False)
    assert told(office.get("agencies/")) == NOT_THERE


NOT_THERE = (404, "There is nothing at this address, or nothing that you may see.")


@pytest.mark.parametrize("path", ["", "chronology/", "deadlines/", "actions/", "actions/escalate/"])
def test_not_there_and_not_yours_are_told_alike(barnsley: World, havering: World, program, path: str) -> None:
    barnsley.raised()
    havering.raised()
    office = program(barnsley, barnsley.office)
    assert office.get(f"disagreements/BAR-0001/{path}").status_code == 200
    assert told(office.get(f"disagreements/HAV-0001/{path}")) == NOT_THERE
    assert told(office.get(f"disagreements/BAR-0009/{path}")) == NOT_THERE
    assert told(office.get(f"disagreements/%00/{path}")) == NOT_THERE
    assert told(program(barnsley, barnsley.stranger).get(f"disagreements/BAR-0001/{path}")) == NOT_THERE


@pytest.mark.parametrize("path", ["", "disagreement/", "disagreements/BAR-0001/actions/destroy/", "disagreements"])
def test_an_address_that_does_not_exist_is_a_problem_and_no_page(barnsley: World, program, path: str) -> None:
    barnsley.raised()
    office = program(barnsley, barnsley.office)
    assert told(office.get(path or "%20")) == NOT_THERE
    assert told(office.post(path or "%20", {})) == NOT_THERE


def test_another_method_is_told_which_there_are(barnsley: World, program) -> None:
    barnsley.raised()
    office = program(barnsley, barnsley.office)
    answer = Client().delete(office.address("disagreements/BAR-0001/"), headers={"Authorization": f"Bearer {office.secret}"})
    assert told(answer) == (405, 'Method "DELETE" not allowed.')
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"version": ["Send the version that you read: the number stands in the disagreement."]}),
        ({"version": None}, {"version": ["Send the version that you read: the number stands in the disagreement."]}),
        ({"version": "1"}, {"version": ["Send a whole number."]}),
        ({"version": True}, {"version": ["Send a whole number."]}),
        ({"version": 1.0}, {"version": ["Send a whole number."]}),
        ({"version": 1, "words": None}, {"words": ["Write what has happened"]}),
        ({"version": 1, "words": 7}, {"words": ["Send text."]}),
        ({"version": 1, "words": ["Rang."]}, {"words": ["Send text."]}),
        ({"version": 1, "words": {"a": 1}}, {"words": ["Send text."]}),
        ({"version": 1, "words": "all\x00well"}, {"words": ["This text has a character that cannot be stored."]}),
        ({"version": 1, "words": "half \ud800"}, {"words": ["This text has a character that cannot be stored."]}),
        (
            {"version": 1, "words": "x" * 100_000},
            {"words": ["Use 10,000 characters or fewer. Put long papers on the child's file and say where they are."]},
        ),
        (
            {"version": 1, "words": "Rang.", "wrods\ud800": "x"},
            {"wrods?": ["There is no such field here. The fields are: version, words."]},
        ),
    ],
)
def test_what_cannot_be_taken_is_said_field_by_field(barnsley: World, program, sent, errors) -> None:
    disagreement = barnsley.raised()
    answer = program(barnsley, barnsley.team_manager).act(disagreement, "record_progress", **sent)
    assert told(answer) == (400, "Some of what was sent cannot be taken. The errors say what, field by field.")
    assert {name: answer.json()["errors"][name] for name in errors} == errors
    assert barnsley.chronology(disagreement) == ["raised"]


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("tomorrow", "Send a date and time like 2026-09-21T10:30:00+01:00."),
        ("0001-01-01T00:00:00+14:00", "Send a date and time like 2026-09-21T10:30:00+01:00."),
        ("2026-09-21", "Enter the time, like 9:30am or 14:05"),
        ("2001-09-21T10:30:00", "The time of the conversation must be in the future"),
        ("9999-12-31T23:59:59+00:00", "The time of the conversation must be within the next 10 years"),
    ],
)
def test_a_time_that_is_none_is_said_at_its_field(barnsley: World, program, when: str, sentence: str) -> None:
    disagreement = barnsley.raised()
    answer = program(barnsley, barnsley.midwife).act(disagreement, "book_conversation", version=1, when=when, words="She rings.")
    assert (answer.status_code, answer.json()["errors"]) == (400, {"when": [sentence]})


@pytest.mark.parametrize("day", ["21/09/2026", "2026-13-01", "20260921"])
def test_a_date_that_is_none_is_said_at_its_field(barnsley: World, program, day: str) -> None:
    disagreement = barnsley.raised()
    answer = program(barnsley, barnsley.midwife).act(disagreement, "add_action", version=1, what="Ring", owner="A. Lead", due=day)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"due": ["Send a date like 2026-09-21."]})


def test_a_last_day_beyond_all_reason_is_refused(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    with barnsley.scope():
        clock = disagreement.deadlines.get(time_limit="stage_1_resolution")
    answer = program(barnsley, barnsley.office).act(
        disagreement, "vary_timescale", version=1, deadline=clock.pk, last_day="9999-12-31", reason="Leave.", safe=True
    )
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {"last_day": ["The new last day must be within the next 10 years"]},
    )


@pytest.mark.parametrize("wrong", ["gate", [1], {"a": 1}, ["\x00"]])
def test_a_list_is_a_list_of_texts(havering: World, program, wrong) -> None:
    """H 2.8: what must be done before the stage of the Chair opens is ticked in the step itself."""
    disagreement = havering.raised()
    for stage in ("stage_2", "stage_3"):
        disagreement = havering.do("escalate", disagreement, by=havering.office, to=Position(stage=stage), reason="No answer.")
    answer = program(havering, havering.office).act(disagreement, "escalate", version=disagreement.version, gates=wrong)
    said = "This text has a character that cannot be stored." if wrong == ["\x00"] else "Send a list of texts."
    assert (answer.status_code, answer.json()["errors"]["gates"]) == (400, [said])


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null"])
def test_what_is_no_object_is_refused(barnsley: World, program, body: bytes) -> None:
    barnsley.raised()
    answer = program(barnsley, barnsley.midwife).post("disagreements/BAR-0001/actions/record_progress/", body=body)
    assert told(answer) == (400, "Send one JSON object, with a member for each field.")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"version": NaN1}', b"9" * 5000, "{}".encode("utf-16")])
def test_what_is_no_json_is_refused(barnsley: World, program, body: bytes) -> None:
    barnsley.raised()
    answer = program(barnsley, barnsley.midwife).post("disagreements/BAR-0001/actions/record_progress/", body=body)
    assert told(answer) == (400, "This is not JSON in UTF-8.")


def test_another_kind_of_body_is_refused(barnsley: World, program) -> None:
    barnsley.raised()
    answer = program(barnsley, barnsley.midwife).post(
        "disagreements/BAR-0001/actions/record_progress/", body=b"version=1", content_type="application/x-www-form-urlencoded"
    )
    assert told(answer) == (415, 'Unsupported media type "application/x-www-form-urlencoded" in request.')


def test_a_body_longer_than_any_form_is_not_read_to_its_end(barnsley: World, program) -> None:
    barnsley.raised()
    body = json.dumps({"version": 1, "words": "x" * 2 * 1024 * 1024}).encode()
    answer = program(barnsley, barnsley.midwife).post("disagreements/BAR-0001/actions/record_progress/", body=body)
    sentence = "This is more than can be taken at once. Put long papers on the child's file and say where they are."
    assert told(answer) == (413, sentence)


def _half_done(disagreement) -> None:
    Outstanding.objects.create(disagreement=disagreement, what="Half done", owner="Nobody", due="2026-09-21")


def _left(world: World) -> int:
    with world.scope():
        return Outstanding.objects.count()


def _service_that(fails: Exception):
    def service(disagreement_id: int, **_: object) -> None:
        from escalation.models import Disagreement  # noqa: PLC0415

        _half_done(Disagreement.objects.get(pk=disagreement_id))
        raise fails

    return service


def test_a_refused_move_leaves_no_row(barnsley: World, program, monkeypatch) -> None:
    disagreement = barnsley.raised()
    broken = dataclasses.replace(ACTIONS["record_progress"], service=_service_that(Refused("Not now.")))
    monkeypatch.setitem(ACTIONS, "record_progress", broken)
    answer = program(barnsley, barnsley.midwife).act(disagreement, "record_progress", version=1, words="Rang.")
    assert told(answer) == (409, "Not now.")
    assert _left(barnsley) == 0


def test_a_form_that_is_not_valid_leaves_no_row(barnsley: World, program, monkeypatch) -> None:
    disagreement = barnsley.raised()

    class Broken(ProgressForm):
        def clean(self) -> None:
            _half_done(self.disagreement)

    monkeypatch.setitem(ACTIONS, "record_progress", dataclasses.replace(ACTIONS["record_progress"], form=Broken))
    answer = program(barnsley, barnsley.midwife).act(disagreement, "record_progress", version=1, words="")
    assert answer.status_code == 400
    assert _left(barnsley) == 0


def test_an_error_of_the_product_leaves_no_row(barnsley: World, program, monkeypatch) -> None:
    disagreement = barnsley.raised()
    broken = dataclasses.replace(ACTIONS["record_progress"], service=_service_that(RuntimeError("a fault")))
    monkeypatch.setitem(ACTIONS, "record_progress", broken)
    monkeypatch.setattr(Client, "store_exc_info", lambda self, **_: None)  # a program sees the answer, not the exception
    answer = program(barnsley, barnsley.midwife).act(disagreement, "record_progress", version=1, words="Rang.")
    assert answer.status_code == 500
    assert _left(barnsley) == 0


def test_what_goes_wrong_inside_is_told_without_its_cause_and_undone(barnsley: World, program, monkeypatch) -> None:
    """Nothing of what was sent may stand in the answer: it may be about a child."""
    raised = barnsley.fresh(barnsley.raised())

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Baby Jane")

    monkeypatch.setattr("escalation.services.doing._record", fails)
    manager = program(barnsley, barnsley.team_manager)
    answer = Client(raise_request_exception=False).post(
        manager.address(f"disagreements/{raised.reference}/actions/acknowledge/"),
        json.dumps({"version": raised.version}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {manager.secret}"},
    )
    assert told(answer) == (500, "Something went wrong here, and nothing was changed. Try again later.")
    assert barnsley.fresh(raised).version == raised.version
