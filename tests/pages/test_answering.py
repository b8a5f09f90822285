"""Answering: one screen that says what is asked of whom, one press, a booked talk, passing it on, and the child's file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import time_machine

from escalation.actions import ACTIONS
from escalation.addressed import addressed
from escalation.forms.passing_on import PassOnForm
from escalation.laid_out import GROUPS, known_verbs
from escalation.left_to_do import left_to_do
from escalation.models import Disagreement, Reading
from escalation.permissions import ties
from escalation.selectors import visible
from escalation.turns import ball
from escalation.views.chronology import Chronology
from partnerships.directory import writing
from partnerships.ladder import Position
from partnerships.models import User
from partnerships.protocol_terms import StageKind
from partnerships.working_days import LONDON
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

TWO = TUESDAY.replace(hour=13, minute=0)  # 2pm in London
QUERIES = 18


def said_to(world: World, user: User, disagreement: Disagreement, *, at: datetime = TUESDAY) -> str:
    """The one sentence, as the page says it to this person."""
    with time_machine.travel(at, tick=False), world.scope(user):
        viewer = world.viewer(user)
        found = visible(viewer).filter(pk=disagreement.pk).first()
        if found is None:
            return "(does not see it)"
        tied = ties(viewer, found, found.people)  # type: ignore[attr-defined]
        left = left_to_do(found, tied, checks=list(found.checks.all()), actions=list(found.actions.all()))
        booking = Chronology(found, viewer).booked(at=at)
        return addressed(found, ball(found), tied, booking=booking, left=left).sentence


def said_to_all(world: World, disagreement: Disagreement, *, at: datetime = TUESDAY) -> dict[str, str]:
    people = {
        "raiser": world.midwife,
        "raising lead": world.hospital_lead,
        "receiving manager": world.team_manager,
        "office": world.office,
        "partner": world.decider("safeguarding_partner"),
    }
    return {name: said_to(world, user, disagreement, at=at) for name, user in people.items()}


BOTH = (
    "Waiting for Hospital Lead (Moorside Hospital, {}) and Team Manager (Children's social care, {}) "
    "to talk and agree a way forward."
)
UNSEEN = "(does not see it)"


def test_who_has_the_ball_is_one_sentence_in_every_state_for_every_viewer(barnsley: World) -> None:
    """From raising to closing, and the ways beside it. Equality: a state or a side without its sentence fails."""
    d = barnsley.raised()
    assert said_to_all(barnsley, d) == {
        "raiser": BOTH.format("your side", "the other side"),
        "raising lead": "You and Team Manager (Children's social care) are asked to talk and agree a way forward.",
        "receiving manager": "You and Hospital Lead (Moorside Hospital) are asked to talk and agree a way forward.",
        "office": BOTH.format("raising side", "receiving side"),
        "partner": UNSEEN,
    }
    d = barnsley.do("book_conversation", d, by=barnsley.team_manager, at=TUESDAY, when=TWO, words="I ring you.")
    talk = "talk on Tue 15 September at 2pm."
    assert set(said_to_all(barnsley, d).values()) == {f"You {talk}", f"The two sides {talk}", UNSEEN}
    after = said_to_all(barnsley, d, at=TWO + days(1))
    assert after["receiving manager"] == after["raising lead"]
    assert after["raising lead"] == "You were to talk on Tue 15 September at 2pm. Did you talk? Then record what came of it."
    assert after["office"] == "The two sides were to talk on Tue 15 September at 2pm. Waiting for them to record what came of it."
    d = barnsley.do("record_agreement", d, by=barnsley.team_manager, at=TUESDAY, text="A meeting on Monday.")
    waits = "Waiting for Team Manager (Children's social care, {}) to confirm in writing what was agreed."
    assert said_to_all(barnsley, d) == {
        "raiser": waits.format("the other side"),
        "raising lead": waits.format("the other side"),
        "receiving manager": "You are asked to confirm in writing what was agreed.",
        "office": waits.format("receiving side"),
        "partner": UNSEEN,
    }
    d = barnsley.do("confirm_outcome", d, by=barnsley.team_manager, at=TUESDAY)
    tell = "There is an outcome. You are asked to tell Midwife, who raised it, what came of it."
    assert said_to_all(barnsley, d) == {
        "raiser": "There is an outcome. You are to be told the outcome in person. If nobody has told you yet, ask.",
        "raising lead": tell,
        "receiving manager": tell,
        "office": tell,
        "partner": UNSEEN,
    }


def test_the_ball_at_the_top_after_a_withdrawal_and_once_all_is_recorded(barnsley: World) -> None:
    d = barnsley.raised()
    top = barnsley.do("escalate", d, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    waits = "Waiting for the Safeguarding Partner to give the conclusion."
    assert said_to_all(barnsley, top) == dict.fromkeys(("raiser", "raising lead", "receiving manager", "office"), waits) | {
        "partner": "You are asked to give the conclusion."
    }
    ended = barnsley.do("withdraw", top, by=barnsley.midwife, reason="Settled.")
    assert set(said_to_all(barnsley, ended).values()) == {"Nobody has anything more to do here."}


def test_every_act_has_its_heading() -> None:
    assert set(GROUPS) >= known_verbs()
    assert set(GROUPS) <= set(ACTIONS)


def test_every_act_stands_once_on_the_page(barnsley: World) -> None:
    d = barnsley.raised()
    for user in (barnsley.midwife, barnsley.team_manager, barnsley.office):
        source = Visitor(user).opens(d.get_absolute_url()).client.get(d.get_absolute_url()).content.decode()
        acts = re.findall(rf'href="{d.get_absolute_url()}(\w+)/"', source)
        assert "book_conversation" in acts
        assert sorted(acts) == sorted(set(acts))


def test_one_press_says_i_have_this_and_a_second_one_is_told_what_happened(barnsley: World, signed_in: Any) -> None:
    """The first screen in the order of its questions, then one press, without a page between."""
    d = barnsley.raised()
    page = Visitor(barnsley.team_manager).opens(d.get_absolute_url())
    blocks = ("escalation-ball", "escalation-short", "escalation-call", "escalation-actions", "escalation-ladder")
    source = page.client.get(d.get_absolute_url()).content.decode()
    places = [source.index(f'class="{block}') for block in blocks]
    assert places == sorted(places)
    page.sees(
        "What we do not agree on Words about the concern.",
        "What we want to happen",
        "What was tried",
        "Whom to telephone Hospital Lead",
    )
    old = barnsley.fresh(d).version
    page.presses("I have this; I will telephone today")
    assert page.told == ["The other side can see that you have it. Now telephone them, or book a time to talk."]
    page.sees("I have this; I will telephone today.")
    page.does_not_see("I have this; I will telephone today Say it in other words")
    again = {"version": old, "words": "I have this; I will telephone today."}
    answer = signed_in(barnsley.team_manager).post(f"{d.get_absolute_url()}record_progress/", again)
    assert (answer.status_code, "Somebody changed this while you were reading." in answer.content.decode()) == (409, True)


def test_a_booked_talk_names_who_telephones_whom_for_both_sides_until_it_is_recorded(barnsley: World) -> None:
    d = barnsley.raised()
    with time_machine.travel(TUESDAY, tick=False):
        manager = Visitor(barnsley.team_manager).opens(d.get_absolute_url()).presses("Book a conversation")
        manager.sees("Both sides see it at the top of the page until then.")
        manager.fills("When will you talk?", (TWO + days(1)).astimezone(LONDON)).presses("Book a conversation")
        assert manager.refusals == ["Say who telephones whom, or how you meet"]
        manager.chooses("Team Manager telephones Hospital Lead").fills("On which number?", "01226 700 700")
        manager.presses("Book a conversation")
        lead = Visitor(barnsley.hospital_lead).opens(d.get_absolute_url())
        lead.sees("You talk on Wed 16 September at 2pm.", "Team Manager telephones Hospital Lead on 01226 700 700.")
    with time_machine.travel(TWO + days(2), tick=False):
        lead = Visitor(barnsley.hospital_lead).opens(d.get_absolute_url()).sees("Did you talk? Then record what came of it.")
        lead.presses("Record a conversation").fills("When did you talk?", (TWO + days(1)).astimezone(LONDON)).chooses(
            "By telephone"
        )
        lead.fills("Who took part?", "Both leads").fills("What came of it?", "A plan by Friday.").presses("Record a conversation")
        lead.does_not_see("Did you talk?")


def test_beside_a_proposal_the_booked_talk_keeps_its_day_and_agreeing_is_asked_once(barnsley: World) -> None:
    """Then the outcome takes the first place, said once, and nobody is urged to do what is another's to do."""
    d = barnsley.do(
        "book_conversation", barnsley.raised(), by=barnsley.team_manager, at=TUESDAY, when=TWO + days(1), words="Ring."
    )
    barnsley.do("propose_outcome", d, by=barnsley.team_manager, at=TUESDAY, text="A visit on Friday.")
    talk = "A talk is booked for Wed 16 September at 2pm."
    with time_machine.travel(TUESDAY, tick=False):
        lead = Visitor(barnsley.hospital_lead).opens("/p/barnsley/").sees("You are asked to answer the outcome", talk)
        lead.opens(d.get_absolute_url()).sees(f"{talk} Team Manager wrote: Ring.")
        assert urged(lead) == ["We agree"]
        lead.presses("We agree").presses("We agree")
        assert (urged(lead), lead.words.count("A visit on Friday.")) == ([], 3)  # the outcome, and twice in what happened
        lead.sees("What it was about Words about the concern.").does_not_see("What was tried")
        assert lead.words.index("Agreed by both sides") < lead.words.index("What it was about")
        assert urged(Visitor(barnsley.team_manager).opens(d.get_absolute_url())) == ["Confirm the outcome in writing"]


