"""Searching: the words find what the searcher may see, show where they stand, and are in no address and in no log."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.models import Disagreement, Reading, SearchText
from escalation.searching import matching
from tests.journeys.visitor import Visitor
from tests.promises.database import raw
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
SEARCH = "/p/barnsley/search/"


def found(world: World, words: str) -> list[str]:
    with world.scope():
        return [str(d) for d in matching(Disagreement.objects.order_by("pk"), words)]


def test_what_somebody_wrote_is_found_by_who_may_see_it_and_by_nobody_else(barnsley: World, havering: World) -> None:
    said = {"concern": "The Carrington twins are not visited & 5 < 6.", "evidence": "Two plans were agreed."}
    first = barnsley.raised(at=TUESDAY - days(3), answers=barnsley.answers("stage_1", **said), child_reference="NHS-4471")
    second = barnsley.raised(at=TUESDAY)
    barnsley.do("record_progress", second, by=barnsley.team_manager, at=TUESDAY, words="The planning meeting was moved.")
    # By its reference, the child's reference, a name, an agency, a word of any entry, a stem of it, and an exact phrase.
    assert found(barnsley, str(second)) == [str(second)]
    assert found(barnsley, "nhs-4471") == [str(first)]
    assert found(barnsley, "midwife moorside") == [str(first), str(second)]
    assert found(barnsley, "meeting move") == [str(second)]
    assert found(barnsley, '"twins are not"') == found(barnsley, "carrington") == [str(first)]
    assert found(barnsley, '"are twins"') == found(barnsley, "' | !x:* <->") == found(barnsley, "\x00") == []
    assert found(havering, "carrington") == []
    # In the browser: the address and the log hold no word; what was found is quoted, escaped.
    page = Visitor(barnsley.team_manager).opens(SEARCH)
    page.sees("They are in no address and in no log.")
    client = page.client
    sent = client.post(SEARCH, {"words": "carrington visit"})
    assert sent.status_code == 302 and "arrington" not in sent["Location"]  # noqa: PT018
    result = client.get(sent["Location"])
    assert "The <mark>Carrington</mark> twins are not <mark>visited</mark> &amp; 5 &lt; 6." in result.content.decode()
    with barnsley.scope():
        (read,) = Reading.objects.filter(what=Reading.What.SEARCH)
        assert read.about == {"filters": ["words"], "quoted": [first.pk]}
    # Nobody else's key, nobody else's disagreement.
    stranger = Visitor(barnsley.stranger).client
    assert "The words of that search are not kept any more." in stranger.get(sent["Location"]).content.decode()
    other = stranger.post(SEARCH, {"words": "carrington visit"}, follow=True).content.decode()
    assert "Nothing found" in other and "twins" not in other  # noqa: PT018
    empty = stranger.post(SEARCH, {"words": ""})
    assert (empty.status_code, empty.content.decode().count("There is a problem")) == (422, 1)
    # Whoever may find anything is led here from the first page.
    for who in (barnsley.office, barnsley.midwife):
        assert Visitor(who).opens("/p/barnsley/").follows("Search what was written").heading == "Search"


def test_what_ended_long_ago_is_named_and_not_quoted_without_fresh_proof(barnsley: World) -> None:
    old = barnsley.raised(at=TUESDAY - days(400), answers=barnsley.answers("stage_1", concern="Carrington"))
    barnsley.do("withdraw", old, by=barnsley.midwife, at=TUESDAY - days(399), reason="Not needed")
    client = Visitor(barnsley.office).client
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": 0.0}, {"method": "mfa", "type": "totp", "at": 0.0}]
    session.save()
    text = client.post(SEARCH, {"words": "carrington"}, follow=True).content.decode()
    assert "It ended long ago. Open it to read what was written." in text
    assert "<mark>" not in text


def test_every_word_of_an_act_is_searched_in_the_same_transaction_and_costs_one_question(barnsley: World) -> None:
    raised = barnsley.raised()
    with CaptureQueriesContext(connection) as queries:
        barnsley.do("record_progress", raised, by=barnsley.team_manager, at=TUESDAY, words="Quixotic " * 1100)
    assert sum("searched_lexemes" in q["sql"] for q in queries) == 1
    with barnsley.scope():
        assert SearchText.objects.count() == 1
        # What stands there is what a recount gives, and nothing that no language has can make an act fail.
        assert raw("SELECT lexemes = searched_lexemes(disagreement_id) FROM escalation_searchtext") == [(True,)]
        assert len(raw("SELECT lexemes FROM escalation_searchtext")[0][0]) < 1_000_000
    assert found(barnsley, "quixotic") == [str(raised)]
    nonsense = " ".join(f"{number:x}zq{number}" for number in range(900))
    for _ in range(3):
        barnsley.do("record_progress", raised, by=barnsley.team_manager, at=TUESDAY, words=nonsense[:9_000])
    assert found(barnsley, "383zq899") == [str(raised)]


def test_from_the_tracker_the_words_go_beside_its_filters_under_a_key(barnsley: World) -> None:
    client = Visitor(barnsley.office).client
    sent = client.post(SEARCH, {"words": "carrington", "to": "tracker", "rest": "state=any&page=3&q=old"})
    assert sent["Location"].startswith("/p/barnsley/tracker/?state=any&q=")
    assert (
        client.post(SEARCH, {"words": "", "to": "tracker", "rest": "state=any"})["Location"] == "/p/barnsley/tracker/?state=any"
    )
    # The tracker looks among what its filters show, so it leads to the same search over everything, ended ones too.
    old = barnsley.raised(answers=barnsley.answers("stage_1", concern="Carrington"))
    barnsley.do("withdraw", old, by=barnsley.midwife, at=TUESDAY, reason="Not needed")
    office = Visitor(barnsley.office)
    address = office.client.post(SEARCH, {"words": "carrington", "to": "tracker", "rest": ""})["Location"]
    office.opens(address).sees("Nothing fits").follows("Search everything for these words").sees("1 found", str(old))
    lead = Visitor(barnsley.team_manager).client
    assert lead.post(SEARCH, {"words": "x", "to": "tracker"})["Location"].startswith("/p/barnsley/search/?q=")


def test_a_page_of_results_takes_as_many_questions_for_three_as_for_one(barnsley: World) -> None:
    client = Visitor(barnsley.office).client
    counted = []
    for wanted in (1, 3):
        while len(found(barnsley, "concern")) < wanted:
            barnsley.raised()
        address = client.post(SEARCH, {"words": "concern"})["Location"]
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).content.decode().count("<mark>concern</mark>") >= wanted
        counted.append(len(queries))
    assert counted[0] == counted[1]
