"""In whose name and by which service a partnership's e-mails leave, by the page "E-mail" and by what arrives."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.sealing import NOTIFY_KEYS, unseal
from notifications import services, tasks
from notifications.models import MailWay, Message
from tests.journeys.visitor import Visitor
from tests.mailing.post_office import open_office

from ..world import TUESDAY, World
from . import notify_fake
from .story import announce, go_live, messages

pytestmark = pytest.mark.django_db
PAGE, CHANGE, TRY = (f"/p/barnsley/administration/e-mail/{end}" for end in ("", "change/", "test/"))
SENDER = {
    "sender_name": "Barnsley Partnership",
    "sender_address": "barnsley@council.example",
    "reply_to": "office@barnsley.example",
}
USUAL = {"way": "usual", "hours": "always"}


@pytest.fixture
def smtp(settings: Any) -> Any:
    with open_office() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        settings.DEFAULT_FROM_EMAIL = "Escalation tracker <tracker@tracker.example>"
        settings.MAIL_SENDER_DOMAINS = ["council.example"]
        yield office


def manager(world: World) -> Client:
    return Visitor(world.office).client


def kept(world: World) -> MailWay:
    with world.scope():
        return MailWay.objects.get()


def send_what_waits(world: World) -> list[Message]:
    world.raised()
    announce(world, at=TUESDAY)
    services.deliver(world.partnership.pk)
    return messages(world)


def test_a_partnership_writes_in_its_own_name_and_answers_go_to_its_own_inbox(barnsley: World, smtp: Any) -> None:
    go_live(barnsley)
    client = manager(barnsley)
    assert client.post(CHANGE, SENDER | USUAL).status_code == 302
    send_what_waits(barnsley)
    assert {str(taken["From"]) for taken in smtp.taken} == {"Barnsley Partnership <barnsley@council.example>"}
    assert {str(taken["Reply-To"]) for taken in smtp.taken} == {"office@barnsley.example"}
    assert len(smtp.connections) == 1
    answer = client.post(TRY).content.decode()
    assert f"The mail server took it. Look whether it arrives at {barnsley.office.email}" in answer
    assert str(smtp.taken[-1]["To"]) == barnsley.office.email
    smtp.answers = lambda order, what: "554 5.7.1 not from you" if order == "RCPT" else None
    refused = client.post(TRY).content.decode()
    assert "It was not taken. It did not accept the settings" in refused
    assert "For whoever runs the server: RCPT 554 5.7.1" in refused
    assert "not from you" not in refused
    log = client.get("/p/barnsley/administration/log/").content.decode()
    assert "Changed how e-mails are sent: " in log
    tried = len(smtp.taken)
    assert [client.post(TRY).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert len(smtp.taken) == tried


def test_a_domain_with_letters_of_its_own_is_written_as_servers_know_it(barnsley: World, smtp: Any, settings: Any) -> None:
    """It must not end the sending; and one that only looks like an allowed one is another."""
    settings.MAIL_SENDER_DOMAINS = ["bücher.example"]
    client = manager(go_live(barnsley))
    for other in ("office@sub.bücher.example", "office@bu\u0308cher.example.example", "office@bүcher.example"):
        assert client.post(CHANGE, SENDER | USUAL | {"sender_address": other}).status_code == 422
    assert client.post(CHANGE, SENDER | USUAL | {"sender_address": "office@Bücher.example"}).status_code == 302
    assert client.get(PAGE).status_code == 200
    send_what_waits(barnsley)
    assert {str(taken["From"]) for taken in smtp.taken} == {"Barnsley Partnership <office@xn--bcher-kva.example>"}


def test_a_domain_that_the_installation_may_not_use_is_refused_and_nothing_typed_is_lost(barnsley: World, smtp: Any) -> None:
    answer = manager(barnsley).post(CHANGE, SENDER | USUAL | {"sender_address": "office@elsewhere.example"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "This system may send from addresses at tracker.example or council.example alone." in said
    assert 'value="office@elsewhere.example"' in said
    assert 'value="Barnsley Partnership"' in said
    for name in ('x" <a@b.example>', "a@b", "a\\b"):
        assert manager(barnsley).post(CHANGE, SENDER | USUAL | {"sender_name": name}).status_code == 422
    with barnsley.scope():
        assert not MailWay.objects.exists()


def test_a_domain_that_is_taken_away_later_is_not_used_any_more(barnsley: World, smtp: Any, settings: Any) -> None:
    manager(go_live(barnsley)).post(CHANGE, SENDER | USUAL)
    settings.MAIL_SENDER_DOMAINS = []
    send_what_waits(barnsley)
    assert {str(taken["From"]) for taken in smtp.taken} == {"Barnsley Partnership <tracker@tracker.example>"}


def test_by_its_own_notify_with_a_key_that_is_sealed_and_never_shown(barnsley: World, smtp: Any, settings: Any) -> None:
    go_live(barnsley)
    client = manager(barnsley)
    with notify_fake.running() as notify:
        settings.NOTIFY_URL = notify.url
        by_notify = USUAL | {"way": "notify", "notify_key": notify.key, "notify_template": notify.template}
        for wrong in ({"notify_key": ""}, {"notify_key": "guess"}, {"notify_template": ""}, {"notify_reply_to": "guess"}):
            answer = client.post(CHANGE, by_notify | wrong)
            assert answer.status_code == 422
            assert notify.key not in answer.content.decode()
        # Nor where nobody is signed in any more, and every other word is given back.
        signed_out = Client(headers={"origin": "http://testserver"}).post(CHANGE, SENDER | by_notify)
        assert (signed_out.status_code, SENDER["reply_to"] in signed_out.content.decode()) == (403, True)
        assert notify.key not in signed_out.content.decode()
        assert client.post(CHANGE, by_notify).status_code == 302
        row = kept(barnsley)
        assert notify.key not in row.notify_sealed
        assert unseal(row.notify_sealed, purpose=NOTIFY_KEYS) == notify.key
        assert all(notify.key not in client.get(page).content.decode() for page in (PAGE, CHANGE))

        client.post(CHANGE, by_notify | {"notify_key": "", "hours": "quiet", "quiet_from": "20", "quiet_until": "6"})
        row = kept(barnsley)
        assert (unseal(row.notify_sealed, purpose=NOTIFY_KEYS), row.quiet_from.hour, row.quiet_days) == (notify.key, 20, False)

        found = send_what_waits(barnsley)
        assert {m.message_id: m.taken_as for m in found} == {sent.reference: sent.id for sent in notify.sent}
        assert smtp.taken == []
        assert "GOV.UK Notify took it." in client.post(TRY).content.decode()

        # The secret key of the installation is changed: the hourly task seals anew, and the old one can be given up.
        old = settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a" * 50 + "b", [old]
        tasks.remind(barnsley.partnership.pk)
        settings.SECRET_KEY_FALLBACKS = []
        assert unseal(kept(barnsley).notify_sealed, purpose=NOTIFY_KEYS) == notify.key

    settings.SECRET_KEY = old
    client = manager(barnsley)
    assert "The key of GOV.UK Notify can no longer be opened, so no e-mail leaves." in client.get(PAGE).content.decode()
    client.post(CHANGE, USUAL)
    assert (kept(barnsley).notify_sealed, kept(barnsley).notify_template) == ("", "")


def test_in_training_mode_nothing_leaves_whatever_is_set(barnsley: World, smtp: Any) -> None:
    client = manager(barnsley)
    client.post(CHANGE, SENDER | USUAL)
    assert "This partnership is in training mode, so nothing was sent." in client.post(TRY).content.decode()
    assert {m.state for m in send_what_waits(barnsley)} == {"held"}
    assert smtp.taken == []


def test_only_who_looks_after_the_partnership_sees_it(barnsley: World) -> None:
    assert [Visitor(barnsley.midwife).client.get(page).status_code for page in (PAGE, CHANGE)] == [403, 403]
    assert Visitor(barnsley.administrator).client.get(PAGE).status_code == 200
