"""Correcting what was written: new words beside the old ones, which stay; by whoever wrote it, and by the office."""

from __future__ import annotations

import pytest

from escalation.models import ChronologyEntry, Disagreement, Outcome
from escalation.moves import NotPermitted, Refused
from escalation.verification import verify
from partnerships.services import issue_token
from tests.api.conftest import Program
from tests.journeys.visitor import Visitor
from tests.pages.markup import Element
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


def number(world: World, disagreement: Disagreement, kind: str) -> int:
    return world.chronology(disagreement).index(kind) + 1


def entry(page: Visitor, place: int) -> Element:
    return next(item for item in page.page.every(tag="li") if item.attributes.get("id") == f"entry-{place}")


def test_whoever_wrote_it_corrects_it_and_everybody_sees_both(barnsley: World) -> None:
    """Twice: the newest words stand at the old entry, all that stood before is folded there, and each correction points."""
    disagreement = barnsley.raised(at=TUESDAY)
    barnsley.do("record_progress", disagreement, by=barnsley.hospital_lead, at=TUESDAY, words="Visit on Monday.")
    lead = Visitor(barnsley.hospital_lead).opens(disagreement.get_absolute_url())
    place = number(barnsley, disagreement, "progress_recorded")
    lead.follows("Correct this : Progress recorded")
    assert lead.heading == "Correct what you wrote"
    lead.sees("What stands there now", "Visit on Monday.")
    lead.fills("What should it say?", "Visit on Tuesday.").presses("Correct what you wrote")
    assert lead.refusals == ["Say why it is corrected"]
    lead.chooses("A fact was wrong").presses("Correct what you wrote")
    assert lead.told == ["The correction is recorded. What stood there before stays, folded."]

    lead.follows("Correct this : Progress recorded").fills("What should it say?", "Visit on Tuesday at noon.")
    lead.chooses("Something was missing").presses("Correct what you wrote")

    other = Visitor(barnsley.team_manager).opens(disagreement.get_absolute_url())
    told = entry(other, place)
    description = told.first(cls="moj-timeline__description").text
    folded = told.first(tag="details").text
    assert description.startswith("Corrected on ")
    assert "by Hospital Lead. Something was missing Visit on Tuesday at noon." in description
    assert folded.startswith("What stood here before First written on Tuesday 15 September 2026")
    assert "Visit on Monday." in folded
    assert "A fact was wrong Visit on Tuesday." in folded
    assert "Correct this" not in told.text
    pointer = entry(other, 4)
    assert pointer.first(tag="a").attributes["href"] == f"#entry-{place}"
    assert "“Progress recorded” of Tuesday 15 September 2026" in pointer.text
    assert "Visit on" not in pointer.text

    with barnsley.scope():
        assert [e.data for e in ChronologyEntry.objects.filter(kind="corrected").order_by("seq")] == [
            {"corrects": 2, "why": "fact", "events": []},
            {"corrects": 2, "why": "missing", "events": []},
        ]
        assert verify().faults == ()


def test_an_outcome_and_what_was_raised_are_not_rewritten_and_show_it_beside(barnsley: World) -> None:
    """By the office too, and after it was closed; the outcome's own row and the answers of the form stay as they were."""
    disagreement = barnsley.raised()
    disagreement = barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, at=TUESDAY, text="A visit tomorrow.")
    disagreement = barnsley.do("withdraw", disagreement, by=barnsley.midwife, reason="Moved away.")
    office = Visitor(barnsley.office)
    for place, words in ((1, "The concern is another."), (2, "A visit on Friday.")):
        office.opens(f"{disagreement.get_absolute_url()}correct/?entry={place}")
        office.fills("What should it say?", words).chooses("A slip of writing").presses("Correct what you wrote")
        assert office.told, office.words
    insets = [inset.text for inset in office.page.every(cls="govuk-inset-text") if "Corrected on" in inset.text]
    assert [text.rpartition("A slip of writing ")[2] for text in insets] == ["A visit on Friday.", "The concern is another."]
    office.sees("A visit tomorrow.", "Words about the concern.", "What was written then stands above")
    with barnsley.scope():
        assert Outcome.objects.get().text == "A visit tomorrow."
        assert barnsley.fresh(disagreement).answers["concern"] == "Words about the concern."


def test_without_a_link_the_entry_is_chosen_first_among_ones_own(barnsley: World) -> None:
    disagreement = barnsley.raised()
    disagreement = barnsley.do("record_progress", disagreement, by=barnsley.team_manager, words="Ours.")
    midwife = Visitor(barnsley.midwife).opens(f"{disagreement.get_absolute_url()}correct/")
    offered = [option.text for option in midwife.page.first(tag="select").every(tag="option")]
    assert offered == ["Choose one", "1. 15 September 2026: Raised at Stage 1: Safeguarding leads or managers"]
    not_theirs = midwife.client.post(
        f"{disagreement.get_absolute_url()}correct/",
        {"entry": "2", "words": "Mine now.", "why": "fact", "version": disagreement.version},
    )
    assert not_theirs.status_code == 422
    assert "Choose one of the entries that you wrote" in not_theirs.content.decode()
    assert "Mine now." in not_theirs.content.decode()
    stranger = Visitor(barnsley.stranger).opens(f"{disagreement.get_absolute_url()}correct/?entry=1")
    assert stranger.status == 404
    nothing_written = Visitor(barnsley.hospital_lead).opens(f"{disagreement.get_absolute_url()}correct/?entry=1")
    assert nothing_written.status == 403
    nothing_written.sees("There is nothing here that you wrote.").does_not_see("Words about")


def test_the_service_refuses_by_itself(barnsley: World) -> None:
    disagreement = barnsley.raised()
    disagreement = barnsley.do("record_progress", disagreement, by=barnsley.team_manager, words="Ours.")
    said = {"words": "Otherwise.", "why": "fact", "corrects": 2}
    with pytest.raises(NotPermitted, match="Only the person who wrote it, or the partnership manager, may correct it"):
        barnsley.do("correct", disagreement, by=barnsley.midwife, **said)
    for wrong, refusal in (
        ({"words": " "}, "Write what it should say."),
        ({"why": "because"}, "Say why it is corrected."),
        ({"words": "Ours."}, "It says exactly this already."),
        ({"corrects": 99}, "There are no words of this entry that could be corrected."),
    ):
        with pytest.raises(Refused, match=refusal):
            barnsley.do("correct", disagreement, by=barnsley.team_manager, **(said | wrong))
    assert barnsley.chronology(disagreement) == ["raised", "progress_recorded"]


def test_a_program_corrects_and_reads_corrections_by_their_numbers(barnsley: World) -> None:
    disagreement = barnsley.raised()
    disagreement = barnsley.do("record_progress", disagreement, by=barnsley.team_manager, words="Ours.")
    with barnsley.scope(barnsley.team_manager):
        _, secret = issue_token(barnsley.team_manager, name="a program")
    program = Program(barnsley.slug, secret)
    answer = program.act(
        disagreement, "correct", version=disagreement.version, entry="2", words="Ours, on Monday.", why="missing"
    )
    assert answer.status_code == 200
    told = program.get(f"disagreements/{disagreement.reference}/chronology/").json()
    assert [(e["kind"], e["words"], e["corrects"], e["corrected_by"]) for e in told[1:]] == [
        ("progress_recorded", "Ours.", None, [3]),
        ("corrected", "Ours, on Monday.", 2, []),
    ]
