"""What an e-mail says: a reference, a step, a date, what is asked and a link; never a word of the disagreement itself."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings

from escalation.models import Action, Deadline, Disagreement, Learning, Outcome, SideProcessRecord
from escalation.services import Person, Seat
from escalation.states import KIND_EVENTS, Kind
from notifications import messages as wording
from notifications.audiences import ACKNOWLEDGEMENT
from notifications.messages import Letter, News, Office, due_words, in_words, subject_of, text_of
from partnerships.ladder import Position
from partnerships.models import Contact
from partnerships.protocol_terms import Side

from ..world import TUESDAY, World, days
from .story import announce, messages, to

MARK = "Xanthippe"
TEMPLATES = [ACKNOWLEDGEMENT, *(kind for kind, events in KIND_EVENTS.items() if events or kind == Kind.ESCALATED)]


def some_news(template: str, **own: Any) -> News:
    facts: dict[str, Any] = {
        "reference": "BAR-0012",
        "step": "Stage 1: Safeguarding leads or managers",
        "link": "https://tracker.example/p/barnsley/d/BAR-0012/",
    }
    return News(template=template, **(facts | own))


def letter(*news: News, **own: Any) -> Letter:
    facts: dict[str, Any] = {
        "partnership": "Barnsley Safeguarding Children Partnership",
        "to_name": "Jo O'Neill",
        "address": "https://tracker.example",
        "office": Office(name="Partnership inbox", email="inbox@partnership.example", telephone="01226 000000"),
    }
    return Letter(pieces=tuple(in_words(piece) for piece in news), **(facts | own))


EVERYTHING = {
    "asks": ("Please talk.",),
    "due": "Tuesday 30 December",
    "next_date": "Monday 29 December",
    "timescale": "within 5 working days (guide)",
    "timescale_purpose": "the managers talk",
    "timescale_ends": "Tuesday 30 December",
}


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("more", [{}, EVERYTHING])
def test_every_kind_that_can_carry_a_notice_has_words(template: str, more: dict[str, Any]) -> None:
    piece = in_words(some_news(template, **more))
    assert piece.headline
    assert len(piece.headline) < 60
    assert piece.paragraph.endswith(".")
    for text in (piece.headline, piece.paragraph, text_of(letter(some_news(template, **more)))):
        assert not any(wrong in text for wrong in ("{{", "{%", "&#", "None", " ,", " .", '""', "breach", "complain"))


def test_the_subject_asks_by_when() -> None:
    """A guide's date is a date, and a challenge is asked to be answered."""
    asked = some_news("raised", asks=("Please talk.",), due="Tuesday 30 December")
    assert subject_of(letter(asked)) == "BAR-0012: please answer by Tuesday 30 December"
    assert subject_of(letter(some_news("closed"))) == "BAR-0012: it is closed"
    assert subject_of(letter(asked, some_news("closed", reference="BAR-0013"))) == "BAR-0012 and 1 more: dates to look at"


def test_the_whole_e_mail_as_it_is_read() -> None:
    news = some_news(
        "raised", asks=("Please talk to your counterpart.",), due="Tuesday 30 December", next_date="Monday 29 December"
    )
    expected = """Dear Jo O'Neill,

BAR-0012 – Stage 1: Safeguarding leads or managers

A colleague in another agency sees something differently and has raised it, so that it can be put right together. It has begun at Stage 1: Safeguarding leads or managers. Challenge is part of good joint work: please read it with an open mind.

What is asked: Please talk to your counterpart.

By: Tuesday 30 December

Open it:
https://tracker.example/p/barnsley/d/BAR-0012/

If you would rather not follow a link in an e-mail, sign in here and type the reference BAR-0012:
https://tracker.example

Nothing about the child or the concern is in this e-mail, on purpose. Please do not put it into an answer either: write it on the page.

If the page does not open for you, ask Partnership inbox: inbox@partnership.example 01226 000000

Barnsley Safeguarding Children Partnership
"""  # noqa: E501
    assert text_of(letter(news)) == expected


def test_an_inbox_is_greeted_without_a_name_and_an_office_without_an_address_is_left_out() -> None:
    text = text_of(letter(some_news("closed", next_date="Monday 29 December"), to_name="", office=None))
    assert text.startswith("Dear colleague,\n")
    assert "The next date on it: Monday 29 December\n" in text
    assert "If the page does not open" not in text


def test_several_disagreements_in_one_e_mail_each_have_their_own_link_and_reference() -> None:
    other = some_news("timescale_near", reference="BAR-0013", link="https://tracker.example/p/barnsley/d/BAR-0013/")
    text = text_of(letter(some_news("timescale_near"), other))
    assert "type the references BAR-0012, BAR-0013:" in text
    assert text.count("Open it:\nhttps://tracker.example/p/barnsley/d/BAR-001") == 2


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        (datetime(2025, 12, 31, 0, 0, tzinfo=UTC), "Tuesday 30 December"),
        (datetime(2026, 6, 16, 23, 0, tzinfo=UTC), "Tuesday 16 June"),
        (datetime(2026, 6, 16, 13, 20, tzinfo=UTC), "2:20pm on Tuesday 16 June"),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), "9am on Monday 5 January"),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "midday on Monday 5 January"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "1:30am BST on Sunday 25 October"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "1:30am GMT on Sunday 25 October"),
    ],
)
def test_a_date_is_said_as_the_last_day_on_which_there_is_time(due_at: datetime, words: str) -> None:
    assert due_words(due_at) == words


