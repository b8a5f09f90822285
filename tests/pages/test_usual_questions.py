"""A protocol that asks for something and gives no words of its own asks for it in a question that anybody understands."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.requirements import ANSWERED_ELSEWHERE, ON_RAISING
from partnerships.protocol import Protocol
from partnerships.protocol_questions import USUAL
from partnerships.protocol_terms import Asked
from tests.journeys.visitor import Visitor
from tests.world import World, shipped_protocol

WORDLESS = [
    {"what": what.value, "must": what not in ANSWERED_ELSEWHERE, "clause": "N 1"}
    for what in (*ON_RAISING, Asked.WRITTEN_CONFIRMATION)
    if what is not Asked.CONVERSATION_CONFIRMED
]


@pytest.fixture
def wordless(db: None) -> World:
    plain: dict[str, Any] = shipped_protocol("barnsley").model_dump(mode="json")
    return World("barnsley", Protocol.model_validate(plain | {"requirements": WORDLESS}))


def test_there_is_one_for_everything_that_can_be_asked() -> None:
    assert set(USUAL) == set(Asked)
    assert all(question.endswith("?") for question in USUAL.values())


def test_the_form_asks_it_and_the_page_repeats_it(wordless: World) -> None:
    midwife = Visitor(wordless.midwife).opens("/p/barnsley/start/")
    midwife.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    address = midwife.address.removesuffix("who/")
    midwife.opens(f"{address}concern/").sees(
        *(USUAL[what] for what in (Asked.EVIDENCE, Asked.EFFECT_ON_CHILD, Asked.OUTCOME_WANTED))
    )
    raised = wordless.raised()
    page = Visitor(wordless.midwife).opens(f"/p/barnsley/d/{raised.reference}/")
    # What the first screen says whole is not said again, and what its heading asks is asked by it alone.
    said = {Asked.PRIOR_CONVERSATION, Asked.OUTCOME_WANTED, Asked.AGREED_SO_FAR}
    page.sees("What we want to happen", "What was tried", "What we agree on")
    page.sees(*(USUAL[what] for what in ON_RAISING if what not in {*ANSWERED_ELSEWHERE, Asked.CONVERSATION_CONFIRMED, *said}))
