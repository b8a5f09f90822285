"""What each row is called where a page or a log needs one word for it."""

from __future__ import annotations

from datetime import date

import pytest

from escalation import services
from escalation.models import Action, Check, ChronologyWords, Deadline, Learning, Link, Outcome, Party, ReferenceCounter
from escalation.moves import Refused
from tests.world import World

from .acts import LATER, agreed, last, raised

pytestmark = pytest.mark.django_db


def test_each_row_has_a_name(barnsley: World) -> None:
    found, other = raised(barnsley), raised(barnsley)
    barnsley.do("link", found, by=barnsley.midwife, at=LATER, other=other, how="sibling")
    barnsley.do("add_action", found, by=barnsley.midwife, at=LATER, what="Write", owner="Pat", due=date(2026, 9, 30))
    barnsley.do("record_learning", found, by=barnsley.midwife, at=LATER, words="Ask.", needs="policy")
    barnsley.do("start_side_process", found, by=barnsley.midwife, at=LATER, process="conference_request", reason="Refused.")
    agreed(barnsley, found)
    entry = last(barnsley, found)
    with barnsley.scope():
        deadline = Deadline.objects.get(disagreement=other, time_limit="stage_1_resolution")
        rows = [Action, Learning, Link, Outcome, ReferenceCounter]
        assert [str(row.objects.get()) for row in rows] == [
            "Write", "A policy to change", "A brother or sister", "Agreed, 15 Sep 2026", "2",
        ]  # fmt: skip
        assert str(found.side_processes.get()) == "conference_request"
        assert str(Check.objects.get()) == "learning"
        assert {str(party) for party in Party.objects.filter(disagreement=other, side="receiving")} == {
            "Team Manager",
            "Social Worker",
        }
        assert str(deadline) == (
            "within 5 working days: The safeguarding leads or managers of both sides talk and seek a resolution"
        )
        assert str(ChronologyWords.objects.get(pk=entry.words_id)) == str(entry.words_id)
    assert (str(found), str(entry)) == ("BAR-0001", f"{entry.seq} agreement_recorded")


def test_a_draft_has_a_key_and_no_protocol(barnsley: World) -> None:
    with barnsley.scope(barnsley.midwife):
        draft = services.start_draft(barnsley.viewer(barnsley.midwife))
    assert str(draft) == f"draft {draft.key}"
    with pytest.raises(Refused) as refused:
        assert draft.protocol
    assert str(refused.value) == "This has not been raised yet, so no protocol applies to it."
