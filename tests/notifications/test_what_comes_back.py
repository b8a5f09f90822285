"""What comes back of an e-mail: receipts of GOV.UK Notify by HTTP, reports of post offices in a mailbox by IMAP, answers of
machines and of people; by the doors that they come through."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from imaplib import IMAP4
from typing import Any

import pytest
from django.test import Client

from mailing.notify import NotifyTransport, Service
from notifications import services, tasks
from notifications.models import Message, NotifyReceipts, ReportsMailbox, StoppedAddress
from notifications.returned import dsn, polling
from notifications.returned.models import Why
from notifications.returned.noting import partnership_of
from notifications.returned.reports import why_by_status
from partnerships.administering import AdministrationEntry

from ..world import TUESDAY, World
from . import imap_fake, notify_fake
from .story import Remembered, announce, go_live, messages, to

pytestmark = pytest.mark.django_db
LED = "team.manager"
HERE = "/notify/callbacks/barnsley/"
EVERYWHERE = "/notify/callbacks/"


@pytest.fixture
def sent(barnsley: World) -> World:
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    services.deliver(barnsley.partnership.pk, transport=Remembered())
    return barnsley


def undelivered(world: World) -> int:
    with world.scope():
        return sum(
            world.chronology(each).count("notice_undelivered")
            for each in {m.notices.get().disagreement for m in messages(world) if m.notices.exists()}
        )


def stands(world: World, name: str = LED) -> tuple[str, str]:
    first = to(messages(world), name)[0]
    return first.state, first.why


# ---------------------------------------------------------------- GOV.UK Notify
def post(url: str, headers: dict[str, str], body: bytes) -> int:
    answer = Client(enforce_csrf_checks=True).post(
        url, body, content_type="application/json", headers={"Authorization": headers["Authorization"]}
    )
    assert (answer.content, answer.cookies.output(), answer.get("Set-Cookie")) == (b"", "", None)
    return answer.status_code


def made_token(world: World, office: Client) -> str:
    """Shown once, kept as a digest, and in the log of administration."""
    page = "/p/barnsley/administration/receipts/"
    made = office.post(page, {"what": "make"})
    (token,) = re.findall(r'escalation-token">([\w-]{43})</code>', made.content.decode())
    assert "no-store" in made["Cache-Control"]
    assert token not in office.get(page).content.decode()
    with world.scope():
        assert NotifyReceipts.objects.get().digest == hashlib.sha256(token.encode()).hexdigest()
        assert AdministrationEntry.objects.latest("pk").data == {"receipts": "made"}
    return str(token)


def by_name(notify: notify_fake.Notify) -> dict[str, notify_fake.Sent]:
    return {each.email_address.partition("@")[0]: each for each in notify.sent}


def test_notify_says_what_became_of_an_e_mail_and_one_return_is_one_entry(barnsley: World, signed_in: Any) -> None:
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    token = made_token(barnsley, signed_in(barnsley.office))
    with notify_fake.running() as notify:
        notify.first.callback_url, notify.first.callback_token = HERE, token
        notify.comes_to |= {
            "team.manager@barnsley.example": "permanent-failure",
            "midwife@barnsley.example": "technical-failure",
            "hospital.lead@barnsley.example": "temporary-failure",
        }
        way = NotifyTransport(Service(key=notify.key, template=notify.template, url=notify.url))
        services.deliver(barnsley.partnership.pk, transport=way)
        assert set(notify.finish(told=post)) == {204}
        addressed = by_name(notify)
        assert [stands(barnsley, name) for name in addressed] == [
            {
                "team.manager": ("returned", "address"),
                "midwife": ("returned", "technical"),
                "hospital.lead": ("returned", "mailbox"),
            }.get(name, ("sent", ""))
            for name in addressed
        ]
        entries = undelivered(barnsley)
        assert entries == sum(each.status != "delivered" for each in notify.sent) >= 2
        # It is told again, out of order, and of what is unknown: nothing changes, and nothing is told from nothing.
        lost = addressed[LED]
        assert notify.receipt(lost, told=post) == 204
        lost.status = "delivered"
        assert notify.receipt(lost, told=post) == 204
        assert (stands(barnsley), undelivered(barnsley)) == (("returned", "address"), entries)
        lost.status, lost.reference = "permanent-failure", "<unknown@tracker.example>"
        assert notify.receipt(lost, told=post) == 204
        other = next(each for each in notify.sent if each.status == "delivered")
        other.status, other.id = "permanent-failure", "11111111-2222-3333-4444-555555555555"  # of another sending
        assert notify.receipt(other, told=post) == 204
        assert undelivered(barnsley) == entries
    with barnsley.scope():
        assert list(StoppedAddress.objects.values_list("email", "why")) == [("team.manager@barnsley.example", "address")]


def test_a_receipt_may_be_faster_than_our_own_mark(barnsley: World, settings: Any) -> None:
    settings.NOTIFY_CALLBACK_DIGEST = hashlib.sha256(b"the token").hexdigest()
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)

    def at_once(message: Any) -> None:
        if message.to.startswith(LED):
            body = {"id": "n-1", "reference": message.message_id, "status": "permanent-failure", "notification_type": "email"}
            assert post(EVERYWHERE, {"Authorization": "Bearer the token"}, json.dumps(body).encode()) == 204

    services.deliver(barnsley.partnership.pk, transport=Remembered(then=at_once))
    assert (stands(barnsley), undelivered(barnsley)) == (("returned", "address"), 1)


def test_whoever_has_no_token_is_told_nothing_and_one_partnerships_token_speaks_of_its_own_alone(
    sent: World, havering: World, settings: Any
) -> None:
    with havering.scope():
        NotifyReceipts.objects.create(digest=hashlib.sha256(b"theirs").hexdigest(), made_by=havering.office, made_at=TUESDAY)
    message = to(messages(sent), LED)[0]
    body = json.dumps({"id": "1", "reference": message.message_id, "status": "permanent-failure"}).encode()

    def told(url: str, authorization: str, what: bytes = body) -> int:
        return post(url, {"Authorization": authorization}, what)

    refused = [
        told(url, token)
        for url in (HERE, EVERYWHERE, "/notify/callbacks/nowhere/", "/notify/callbacks/havering/")
        for token in ("", "Bearer ", "Bearer wrong", "Basic theirs")
    ]
    assert set(refused) == {401}
    assert told("/notify/callbacks/havering/", "Bearer theirs") == 204
    assert stands(sent) == ("sent", "")
    settings.NOTIFY_CALLBACK_DIGEST = hashlib.sha256(b"all").hexdigest()
    hostile = [b"[]", b"{", b"\xff", b"[" * 9000, b'{"id": 1, "reference": [], "status": {}}', b"x" * 20_000]
    assert [told(EVERYWHERE, "Bearer all", what) for what in hostile] == [400, 400, 400, 400, 204, 413]
    assert Client().get(EVERYWHERE).status_code == 405
    assert told(EVERYWHERE, "Bearer all") == 204
    assert stands(sent) == ("returned", "address")


# ---------------------------------------------------------------- the mailbox of reports
def report(
    about: str, *, action: str = "failed", status: str = "5.1.1", returned: str = "text/rfc822-headers",
    to: str = "team.manager@barnsley.example", more: str = "", kind: str = "multipart/report; report-type=delivery-status",
    charset: str = "utf-8",
) -> bytes:  # fmt: skip
    """As post offices write them (RFC 3464)."""
    given_back = f"Message-ID: {about}\r\nSubject: BAR-0001: please answer\r\n" if returned else ""
    third = f"\r\n--b\r\nContent-Type: {returned}\r\n\r\n{given_back}\r\n" if returned else ""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMessage-ID: <{abs(hash(more))}@mx.example>\r\n"
        f"Auto-Submitted: auto-replied\r\n{more}MIME-Version: 1.0\r\nContent-Type: {kind}; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset={charset}\r\n\r\nIt was not delivered.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no\r\n"
        f"{third}--b--\r\n"
    ).encode()


def letter(body: str = "Thank you, I will ring.", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@barnsley.example", "bounces@tracker.example", "Re: BAR-0001"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail.as_bytes()


@pytest.fixture
def box(settings: Any) -> Iterator[imap_fake.Box]:
    with imap_fake.running() as running:
        settings.BOUNCES_URL = running.url
        yield running


def test_a_report_is_noted_once_and_put_away_and_what_a_person_wrote_is_left_and_counted(
    sent: World, box: imap_fake.Box, caplog: pytest.LogCaptureFixture
) -> None:
    lost, slow = to(messages(sent), LED)[0], to(messages(sent), "midwife")[0]
    box.put(report(slow.message_id, action="delayed", status="4.4.7", to="midwife@barnsley.example"))
    person = box.put(letter(References=slow.message_id, In_Reply_To=slow.message_id))
    box.put(letter("Je suis absent.", Auto_Submitted="auto-replied", References=slow.message_id))
    box.put(letter("Ich bin nicht da.", X_Autoreply="yes", In_Reply_To=slow.message_id))
    box.put(report(lost.message_id))
    box.put(report(lost.message_id, more="X-Again: yes\r\n"))
    tasks.read_reports()
    assert (stands(sent), stands(sent, "midwife"), undelivered(sent)) == (("returned", "address"), ("sent", ""), 1)
    assert (list(box.folders["INBOX"]), len(box.folders["Read"]), box.seen) == ([person], 5, set())
    known = ReportsMailbox.objects.get()
    assert (known.reports, known.by_people, known.problem) == (3, 1, "")
    assert known.read_at is not None

    before = len(box.said)
    tasks.read_reports()
    assert not any("FETCH" in line.upper() for line in box.said[before:])  # what a person wrote is not even read again
    # The mailbox is made anew with the same e-mails in it: they are read again, and change nothing.
    box.epoch, box.folders["INBOX"] = 8, {}
    for mail in list(box.folders["Read"].values()):
        box.put(mail)
    tasks.read_reports()
    assert (stands(sent), undelivered(sent), ReportsMailbox.objects.get().by_people) == (("returned", "address"), 1, 0)
    assert "barnsley.example" not in caplog.text
    assert "secret" not in caplog.text


def test_reports_are_deleted_where_that_is_asked_and_a_mailbox_that_is_away_is_asked_again(
    sent: World, box: imap_fake.Box, settings: Any
) -> None:
    settings.BOUNCES_URL = box.url.replace("se%20cret", "wrong")
    box.put(report(to(messages(sent), LED)[0].message_id, returned="message/rfc822"))
    assert polling.read_reports() == 0
    assert ReportsMailbox.objects.get().problem == "MailboxLoginError"
    settings.BOUNCES_URL = f"{box.url}?then=delete"
    assert polling.read_reports() == 1
    assert (box.folders, ReportsMailbox.objects.get().problem) == ({"INBOX": {}}, "")
    settings.BOUNCES_URL = ""
    assert polling.read_reports() == 0
    for address in ("imap://a:b@mail.example/INBOX", "https://a:b@mail.example/", "imaps://mail.example/INBOX"):
        with pytest.raises(polling.Unusable) as problem:
            polling.where(address)
        assert "a:b" not in str(problem.value)


def test_whoever_made_it_up_changes_nothing_but_what_they_know_the_name_of(sent: World, box: imap_fake.Box) -> None:
    lost = to(messages(sent), LED)[0].message_id
    made_up = report("<guessed.1@tracker.example>")
    passed_on = EmailMessage()
    passed_on["From"], passed_on["Subject"] = "ann@barnsley.example", "Fwd: Undelivered"
    passed_on.set_content("Look what I got")
    passed_on.add_attachment(message_from_bytes(report(lost), policy=policy.default))
    deep = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 400
    wide = b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 3000
    huge = report(lost, more=f"X-Padding: {'x' * 600_000}\r\n")
    bounce_in_words = letter(f"550 5.1.1 unknown user. Message-ID: {lost}", Subject_="Undelivered Mail")
    strange = [report(f"<a{odd}b@x.example>", charset="x-unknown-8") for odd in ("\x00", "\x7f", "\u00fc", "\ue000")]
    for mail in (made_up, passed_on.as_bytes(), deep, wide, huge, bounce_in_words, *strange, b"", b"\x00" * 100):
        box.put(mail)
    assert polling.read_reports() == 0
    assert partnership_of("<a\x00b@x.example>") is None
    assert (stands(sent), undelivered(sent)) == (("sent", ""), 0)
    # Not multipart/report, but with the part that the standard asks for; and of an address to which it was passed on.
    box.put(report(lost, kind="multipart/mixed", to="elsewhere@other.example"))
    assert polling.read_reports() == 1
    assert stands(sent) == ("returned", "address")
    with sent.scope():
        assert not StoppedAddress.objects.exists()  # the address that we wrote to is not known to be wrong


def test_a_mailbox_in_which_nothing_may_be_moved_is_read_all_the_same(
    sent: World, box: imap_fake.Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look breaks off where it may not put away; the next one goes on behind it."""
    monkeypatch.setattr(polling, "_put_away", lambda *_: (_ for _ in ()).throw(IMAP4.error("NO")))
    for name in (LED, "midwife"):
        box.put(report(to(messages(sent), name)[0].message_id, to=f"{name}@barnsley.example"))
    for _ in range(2):
        polling.read_reports()
    assert (stands(sent)[0], stands(sent, "midwife")[0], ReportsMailbox.objects.get().problem) == (
        "returned",
        "returned",
        "error",
    )


