"""What a partnership arranges beside its protocol, and the log in which it stands who changed what."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.arranging.log_sentences import SENTENCES
from partnerships.administering import AdministrationEntry, Did, note_administration
from partnerships.arrangements import Arrangements
from partnerships.directory import writing
from partnerships.models import Partnership
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import World

pytestmark = pytest.mark.django_db

ARRANGEMENTS = "/p/barnsley/administration/arrangements/"
LOG = "/p/barnsley/administration/log/"
INVITED = {Did.LET_IN: "invitation", Did.LET_OUT: "invitation", Did.SIGNED_OUT_EVERYWHERE: "second_factors"}
EVERYBODY = "Everybody who works there: practitioners, leads and senior managers"


def kept(world: World) -> Arrangements | None:
    with world.scope():
        return Arrangements.objects.first()


def logged(world: World, page: Visitor) -> list[str]:
    return [row[0] for row in rows(page.opens(LOG).page)]


def test_the_office_arranges_who_may_see_and_only_the_names_of_what_changed_are_logged(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(ARRANGEMENTS)
    page.chooses(EVERYBODY).chooses("Yes, a password may be set as well")
    page.fills("For how many days do people who were invited to one still see it, once it has ended?", "10")
    page.fills("For how many years is a disagreement kept?", "6").fills("Privacy notice", "Ask Noor about anything.")
    page.presses("Save the arrangements")
    assert (page.status, page.told) == (200, ["The arrangements are saved."])
    found = kept(barnsley)
    assert found is not None
    assert (found.agency_sees, found.guest_days, found.keep_years, found.privacy_notice) == (
        True, 10, 6, "Ask Noor about anything.",
    )  # fmt: skip
    assert Partnership.objects.get(slug="barnsley").passwords
    with barnsley.scope():
        (entry,) = AdministrationEntry.objects.all()
        assert (entry.did, entry.by, entry.data) == (
            "rearranged", barnsley.office, {"fields": ["agency_sees", "guest_days", "keep_years", "passwords", "privacy_notice"]},
        )  # fmt: skip
    (said,) = logged(barnsley, page)
    assert said.startswith("Changed the arrangements: “Who of an agency sees its disagreements?”, “For how many days")
    page.does_not_see("Noor about")
    assert page.opens(ARRANGEMENTS).presses("Save the arrangements").told == ["Nothing was different, so nothing is changed."]


def test_an_administrator_arranges_the_rest_and_reads_who_may_see(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(ARRANGEMENTS)
    page.sees("Who may see is for a partnership manager to change", "Only those who take part in them")
    assert not page.asks(EVERYBODY)
    page.fills("Below which number are counts not published?", "10").presses("Save the arrangements")
    assert page.told == ["The arrangements are saved."]
    forged = {"agency_sees": "True", "older_after_days": "0", "guest_days": "365", "passwords": "True"}
    standing = {box.attributes["name"]: box.attributes.get("value", "") for box in page.page.every(tag="input")}
    chosen = {"kept_from": "ended", "attachments": "False"}
    page.client.post(ARRANGEMENTS, {**standing, **chosen, **forged})
    found = kept(barnsley)
    assert found is not None
    assert (found.suppress_below, found.agency_sees, found.older_after_days, found.guest_days) == (10, False, 90, 30)
    assert not Partnership.objects.get(slug="barnsley").passwords
    assert Visitor(barnsley.midwife).opens(ARRANGEMENTS).status == 403


def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(ARRANGEMENTS).fills("How large may one file be, in megabytes?", "900")
    page.fills("Privacy notice", "Ours.").presses("Save the arrangements")
    assert page.status == 422
    assert page.refusals == ["How large may one file be, in megabytes? Enter a whole number from 1 to 25"]
    assert "Ours." in page.page.text
    assert kept(barnsley) is None


def test_the_second_of_two_who_arrange_at_once_is_told_and_may_go_on(barnsley: World) -> None:
    first, second = (Visitor(who).opens(ARRANGEMENTS) for who in (barnsley.office, barnsley.administrator))
    first.fills("Below which number are counts not published?", "10").presses("Save the arrangements")
    second.fills("Whom does somebody turn to about their data?", "The business unit").presses("Save the arrangements")
    assert second.status == 409
    assert second.refusals[0].startswith("Somebody changed the arrangements while you were looking at them.")
    second.presses("Save the arrangements")
    found = kept(barnsley)
    assert found is not None
    assert second.told == ["The arrangements are saved."]
    assert found.privacy_contact == "The business unit"


def test_every_kind_of_deed_has_a_sentence_and_the_log_is_narrowed_by_person_and_kind(barnsley: World) -> None:
    assert set(SENTENCES) == set(Did)
    data = {"agency": "hospital", "role": "lead", "fields": ["role"], "before": {"role": "observer"}, "contact": "front_door"}
    with barnsley.scope():
        for did in Did:
            note_administration(did, by=barnsley.office, about=barnsley.stranger, **data)
    page = Visitor(barnsley.administrator)
    said = logged(barnsley, page)
    assert len(said) == len(set(said)) == len(Did)
    assert all(sentence.endswith(".") and "_" not in sentence.replace("front_door", "") for sentence in said), said
    for did in (Did.LET_IN, Did.LET_OUT, Did.SIGNED_OUT_EVERYWHERE):
        with barnsley.scope():
            note_administration(did, by=barnsley.office, about=barnsley.midwife, **{INVITED[did]: 7})
    assert [sentence for sentence in logged(barnsley, page) if "Midwife" in sentence] == [
        "Took the second step of Midwife away, and signed them out everywhere.",
        "Ended the access of Midwife to one disagreement, to which they were invited.",
        "Let Midwife in to one disagreement, to which they were invited.",
    ]
    changed = "from Observer (numbers only) to Safeguarding lead or line manager, Moorside Hospital"
    assert f"Changed what Stranger may do, {changed}." in said
    for narrowed, count in (("?did=let_in", 2), ("?who=stranger", len(Did)), ("?who=nobody", 0), ("?did=nothing", len(Did) + 3)):
        assert page.opens(f"{LOG}{narrowed}").heading == f"Administration log ({count})"
    for number in range(30):
        with barnsley.scope():
            note_administration(Did.EXPORTED, by=barnsley.office, number=number)
    with CaptureQueriesContext(connection) as found:
        page.opens(LOG).sees("Next page")
    assert len([q for q in found if "SAVEPOINT" not in q["sql"]]) == 11


def test_what_is_changed_in_the_directory_leaves_a_line(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens("/p/barnsley/administration/agencies/hospital/change/")
    page.fills("E-mail domains known to be its own", "hospital.example").presses("Save")
    page.opens("/p/barnsley/administration/contacts/add/").fills("Name or title", "Night desk")
    page.fills("E-mail address", "front.door@council.example").presses("Add")
    with barnsley.scope():
        post = writing.keep_post(None, agency=barnsley.agencies["school"], kind="manager", title="Head of year")
    page.opens(f"/p/barnsley/administration/posts/{post.pk}/retire/").presses("Retire the post")
    assert logged(barnsley, page) == [
        "Retired a post of Larkfield School.",
        "Added the contact night_desk.",
        "Changed the agency Moorside Hospital: the e-mail domains known to be its own.",
    ]
