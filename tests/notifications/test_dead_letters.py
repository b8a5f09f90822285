"""The office's page of e-mails that did not arrive: whom to telephone, sending again, and what stands on the record."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mailing.outgoing import NotTaken, Wrong
from notifications.models import Message, Notice, StoppedAddress, Why
from notifications.returned import noting
from notifications.returned.noting import note_report
from notifications.returned.reports import Report
from partnerships.directory import writing
from partnerships.models import Contact, Membership, Post

from ..world import TUESDAY, World, days
from .story import Remembered, announce, go_live, messages, to
from .test_sending import deliver, fails

pytestmark = pytest.mark.django_db
PAGE = "/p/barnsley/not-arrived/"
WHO = "Team Manager (Safeguarding lead or manager, Children's social care)"
GONE = NotTaken("RCPT 550 5.1.1", wrong=Wrong.ADDRESS)
LED, AT = "team.manager", "team.manager@barnsley.example"


def words(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])))


def came_back(message: Message, why: Why = Why.ADDRESS, *, report: str = "") -> bool:
    return note_report(Report(names=(message.message_id,), why=why, key=report or f"of {message.pk}"))


@pytest.fixture
def sent(barnsley: World, way_out: Remembered) -> World:
    """The five e-mails of a raised disagreement have left. The receiving team manager has a telephone in the directory."""
    go_live(barnsley).office  # noqa: B018  made when first asked for
    barnsley.raised()
    with barnsley.scope():
        post = Post.objects.create(agency=barnsley.agencies["social_care"], kind="manager", title="Team manager")
        writing.keep_holder(None, post=post, name=barnsley.team_manager.name, email=AT, telephone="01226 770 001")
    announce(barnsley, at=TUESDAY)
    with time_machine.travel(TUESDAY, tick=False):
        assert deliver(barnsley, way_out) == 5
    return barnsley


def lost(world: World) -> Message:
    return to(messages(world), LED)[0]


def entries(world: World) -> list[tuple[str, str]]:
    """What the chronology of the one disagreement says of e-mails that did not arrive, as its page does."""
    with world.scope():
        reference = Notice.objects.latest("pk").disagreement.reference
    client = Client()
    client.force_login(world.office, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/p/barnsley/d/{reference}/").content.decode()
    items = re.findall(r'moj-timeline__title"[^>]*>([^<]*)</h3>.*?<(?:p>([^<]*)</p>|/li>)', page, re.DOTALL)
    said = [(unescape(title).strip(), unescape(words)) for title, words in items]
    return [(title, text) for title, text in said if "an e-mail could not" in title.lower()]


def test_what_came_back_is_on_the_record_and_on_the_offices_page_with_the_telephone(sent: World, signed_in: Any) -> None:
    office, message = signed_in(sent.office), lost(sent)
    assert "did not arrive" not in office.get("/p/barnsley/").content.decode()
    assert [came_back(message) for _ in range(3)] == [True, False, False]  # one return is one entry
    who = "Team Manager (Safeguarding lead or manager, Children's social care)"
    assert entries(sent) == [
        (
            "An e-mail could not be delivered: telephone instead",
            f"To {who}. The address is not known there. Telephone 01226 770 001.",
        )
    ]
    assert "E-mails that did not arrive (1)" in office.get("/p/barnsley/").content.decode()
    shown = words(office.get(PAGE))
    assert who in shown
    assert "BAR-0001 , Stage" in shown
    assert "The address is not known there. Since" in shown
    assert "Telephone 01226 770 001. It would be sent to team.manager@barnsley.example again." in shown

    # The office is told by e-mail, at the addresses that work.
    announce(sent)
    with sent.scope():
        told = Notice.objects.filter(entry__kind="notice_undelivered").values_list("email", flat=True)
        assert sorted(told) == ["barnsleysafeguardingchildrenspartnership@barnsley.example", "office@barnsley.example"] or len(
            told
        )


def test_who_is_in_no_post_is_telephoned_on_the_number_of_their_own_access(sent: World, signed_in: Any) -> None:
    message = next(one for one in messages(sent) if one.to_user_id and one.to_email != AT)
    with sent.scope():
        assert Membership.objects.filter(user=message.to_user_id).update(telephone="01226 770 099") == 1
    assert came_back(message)
    assert "Telephone 01226 770 099." in words(signed_in(sent.office).get(PAGE))


def test_the_office_telephones_and_says_so_on_the_record(sent: World, signed_in: Any) -> None:
    office, message = signed_in(sent.office), lost(sent)
    came_back(message)
    answer = office.post(PAGE, {"what": "telephoned", "chosen": message.pk}, follow=True)
    assert "Every e-mail has arrived" in words(answer)
    assert entries(sent)[1] == (
        "Told by telephone, because an e-mail could not be delivered",
        "The partnership office told Team Manager (Safeguarding lead or manager, Children's social care).",
    )
    before = len(messages(sent))
    announce(sent)
    with sent.scope():
        told = Notice.objects.filter(entry__kind="notice_undelivered").values_list("entry__data__how", flat=True)
        assert set(told) == {None}  # of the answer nobody is told
    assert len(messages(sent)) > before
    # A form that somebody had open is none the worse for it, and a second press is told that it was dealt with.
    assert "somebody has dealt with it meanwhile" in words(
        office.post(PAGE, {"what": "telephoned", "chosen": message.pk}, follow=True)
    )
    assert len(entries(sent)) == 2


def test_it_is_sent_again_under_the_same_identity_or_to_the_address_that_they_have_now(
    sent: World, signed_in: Any, way_out: Remembered
) -> None:
    office, message = signed_in(sent.office), lost(sent)
    came_back(message, Why.MAILBOX, report="first")
    assert "Sent again, within a minute" in words(office.post(PAGE, {"what": "again", "chosen": message.pk}, follow=True))
    way_out.sent.clear()
    assert deliver(sent, way_out) == 1
    assert [(one.message_id, one.to) for one in way_out.sent] == [(message.message_id, AT)]
    assert entries(sent)[-1] == (
        "Sent again, because an e-mail could not be delivered",
        "To Team Manager (Safeguarding lead or manager, Children's social care), to the same address.",
    )
    assert not came_back(message, Why.MAILBOX, report="first")  # the old report comes once more
    assert came_back(message, Why.ADDRESS, report="second")

    sent.team_manager.email = "new.address@barnsley.example"
    sent.team_manager.save()
    assert "would be sent to new.address@barnsley.example" in words(office.get(PAGE))
    office.post(PAGE, {"what": "again", "chosen": message.pk})
    way_out.sent.clear()
    assert deliver(sent, way_out) == 1
    (again,) = way_out.sent
    assert (again.to, again.text == message.text, again.message_id == message.message_id) == (
        "new.address@barnsley.example", True, False,
    )  # fmt: skip
    assert "Every e-mail has arrived" in words(office.get(PAGE))
    # That one may come back as well.
    (second,) = to(messages(sent), "new.address")
    assert came_back(second)
    assert len(entries(sent)) == 5


def test_after_a_return_for_good_nothing_is_sent_there_blindly_and_nothing_is_lost(
    sent: World, signed_in: Any, way_out: Remembered
) -> None:
    office = signed_in(sent.office)
    came_back(lost(sent))
    sent.sweep(at=TUESDAY + days(8))
    announce(sent, at=TUESDAY + days(8))
    way_out.sent.clear()
    deliver(sent, way_out)
    assert AT not in {one.to for one in way_out.sent}
    kept = to(messages(sent), LED)[1:]
    assert {(one.state, one.why, one.attempts) for one in kept} == {("gave_up", "stopped", 0)}
    assert [said for _, said in entries(sent)][1:] == [
        f"To {WHO}. Not sent: an e-mail to this address came back before. Telephone 01226 770 001."
    ] * len(kept)
    shown = words(office.get(PAGE))
    assert shown.count("Not sent: an e-mail to this address came back before") == len(kept) > 0
    # The office sends to it again, so it is believed to be right; and after thirty days it is tried once more by itself.
    office.post(PAGE, {"what": "again", "chosen": kept[0].pk})
    with sent.scope():
        assert not StoppedAddress.objects.exists()
    assert deliver(sent, way_out) >= 1
    assert AT in {one.to for one in way_out.sent}
    assert came_back(kept[0])
    with time_machine.travel(TUESDAY + days(3650), tick=False), sent.scope():
        assert list(StoppedAddress.objects.values_list("email", flat=True)) == [AT]


def test_only_a_refusal_that_says_it_is_the_address_stops_it_in_whichever_letters_it_is_typed(
    barnsley: World, way_out: Remembered
) -> None:
    """A relay that is set up wrongly refuses everybody with a bare 550: nobody is left without e-mails for a month by that."""
    go_live(barnsley)
    for said, stopped in (("RCPT 550", []), ("RCPT 550 5.5.0", []), ("RCPT 550 5.1.1", ["midwife@barnsley.example"])):
        barnsley.raised()
        announce(barnsley, at=TUESDAY)
        deliver(barnsley, fails("midwife", problem=NotTaken(said, wrong=Wrong.ADDRESS)))
        assert to(messages(barnsley), "midwife")[-1].state == "gave_up"
        with barnsley.scope():
            assert list(StoppedAddress.objects.values_list("email", flat=True)) == stopped
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    with barnsley.scope():
        Message.objects.filter(state="waiting", to_email=stopped[0]).update(to_email="Midwife@Barnsley.example")
    deliver(barnsley, way_out)
    assert [one.why for one in to(messages(barnsley), "Midwife")] == ["stopped"]
    assert {one.to for one in way_out.sent} & {"Midwife@Barnsley.example", *stopped} == set()


def test_one_that_cannot_be_written_down_holds_up_no_other(
    sent: World, way_out: Remembered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that is not sent, nor one that is refused: the others leave all the same."""
    came_back(lost(sent))
    sent.sweep(at=TUESDAY + days(8))
    announce(sent, at=TUESDAY + days(8))
    waiting = {one.to_email for one in messages(sent) if one.state == "waiting"}
    assert AT in waiting
    refused = min(waiting - {AT})
    way_out.sent.clear()

    def broken(*_: Any, **__: Any) -> None:
        raise LookupError("what stands there")

    monkeypatch.setattr(noting, "say_undelivered", broken)
    way_out.then = fails(refused.partition("@")[0], problem=GONE).then
    deliver(sent, way_out)
    assert {one.to for one in way_out.sent} == waiting - {refused} != set()
    assert {one.state for one in messages(sent) if one.to_email == refused} >= {"sending"}