def urged(page: Visitor) -> list[str]:
    """The green buttons: what is asked of this person."""
    drawn = [a for a in page.page.every(tag="a") if a.attributes.get("role") == "button"]
    return [a.text for a in drawn if "govuk-button--secondary" not in a.attributes["class"]]


def test_not_ours_is_passed_to_whom_the_directory_proposes_and_says_what_becomes_of_the_dates(barnsley: World) -> None:
    d = barnsley.raised()
    with barnsley.scope():
        post = writing.keep_post(None, agency=barnsley.agencies["police"], kind=StageKind.MANAGER, title="Detective sergeant")
        writing.keep_holder(None, post=post, name="Gail Grey", email="gail@police.example")
        member = barnsley.viewer(barnsley.team_manager)
        shown = [str(PassOnForm(disagreement=d, viewer=v)) for v in (member, replace(member, roles=frozenset({"guest"})))]
        # Who is what in which agency is the directory's, and that is not for whoever was invited to one disagreement.
        assert ["Gail Grey" in one for one in shown] == [True, False]
    page = Visitor(barnsley.team_manager).opens(d.get_absolute_url()).presses("Not ours: pass it on")
    page.sees("The dates stay as they are, because the child has waited already.")
    assert page.presses("Not ours: pass it on").refusals == ["Choose who takes it on", "Say why it is not yours"]
    opened = [box.attributes["name"] for under in page.page.every(cls="escalation-opens") for box in under.every(tag="input")]
    assert opened == ["person_name", "person_email", "person_telephone"]
    page.chooses("Gail Grey, Detective sergeant (Police)").fills("Why is it not yours", "Theirs since Monday.")
    page.presses("Not ours: pass it on")
    assert page.told == ["It is passed on."]
    with barnsley.scope():
        new = barnsley.fresh(d)
        assert str(new.receiving_agency) == "Police"