def test_a_message_has_no_field_for_the_child_or_the_concern() -> None:
    """Equality on purpose: whoever adds a field here decides to put it into e-mails."""
    fields = {kind.__name__: [field.name for field in dataclasses.fields(kind)] for kind in (News, Office, Letter)}
    assert fields == {
        "News": [
            "template", "reference", "step", "link", "asks", "due", "next_date", "timescale", "timescale_purpose",
            "timescale_ends", "outcome_word", "stance", "invited",
        ],
        "Office": ["name", "email", "telephone"],
        "Letter": ["partnership", "to_name", "address", "office", "pieces", "wishes", "chosen", "dates"],
    }  # fmt: skip
    assert wording.LONGEST_SUBJECT == 200


def raised_with_marks(barnsley: World) -> Disagreement:
    """In every text of it, of its people and of its agencies stands the word that is nowhere else."""
    barnsley.office  # noqa: B018  made when first asked for
    barnsley.person("representative", "representative", "social_care", protocol_role="representative")
    for agency in barnsley.agencies.values():
        agency.name = f"{agency.name} {MARK}"
        with barnsley.scope():
            agency.save()
    people = tuple(
        dataclasses.replace(person, job_title=MARK, telephone=MARK, name=f"{person.name} {MARK}")
        for person in barnsley.particulars().people
    )
    answers = {what: f"{MARK} {what}" for what in barnsley.answers("stage_1")}
    raised = barnsley.raised(
        people=people,
        answers=answers,
        child_reference=MARK,
        needed_by=date(2026, 9, 18),
        extra={"more": MARK},
        direct_reason=MARK,
    )
    with barnsley.scope():
        Disagreement.objects.filter(pk=raised.pk).update(child_status=MARK, urgency=MARK)
        Deadline.objects.update(label=MARK, purpose=MARK)
    return raised


@pytest.fixture
def marked(barnsley: World) -> World:
    """Barnsley with a disagreement in every text of which stands a word that is nowhere else, told to its end."""
    raised = raised_with_marks(barnsley)
    lead, manager = barnsley.hospital_lead, barnsley.team_manager
    seniors = (
        Person(Side.RAISING, "senior_manager", MARK, "matron@barnsley.example"),
        Person(Side.RECEIVING, "senior_manager", MARK, "service.manager@barnsley.example"),
    )
    acts: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("acknowledge", manager, {"words": MARK}),
        ("book_conversation", manager, {"when": TUESDAY + days(1), "words": MARK}),
        ("record_progress", lead, {"words": MARK}),
        ("flag", lead, {"flag": "no_answer", "reason": MARK}),
        ("escalate", lead, {"to": Position(stage="stage_2"), "reason": MARK, "people": seniors}),
        ("start_side_process", lead, {"process": "conference_request", "reason": MARK, "seats": (Seat(MARK),)}),
        ("record_agreement", lead, {"text": MARK, "outstanding": MARK}),
        ("dispute_outcome", lead, {"reason": MARK}),
        ("step_back", lead, {"reason": MARK}),
        ("record_agreement", lead, {"text": MARK}),
        ("confirm_outcome", manager, {"text": MARK}),
        ("add_action", lead, {"what": MARK, "owner": MARK, "due": date(2026, 9, 30)}),
        ("tell_raiser", lead, {"words": MARK}),
        ("record_learning", lead, {"words": MARK, "needs": "none"}),
        ("close", lead, {"note": MARK}),
        ("reopen", lead, {"reason": MARK}),
        ("withdraw", barnsley.midwife, {"reason": MARK, "referred_to": MARK}),
    )
    for verb, who, facts in acts:
        barnsley.do(verb, raised, by=who, at=TUESDAY, **facts)
        announce(barnsley, at=TUESDAY)
    with barnsley.scope():
        Contact.objects.update(note=MARK, address=MARK)
        kept = (Outcome, Action, Learning, SideProcessRecord)
        assert all(model.objects.filter(disagreement=raised).exists() for model in kept)
    return barnsley


@pytest.mark.django_db
def test_no_word_of_the_disagreement_is_in_any_e_mail_and_no_name_but_the_readers_own(marked: World) -> None:
    found = messages(marked)
    assert len(found) >= 60
    for message in found:
        named = MARK in message.to_name
        text = message.text.replace(f"Dear {message.to_name},", "", 1) if named else message.text
        assert MARK not in message.subject + text
        others = {"Midwife", "Team Manager", "Hospital Lead", "Office"} - {message.to_name.replace(f" {MARK}", "")}
        assert not any(f" {name}" in message.text for name in others - {"Office"})
        assert "Moorside" not in message.text
        assert "social care" not in message.text