def test_what_nobody_needs_any_more_is_not_sent_and_what_somebody_needs_is_not_taken_off(
    sent: World, signed_in: Any, way_out: Remembered
) -> None:
    office, message = signed_in(sent.office), lost(sent)
    came_back(message)
    refused = words(office.post(PAGE, {"what": "off", "chosen": message.pk}, follow=True))
    assert "they need to be told. Send it again, or telephone them." in refused
    with sent.scope():
        disagreement = message.notices.first().disagreement  # type: ignore[union-attr]
    sent.do("withdraw", disagreement, by=sent.midwife, reason="Settled by talking")
    announce(sent)
    assert "It has ended since, so this is no longer sent." in words(
        office.post(PAGE, {"what": "again", "chosen": message.pk}, follow=True)
    )
    assert "Off the list: Team Manager" in words(office.post(PAGE, {"what": "off", "chosen": message.pk}, follow=True))
    with sent.scope():
        assert (Message.objects.get(pk=message.pk).dealt, Message.objects.get(pk=message.pk).dealt_by) == (
            "not_needed",
            sent.office,
        )


def test_nothing_is_done_without_a_choice_and_several_at_once_with_one_press(barnsley: World, signed_in: Any) -> None:
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, fails("midwife", LED, problem=GONE))
    office = signed_in(barnsley.office)
    missing = office.post(PAGE, {"what": "again"})
    assert (missing.status_code, "Choose at least one e-mail" in words(missing)) == (422, True)
    numbers = [one.pk for one in messages(barnsley) if one.state == "gave_up"]
    unknown = office.post(PAGE, {"what": "burn", "chosen": numbers})
    assert (unknown.status_code, unknown.content.decode().count(" checked")) == (422, 2)
    hostile = {"what": "telephoned", "chosen": [*numbers, "x", "9" * 30, 99999]}
    assert "Every e-mail has arrived" in words(office.post(PAGE, hostile, follow=True))


