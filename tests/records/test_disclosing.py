"""A copy for somebody outside: what is left out is nowhere in it, it is finished once, and that it was made is recorded."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given as drawn
from hypothesis import settings as at_most
from hypothesis import strategies as st

from accounts import proof
from escalation.models import ChronologyEntry, Disagreement, Reading
from escalation.states import Kind
from records.disclosing import answer_by
from records.models import Disclosure
from records.redacting import REMOVED, Part, Redactions, blacking_out, given, standing_elsewhere
from tests.journeys.visitor import Visitor
from tests.pages.markup import read
from tests.world import World

SECRET = "Her neighbour Zora Quillfeather telephoned first"


def told(world: World) -> Disagreement:
    """One with a name in every place where names stand."""
    raised = world.raised(child_reference="FAM-7", answers=world.answers("stage_1", concern="Zora Quillfeather saw it."))
    world.do(
        "record_progress",
        raised,
        by=world.office,
        words=f"{SECRET}. ZORA  QUILLFEATHER’s address is zora.quillfeather@home.example.",
    )
    world.do(
        "record_agreement", raised, by=world.team_manager, text="A visit is made tomorrow, as Zora-Quillfeather asked for it."
    )
    return world.fresh(raised)


def unpacked(made: bytes) -> tuple[str, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(made)) as pack:
        page, data = (pack.read(name).decode() for name in sorted(pack.namelist()))
    return page, json.loads(data)


@pytest.mark.django_db
def test_the_office_prepares_redacts_looks_and_finishes_a_copy(barnsley: World) -> None:
    disagreement = told(barnsley)
    office = Visitor(barnsley.office).opens(f"{disagreement.get_absolute_url()}keeping/copies/")
    office.sees("None was made yet.")
    office.chooses("A person’s own data (subject access)").fills("For whom is it?", "The mother, through her solicitor").presses(
        "Begin"
    )
    office.sees("it is to be answered by", "one calendar month", "Everything below is given unless", SECRET)
    office.fills("Words to black out wherever they stand", "zora quillfeather\nMoorside Hospital")
    office.presses("Save and see how it will look")
    assert office.refusals == ["Choose why these words are blacked out"]
    office.fills("Why are these words blacked out?", "It is about somebody else")
    office.fills("Give or leave out: 3. Agreement recorded", "Another reason, in words")
    office.presses("Save and see how it will look")
    assert office.refusals == ["Say which other reason it is"]
    office.fills("If another reason, which: 3. Agreement recorded", "It is being appealed")
    office.presses("Save and see how it will look")
    assert office.heading == "How the copy will look"
    office.sees("1 part is left out", "A part was left out: It is being appealed", "Her neighbour [removed] telephoned first")
    # The agreement's words stand under "Outcomes" too.
    office.sees("3. Agreement recorded: also in Outcomes: Agreed").does_not_see("Quillfeather", "QUILLFEATHER", "quillfeather")
    with barnsley.scope():
        assert not ChronologyEntry.objects.filter(kind=Kind.DISCLOSED).exists()
    office.presses("Finish the copy")
    assert office.heading == "The copy is finished"
    what_was_finished(barnsley, office)


def what_was_finished(barnsley: World, office: Visitor) -> None:
    with barnsley.scope():
        made = Disclosure.objects.get()
        entry = ChronologyEntry.objects.get(kind=Kind.DISCLOSED)
    assert (entry.data["disclosure"], entry.data["ground"], entry.words_id) == (made.pk, "subject_access", None)
    file = office.client.get(office.links()["Save the copy (ZIP)"])
    assert file["Content-Disposition"] == f'attachment; filename="BAR-0001-copy-{made.pk}.zip"'
    assert hashlib.sha256(file.content).hexdigest() == made.sha256
    office.sees(made.sha256)
    page, data = unpacked(file.content)
    for text in (page, json.dumps(data), json.dumps(data, ensure_ascii=False)):
        assert not re.search(r"zora|quillfeather|moorside", text, re.IGNORECASE)
        assert "appealed" in text
    assert "FAM-7" in page
    # By itself: nothing is fetched, nothing runs.
    assert not re.search(r"<script|<link|src=|href=|url\(|@import|http", page)
    assert [one.text for one in read(page).every(tag="h2")][:3] == ["What it is about", "Who takes part", "What happened"]
    assert data["for_whom"] == "The mother, through her solicitor"
    assert [part for part in data["parts"] if "left_out_because" in part] == [
        {"section": "What happened", "left_out_because": "It is being appealed"}
    ]
    with barnsley.scope():
        assert [r.about for r in Reading.objects.filter(what=Reading.What.PACK)] == [{"disclosure": made.pk}]


@pytest.mark.django_db
def test_a_finished_copy_is_made_again_only_as_it_was_and_a_new_one_begins_from_it(barnsley: World) -> None:
    disagreement = told(barnsley)
    office = Visitor(barnsley.office).opens(f"{disagreement.get_absolute_url()}keeping/copies/")
    office.chooses("An order of a court").fills("For whom is it?", "The family court").presses("Begin")
    office.fills("Words to black out wherever they stand", "Quillfeather").fills(
        "Why are these words blacked out?", "It is legally privileged"
    )
    office.chooses("Say who read the record, too").presses("Save and see how it will look")
    barnsley.do("record_progress", disagreement, by=barnsley.office, words="Nobody has looked at this yet.")
    office.presses("Finish the copy")
    assert office.told == ["Something was added to the record while you were looking. Look at the copy again, then finish it."]
    office.sees("Who read it", "Nobody has looked at this yet.").presses("Finish the copy")
    finished = office.address
    first = office.client.get(f"{finished}copy.zip").content
    assert office.client.get(f"{finished}copy.zip").content == first
    # Nothing of it can be changed any more, also from a window that was open before.
    assert office.client.post(finished, {"phrases": ""}).status_code == 200
    office.client.post(f"{finished}finish/", {"seen": ""})
    with barnsley.scope():
        assert ChronologyEntry.objects.filter(kind=Kind.DISCLOSED).count() == 1
        assert Disclosure.objects.get().redactions[-1] == {"readings": True}
    with barnsley.scope():
        disagreement.outcomes.update(text="Something else")
    office.opens(finished)
    again = office.opens(f"{finished}copy.zip")
    assert again.told == ["The record has changed since, so this copy cannot be made again as it was. Begin a new one from it."]
    office.follows("Begin a new one from this").sees("Begin a new one from that for The family court")
    office.presses("Begin").presses("Save and see how it will look")
    office.does_not_see("Quillfeather").sees("[removed]")
    log = office.opens(f"{disagreement.get_absolute_url()}keeping/copies/")
    assert [row.text.split(".")[0].split(" on ")[0] for row in log.page.every(cls="govuk-body-s")] == [
        "Being prepared",
        "Finished",
    ]


@pytest.mark.django_db
def test_a_copy_is_the_offices_alone_and_wants_fresh_proof(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    disagreement = told(barnsley)
    address = f"{disagreement.get_absolute_url()}keeping/copies/"
    assert Visitor(barnsley.team_manager).opens(address).status == 403
    assert Visitor(barnsley.stranger).opens(address).status == 404
    monkeypatch.setattr(proof, "proved_lately", lambda _: False)
    office = Visitor(barnsley.office).client
    assert office.get(address)["Location"].endswith(f"?next={quote(address, safe='')}")
    assert office.post(address, {"ground": "court", "for_whom": "The court"}).status_code == 403
    with barnsley.scope():
        assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee", "ann lee", "ANN  LEE", "Ann-Lee", "Ann\nLee", "Ann Lee’s", "Ann Lees", "ann.lee@school.example", "Ann_Lee",
        "AnnLee", "(Ann Lee)", "Ann\u00ad Lee", "A\u200bnn Lee", "12Ann Lee3",
        "An\u200en Lee", "Ann \u202eLe\u202ce", "Ann L\u034fee", "Ann\u3164Lee", "A\ufe0fnn Lee",
    ],
)  # fmt: skip
def test_a_name_is_blacked_out_however_it_is_written(text: str) -> None:
    left = blacking_out(["Ann Lee"])(text)
    assert REMOVED in left
    assert not re.search("ann|lee", left, re.IGNORECASE)


@pytest.mark.parametrize("text", ["Joann Lee", "Ann Leeds", "Ann and Lee", "annual leeway", "Lee Ann"])
def test_a_name_is_not_found_inside_other_words(text: str) -> None:
    assert blacking_out(["Ann Lee"])(text) == text


def test_a_number_is_blacked_out_whatever_stands_between_its_digits() -> None:
    black_out = blacking_out(["943 476 5919", "José"])
    assert [black_out(text) for text in ("9434765919", "943-476-5919", "No. 943 4765919.", "19434765919", "JOSE\u0301")] == [
        REMOVED, REMOVED, f"No. {REMOVED}.", "19434765919", REMOVED,
    ]  # fmt: skip


words = st.text(alphabet="abcdefghijklmnop ’-\n", min_size=1, max_size=40)


@at_most(max_examples=30)
@drawn(st.lists(words, max_size=4), st.lists(st.text(alphabet="qrstuv", min_size=3, max_size=9), min_size=1, max_size=3))
def test_blacked_out_words_are_nowhere_and_their_number_of_letters_tells_nothing(around: list[str], secrets: list[str]) -> None:
    text = " ".join(part for pair in zip([*around, *secrets], [*secrets, *around], strict=True) for part in pair)
    shown = given([Part("a", "Section", text, ((text, text),))], Redactions(phrases=tuple(secrets), phrases_why="Why"))[0]
    for secret in secrets:
        assert not re.search(rf"(?<![a-z]){secret}(?![a-z])", f"{shown.heading} {shown.lines}".replace(REMOVED, "#"))
    longer = given([Part("a", "Section", secrets[0])], Redactions(phrases=(secrets[0],), phrases_why=""))[0]
    assert longer.heading == REMOVED


def test_of_a_part_left_out_nothing_stays_and_its_words_elsewhere_are_pointed_at() -> None:
    parts = [
        Part("entry_1", "What happened", "1. Agreed", (("Words", "The visit is made tomorrow morning"),)),
        Part("outcome_1", "Outcomes", "Agreed", (("Words", "So: The visit is made tomorrow morning"),)),
        Part("entry_2", "What happened", "2. Agreed", (("Words", "The visit"),)),
    ]
    redactions = Redactions(parts={"entry_1": "It is legally privileged"})
    assert given(parts, redactions)[0] == Part("left-out-0", "What happened", "", left_out="It is legally privileged")
    assert standing_elsewhere(parts, redactions) == [("1. Agreed", "Outcomes: Agreed")]


@pytest.mark.parametrize(
    ("received", "by"),
    [
        (date(2026, 9, 3), date(2026, 10, 3)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_a_calendar_month_ends_on_the_same_day_or_the_last(received: date, by: date) -> None:
    assert answer_by(received) == by
