"""Taking a copy of the tracker: what is narrowed, streamed, safe to open, and without a word about a child."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from escalation.exporting import FORMULA_STARTS, Wanted, exported, harmless
from escalation.exporting.stored import read
from escalation.models import Disagreement, Reading, SharedAcross
from escalation.services import Person
from escalation.tracker import COLUMNS, Rows, tracked
from partnerships.ladder import Position
from partnerships.models import Agency, User
from partnerships.protocol_terms import Side
from partnerships.scope import ScopeError, current_scope
from partnerships.selectors import calendar
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

EXPORT = "/p/barnsley/tracker/export.csv"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
MANIFEST = f"{ODF}manifest:1.0"
HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def browser(user: User) -> Client:
    return Visitor(user).client


def taken(world: World, query: str = "") -> list[dict[str, str]]:
    response = browser(world.office).get(f"/p/{world.slug}/tracker/export.csv{query}")
    assert response.status_code == 200
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_holds_what_the_tracker_shows(barnsley: World) -> None:
    barnsley.raised(
        at=TUESDAY - days(8), to=Position(stage="stage_3"), direct_reason="It cannot wait.", flags=("date_close", "drift")
    )
    assert taken(barnsley) == [
        {
            "Reference": "BAR-0001",
            "Raised on": "2026-09-07",
            "Raising agency": "Moorside Hospital",
            "Receiving agency": "Children's social care",
            "Step": "Stage 3: Safeguarding Partners",
            "Kind of step": "partnership step",
            "State": "Open",
            "Category": "Levels of need and intervention (thresholds)",
            "Common category": "thresholds and levels of need",
            "Urgency": "",
            "Marks": "A date is close; Drift or delay; Taken there directly",
            "Age in working days": "6",
            "Timescale": "1 working day beyond 5 working days (guide)",
            "What for": "The Safeguarding Partners reach a conclusion",
            "Last day": "2026-09-14",
            "Timescale stands": "Beyond its timescale",
            "Who acts next": "Safeguarding Partner",
            "Ended on": "",
            "Protocol": barnsley.protocol.title,
            "Protocol version": "1",
            "Followed by": "",
            "Turn since": "2026-09-07",
            "Last changed": "2026-09-15",
            "Held by": "",
        }
    ]


def test_page_and_file_say_the_same_in_every_column(barnsley: World, wiltshire: World) -> None:
    """The file reads its rows in a way of its own; what each column says of them has one home."""
    office, teacher = barnsley.office, Person(Side.RAISING, "lead", "T", "t@b.example", agency=barnsley.agencies["school"])
    direct = {"to": Position(stage="stage_3"), "direct_reason": "It cannot wait.", "flags": ("drift",)}
    plain, straight, joined, over, decided = (
        barnsley.raised(at=TUESDAY - days(number), **own) for number, own in enumerate(({}, direct, {}, {}, direct))
    )
    for with_another in (joined, over):
        barnsley.do("change_party", with_another, by=office, person=teacher, leaving=None, reason="They raise it too.")
    for each in (over, decided):
        barnsley.do("withdraw", each, by=barnsley.midwife, reason="It was settled.")
    with barnsley.scope(office):
        SharedAcross.objects.create(disagreement=over, other=wiltshire.partnership, shared_by=office, shared_at=TUESDAY)
        Disagreement.objects.filter(pk__in=[plain.pk, decided.pk]).update(followed_by=office)
        found = tracked(barnsley.viewer(office)).order_by("pk")
        rows = Rows(at=TUESDAY + days(9), calendar=calendar())
        page, file = ([{c.key: str(c.value(row)) for c in COLUMNS} for row in rows.of(way)] for way in (found, read(found)))
        assert page == file
    assert [line["reference"] for line in file] == [d.reference for d in (plain, straight, joined, over, decided)]
    # What the file leaves out unless it is needed: whom it was raised with, whose turn it is, clocks, where it counts too.
    assert {line["raising"] for line in file} == {"Moorside Hospital", "Moorside Hospital and Larkfield School"}
    assert {line["stands"] for line in file} == {"Beyond its timescale", "No timescale running"}
    assert [line["marks"] for line in file][3] == "Shared with Wiltshire Safeguarding Children Partnership"


def test_the_file_opens_in_a_spreadsheet_as_what_it_is(barnsley: World) -> None:
    response = browser(barnsley.office).get(EXPORT)
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="tracker-barnsley-2026-09-15.csv"'
    assert response["Cache-Control"] == "private, no-store"
    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [",".join(HEADINGS)]


def test_what_is_narrowed_on_the_tracker_is_narrowed_in_the_file(barnsley: World) -> None:
    barnsley.raised(at=TUESDAY - days(2))
    school = barnsley.raised(raising_agency=barnsley.agencies["school"])
    page = Visitor(barnsley.office).opens("/p/barnsley/tracker/?raising=school&sort=newest")
    href = page.links()["Download for any spreadsheet (CSV)"]
    assert href == f"{EXPORT}?view=live&sort=newest&raising=school"
    assert [line["Reference"] for line in taken(barnsley, "?raising=school&sort=newest")] == [school.reference]
    assert [line["Reference"] for line in taken(barnsley, "?sort=oldest")] == ["BAR-0001", "BAR-0002"]


def test_the_page_says_what_the_file_holds_before_it_is_taken(barnsley: World) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens("/p/barnsley/tracker/")
    page.sees("It holds nothing that was written about a child, and not the child’s reference.", "The download is logged.")
    listed = [term.text for term in page.page.first(cls="govuk-summary-list--no-border").every(tag="dt")]
    assert listed == HEADINGS


def test_a_filter_that_is_not_understood_leads_back_to_the_tracker(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(f"{EXPORT}?stage=lost&kind=manager")
    assert page.address == "/p/barnsley/tracker/"
    assert page.refusals == ["Step: what the address asks for is not known here, so it was left out"]


@pytest.mark.parametrize("query", ["?reference=%00", "?page=999999999999999999999", "?sort=x&sort=newest", "?timescale="])
def test_bad_input_never_breaks_it(barnsley: World, query: str) -> None:
    assert Visitor(barnsley.office).client.get(EXPORT + query, follow=True).status_code == 200


# ---------------------------------------------------------------- safe to open


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+44 1226 772423", "'+44 1226 772423"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("Moorside = Hospital", "Moorside = Hospital"),
        ("", ""),
        ("Ŵyn 東京 👩‍⚕️", "Ŵyn 東京 👩‍⚕️"),
    ],
)
def test_nothing_is_run_as_a_formula(typed: str, kept: str) -> None:
    assert harmless(typed) == kept


@given(st.text())
def test_whatever_is_typed_is_kept_and_never_starts_a_formula(typed: str) -> None:
    assert not harmless(typed).startswith(FORMULA_STARTS)
    assert harmless(typed).removeprefix("'") == typed.removeprefix("'")


def test_what_people_typed_comes_through_harmless_and_whole(barnsley: World) -> None:
    with barnsley.scope():
        Agency.objects.filter(key="hospital").update(name='=HYPERLINK("http://x.example","Ŵyn, 東京")')
        barnsley.agencies["hospital"] = Agency.objects.get(key="hospital")
    people = tuple(
        Person(side=side, role="lead", name=f"@{side}", email=f"{side}@barnsley.example")
        for side in (Side.RAISING, Side.RECEIVING)
    )
    barnsley.raised(people=people)
    line = taken(barnsley)[0]
    assert line["Raising agency"] == '\'=HYPERLINK("http://x.example","Ŵyn, 東京")'
    assert line["Who acts next"].startswith("'@raising (=HYPERLINK")


def test_no_word_about_a_child_is_in_it(barnsley: World) -> None:
    marked = {f"marker{number}": key for number, key in enumerate(barnsley.answers("stage_1"))}
    barnsley.raised(answers={key: marker for marker, key in marked.items()}, child_reference="marker-child", child_status="")
    content = browser(barnsley.office).get(EXPORT).getvalue().decode()
    assert "BAR-0001" in content
    assert "marker" not in content
    assert "midwife@" not in content


# ---------------------------------------------------------------- for Excel and for LibreOffice


def test_the_same_lines_open_in_excel_with_their_types_and_no_formula(barnsley: World) -> None:
    with barnsley.scope():
        Agency.objects.filter(key="hospital").update(name="=1+1")
        barnsley.agencies["hospital"] = Agency.objects.get(key="hospital")
    barnsley.raised(at=TUESDAY - days(8))
    barnsley.raised(raising_agency=barnsley.agencies["school"])
    response = browser(barnsley.office).get("/p/barnsley/tracker/export.xlsx?sort=oldest")
    assert response["Content-Disposition"] == 'attachment; filename="tracker-barnsley-2026-09-15.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(response.getvalue())).worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]] == HEADINGS
    first = dict(zip(HEADINGS, rows[1], strict=True))
    assert (first["Raising agency"].value, first["Raising agency"].data_type) == ("=1+1", "s")
    assert (first["Raised on"].value, first["Age in working days"].value) == (datetime(2026, 9, 7), 6)  # noqa: DTZ001
    assert [row[0].value for row in rows[1:]] == ["BAR-0001", "BAR-0002"]
    with barnsley.scope():
        (read,) = Reading.objects.filter(what=Reading.What.EXPORT)
        assert read.about == {"filters": ["sort"], "count": 2, "kind": "xlsx"}


def test_the_same_lines_open_in_libreoffice_with_their_types_and_no_formula(barnsley: World) -> None:
    with barnsley.scope():
        Agency.objects.filter(key="hospital").update(name="=1+1 & <b>\x0b")
        barnsley.agencies["hospital"] = Agency.objects.get(key="hospital")
    barnsley.raised(at=TUESDAY - days(8))
    response = browser(barnsley.office).get("/p/barnsley/tracker/export.ods")
    with ZipFile(io.BytesIO(response.getvalue())) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
        assert archive.read("mimetype").decode() == response["Content-Type"]
        listed = ElementTree.fromstring(archive.read("META-INF/manifest.xml"))  # noqa: S314  (our own)
        assert {str(entry.get(f"{{{MANIFEST}}}full-path")) for entry in listed} == {"/", "content.xml", "styles.xml"}
        content = ElementTree.fromstring(archive.read("content.xml"))  # noqa: S314  (our own)
    rows = list(content.iter(f"{{{ODF}table:1.0}}table-row"))
    line = dict(zip(HEADINGS, rows[1], strict=True))
    assert [text.text for text in rows[0].iter(f"{{{ODF}text:1.0}}p")] == HEADINGS
    value = f"{{{ODF}office:1.0}}"
    agency, raised, age = line["Raising agency"], line["Raised on"], line["Age in working days"]
    assert (agency.get(f"{value}value-type"), "".join(agency.itertext())) == ("string", "=1+1 & <b>")
    assert (raised.get(f"{value}date-value"), age.get(f"{value}value")) == ("2026-09-07", "6")
    assert not any("formula" in name for cell in content.iter() for name in cell.attrib)


# ---------------------------------------------------------------- whose it is


def test_it_is_the_offices_alone(barnsley: World, havering: World) -> None:
    barnsley.raised()
    for person in (barnsley.midwife, barnsley.team_manager, barnsley.administrator, barnsley.person("o", "observer")):
        assert browser(person).get(EXPORT).status_code == 403
    assert browser(havering.office).get(EXPORT).status_code == 404
    assert "BAR-0001" not in browser(havering.office).get("/p/havering/tracker/export.csv?state=any").getvalue().decode()
    assert Client().get(EXPORT).status_code == 302


def test_it_is_logged_with_ids_and_nothing_else(barnsley: World, caplog: pytest.LogCaptureFixture) -> None:
    barnsley.raised()
    with caplog.at_level(logging.INFO, logger="escalation.exporting.lines"):
        taken(barnsley, "?reference=BAR-0001")
    assert [record.getMessage() for record in caplog.records if record.name == "escalation.exporting.lines"] == [
        f"tracker exported: partnership {barnsley.partnership.pk}, user {barnsley.office.pk}, rows 1"
    ]


def test_the_scope_is_opened_for_the_file_and_closed_after_it(barnsley: World) -> None:
    barnsley.raised()
    response = browser(barnsley.office).get(EXPORT)
    with pytest.raises(ScopeError):
        current_scope()
    assert b"BAR-0001" in response.getvalue()
    with pytest.raises(ScopeError):
        current_scope()


def test_a_reader_who_leaves_closes_the_scope_too(barnsley: World, caplog: pytest.LogCaptureFixture) -> None:
    barnsley.raised()
    with barnsley.scope():
        viewer = barnsley.viewer(barnsley.office)
    lines = exported(Wanted(barnsley.partnership, viewer, lambda found: found))
    with caplog.at_level(logging.INFO, logger="escalation.exporting.lines"):
        assert next(lines).startswith("\ufeffReference,")
        lines.close()  # type: ignore[attr-defined]
    with pytest.raises(ScopeError):
        current_scope()
    assert caplog.records[-1].getMessage().endswith("rows 0")


def test_two_thousand_lines_take_no_more_queries_than_four_chunks_need(barnsley: World) -> None:
    first = barnsley.raised()
    copies = [_copy(first, number) for number in range(2, 2001)]
    with barnsley.scope():
        Disagreement.objects.bulk_create(copies, batch_size=500)
    client = browser(barnsley.office)
    client.get(EXPORT).getvalue()
    with CaptureQueriesContext(connection) as queries:
        lines = list(csv.reader(io.StringIO(client.get(EXPORT).getvalue().decode("utf-8-sig"))))
    assert len(lines) == 2001
    assert len({line[0] for line in lines}) == 2001
    chunks = sum('FROM "escalation_deadline" WHERE ("escalation_deadline"."disagreement_id"' in q["sql"] for q in queries)
    assert (chunks, len(queries)) == (4, 34)


def _copy(first: Disagreement, number: int) -> Disagreement:
    kept: tuple[str, ...] = (
        "state", "version", "protocol_version_id", "stage", "tier", "stage_kind", "raised_at", "raised_by_id",
        "raising_agency_id", "receiving_agency_id", "category",
    )  # fmt: skip
    facts: dict[str, Any] = {name: getattr(first, name) for name in kept}
    return Disagreement(**facts, reference=f"BAR-{number:04d}")