def test_the_list_asks_as_much_for_three_as_for_one(barnsley: World, signed_in: Any) -> None:
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, fails("midwife", problem=GONE))
    office = signed_in(barnsley.office)
    office.get(PAGE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            office.get(PAGE)
        counts.append(len(asked))
        barnsley.raised()
        barnsley.raised()
        announce(barnsley, at=TUESDAY)
        deliver(barnsley, Remembered())
    assert counts == [24, 24]


def test_it_is_the_offices_page_and_no_others(sent: World, havering: World, signed_in: Any) -> None:
    came_back(lost(sent))
    for person, status in ((sent.midwife, 403), (sent.administrator, 403), (havering.office, 404)):
        assert signed_in(person).get(PAGE).status_code == status
        assert signed_in(person).post(PAGE, {"what": "telephoned", "chosen": lost(sent).pk}).status_code == status
    assert lost(sent).dealt == ""


def test_an_inbox_that_the_directory_corrects_is_sent_to_where_it_is_now(
    barnsley: World, signed_in: Any, way_out: Remembered
) -> None:
    with go_live(barnsley).scope():
        inbox = Contact.objects.get(role="partnership_inbox")
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, fails(inbox.email.partition("@")[0], problem=GONE))
    office = signed_in(barnsley.office)
    assert inbox.name in words(office.get(PAGE))
    with barnsley.scope():
        Contact.objects.filter(pk=inbox.pk).update(email="inbox.now@barnsley.example")
        number = Message.objects.get(state="gave_up").pk
    office.post(PAGE, {"what": "again", "chosen": number})
    deliver(barnsley, way_out)
    assert "inbox.now@barnsley.example" in {one.to for one in way_out.sent}