@pytest.mark.django_db
def test_the_e_mail_to_the_lead_of_the_other_side(barnsley: World) -> None:
    """The first one: who is asked what, by when, and where to look."""
    raised = barnsley.raised()
    announce(barnsley, at=TUESDAY)
    (message,) = to(messages(barnsley), "team.manager")
    assert message.subject == "BAR-0001: please answer by Tuesday 22 September"
    assert f"{settings.BASE_URL}{raised.get_absolute_url()}\n" in message.text
    assert f"sign in here and type the reference BAR-0001:\n{settings.BASE_URL}\n" in message.text
    assert (
        "Barnsley Safeguarding Children Partnership inbox: barnsleysafeguardingchildrenspartnership@barnsley.gov.uk"
        in message.text
    )


@pytest.mark.django_db
def test_who_does_not_hold_the_date_is_not_asked_to_keep_it(barnsley: World) -> None:
    barnsley.office  # noqa: B018  made when first asked for
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    for name in ("midwife", "office"):
        (message,) = to(messages(barnsley), name)
        assert "please answer" not in message.subject
        assert "\nBy: " not in message.text
        assert "The next date on it: Tuesday 22 September" in message.text


@pytest.mark.parametrize("template", ["timescale_near", "timescale_passed", "timescale_varied"])
def test_a_timescale_in_hours_has_no_last_day(template: str) -> None:
    """O 3.2.3: an hour of the clock ends at a time."""
    assert "last day" not in in_words(some_news(template, timescale_ends="1:30am GMT on Sunday 25 October")).paragraph
    assert "the last day" in in_words(some_news(template, timescale_ends="Tuesday 30 December")).paragraph


@pytest.mark.django_db
def test_who_records_it_for_another_is_not_asked_to_answer_it(wiltshire: World) -> None:
    """W 2.7: an independent chair reports what they see and takes no side."""
    chair = wiltshire.person("conference.chair", "adviser", "social_care", protocol_role="conference_chair")
    wiltshire.raised(by=chair, needed_by=(TUESDAY + days(3)).date())
    announce(wiltshire, at=TUESDAY)
    (message,) = to(messages(wiltshire), "conference.chair")
    assert message.subject == "WIL-0001: received, thank you"
    assert "The next date on it: Friday 18 September" in message.text
    assert to(messages(wiltshire), "midwife")[0].subject == "WIL-0001: please answer by Friday 18 September"


@pytest.mark.django_db
def test_a_passed_timescale_says_which_and_that_it_is_a_guide(barnsley: World) -> None:
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    before = len(messages(barnsley))
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    (message,) = to(messages(barnsley)[before:], "team.manager")
    assert (
        'A timescale has passed: the last day was Tuesday 22 September. It was "within 5 working days (guide)": the safeguarding '
        "leads or managers of both sides talk and seek a resolution. Nothing moves by itself: somebody has to act."
    ) in message.text


@pytest.mark.django_db
def test_a_passed_timescale_is_not_given_the_date_of_another_clock(barnsley: World) -> None:
    """The next update is the raising lead's by Tuesday 29 September; that is no date for what is late already."""
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    before = len(messages(barnsley))
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    (message,) = to(messages(barnsley)[before:], "hospital.lead")
    assert message.subject == "BAR-0001: a timescale has passed"
    assert "\nBy: " not in message.text
    assert message.text.count("The next date on it: Tuesday 29 September") == 2


@pytest.mark.django_db
def test_the_partners_keep_their_own_date_and_give_their_own_word_for_it(barnsley: World) -> None:
    partner = barnsley.decider("safeguarding_partner")
    raised = barnsley.raised(to=Position(stage="stage_3"), direct_reason="Today.")
    announce(barnsley, at=TUESDAY)
    (asked,) = to(messages(barnsley), "decider")
    assert asked.subject == "BAR-0001: please answer by Tuesday 22 September"
    barnsley.do("record_decision", raised, by=partner, at=TUESDAY, text="A plan.")
    announce(barnsley, at=TUESDAY)
    concluded = to(messages(barnsley), "midwife")[-1]
    assert concluded.subject == "BAR-0001: a conclusion has been recorded"


@pytest.mark.django_db
def test_whoever_acts_at_the_rung_keeps_a_date_that_names_no_holder(barnsley: World) -> None:
    matron = barnsley.person("matron", "senior_manager", "hospital")
    service_manager = barnsley.person("service.manager", "senior_manager", "social_care")
    seniors = (
        Person(Side.RAISING, "senior_manager", matron.name, matron.email),
        Person(Side.RECEIVING, "senior_manager", service_manager.name, service_manager.email),
    )
    raised = barnsley.raised()
    barnsley.do(
        "escalate", raised, by=barnsley.hospital_lead, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=seniors
    )
    announce(barnsley, at=TUESDAY)
    subjects = {name: to(messages(barnsley), name)[-1].subject for name in ("matron", "midwife")}
    assert subjects == {
        "matron": "BAR-0001: please answer by Tuesday 22 September",
        "midwife": "BAR-0001: it has moved up a step",
    }
