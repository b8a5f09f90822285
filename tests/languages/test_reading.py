"""A practitioner reads in Welsh what is theirs to act on and a disagreement; the record, letters and programs stay English."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalation.models import ChronologyWords
from notifications.models import Message
from notifications.services import announce
from partnerships.services import issue_token
from tests.journeys.visitor import Visitor
from tests.services import acts
from tests.world import TUESDAY, World, days

from .made_up import english_on

pytestmark = pytest.mark.django_db
# Names of the world, which are the same in any language.
NAMES = re.compile(
    r"Moorside Hospital|Children's social care|Larkfield School|Police|Team Manager|Social Worker|Hospital Lead|Office"
    r"|BAR-\w+|Stranger|Administrator"
)


WELSH = re.compile(r"\b(yr|mae|gan|wedi|diwrnod|dydd|erbyn|ochr)\b", re.IGNORECASE)


def in_welsh(user: Any) -> Visitor:
    visitor = Visitor(user)
    visitor.client.cookies["language"] = "cy"
    return visitor


def left_in_english(visitor: Visitor, address: str) -> list[str]:
    page = visitor.opens(address).page
    assert page.first(tag="html").attributes["lang"] == "cy", address
    return [line for line in english_on(page) if re.search(r"[A-Za-z]{3,}", NAMES.sub("", line))]


def test_under_a_made_up_language_no_word_of_what_stands_where_there_is_nothing_yet_is_unmarked(
    offering: World, pseudo: None
) -> None:
    found = {}
    for user, addresses in (
        (
            offering.stranger,
            ("/p/barnsley/", "/p/barnsley/?show=watching", "/p/barnsley/mine/", "/p/barnsley/words/", "/p/barnsley/you/"),
        ),
        (offering.office, ("/p/barnsley/",)),
        (offering.administrator, ("/p/barnsley/",)),
    ):
        for address in addresses:
            found[f"{user} {address}"] = left_in_english(in_welsh(user), address)
    assert "\n".join(f"{address}: {left}" for address, left in found.items() if left) == ""


class Readers:
    """Both sides and the office, who read everything again whenever something has happened."""

    def __init__(self, world: World, here: str) -> None:
        self.here, self.found = here, {}
        self.people = [in_welsh(user) for user in (world.midwife, world.team_manager, world.office)]

    def read(self, at: datetime, *, also: tuple[str, ...] = ()) -> None:
        with time_machine.travel(at, tick=False):
            for number, person in enumerate(self.people):
                for address in (self.here, *also):
                    self.found[f"{at} {number} {address}"] = left_in_english(person, address)


def test_a_disagreement_is_read_in_a_made_up_language_from_the_first_look_to_the_end(offering: World, pseudo: None) -> None:
    world, manager, lead = offering, offering.team_manager, offering.hospital_lead
    found = world.raised()
    other = world.raised()
    readers = Readers(world, found.get_absolute_url())
    lists = ("/p/barnsley/", "/p/barnsley/mine/")
    world.do("acknowledge", found, by=manager, at=TUESDAY)
    world.do("book_conversation", found, by=manager, at=TUESDAY, when=TUESDAY + days(1), words="I ring you.")
    world.do("link", found, by=world.midwife, at=TUESDAY, other=other, how="sibling", words="His sister.")
    readers.read(TUESDAY)
    world.do("propose_outcome", found, by=lead, at=TUESDAY, text="A visit on Friday.")
    with world.scope():
        proposed = found.proposals.get(ended="").pk
    readers.read(TUESDAY)
    world.do("decline_proposal", found, by=manager, at=TUESDAY, reason="Too late.", proposal=proposed)
    world.do("start_side_process", found, by=world.midwife, at=TUESDAY, process="conference_request", reason="Refused.")
    with world.scope():
        clock = found.deadlines.filter(stopped_at=None).order_by("due_at")[0].pk
    world.do("pause_clock", found, by=lead, at=TUESDAY, deadline=clock, reason="In hospital.")
    readers.read(TUESDAY + days(1))
    readers.read(TUESDAY + days(30), also=lists)
    acts.agreed(world, found)
    world.do("confirm_outcome", found, by=manager, at=acts.LATER)
    readers.read(TUESDAY + days(30), also=lists)
    assert "\n".join(f"{address}: {left}" for address, left in readers.found.items() if left) == ""


def test_somebody_answers_in_welsh_and_what_is_kept_sent_and_handed_to_programs_is_english(offering: World) -> None:
    raised = offering.raised()
    here = raised.get_absolute_url()
    person = in_welsh(offering.team_manager).opens(here)
    person.sees("Pwy sydd i weithredu nawr", "Gofynnir i chi", "Beth ddigwyddodd", "Raised at Stage 1")
    person.presses("Mae hwn gen i; byddaf yn ffonio heddiw")
    # What the act said is said again in the language of the page it comes back to.
    assert person.told == ["Gall yr ochr arall weld ei fod gennych. Nawr ffoniwch nhw, neu trefnwch amser i siarad."]
    announce(offering.partnership.pk)
    with offering.scope():
        entries = list(raised.chronology.order_by("pk"))
        words = [ChronologyWords.objects.get(pk=one.words_id).text for one in entries if one.words_id]
        sent = " ".join(f"{one.subject} {one.text}" for one in Message.objects.all())
        _, secret = issue_token(offering.team_manager, name="a program")
    assert [one.kind for one in entries] == ["raised", "seen", "acknowledged"]
    assert words[-1] == "I have this; I will telephone today."
    # Every line that the page tells of the record is the same in both languages, and said to be English.
    welsh, english = (visitor.opens(here).page for visitor in (person, Visitor(offering.team_manager)))
    lines = [[one.text for one in page.every(cls="moj-timeline__title")] for page in (welsh, english)]
    assert lines[0] == lines[1]
    assert {one.attributes["lang"] for one in welsh.every(cls="moj-timeline__title")} == {"en-GB"}
    assert not WELSH.search(sent + " ".join(words))
    told = []
    for client in (Client(), person.client):
        bearer = {"Authorization": f"Bearer {secret}"}
        told.append([client.get(f"/p/barnsley/api/v1/disagreements/{one}", headers=bearer).json() for one in ("", "BAR-0001/")])
        told[-1].append(client.get("/p/barnsley/api/v1/disagreements/BAR-0001/actions/", headers=bearer).json())
    assert told[0] == told[1]
    assert not WELSH.search(str(told))
