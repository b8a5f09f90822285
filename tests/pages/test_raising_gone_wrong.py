"""What bad input, a second window, a lost session or a changed protocol gets while somebody writes a disagreement."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from escalation.models import Disagreement
from partnerships import services as partnership_services
from partnerships.ladder import Position
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side
from tests.world import World

from .markup import read
from .writing import (
    FIVE,
    answers,
    begin,
    draft_of,
    main,
    named_on_forms,
    page,
    step_address,
    told,
    write,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def test_what_is_missing_is_listed_with_the_way_to_it(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    begin(practitioner, world)
    check = f"/p/{world.slug}/raise/{draft_of(world, world.midwife).key}/check/"
    empty = practitioner.get(check)
    problems = told(empty.content)
    assert problems[0] == "Choose your agency"
    assert "Say in one sentence what you disagree about" in problems
    links = read(empty.content.decode()).first(cls="govuk-error-summary__list").every(tag="a")
    assert links[0].attributes["href"] == f"{check.removesuffix('check/')}who/?back=check#id_raising_agency"
    assert "Raise the disagreement" not in empty.content.decode()
    assert read(empty.content.decode()).first(tag="title").text.startswith("Error: Check your answers")
    refused = practitioner.post(check)
    assert (refused.status_code, told(refused.content)) == (422, problems)
    assert draft_of(world, world.midwife).state == "draft"


def test_changing_one_answer_from_the_check_comes_back_to_it(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    check = write(practitioner, barnsley)
    shown = main(page(practitioner, check))
    changes = [a.attributes["href"] for a in shown.every(tag="a") if a.text.startswith("Change")]
    assert f"{check.removesuffix('check/')}concern/?back=check#id_concern" in changes
    concern = f"{check.removesuffix('check/')}concern/?back=check"
    assert check in page(practitioner, concern)
    assert practitioner.post(concern, answers(barnsley, concern="Something else."))["Location"] == check
    assert "Something else." in page(practitioner, check)


def test_the_list_of_steps_says_how_far_each_is(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    practitioner.post(address, answers(barnsley))
    later = practitioner.post(step_address(barnsley, draft, "concern"), {"concern": "Whether", "later": "yes"}, follow=True)
    shown = main(later.content.decode())
    assert later.redirect_chain == [(f"/p/barnsley/raise/{draft.key}/", 302)]
    assert "Saved. You find it under My disagreements when you come back." in shown.text
    statuses = [item.text for item in shown.every(cls="govuk-task-list__item")]
    assert statuses[:4] == [
        "Who disagrees with whom? Completed",
        "Talking so far Not started",
        "What is it about? Something is missing",
        "Which child, and what kind of disagreement? Not started",
    ]
    assert "Go on: Talking so far" in shown.text
    assert "Whether" in page(practitioner, step_address(barnsley, draft, "concern"))


def test_posting_the_check_twice_lands_on_the_same_confirmation(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    check = write(practitioner, barnsley)
    first, second = practitioner.post(check), practitioner.post(check)
    assert first["Location"] == second["Location"] == "/p/barnsley/d/BAR-0001/raised/"
    with barnsley.scope():
        assert Disagreement.objects.count() == 1
    looked = practitioner.get(check, follow=True)
    assert "This was raised already, as BAR-0001." in looked.content.decode()
    step = practitioner.post(check.replace("check", "concern"), {"concern": "late"})
    assert step["Location"] == "/p/barnsley/d/BAR-0001/raised/"
    assert barnsley.fresh(Disagreement(pk=_only(barnsley).pk)).answers["concern"] != "late"


def _only(world: World) -> Disagreement:
    with world.scope():
        return Disagreement.objects.get()


def test_two_windows_do_not_overwrite_each_other_unseen(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    concern = step_address(barnsley, draft, "concern")
    held = _held(page(practitioner, concern))
    written = answers(barnsley, concern="Written in the first.", held=held)
    assert practitioner.post(concern, written).status_code == 302
    late = practitioner.post(concern, answers(barnsley, concern="Written in the second.", held=held))
    assert late.status_code == 409
    assert told(late.content) == [
        "You changed this page in another window. What you typed here is below; send it to keep it instead"
    ]
    shown = main(late.content.decode())
    assert "Saved in the other window" in shown.text
    assert "Written in the first." in shown.first(cls="govuk-summary-card").text
    assert "Written in the second." in shown.first(tag="form").text
    assert draft_of(barnsley, barnsley.midwife).answers["concern"] == "Written in the first."
    meant = answers(barnsley, concern="Written in the second.", held=_held(late.content.decode()))
    assert practitioner.post(concern, meant).status_code == 302
    assert practitioner.post(concern, {**meant, "held": held}).status_code == 302


def _held(html: str) -> str:
    return next(i.attributes["value"] for i in read(html).every(tag="input") if i.attributes.get("name") == "held")


def test_a_draft_discarded_in_another_window_gives_the_words_back(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    discard = f"/p/barnsley/raise/{draft.key}/discard/"
    assert "What you typed is deleted" in page(practitioner, discard)
    gone = practitioner.post(discard, follow=True)
    assert "The draft is discarded. Nothing of it is kept." in gone.content.decode()
    with barnsley.scope():
        assert Disagreement.objects.count() == 0
    late = practitioner.post(step_address(barnsley, draft, "concern"), {"concern": "All that I wrote.", "held": "a b"})
    assert late.status_code == 404
    shown = main(late.content.decode()).text
    assert "Copy what you typed" in shown
    assert "All that I wrote." in shown
    assert practitioner.post(discard).status_code == 404


def test_a_tampered_anothers_or_another_partnerships_draft_is_not_there(barnsley: World, havering: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    key = draft_of(barnsley, barnsley.midwife).key
    assert practitioner.get(f"/p/barnsley/raise/{uuid.uuid4()}/").status_code == 404
    assert practitioner.get("/p/barnsley/raise/not-a-key/").status_code == 404
    assert practitioner.get(f"/p/barnsley/raise/{key}/nothing/").status_code == 302
    for other in (barnsley.hospital_lead, barnsley.office):
        for page_of in ("", "who/", "check/", "discard/"):
            assert signed_in(other).get(f"/p/barnsley/raise/{key}/{page_of}").status_code == 404
        assert signed_in(other).post(f"/p/barnsley/raise/{key}/check/").status_code == 404
    with havering.scope():
        partnership_services.add_member(barnsley.midwife, role="practitioner", agency=havering.agencies["hospital"])
    assert practitioner.get(address.replace("/barnsley/", "/havering/")).status_code == 404


def test_100_kb_are_refused_in_a_sentence_and_all_of_it_is_kept(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    concern = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "concern")
    long = "x" * 100_000
    refused = practitioner.post(concern, {"concern": "y" * 301, "evidence": long})
    assert refused.status_code == 422
    assert told(refused.content)[1] == (
        "Use 10,000 characters or fewer. Put long papers on the child's file and say where they are."
    )
    assert draft_of(barnsley, barnsley.midwife).answers["evidence"] == long
    assert long in page(practitioner, concern)


def test_a_hidden_character_is_named_taken_out_and_the_rest_kept(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    concern = step_address(barnsley, draft_of(barnsley, barnsley.midwife), "concern")
    refused = practitioner.post(concern, answers(barnsley, concern="all\x00well"))
    assert refused.status_code == 422
    assert told(refused.content) == ["A hidden character that cannot be kept was taken out. Check what you typed, then go on"]
    assert draft_of(barnsley, barnsley.midwife).answers["concern"] == "allwell"
    assert practitioner.post(concern, answers(barnsley, concern="allwell")).status_code == 302


def test_a_draft_follows_the_protocol_and_shows_what_changed_before_it_is_raised(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    check = write(practitioner, barnsley)
    shown = read(page(practitioner, check))
    version = next(i.attributes["value"] for i in shown.every(tag="input") if i.attributes.get("name") == "protocol")
    changed = _reworded(barnsley.protocol)
    with barnsley.scope():
        new = partnership_services.publish_protocol(partnership_services.draft_protocol(changed), effective_from=date(2024, 6, 1))
    stale = practitioner.post(check, {"protocol": version})
    assert stale.status_code == 409
    assert told(stale.content) == [
        "The protocol changed while you were writing. Look at the questions that changed, then raise it",
        "Answer the question: What do both sides see alike?",
    ]
    banner = read(stale.content.decode()).first(cls="govuk-notification-banner")
    assert [a.text for a in banner.every(tag="a")] == ["What do both sides see alike?", "Who wants what, by when?"]
    tasks = main(page(practitioner, check.removesuffix("check/")))
    assert "What is it about? The questions changed" in tasks.text
    concern = check.replace("check/", "concern/?back=check")
    changed_here = "New or changed: What do both sides see alike? Who wants what, by when?"
    assert changed_here in main(page(practitioner, concern)).text
    on = practitioner.post(concern, answers(barnsley, agreed_so_far="That the baby is due in May."))
    assert on["Location"] == check
    assert not read(page(practitioner, check)).every(cls="govuk-notification-banner")
    practitioner.post(check, {"protocol": new.pk})
    raised = _only(barnsley)
    assert (raised.protocol_version_id, raised.answers["agreed_so_far"]) == (new.pk, "That the baby is due in May.")


def _reworded(protocol: Protocol) -> Protocol:
    """The same protocol with one question more and one in other words."""
    document = protocol.model_dump(mode="json")
    for requirement in document["requirements"]:
        if requirement["what"] == "outcome_wanted":
            requirement["asks"] = "Who wants what, by when?"
    document["requirements"].append({"what": "agreed_so_far", "asks": "What do both sides see alike?", "clause": "B Principles"})
    return Protocol.model_validate(document)


def test_without_a_protocol_any_more_a_draft_waits(barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    monkeypatch.setattr("escalation.views.drafting.in_force", lambda line: None)
    assert practitioner.get(address).status_code == 409


def test_who_may_no_longer_raise_is_told_so_at_their_draft(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    address = begin(practitioner, barnsley)
    with barnsley.scope():
        named_on_forms().filter(user=barnsley.midwife).update(role="observer")
    refused = practitioner.get(address)
    assert (refused.status_code, "Your role here does not raise disagreements." in refused.content.decode()) == (403, True)


def test_an_earlier_rung_is_confirmed_also_after_it_has_moved(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    barnsley.do("escalate", disagreement, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    shown = main(page(signed_in(barnsley.midwife), f"/p/barnsley/d/{disagreement.reference}/raised/")).text
    assert "It is at Stage 1: Safeguarding leads or managers" in shown
    assert Side.RAISING == "raising"


def test_words_for_a_page_that_is_not_asked_any_more_are_shown_to_be_copied(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    address = f"/p/barnsley/raise/{draft.key}/together/"
    answer = practitioner.post(address, {"held": "x", "note": "All that I <b>wrote</b>."})
    shown = main(answer.content.decode())
    assert (answer.status_code, shown.first(tag="h1").text) == (409, "This page is not asked any more")
    assert shown.first(cls="escalation-words").text == "All that I <b>wrote</b>."
    assert shown.every(tag="a")[-1].attributes["href"] == f"/p/barnsley/raise/{draft.key}/"
    assert practitioner.post(address, {"held": "x"})["Location"] == f"/p/barnsley/raise/{draft.key}/"
