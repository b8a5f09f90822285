"""Who has which system told, on the page and by the API: its secret once, a test and what came back, sending again, an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.webhooks import keeping, sending
from partnerships.administering import AdministrationEntry
from partnerships.arrangements import Arrangements
from partnerships.services import issue_token
from tests.api.conftest import Program
from tests.world import TUESDAY, World, days

from .outside import System, running
from .story import announce, go_live

pytestmark = pytest.mark.django_db
HOME = "/p/barnsley/administration/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
INTO = {"name": "Records", "of": "all"}


@pytest.fixture
def outside(settings: Any) -> Iterator[System]:
    settings.OUTGOING_HTTP, settings.DEPLOYMENT, settings.OUTGOING_ALLOW = True, "demo", ["127.0.0.1/32"]
    with running() as system:
        yield system


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))


def test_the_office_adds_a_system_and_a_test_shows_what_came_back(barnsley: World, outside: System, signed_in: Any) -> None:
    office = signed_in(go_live(barnsley).office)
    assert f'href="{HOME}"' in office.get("/p/barnsley/administration/").content.decode()
    made = office.post(f"{HOME}add/", INTO | {"url": outside.url})
    (secret,) = SECRET.findall(made.content.decode())
    assert "no-store" in made["Cache-Control"]
    with barnsley.scope():
        one = WebhookEndpoint.objects.get()
    here = f"{HOME}{one.pk}/"
    assert SECRET.findall(office.get(here).content.decode() + office.get(HOME).content.decode()) == []

    outside.status, outside.words = 500, b"<script>alert(1)</script>" + b"x" * 400
    tried = office.post(f"{here}test/")
    assert "Does not work It answered with the status 500." in words(tried)
    assert "<script>alert" not in tried.content.decode()
    assert "x" * 175 in words(tried)  # two hundred signs of the answer and no more
    assert "x" * 176 not in words(tried)
    outside.status, outside.words = 200, b"thank you"
    assert re.search(r"Works It answered with the status 200 after \d+ milliseconds\. The answer begins with: thank you", words(
        office.post(f"{here}test/")
    ))  # fmt: skip
    assert [(told.said["type"], told.said["data"]["reference"], told.signed_by(secret)) for told in outside.told] == [
        ("webhook.test", None, True)
    ] * 2


def test_the_office_sends_again_gives_a_new_secret_and_ends_it(barnsley: World, outside: System, signed_in: Any) -> None:
    office = signed_in(go_live(barnsley).office)
    with barnsley.scope():
        one, secret = keeping.make(name="Records", url=outside.url, agency=None, by=barnsley.office)
    here = f"{HOME}{one.pk}/"
    barnsley.raised()
    announce(barnsley)
    sending.deliver(barnsley.partnership.pk)
    shown = words(office.get(here))
    assert "Raised disagreement.raised BAR-0001" in shown
    assert "Delivered Status 204." in shown
    with barnsley.scope():
        row = WebhookDelivery.objects.get(reference="BAR-0001")
    assert office.post(f"{here}again/", {"delivery": row.pk}).status_code == 302
    past = {"since-day": "1", "since-month": "9", "since-year": "2026", "since-time": "9am"}
    assert office.post(f"{here}again/", past).status_code == 302
    assert (sending.deliver(barnsley.partnership.pk), len(outside.told)) == (1, 2)
    assert office.post(f"{here}again/", {"delivery": 99999}).status_code == 404
    assert office.post(f"{here}again/", past | {"since-day": "x"}).status_code == 422

    again = office.post(f"{here}secret/")
    assert [found != secret for found in SECRET.findall(again.content.decode())] == [True]
    assert "The old one signs as well until" in words(again)
    assert "told nothing any more" in words(office.get(f"{here}end/"))
    assert office.post(f"{here}end/").status_code == 302
    assert office.get(here).status_code == 404
    with barnsley.scope():
        kept = WebhookEndpoint.objects.get()
        assert (kept.secret_sealed, kept.former_sealed, WebhookDelivery.objects.count()) == ("", "", 0)
        done = [(entry.did, entry.by) for entry in AdministrationEntry.objects.filter(did__startswith="webhook").order_by("pk")]
    assert done == [(f"webhook_{did}", barnsley.office) for did in ("made", "changed", "ended")]
    log = words(office.get("/p/barnsley/administration/log/"))
    assert f"Made endpoint {one.pk} for webhooks: it is told of every disagreement." in log
    assert f"Made a new secret for endpoint {one.pk} for webhooks." in log
    assert SECRET.findall(log) == []


def test_of_what_a_system_is_told_is_decided_with_a_sentence(barnsley: World, signed_in: Any) -> None:
    office, administrator, midwife = (signed_in(one) for one in (barnsley.office, barnsley.administrator, barnsley.midwife))
    typed = {"name": "Hospital", "of": "hospital", "url": "https://records.example/told"}
    shut = office.post(f"{HOME}add/", typed)
    assert shut.status_code == 422
    assert "does not let people see all that their own agency takes part in" in words(shut)
    assert 'value="https://records.example/told"' in shut.content.decode()
    everything = administrator.post(f"{HOME}add/", typed | {"of": "all"})
    assert everything.status_code == 422
    assert "Only a partnership manager may have a system told of every disagreement" in words(everything)
    for wrong in (
        "http://records.example/",
        "https://",
        "https://me:it@records.example/",
        "https://records.example:x/",
        "ftp://a",
    ):
        assert office.post(f"{HOME}add/", typed | {"url": wrong, "of": "all"}).status_code == 422, wrong
    assert midwife.post(f"{HOME}add/", typed).status_code == 403
    with barnsley.scope():
        assert not WebhookEndpoint.objects.exists()
        Arrangements.objects.create(agency_sees=True)
    assert len(SECRET.findall(administrator.post(f"{HOME}add/", typed).content.decode())) == 1
    with barnsley.scope():
        Arrangements.objects.update(agency_sees=False)
        whole, _ = keeping.make(name="All", url="https://all.example/", agency=None, by=barnsley.office)
    assert "Told nothing now" in words(administrator.get(HOME))
    assert "Make a new secret" not in words(administrator.get(f"{HOME}{whole.pk}/"))
    assert administrator.post(f"{HOME}{whole.pk}/secret/").status_code == 403
    assert administrator.post(f"{HOME}{whole.pk}/end/").status_code == 302  # to stop something is for both


def test_a_new_one_is_made_with_fresh_proof_alone(barnsley: World, signed_in: Any) -> None:
    client: Client = signed_in(barnsley.office)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1}]
    session.save()
    sent = client.post(f"{HOME}add/", INTO | {"url": "https://records.example/told"})
    assert (sent.status_code, SECRET.findall(sent.content.decode())) == (403, [])
    with barnsley.scope():
        assert not WebhookEndpoint.objects.exists()


def test_what_is_wrong_stands_in_the_list_and_can_be_put_right_there(barnsley: World, outside: System, signed_in: Any) -> None:
    go_live(barnsley)
    with barnsley.scope():
        one, _ = keeping.make(name="Records", url=outside.url, agency=None, by=barnsley.office)
    outside.status = 410
    barnsley.raised()
    announce(barnsley)
    sending.deliver(barnsley.partnership.pk)
    with barnsley.scope():
        WebhookDelivery.objects.update(state="gave_up")
    office = signed_in(barnsley.office)
    assert "Records is told nothing any more, because nothing arrived there." in words(office.get("/p/barnsley/"))
    assert "Records" not in words(signed_in(barnsley.midwife).get("/p/barnsley/"))
    assert "Switched off on" in words(office.get(HOME))
    assert "1 thing did not arrive, and is tried no more." in words(office.get(HOME))
    past = {"since-day": "1", "since-month": "9", "since-year": "2026", "since-time": "9am"}
    assert "This endpoint is switched off. Switch it on first." in words(office.post(f"{HOME}{one.pk}/again/", past))
    assert office.post(f"{HOME}{one.pk}/on/").status_code == 302
    assert office.post(f"{HOME}{one.pk}/again/", past).status_code == 302
    outside.status = 200
    assert sending.deliver(barnsley.partnership.pk) == 1
    assert "Switched off" not in words(office.get(HOME))
    assert "Records" not in words(office.get("/p/barnsley/"))


def test_a_program_does_the_same_and_is_given_the_secret_once(barnsley: World, outside: System) -> None:
    go_live(barnsley)

    def program(user: Any, *scopes: str) -> Program:
        with barnsley.scope(user):
            return Program("barnsley", issue_token(user, name="a program", scopes=scopes)[1])

    office = program(barnsley.office, "webhooks")
    sent = {"name": "Records", "url": outside.url, "of": "all"}
    assert program(barnsley.office, "read", "office").post("webhooks/", sent).status_code == 403
    assert program(barnsley.midwife, "webhooks").get("webhooks/").status_code == 403
    assert office.post("webhooks/", sent | {"of": "nobody"}).json()["errors"] == {"of": ["Choose from the list"]}
    made = office.post("webhooks/", sent, key="a-key-of-mine")
    assert made.status_code == 201
    secret, number = made.json()["secret"], made.json()["id"]
    twice = office.post("webhooks/", sent, key="a-key-of-mine")
    assert (twice.status_code, twice.json()) == (201, made.json() | {"secret": None})
    assert [(one["id"], one["agency"], one["not_delivered"], "secret" in one) for one in office.get("webhooks/").json()] == [
        (number, None, 0, False)
    ]
    tried = office.post(f"webhooks/{number}/test/").json()
    assert tried == {"state": "taken", "status": 204, "milliseconds": tried["milliseconds"], "problem": ""}
    raised = barnsley.raised()
    announce(barnsley)
    sending.deliver(barnsley.partnership.pk)
    assert outside.told[-1].signed_by(secret)
    # What it was told leads to what its token may read.
    reader = program(barnsley.office, "read")
    address = outside.told[-1].said["data"]["url"].partition("/api/v1/")[2]
    assert reader.get(address).json()["reference"] == raised.reference
    assert office.post(f"webhooks/{number}/replay/", {"id": outside.told[-1].id}).json() == {"count": 1}
    assert office.post(f"webhooks/{number}/replay/", {"since": (TUESDAY - days(1)).isoformat()}).json() == {"count": 1}
    assert office.post(f"webhooks/{number}/replay/", {}).status_code == 400
    assert office.post(f"webhooks/{number}/end/").status_code == 204
    assert office.post(f"webhooks/{number}/end/").status_code == 404
    assert office.get("webhooks/").json() == []
