"""The generated client, and whatever else is sent, against a server that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import requests
import schemathesis
import yaml
from escalation_client import Changed, Client, NotTaken, NotThere, Problem
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from escalation.api.client import written
from partnerships.services import issue_token
from tests.services.lying import PDF, takes_files
from tests.world import TUESDAY, World, days

from .conftest import Program
from .test_raising import sendable

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs" / "reference" / "openapi.yml"


def described() -> dict[str, Any]:
    return dict(yaml.load(COMMITTED.read_text(), Loader=yaml.CSafeLoader))


def test_the_client_is_what_the_description_says() -> None:
    """To write it anew: python3 dev.py docs."""
    for name, module in written(described()).items():
        assert (ROOT / "client" / "escalation_client" / name).read_text() == module
        compile(module, name, "exec")


class Once:
    """A line that breaks after the server has done what was sent: the first answer is lost on the way."""

    def __init__(self) -> None:
        self.session, self.lost = requests.Session(), 0

    def request(self, method: str, *args: Any, **more: Any) -> requests.Response:
        answer = self.session.request(method, *args, **more)
        if method == "POST" and not self.lost:
            self.lost += 1
            raise requests.ConnectionError
        return answer


def test_a_system_keeps_up_acts_is_told_who_was_faster_and_sends_again(
    live_server: Any, transactional_db: None, barnsley: World
) -> None:
    def client(user: Any, **more: Any) -> Client:
        with barnsley.scope(user):
            _, secret = issue_token(user, name="a system")
        return Client(live_server.url, "barnsley", secret, pause=0, **more)

    takes_files(barnsley)
    barnsley.team_manager, barnsley.hospital_lead  # noqa: B018  (they exist before the form is read)
    for number in range(2):
        barnsley.raised(at=TUESDAY - days(number))
    broken: Any = Once()
    midwife, manager = client(barnsley.midwife, session=broken), client(barnsley.team_manager)
    whole = sendable(barnsley, Program("barnsley", midwife._headers["Authorization"].removeprefix("Bearer ")))
    raised = midwife.raise_(more=whole)
    assert (raised["reference"], broken.lost) == ("BAR-0003", 1)
    found = [row["reference"] for row in midwife.disagreements(limit=1)]
    assert sorted(found) == ["BAR-0001", "BAR-0002", "BAR-0003"]
    read, etag = manager.read(raised["reference"])
    assert read is not None
    assert manager.read(raised["reference"], etag) == (None, etag)
    assert "words" in {each["name"] for each in manager.action_form(raised["reference"], "record_progress")["asks"]}
    done = manager.record_progress(raised["reference"], if_match=etag, words="We spoke.", key="progress-of-today")
    again = manager.record_progress(raised["reference"], if_match=etag, words="We spoke.", key="progress-of-today")
    assert done == again
    with pytest.raises(Changed, match="Somebody changed this while you were reading"):
        manager.record_progress(raised["reference"], version=read["version"], words="We spoke again.")
    with pytest.raises(NotTaken) as wrong:
        manager.record_progress(raised["reference"], version=2)
    assert wrong.value.errors == {"words": ["Write what has happened"]}
    with pytest.raises(Problem) as other:
        manager.record_progress(raised["reference"], version=2, words="Other words.", key="progress-of-today")
    assert (other.value.status, other.value.key) == (422, "key-used")
    file = midwife.add_file(raised["reference"], PDF, name="Plan.pdf", about="The plan")
    assert [each["id"] for each in manager.files(raised["reference"])] == [file["id"]]
    assert manager.file(raised["reference"], file["id"]) == PDF
    draft = midwife.begin_draft(concern="Nobody rang.")
    assert [each["key"] for each in midwife.drafts()] == [draft["key"]]
    assert midwife.discard_draft(draft["key"]) is None
    assert [row["reference"] for row in manager.changes(TUESDAY)][-1] == "BAR-0003"
    with pytest.raises(NotThere):
        manager.disagreement("BAR-0009")
    the_office_finds_counts_and_reminds(client(barnsley.office))
    reads_what_is_there(live_server.url, manager, "BAR-0003")


def the_office_finds_counts_and_reminds(office: Client) -> None:
    assert office.search(words="Nobody rang")["count"] is not None
    assert office.figure("over-time", period="this-year")["measure"] == "over-time"
    assert office.chase("BAR-0003", key="reminder-of-today") == office.chase("BAR-0003", key="reminder-of-today")


def reads_what_is_there(url: str, client: Client, reference: str) -> None:
    """Every reading of the description, as schemathesis thinks it up, to the server that runs."""
    said = described()
    said["paths"] = {
        path: {"get": each["get"]}
        for path, each in said["paths"].items()
        if "get" in each and "_form" not in each["get"]["operationId"]
    }
    for each in said["paths"].values():
        for parameter in each["get"].get("parameters", ()):
            known = {"slug": "barnsley", "reference": reference}.get(parameter.get("name"))
            if known:
                parameter["schema"] = {"type": "string", "enum": [known]}
    schema = schemathesis.openapi.from_dict(said)
    schema.config.update(base_url=url)
    schema.config.generation.update(with_security_parameters=False)
    headers = {"Authorization": client._headers["Authorization"]}
    answered: set[int] = set()
    for found in schema.get_all_operations():

        @settings(max_examples=1, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=found.ok().as_strategy())
        def send(case: Any) -> None:
            answer = case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
            answered.add(answer.status_code)

        send()
    assert {200, 403, 404} <= answered


def test_a_busy_server_is_asked_again_and_one_elsewhere_never() -> None:
    def answer(status: int, told: Any) -> Mock:
        return Mock(status_code=status, headers={"Retry-After": "0"}, json=lambda: told, content=b"x")

    busy, fine = answer(503, {"type": "/api/problems/#away"}), answer(200, {"results": [1], "next": "https://elsewhere.example/"})
    session = Mock(request=Mock(side_effect=[busy, fine, busy, busy]))
    client = Client("https://tracker.example", "barnsley", "x", session=session, tries=2, pause=0)
    rows = client.pages("members/")
    assert next(rows) == 1
    with pytest.raises(ValueError, match="not of the server"):
        next(rows)
    with pytest.raises(Problem, match="503"):
        client.get("members/")
    with pytest.raises(ValueError, match="https"):
        Client("http://tracker.example", "barnsley", "x")
    keys = {call.kwargs["headers"].get("Idempotency-Key") for call in session.request.call_args_list}
    assert keys == {None}