def test_an_e_mail_made_to_be_read_for_a_long_time_is_left_for_a_person() -> None:
    open_at_once = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300))
    began = time.process_time()
    assert dsn.read(open_at_once + b"-\r\n" * 160_000) == dsn.Came(dsn.By.PERSON)
    assert time.process_time() - began < 1  # it was eight seconds


def test_a_report_without_the_e_mail_that_it_gives_back_is_known_by_what_it_answers(sent: World, box: imap_fake.Box) -> None:
    lost = to(messages(sent), LED)[0].message_id
    box.put(report(lost, returned="", status="5.2.2", more=f"References: <first@x.example>\r\n {lost}\r\n"))
    assert polling.read_reports() == 1
    assert stands(sent) == ("returned", "mailbox")


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("5.1.1", Why.ADDRESS), ("5.1.10", Why.ADDRESS), ("5.2.1", Why.ADDRESS), ("5.2.2", Why.MAILBOX), ("4.4.7", Why.MAILBOX),
        ("5.7.1", Why.REFUSED), ("5.3.4", Why.TECHNICAL), ("5.0.0", Why.TECHNICAL), ("", Why.TECHNICAL),
    ],
)  # fmt: skip
def test_why_it_came_back_is_told_by_the_standards_codes(status: str, why: Why) -> None:
    assert why_by_status(status) == why


def test_the_newer_form_of_a_report_is_read_as_well() -> None:
    mail = report("<a@tracker.example>").replace(b"message/delivery-status", b"message/global-delivery-status")
    came = dsn.read(mail.replace(b"text/rfc822-headers", b"message/global-headers"))
    assert (came.by, came.report and (came.report.names, came.report.why)) == (
        dsn.By.REPORT,
        (("<a@tracker.example>",), Why.ADDRESS),
    )


def test_message_ids_tell_a_partnerships_id_and_nothing_else(sent: World) -> None:
    assert partnership_of(messages(sent)[0].message_id) == sent.partnership.pk
    assert [partnership_of(name) for name in ("<unknown@tracker.example>", "", "%")] == [None, None, None]
    assert Message._meta.get_field("report").max_length == 64
