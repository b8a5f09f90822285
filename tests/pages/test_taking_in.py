"""The tracker that the office kept before is taken in: looked at first, never twice, nobody written to, undone as a whole."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from escalation.models import ChronologyWords, Deadline, Disagreement, SearchText, TakenIn, TakingIn, TrackerUpload
from escalation.services.taking_in import sweep_uploads
from escalation.states import Kind
from escalation.verification import verify
from insight import behind, counting
from insight.cohorts import read as cohort
from insight.figure import Period
from insight.measures import figure
from insight.models import Counted
from notifications.models import Message, Notice
from notifications.services import announce
from partnerships.models import User
from tests.pages.markup import read
from tests.pages.tables import rows
from tests.promises.database import raw
from tests.world import World, days

pytestmark = pytest.mark.django_db
HERE = "/p/barnsley/administration/taking-in/"
HEADS = ["Ref", "Date raised", "Raised by", "Raised with", "Stage", "Status", "Date closed", "How resolved", "Theme", "Child ref",
         "Outcome", "Lessons learned", "Comments"]  # fmt: skip
YEARS = Period(date(2023, 1, 1), date(2025, 12, 31))


# A title over merged cells, empty lines, four ways to write a day, one agency spelt three ways, a formula, totals.
ROWS: list[list[Any]] = [
    ["Escalation log 2024 – 2025"],
    ["", "Dates and agencies", "", "", "", "", "", "", "", "What it was about"],
    HEADS,
    ["17/2024", "27/3/2024", " Moorside  hospital ", "CSC", "Stage 2", "Closed", date(2024, 5, 3), "Agreed", "Thresholds", "H-1",
     "Plan made", "Share the chronology sooner", "She rang twice"],
    [],
    ["18/2024", 45400, "MOORSIDE HOSPITAL", "Childrens Social Care", "N/A", "Open", "n/a", "", "Thresholds", "", "", "", "Rang"],
    ["19/2024", "1st June 24", "Larkfield School", "Children’s Social Care", "Stage One", "Closed", "4 Jun 2024"],
    ["20/2024", "5.6.2024", "Probation", "Police", "stage 1", "Closed", "7/6/2024", "Withdrawn"],
    ["21/2024", "31/2/2024", "Police", "Larkfield School", "", "Open"],
    ["22/2024", "9/7/2024", "Police", "Larkfield School", "", "Closed", "1/7/2024", "Agreed"],
    ["17/2024 ", "27/3/2024", "Police", "Larkfield School", "", "Open"],
    ["23/2024", "=TODAY()", "Police", "Larkfield School", "", "Open"],
    [],
    ["Total", 8],
]  # fmt: skip


def messy() -> bytes:
    """As they are kept."""
    book, packed = Workbook(), io.BytesIO()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A1:M1")
    book.save(packed)
    return packed.getvalue()


def client(user: User) -> Client:
    made = Client()
    made.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def uploaded(office: Client, data: bytes, name: str = "tracker.xlsx") -> Any:
    return office.post(HERE, {"sheet": SimpleUploadedFile(name, data)}, follow=True)


def as_guessed(office: Client, answer: Any) -> Any:
    """Press the button on the page of columns as it stands."""
    page = answer.context["form"]
    given = {name: field.value() for name, field in ((f.html_name, f) for f in page)}
    return office.post(answer.request["PATH_INFO"], {k: "" if v is None else v for k, v in given.items()}, follow=True)


def answering(office: Client, answer: Any, **said: str) -> Any:
    """As what looks likely, but where a test says otherwise: by the first words of the question."""
    asked = answer.context["asked"]
    given = {f.html_name: next((v for k, v in said.items() if k in f.label.replace(" ", "_")), f.value() or "") for f in asked}
    return office.post(answer.request["PATH_INFO"], {**given, "answer": "yes"}, follow=True)


def taking(office: Client, answer: Any, **more: str) -> Any:
    shown = answer.context["plan"].digest
    return office.post(answer.request["PATH_INFO"], {"shown": shown, **more}, follow=True)


def problems(answer: Any) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.sentence) for one in answer.context["plan"].problems]


def guessed_from_headings(form: Any) -> None:
    assert form["head"].value() == 3
    assert {form[f"column_{place}"].label: form[f"column_{place}"].value() for place in range(13)} == {
        "Ref": "own_reference", "Date raised": "raised_on", "Raised by": "raising", "Raised with": "receiving", "Stage": "step",
        "Status": "state", "Date closed": "ended_on", "How resolved": "how", "Theme": "category", "Child ref": "child_reference",
        "Outcome": "outcome", "Lessons learned": "learning", "Comments": "notes",
    }  # fmt: skip


def test_a_messy_tracker_is_looked_at_taken_in_and_counted(barnsley: World) -> None:
    office = client(barnsley.office)
    answer = uploaded(office, messy())
    assert answer.status_code == 200
    guessed_from_headings(answer.context["form"])
    assert "Your protocol has no list for child’s status or urgency." in read(answer.content.decode()).text
    answer = as_guessed(office, answer)
    csc = next(f.value() for f in answer.context["asked"] if "CSC" in f.label)
    asked = {f.label: (f.value(), f.help_text) for f in answer.context["asked"]}
    assert [(label, value != "") for label, (value, _) in asked.items()] == [
        ("Which agency is “CSC”?", True), ("Which category is “Thresholds”?", True), ("Which agency is “Probation”?", False),
    ]  # fmt: skip
    answer = answering(office, answer, Probation="new:probation", CSC="-")
    assert "“CSC” is left out, as you said." in [sentence for _, _, sentence in problems(answer)]
    answer = office.post(answer.request["PATH_INFO"], {"again": "yes"}, follow=True)
    assert "2 rows wait until you have said what the words below mean." in read(answer.content.decode()).text
    answer = answering(office, answer, CSC=csc)
    assert problems(answer) == [
        (9, "Date raised", "“31/2/2024” is not a day that can be read. Write day, month and year: 27/3/2024."),
        (10, "Date closed", "It ended before it was raised."),
        (11, "Ref", "This is the same as row 4."),
        (12, "Date raised", "The file holds a formula here, and not what it shows. Open it and save it again."),
    ]
    assert [(one.row, one.sentence) for one in answer.context["plan"].left_out] == [(14, "This is a line of totals.")]
    with barnsley.scope():
        assert Disagreement.objects.count() == 0
    answer = taking(office, answer)
    assert answer.status_code == 200
    assert rows(read(answer.content.decode())) == [
        ["4", "17/2024", "BAR-0001"], ["6", "18/2024", "BAR-0002"], ["7", "19/2024", "BAR-0003"], ["8", "20/2024", "BAR-0004"],
    ]  # fmt: skip
    announce(barnsley.partnership.pk)
    with barnsley.scope():
        found = Disagreement.objects.order_by("pk").values_list("state", "stage", "raised_at__date", "ended_at__date")
        assert list(found) == [
            ("closed", "stage_2", date(2024, 3, 27), date(2024, 5, 3)), ("open", "stage_1", date(2024, 4, 18), None),
            ("closed", "stage_1", date(2024, 6, 1), date(2024, 6, 4)),
            ("withdrawn", "stage_1", date(2024, 6, 5), date(2024, 6, 7)),
        ]  # fmt: skip
        assert (Message.objects.count(), Notice.objects.count(), Deadline.objects.count()) == (0, 0, 0)
        assert verify().faults == ()
        assert not TrackerUpload.objects.exists()
    says_no_more_than_the_file(office)
    counted_as_said(barnsley)


def says_no_more_than_the_file(office: Client) -> None:
    page = office.get("/p/barnsley/d/BAR-0001/").content.decode()
    assert "Old reference 17/2024" in read(page).text
    assert "It ended on Friday 3 May 2024, as that tracker says." in read(page).text
    # Nor what came before the step that it names.
    assert "Recorded by" not in read(page).text
    assert 'escalation-ladder__said">' not in page
    assert "Taken in by the partnership office from the tracker kept before, row 4 of file" in read(page).text
    assert "BAR-0001" in read(office.post("/p/barnsley/search/", {"words": "17/2024"}, follow=True).content.decode()).text


def counted_as_said(world: World) -> None:
    """No figure claims what the file did not say: an answer, a stay on a step, how one ended, which step an open one reached."""
    counting.count(world.partnership.pk)
    with world.scope(world.office):
        kept = Counted.objects.order_by("pk").values_list(
            "stage_reached", "ending", "route", "answered_on", "resolved_on", "ended_on"
        )
        assert list(kept) == [
            ("stage_2", "agreed", "", None, date(2024, 5, 3), date(2024, 5, 3)), ("", "open", "", None, None, None),
            ("stage_1", "", "", None, date(2024, 6, 4), date(2024, 6, 4)),
            ("stage_1", "withdrawn", "", None, None, date(2024, 6, 7)),
        ]  # fmt: skip
        first = figure("first-answer", YEARS)
        assert (first.rows, "which does not say when they were first answered" in first.says) == ((), True)
        assert [behind.counted(cohort(key), YEARS) for key in ("raised", "ended", "raised/answered=no", "agreed")] == [4, 3, 0, 0]
        assert figure("per-step", YEARS).n == 0
        assert counting.differing(list(Counted.objects.values_list("pk", flat=True))) == []


def test_the_same_is_never_taken_in_twice_and_undone_as_a_whole(barnsley: World) -> None:
    office = client(barnsley.office)
    table = [["Ref", "Raised on", "Raised by", "Raised with"], ["1/24", "1/2/2024", "Police", "Larkfield School"],
             ["", "2/2/2024", "Police", "Larkfield School"]]  # fmt: skip
    data = "\n".join(";".join(row) for row in table).encode()
    checked = as_guessed(office, uploaded(office, data, "t.csv"))
    first = taking(office, checked)
    again = as_guessed(
        office, uploaded(office, data + b"\n01.24;3/3/2024;Police;Larkfield School\n3;4/4/2024;Police;Larkfield School", "t.csv")
    )
    assert [(row, str(one.disagreement.reference)) for row, one in again.context["plan"].there] == [
        (2, "BAR-0001"),
        (3, "BAR-0002"),
    ]
    assert [one.row for one in again.context["plan"].made] == [4, 5]
    late = office.post(again.request["PATH_INFO"], {"shown": "another", "clocks": "on"})
    assert (late.status_code, "Something has changed meanwhile" in late.content.decode()) == (409, True)
    second = taking(office, again, without="4", clocks="on")
    with barnsley.scope():
        assert Deadline.objects.filter(disagreement__reference="BAR-0003").count() > 0
        (one, two) = TakingIn.objects.order_by("pk")
        assert (one.number, two.number, verify().faults) == (2, 1, ())
        counting.catch_up()
    undoing = f"{HERE}done/{one.pk}/undo/"
    assert office.get(undoing).status_code == 200
    assert office.post(undoing).status_code == 302
    with barnsley.scope():
        assert (ChronologyWords.objects.count(), TakenIn.objects.count(), SearchText.objects.count()) == (0, 1, 1)
        assert verify().faults == ()
        counting.catch_up()
        assert Counted.objects.count() == 1
        gone = Disagreement.objects.get(reference="BAR-0001")
        assert (gone.raising_agency, gone.child_reference, gone.destroyed_at is None) == (None, "", False)
        assert barnsley.chronology(gone) == [Kind.TAKEN_IN, Kind.TAKEN_IN_UNDONE]
    assert office.get("/p/barnsley/d/BAR-0001/").status_code == 404
    barnsley.do(
        "follow" if False else "record_progress", Disagreement(pk=left_of(barnsley)), by=barnsley.office, words="Rang them"
    )
    refused = office.post(f"{HERE}done/{two.pk}/undo/")
    assert (refused.status_code, "Something has happened since to BAR-0003" in read(refused.content.decode()).text) == (409, True)
    assert first.status_code == second.status_code == 200
    # What was undone may come again.
    third = as_guessed(office, uploaded(office, data, "t.csv"))
    assert len(third.context["plan"].made) == 2


def left_of(world: World) -> int:
    with world.scope():
        return int(Disagreement.objects.get(reference="BAR-0003").pk)


def test_many_rows_cost_no_more_questions_than_few(barnsley: World) -> None:
    """What grows is one statement a table, not one a row: two thousand, the most, are a few seconds."""
    office = client(barnsley.office)
    asked = []
    for begin, rows_ in ((0, 3), (100, 300)):
        lines = ["Ref;Raised on;Raised by;Raised with;Status;Closed on;How resolved;Stage;Notes"]
        lines += [
            f"{begin + n}/20;{1 + n % 28}/3/2020;Police;Larkfield School;Closed;30/4/2020;Agreed;Stage 1;=cmd|'/c calc'!A{n}"
            for n in range(rows_)
        ]
        checked = as_guessed(office, uploaded(office, "\n".join(lines).encode(), "many.csv"))
        assert len(checked.context["plan"].made) == rows_
        where, shown = checked.request["PATH_INFO"], checked.context["plan"].digest
        with CaptureQueriesContext(connection) as queries:
            assert office.post(where, {"shown": shown}).status_code == 302
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 6
    with barnsley.scope():
        assert Disagreement.objects.count() == 303
        assert not Disagreement.objects.filter(turn__isnull=True).exists()


HOSTILE = ("bomb", "macro", "entity", "not a sheet", "empty", "no rows")


@pytest.mark.parametrize("how", HOSTILE)
def test_a_file_that_means_harm_is_refused_in_words(barnsley: World, how: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if how == "bomb":
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
        if how == "macro":
            archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]>" if how == "entity" else "<x/>")
    data = {"empty": b"  ", "not a sheet": b"\0\1\2", "no rows": b"Ref;Raised on"}.get(how, packed.getvalue())
    answer = uploaded(client(barnsley.office), data)
    said = {"bomb": "unpacks to far more", "macro": "holds a macro", "entity": "no spreadsheet program writes",
            "not a sheet": "neither a CSV", "empty": "The file is empty", "no rows": "nothing under the heading row"}  # fmt: skip
    assert (answer.status_code, said[how] in read(answer.content.decode()).text) == (422, True)
    with barnsley.scope():
        assert not TrackerUpload.objects.exists()


def test_what_one_looks_at_is_nobody_elses_and_goes_after_a_day(barnsley: World, havering: World) -> None:
    office = client(barnsley.office)
    where = uploaded(office, b"Ref;Raised on;Raised by;Raised with\n1;1/2/2024;Police;Larkfield School", "t.csv").request[
        "PATH_INFO"
    ]
    second = barnsley.person("second.office", "partnership_manager")
    assert [client(user).get(where).status_code for user in (barnsley.midwife, second, barnsley.office)] == [403, 404, 200]
    assert client(havering.office).get(where.replace("/barnsley/", "/havering/")).status_code == 404
    with barnsley.scope():
        assert [sweep_uploads(at=timezone.now() + days(n)) for n in (0, 2)] == [0, 1]
        assert raw("SELECT count(*) FROM escalation_trackerupload") == [(0,)]