def test_the_text_for_the_file_says_what_stands_corrected_without_the_child_and_is_logged(barnsley: World) -> None:
    d = barnsley.raised()
    d = barnsley.do("record_agreement", d, by=barnsley.team_manager, text="A meeting on Monday.")
    d = barnsley.do("confirm_outcome", d, by=barnsley.team_manager)
    corrected = Visitor(barnsley.team_manager).opens(d.get_absolute_url())
    href = next(href for text, href in corrected.links().items() if "Correct this" in text and "Agreement" in text)
    corrected.opens(href).fills("What should it say?", "A meeting on Tuesday.").chooses("A fact was wrong")
    corrected.presses("Correct what you wrote")
    page = Visitor(barnsley.hospital_lead).opens(d.get_absolute_url())
    page.sees("Moorside Hospital: not yet", "Children's social care: not yet")
    page.follows("Text to copy for the child’s file")
    text = page.page.first(tag="textarea").text
    for words in (
        "BAR-0001",
        "WHAT IT WAS ABOUT",
        "Words about the concern.",
        "A meeting on Tuesday.",
        "Outcome confirmed in writing",
    ):
        assert words in text
    assert ("A meeting on Monday." in text, "H-2207" in text) == (False, False)
    with barnsley.scope():
        assert Reading.objects.filter(what=Reading.What.COPY, by=barnsley.hospital_lead, disagreement=d).count() == 1
    page.follows("Record that it is on the child’s file").chooses("Moorside Hospital").presses("Record that it is on")
    page.sees("Moorside Hospital: since ").does_not_see("Moorside Hospital: not yet")


def test_the_page_takes_the_same_number_of_queries_however_much_has_happened(
    barnsley: World, signed_in: Any, django_assert_num_queries: Any
) -> None:
    d = barnsley.raised()
    manager = signed_in(barnsley.team_manager)
    manager.get(d.get_absolute_url())
    with django_assert_num_queries(QUERIES):
        manager.get(d.get_absolute_url())
    # One more where there are actions at all, however many: of what there is none, nothing is read (lying_beside.py).
    for number in range(3):
        d = barnsley.do("add_action", d, by=barnsley.team_manager, what=f"Step {number}", owner="Jo", due=TUESDAY.date())
    with django_assert_num_queries(QUERIES + 1):
        manager.get(d.get_absolute_url())
