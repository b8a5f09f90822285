"""A draft that two people complete: its author and one colleague of the same agency; nobody else finds it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from accounts.models import AccountMail
from escalation import services
from escalation.conflict import Named
from escalation.corrections import correctable
from escalation.models import ChronologyEntry, Disagreement, Party
from escalation.moves import NotPermitted
from escalation.permissions import may, ties
from partnerships.models import Membership
from tests.world import World

from .markup import read
from .writing import answers, begin, draft_of, main, page, step_address, told, write

pytestmark = pytest.mark.django_db


def shares(client: Any, world: World, draft: Disagreement) -> str:
    """With the lead of the hospital, whom the page proposes; the address of the draft."""
    world.hospital_lead  # noqa: B018  (a property that makes the person)
    share = f"/p/{world.slug}/raise/{draft.key}/share/"
    chosen = [o.attributes["value"] for o in read(page(client, share)).every(tag="option") if "selected" in o.attributes]
    answer = client.post(share, {"colleague": chosen[0]})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_the_author_shares_it_the_lead_completes_and_raises_it_and_it_stays_the_authors(barnsley: World, signed_in: Any) -> None:
    midwife, lead = signed_in(barnsley.midwife), signed_in(barnsley.hospital_lead)
    check = write(midwife, barnsley, concern="Words of the midwife.")
    draft = draft_of(barnsley, barnsley.midwife)
    assert lead.get(check).status_code == 404
    address = shares(midwife, barnsley, draft)
    assert "You share it with Hospital Lead, who can change it and raise it in your name." in main(page(midwife, address)).text
    mail = AccountMail.objects.get()
    assert (mail.to, mail.subject) == (barnsley.hospital_lead.email, "A draft to complete with Midwife")
    assert address in mail.text
    assert [
        given for given in answers(barnsley).values() if isinstance(given, str) and len(given) > 12 and given in mail.text
    ] == []
    # The lead finds it among their own, and the questions are still about the midwife.
    assert f'href="{address}"' in page(lead, "/p/barnsley/mine/")
    shown = main(page(lead, address)).text
    assert "A draft of Midwife" in shown
    assert "Last changed by Midwife on" in shown
    concern = step_address(barnsley, draft, "concern")
    assert lead.post(concern, answers(barnsley, concern="Words of the lead.")).status_code == 302
    assert "Last changed by Hospital Lead on" in main(page(midwife, address)).text
    raised = lead.post(check)
    assert raised["Location"] == "/p/barnsley/d/BAR-0001/raised/"
    assert "Disagreement raised" in page(lead, raised["Location"])
    assert lead.get(check)["Location"] == midwife.get(check)["Location"] == raised["Location"]
    with barnsley.scope():
        found = Disagreement.objects.get()
        entry = ChronologyEntry.objects.get(kind="raised")
        practitioners = set(Party.objects.filter(side="raising", role="practitioner").values_list("email", flat=True))
    assert (found.raised_by, entry.actor, practitioners) == (barnsley.midwife, barnsley.hospital_lead, {barnsley.midwife.email})
    assert found.answers["concern"] == "Words of the lead."


def test_a_colleague_who_raised_it_decides_nothing_in_it_and_both_may_correct_its_words(barnsley: World, signed_in: Any) -> None:
    """Whoever wrote it down for others is named in it as much as they are (conflict.py), though they take no part."""
    midwife, partner = signed_in(barnsley.midwife), barnsley.decider("safeguarding_partner")
    with barnsley.scope():
        hospital = Membership.objects.get(user=barnsley.midwife).agency
        Membership.objects.create(user=partner, role="practitioner", agency=hospital)
        check = write(midwife, barnsley)
        services.share_draft(
            draft_of(barnsley, barnsley.midwife).pk, viewer=barnsley.viewer(barnsley.midwife), colleague=partner, address="/"
        )
    assert signed_in(partner).post(check).status_code == 302
    assert "BAR-0001" in page(signed_in(partner), "/p/barnsley/mine/")
    with barnsley.scope():
        found = Disagreement.objects.get()
        tied = ties(barnsley.viewer(partner), found, found.parties.all())
        assert may("record_decision", tied).sentence == "You recorded this disagreement for others, so you cannot decide it."
        assert Named.of(found, found.parties.all()).holds(name="", email=partner.email)
        theirs = [[one.entry.kind for one in correctable(found, barnsley.viewer(w))] for w in (partner, barnsley.midwife)]
        assert theirs == [["raised"], ["raised"]]


def test_words_that_were_typed_while_the_other_of_the_two_raised_it_are_shown_to_be_copied(
    barnsley: World, signed_in: Any
) -> None:
    midwife, lead = signed_in(barnsley.midwife), signed_in(barnsley.hospital_lead)
    check = write(midwife, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    shares(midwife, barnsley, draft)
    raised = lead.post(check)["Location"]
    late = midwife.post(step_address(barnsley, draft, "concern"), {"concern": "All that I wrote."})
    assert (late.status_code, "All that I wrote." in late.content.decode()) == (409, True)
    assert f'href="{raised}"' in late.content.decode()
    assert midwife.post(check)["Location"] == raised  # nothing was typed there


def works_at(world: World, draft: Disagreement, agency: str) -> None:
    with world.scope():
        Membership.objects.filter(user=draft.raised_by).update(agency=world.agencies[agency])


def test_two_who_write_at_once_are_told_of_each_other(barnsley: World, signed_in: Any) -> None:
    midwife, lead = signed_in(barnsley.midwife), signed_in(barnsley.hospital_lead)
    write(midwife, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    shares(midwife, barnsley, draft)
    concern = step_address(barnsley, draft, "concern")
    held = next(
        i.attributes["value"] for i in read(page(midwife, concern)).every(tag="input") if i.attributes.get("name") == "held"
    )
    assert lead.post(concern, answers(barnsley, concern="The lead was first.", held=held)).status_code == 302
    late = midwife.post(concern, answers(barnsley, concern="The midwife was second.", held=held))
    assert late.status_code == 409
    assert told(late.content) == [
        "Hospital Lead changed this page meanwhile. What you typed here is below; send it to keep it instead"
    ]
    shown = main(late.content.decode())
    assert "The lead was first." in shown.first(cls="govuk-summary-card").text
    assert "Saved by Hospital Lead" in shown.text
    assert "The midwife was second." in shown.first(tag="form").text


def test_only_a_colleague_can_be_chosen_only_the_author_shares_and_it_ends_when_taken_back(
    barnsley: World, signed_in: Any
) -> None:
    midwife, lead = signed_in(barnsley.midwife), signed_in(barnsley.hospital_lead)
    begin(midwife, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    share = f"/p/barnsley/raise/{draft.key}/share/"
    with barnsley.scope():
        elsewhere = Membership.objects.get(user=barnsley.team_manager)
        author = barnsley.viewer(barnsley.midwife)
        with pytest.raises(NotPermitted, match="your own agency"):
            services.share_draft(draft.pk, viewer=author, colleague=barnsley.team_manager, address="/")
    for choice, sentence in ((str(elsewhere.pk), "Choose a colleague from the list"), ("", "Choose a colleague")):
        refused = midwife.post(share, {"colleague": choice})
        assert (refused.status_code, told(refused.content)) == (422, [sentence])
    address = shares(midwife, barnsley, draft)
    assert (lead.post(share, {"take_back": "yes"}).status_code, lead.get(share)["Location"]) == (403, address)
    lead.post(f"{address}discard/")
    for other in (barnsley.team_manager, barnsley.office):
        assert signed_in(other).get(address).status_code == 404
    works_at(barnsley, draft, "police")  # who works there no longer shares nothing any more
    assert lead.get(address).status_code == 404
    works_at(barnsley, draft, "hospital")
    assert lead.get(address).status_code == 200
    assert "Only you can see this draft now." in midwife.post(share, {"take_back": "yes"}, follow=True).content.decode()
    shares(midwife, barnsley, draft)
    midwife.post(share, {"take_back": "yes"})
    assert AccountMail.objects.count() == 1  # to and fro fills nobody's mailbox
    late = lead.post(f"{address}concern/", {"concern": "All that I wrote."})
    assert (late.status_code, "All that I wrote." in late.content.decode()) == (404, True)
    with barnsley.scope(), pytest.raises(ObjectDoesNotExist):
        Disagreement.objects.exclude(shared_with=None).get()
