"""What a mail server's answers mean, over real sockets: one connection for many e-mails, and what is tried again."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mailing.installation import installations_way
from mailing.outgoing import NotTaken, Outgoing, Taken, Wrong
from mailing.smtp import SmtpTransport, refused

from .post_office import PASSWORD, USER, PostOffice, certificate, open_office

SENDER = "Escalation tracker <tracker@tracker.example>"
LETTER = Outgoing(
    message_id="<1.2@tracker.example>", to="midwife@barnsley.example", subject="BAR-0001: it is closed", text="Dear Midwife,\n"
)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as found:
        yield found


def letter(number: int, **own: str) -> Outgoing:
    return replace(LETTER, message_id=f"<{number}@tracker.example>", **own)


def wrong_of(way: SmtpTransport, message: Outgoing = LETTER) -> tuple[Wrong, str]:
    with pytest.raises(NotTaken) as caught:
        way.send(message)
    return caught.value.wrong, str(caught.value)


def test_many_e_mails_go_over_one_connection_and_a_refused_one_does_not_end_it(office: PostOffice) -> None:
    office.answers = lambda order, what: {
        ("RCPT", "gone@barnsley.example"): "550 5.1.1 midwife is not here",
        ("RCPT", "full@barnsley.example"): "452 4.2.2 mailbox full",
        ("RCPT", "outside@barnsley.example"): "554 5.7.1 relay access denied",
        ("DATA", "suspicious@barnsley.example"): "554 5.7.1 looks like spam",
        ("DATA", "tired@barnsley.example"): "451 try later",
    }.get((order, what))
    with SmtpTransport(office.server(), sender=SENDER, reply_to="office@barnsley.example") as way:
        assert way.send(LETTER) == Taken()
        found = {name: wrong_of(way, replace(LETTER, to=f"{name}@barnsley.example")) for name in (
            "gone", "full", "outside", "suspicious", "tired")}  # fmt: skip
        way.send(letter(2))
    assert found == {
        "gone": (Wrong.ADDRESS, "RCPT 550 5.1.1"),
        "full": (Wrong.BUSY, "RCPT 452 4.2.2"),
        "outside": (Wrong.OURS, "RCPT 554 5.7.1"),
        "suspicious": (Wrong.MESSAGE, "DATA 554 5.7.1"),
        "tired": (Wrong.BUSY, "DATA 451"),
    }
    assert len(office.connections) == 1
    assert [taken["Message-ID"] for taken in office.taken] == ["<1.2@tracker.example>", "<2@tracker.example>"]
    first = office.taken[0]
    own = {"Date", "X-Peer", "X-MailFrom", "X-RcptTo"}  # the first is the hour's, the others the server's
    assert {name: str(value) for name, value in first.items() if name not in own} == {
        "From": SENDER,
        "To": "midwife@barnsley.example",
        "Reply-To": "office@barnsley.example",
        "Subject": LETTER.subject,
        "Message-ID": "<1.2@tracker.example>",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="us-ascii"',
        "Content-Transfer-Encoding": "7bit",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
    }
    assert first.get_content().replace("\r\n", "\n") == LETTER.text
    assert office.envelopes[0] == ("tracker@tracker.example", ["midwife@barnsley.example"])


def test_a_connection_that_has_gone_stale_or_takes_no_more_is_made_anew_and_nothing_is_sent_twice(office: PostOffice) -> None:
    with SmtpTransport(office.server(), sender=SENDER, returns="returns@tracker.example") as way:
        way.send(letter(1))
        office.hang_up()
        way.send(letter(2))
        full = iter(["421 4.4.5 no more over this connection", None])
        office.answers = lambda order, what: next(full) if order == "MAIL" else None
        way.send(letter(3))
    assert [taken["Message-ID"] for taken in office.taken] == [f"<{n}@tracker.example>" for n in (1, 2, 3)]
    assert len(office.connections) == 3
    assert {sender for sender, _ in office.envelopes} == {"returns@tracker.example"}


class InOneGo(socketserver.StreamRequestHandler):
    """A server that takes orders in one go, and lets words come even where it refused every reader."""

    taken: ClassVar[list[str]] = []
    answers: ClassVar[dict[str, str]] = {"MAIL": "250 yes", "RCPT": "250 yes", "DATA": "354 go on", "RSET": "250 yes"}

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        readers = 0
        for line in self.rfile:
            order = line[:4].decode().upper()
            answer = {"EHLO": "250-here\r\n250 PIPELINING", "QUIT": "221 bye"}.get(order) or self.answers[order]
            if "gone@" in line.decode():
                answer = "550 5.1.1 nobody"
            readers = 0 if order == "MAIL" else readers + (order == "RCPT" and answer.startswith("250"))
            self.wfile.write(f"{answer}\r\n".encode())
            if answer.startswith("354"):
                words = "".join(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                self.taken.extend([words] if readers else [])
                self.wfile.write(b"250 taken\r\n" if readers else b"554 no reader\r\n")


def test_a_server_that_takes_orders_in_one_go_is_given_them_so_and_no_words_where_it_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    InOneGo.taken.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), InOneGo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        way = SmtpTransport(PostOffice(port=server.server_address[1]).server(), sender=SENDER)
        with way:
            way.send(letter(1, text="one\n.\n.two"))
            assert wrong_of(way, replace(LETTER, to="gone@barnsley.example")) == (Wrong.ADDRESS, "RCPT 550 5.1.1")
            way.send(letter(2))
            monkeypatch.setitem(InOneGo.answers, "DATA", "451 later")
            assert wrong_of(way) == (Wrong.BUSY, "DATA 451")
            monkeypatch.setitem(InOneGo.answers, "DATA", "354 go on")
            way.send(letter(3))
        server.shutdown()
    assert [words.partition("Message-ID: ")[2].partition("\r\n")[0] for words in InOneGo.taken] == [
        f"<{n}@tracker.example>" for n in (1, 2, 3)
    ]
    assert InOneGo.taken[0].endswith("\r\n\r\none\r\n..\r\n..two\r\n")


def test_a_server_that_is_gone_or_hangs_or_turns_away_is_away_and_no_words_of_its_own_are_told() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        gone = PostOffice(port=port)
        assert wrong_of(SmtpTransport(gone.server(), sender=SENDER)) == (Wrong.AWAY, "ConnectionRefusedError")
        listening.listen()
        hanging = SmtpTransport(replace(gone.server(), timeout=0.2), sender=SENDER)
        assert wrong_of(hanging) == (Wrong.AWAY, "SMTPServerDisconnected")
    assert [str(refused("CONNECT", code, "554 go away, midwife")) for code in (554, 421, -1)] == [
        "CONNECT 554", "CONNECT 421", "CONNECT no answer",
    ]  # fmt: skip
    meant = {
        (order, code): refused(order, code, "").wrong
        for order, code in (
            ("CONNECT", 554), ("CONNECT", 421), ("AUTH", 535), ("AUTH", 454), ("MAIL", 550), ("MAIL", 552), ("MAIL", 451),
            ("RCPT", 550), ("RCPT", 530), ("DATA", 552),
        )
    }  # fmt: skip
    assert meant == {
        ("CONNECT", 554): Wrong.OURS, ("CONNECT", 421): Wrong.AWAY, ("AUTH", 535): Wrong.OURS, ("AUTH", 454): Wrong.BUSY,
        ("MAIL", 550): Wrong.OURS, ("MAIL", 552): Wrong.MESSAGE, ("MAIL", 451): Wrong.BUSY,
        ("RCPT", 550): Wrong.ADDRESS, ("RCPT", 530): Wrong.OURS, ("DATA", 552): Wrong.MESSAGE,
    }  # fmt: skip


@pytest.mark.parametrize("from_the_start", [False, True], ids=["starttls", "tls"])
def test_over_tls_the_certificate_is_checked_and_a_wrong_password_is_ours_to_mend(tmp_path: Path, from_the_start: bool) -> None:
    tls, ca = certificate(tmp_path)
    secure = {"tls": True} if from_the_start else {"starttls": True, "user": USER, "password": PASSWORD}
    with open_office(tls=tls, from_the_start=from_the_start, sign_in=not from_the_start) as office:
        server = office.server(ca=ca, **secure)
        with SmtpTransport(server, sender=SENDER) as way:
            way.send(LETTER)
        assert office.signed_in == [None if from_the_start else True]
        assert PASSWORD not in repr(server)
        unknown = SmtpTransport(replace(server, ca=""), sender=SENDER)
        assert wrong_of(unknown) == (Wrong.OURS, "SSLCertVerificationError")
        if not from_the_start:
            other = SmtpTransport(replace(server, password="guess"), sender=SENDER)
            assert wrong_of(other) == (Wrong.OURS, "AUTH 535 5.7.8")
        assert len(office.taken) == 1


def test_a_server_without_tls_gets_nothing_where_tls_is_set(office: PostOffice) -> None:
    way = SmtpTransport(office.server(starttls=True), sender=SENDER)
    assert wrong_of(way) == (Wrong.OURS, "SMTPNotSupportedError")
    assert office.taken == []


def test_words_of_any_language_arrive_whole_and_no_header_can_be_slipped_in(office: PostOffice) -> None:
    welsh = replace(
        LETTER, to="siân@bèr.example".replace("siân", "sian"), subject="Mae’n cau – “ŵy” " * 12,
        text="Annwyl Siân,\n.\n..ŵ\n" + "gair " * 400 + "\nhwyl \n", sender='"Swyddfa’r Bartneriaeth" <tracker@tracker.example>',
    )  # fmt: skip
    long = letter(3, text="x" * 2000 + "\r\nend\n")
    with SmtpTransport(office.server(), sender=SENDER) as way:
        way.send(welsh)
        way.send(long)
        for own in ({"subject": "a\nBcc: b@c.example"}, {"message_id": "<a>\r\nBcc: b@c.example"}):
            assert wrong_of(way, replace(LETTER, **own))[0] == Wrong.MESSAGE  # type: ignore[arg-type]
        for to in ("nobody", "a@b.example\nBcc: c@d.example", "siân@bar.example", "", "a b@c.example"):
            assert wrong_of(way, replace(LETTER, to=to))[0] == Wrong.ADDRESS
        assert wrong_of(way, replace(LETTER, sender="nobody"))[0] == Wrong.OURS
        assert wrong_of(way, replace(LETTER, text="\ud800"))[0] == Wrong.MESSAGE
    first, second = office.taken
    assert str(first["Subject"]) == welsh.subject
    assert first.get_content().replace("\r\n", "\n") == welsh.text
    assert str(first["From"].addresses[0].display_name) == "Swyddfa’r Bartneriaeth"
    assert second.get_content().replace("\r\n", "\n") == long.text.replace("\r\n", "\n")
    assert [readers for _, readers in office.envelopes] == [["sian@xn--br-7ia.example"], [LETTER.to]]


def test_the_installations_way_is_the_one_that_is_set(office: PostOffice, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", office.port, SENDER
    with installations_way() as way:
        way.send(LETTER)
    assert [str(taken["From"]) for taken in office.taken] == [SENDER]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with installations_way(sender="Barnsley <barnsley@tracker.example>") as way:
        for _ in range(2):  # a second attempt writes over the first
            way.send(LETTER)
    (kept,) = (tmp_path / "mail").iterdir()
    assert kept.read_text().startswith("From: Barnsley <barnsley@tracker.example>\nTo: midwife@barnsley.example\n")
    settings.EMAIL_FILE_PATH = str(kept)  # where a folder cannot be, as when the disk is full
    with installations_way() as way, pytest.raises(NotTaken) as caught:
        way.send(LETTER)
    assert caught.value.wrong == Wrong.OURS
