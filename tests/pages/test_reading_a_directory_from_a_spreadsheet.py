"""A directory read from a spreadsheet: what would change is shown first, every problem by row at once, nothing half-done."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from partnerships.directory import writing
from partnerships.directory.rows import COLUMNS
from partnerships.models import Agency, Contact, DirectoryUpload, Post, PostHolder, User
from tests.pages.markup import read
from tests.pages.tables import rows
from tests.world import World

pytestmark = pytest.mark.django_db
IMPORT = "/p/barnsley/administration/directory/import/"


def client(user: User) -> Client:
    made = Client()
    made.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return made


def csv_of(*lines: dict[str, str]) -> bytes:
    table = [list(COLUMNS), *([line.get(column, "") for column in COLUMNS] for line in lines)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in table).encode()


def xlsx_of(*table: list[Any]) -> bytes:
    book, packed = Workbook(), io.BytesIO()
    for row in table:
        book.worksheets[0].append(row)
    book.save(packed)
    return packed.getvalue()


HOSPITAL = {"agency": "Moorside Hospital"}
FULL = (
    {"row": "holder", "agency": "Probation North", "post": "Team manager", "name": "Ann", "e-mail": "Ann@probation.example",
     "away from": "3/8/2026", "away until": "2026-08-21", "check by": "1 September 2027"},
    {"row": "agency", "agency": "Probation North", "sector": "Probation", "e-mail domains": "probation.example"},
    {"row": "post", "agency": "Probation North", "post": "Team manager", "kind of step": "manager"},
    {"row": "post", "agency": "moorside hospital", "post": "Head of safeguarding", "kind of step": "senior",
     "filled by": "Probation North"},
    {"row": "contact", "name": "Night team", "agency": "Moorside Hospital", "telephone": "01226 1", "role": "partnership_inbox"},
)  # fmt: skip


def send(user: User, data: bytes, name: str = "directory.csv") -> Any:
    return client(user).post(IMPORT, {"sheet": SimpleUploadedFile(name, data)}, follow=True)


def told(response: Any) -> list[list[str]]:
    return rows(read(response.content.decode()))


def refusal(response: Any) -> str:
    summary = read(response.content.decode()).every(cls="govuk-error-summary__list")
    return summary[0].text if summary else ""


def press(user: User, response: Any) -> Any:
    address = response.redirect_chain[-1][0]
    shown = next(i for i in read(response.content.decode()).every(tag="input") if i.attributes.get("name") == "shown")
    return client(user).post(address, {"shown": shown.attributes["value"]}, follow=True)


def counted(world: World) -> tuple[int, int, int, int]:
    with world.scope():
        return Agency.objects.count(), Post.objects.count(), PostHolder.objects.count(), Contact.objects.count()


def test_what_would_change_is_shown_and_then_done(barnsley: World) -> None:
    keeper, before = barnsley.office, counted(barnsley)
    shown = send(keeper, csv_of(*FULL))
    assert told(shown) == [
        ["3", "Add the agency Probation North"],
        ["4", "Add the post Team manager (manager step) to Probation North"],
        ["5", "Add the post Head of safeguarding (senior step) to moorside hospital, answered for by Probation North"],
        ["2", "Add Ann as holder of Team manager, Probation North"],
        ["6", "Add the contact Night team"],
    ]
    assert counted(barnsley) == before
    assert "5 changes were made to the directory." in press(keeper, shown).content.decode()
    with barnsley.scope():
        ann = PostHolder.objects.select_related("post__agency").get(name="Ann")
        assert (ann.post.agency.email_domains, ann.email) == (["probation.example"], "ann@probation.example")
        assert (ann.absent_from, ann.absent_until, ann.review_by) == (date(2026, 8, 3), date(2026, 8, 21), date(2027, 9, 1))
        filled = Post.objects.select_related("agency", "filled_by").get(title="Head of safeguarding")
        assert (filled.agency.key, filled.filled_by and filled.filled_by.name) == ("hospital", "Probation North")
        assert not DirectoryUpload.objects.exists()


def test_read_twice_it_changes_nothing(barnsley: World) -> None:
    keeper = barnsley.office
    press(keeper, send(keeper, csv_of(*FULL)))
    after = counted(barnsley)
    again = send(keeper, csv_of(*FULL))
    assert told(again) == []
    assert "Nothing would change: the directory says all of this already." in again.content.decode()
    assert counted(barnsley) == after


def test_what_is_there_is_changed_and_an_empty_cell_leaves_it(barnsley: World) -> None:
    keeper = barnsley.office
    press(keeper, send(keeper, csv_of(*FULL)))
    shown = send(
        keeper,
        csv_of(
            {"row": "agency", "agency": "PROBATION NORTH", "sector": "other"},
            {"row": "post", "agency": "Probation North", "post": "team manager", "kind of step": "senior"},
            {"row": "holder", "agency": "Probation North", "post": "Team manager", "name": "Ann Other",
             "e-mail": "ann@probation.example", "deputy": "yes", "away from": "1/10/2026"},
            {"row": "contact", "name": "night team", "telephone": "01226 2"},
        ),
    )  # fmt: skip
    assert [line for _, line in told(shown)] == [
        "Probation North: sector other, was probation",
        "team manager, Probation North: kind of step senior, was manager",
        (
            "Ann, Team manager, Probation North: name Ann Other, was Ann; deputy yes, was no; "
            "away from 2026-10-01, was 2026-08-03; away until empty, was 2026-08-21"
        ),
        "Night team: telephone 01226 2, was 01226 1",
    ]
    press(keeper, shown)
    with barnsley.scope():
        ann = PostHolder.objects.get(name="Ann Other")
        assert (ann.deputy, ann.review_by, ann.absent_until) == (True, date(2027, 9, 1), None)


def test_every_problem_is_listed_by_row_at_once_and_nothing_is_done(barnsley: World) -> None:
    before = counted(barnsley)
    answer = send(
        barnsley.administrator,
        csv_of(
            {"row": "agency", "agency": "Probation North", "sector": "Probation"},
            {"row": "agncy", "agency": "X"},
            {"row": "agency", "agency": "Y", "sector": "magic", "e-mail domains": "gmail.com", "telephone": "1"},
            {"row": "post", **HOSPITAL, "kind of step": "king"},
            {
                "row": "holder",
                **HOSPITAL,
                "post": "P",
                "name": "N",
                "e-mail": "nobody",
                "away until": "soon",
                "deputy": "perhaps",
            },
            {"row": "agency", "agency": "probation north", "sector": "Probation"},
        ),
    )
    assert answer.status_code == 422
    sectors = "early_help, education, health, housing, legal, other, police, probation, social_care, voluntary, youth_justice"
    problems = told(answer)
    assert [row for row in problems if "is no sector" not in row[1]] == [
        ["3", "In the first column, “agncy” is no kind of row. Write agency, post, holder or contact."],
        ["4", "“telephone” does not belong into a row for an agency. Empty it, or put it into the row that it is about."],
        ["4", "“gmail.com” cannot be an agency’s own e-mail domain. Write what stands after its own @."],
        ["5", "The cell “post” is empty, and a row for a post needs it."],
        ["5", "“king” is no kind of step. Write practitioner, manager, senior or partnership."],
        ["6", "“deputy” must be yes or no."],
        ["6", "“e-mail” must be an address like name@organisation.example."],
        ["6", "“away until” must be a date like 27/3/2026."],
        ["7", "This is in row 2 already."],
    ]
    assert [row[0] for row in problems if "is no sector" in row[1]] == ["4"]
    assert sectors.split(", ")[2] in next(row[1] for row in problems if "is no sector" in row[1])
    assert refusal(answer) == "Nothing was changed: 5 rows must be put right first. They are listed below."
    assert counted(barnsley) == before


def test_what_does_not_fit_the_directory_is_listed_by_row_too(barnsley: World) -> None:
    with barnsley.scope():
        writing.keep_post(None, agency=barnsley.agencies["school"], kind="manager", title="Head")
        writing.retire_agency(barnsley.agencies["police"])
    answer = send(
        barnsley.administrator,
        csv_of(
            {"row": "agency", "agency": "Nova"},
            {"row": "agency", "agency": "Police", "sector": "police"},
            {"row": "post", "agency": "Nowhere", "post": "P", "kind of step": "manager"},
            {"row": "post", **HOSPITAL, "post": "P"},
            {"row": "post", **HOSPITAL, "post": "Q", "kind of step": "manager", "filled by": "Moorside hospital"},
            {"row": "holder", **HOSPITAL, "post": "Z", "name": "N", "telephone": "1"},
            {"row": "holder", "agency": "Larkfield School", "post": "Head", "name": "N"},
            {"row": "contact", "name": "C"},
            {"row": "contact", "name": "D", "telephone": "1", "role": "king"},
        ),
    )
    assert told(answer) == [
        ["2", "A new agency needs its sector."],
        ["3", "Police is retired. Use it again on its own page first, or take the row out."],
        ["4", "There is no agency called Nowhere in use. Add a row for it, or write its name as it stands."],
        ["5", "A new post needs its kind of step."],
        ["6", "An agency that fills the post itself needs no other: empty “filled by”."],
        ["7", "Moorside Hospital has no post called Z. Add a row for the post."],
        ["8", "Somebody new needs an e-mail address or a telephone number."],
        ["9", "A new contact needs an e-mail address, a telephone number or an address."],
        ["10", "The protocol in force has no role “king”."],
    ]


def test_an_excel_workbook_is_read_with_dates_numbers_and_the_values_of_formulas(barnsley: World) -> None:
    head = ["Row", "Agency", "Post", "Kind of step", "Name", "Telephone", "Check by"]
    data = xlsx_of(
        head,
        ["post", "Moorside Hospital", "Matron", "manager"],
        [None] * 7,
        ["holder", "Moorside Hospital", "Matron", None, "Ann", 101, date(2027, 9, 1)],
    )
    press(barnsley.office, send(barnsley.office, data, "directory.xlsx"))
    with barnsley.scope():
        ann = PostHolder.objects.get(name="Ann")
        assert (ann.telephone, ann.review_by) == ("101", date(2027, 9, 1))
    formula = xlsx_of(["row", "agency", "sector"], ["agency", '="No"&"va"', "other"])
    empty = "The cell “agency” is empty, and a row for an agency needs it."
    assert told(send(barnsley.office, formula, "f.xlsx")) == [["2", empty]]


def test_a_telephone_number_that_lost_its_first_nought_is_refused(barnsley: World) -> None:
    answer = send(barnsley.office, xlsx_of(["row", "name", "telephone"], ["contact", "Night team", 1226770000]), "d.xlsx")
    lost = "“telephone” has lost its first 0, as Excel does with numbers. Write it with a space, or format the cell as text."
    assert told(answer) == [["2", lost]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_itself_a_file_that_can_be_read(barnsley: World, form: str) -> None:
    answer = client(barnsley.office).get(f"/p/barnsley/administration/directory/template.{form}")
    assert answer["Content-Disposition"] == f'attachment; filename="directory.{form}"'
    shown = send(barnsley.office, answer.content, f"directory.{form}")
    assert len(told(shown)) == 7
    press(barnsley.office, shown)
    assert told(send(barnsley.office, answer.content, f"directory.{form}")) == []
    if form == "xlsx":
        assert load_workbook(io.BytesIO(answer.content)).worksheets[0]["A1"].value == "row"


def bomb() -> bytes:
    """Small packed, and far too large unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (31 * 1024 * 1024))
    return packed.getvalue()


def billion_laughs(encoding: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of(["row"], ["agency"]))) as sound, zipfile.ZipFile(packed, "w") as archive:
        for part in sound.infolist():
            text = sound.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = '<!doctype x [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'.encode(encoding)
            archive.writestr(part.filename, text)
    return packed.getvalue()


NO_WORKBOOK = "This cannot be read as an Excel workbook. Save it again, or save it as .csv."
NOT_WRITTEN = "The workbook holds something that no spreadsheet program writes. Save it as .csv."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \n ", "The file is empty."),
        (b"x" * (5 * 1024 * 1024 + 1), "The file is larger than 5 MB. Take out pictures"),
        (b"\xd0\xcf\x11\xe0old", "This is an old Excel file (.xls) or has a password. Save it as .xlsx or"),
        (b"PK\x03\x04nonsense", NO_WORKBOOK),
        (b"row,agency\n\0,x", "This is neither a CSV file nor an Excel workbook. Save it as .xlsx or .csv."),
        (b"row,colour\nagency,x", "In the heading row there is no column “colour”. The columns are: "),
        (b"agency\nX", "In the heading row the column “row” is missing. The columns are: "),
        (b"row,agency,agency\nagency,x,y", "Two columns have the same heading."),
        (b"row,agency", "There is nothing under the heading row."),
        (b"row,agency\n" + b"agency,x\n" * 2001, "The sheet has more than 2,000 rows. Divide it."),
        (b'row,agency\nagency,"' + b"x" * 200_000 + b'"', "Row 2 cannot be read as CSV. Look for a quotation mark"),
        (b'row,agency\nagency,"' + b"x" * 3000 + b'"', "A cell holds more than 2,000 characters."),
        (b"row" + b"," * 70, "Row 1 has more than 60 columns."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(barnsley: World, data: bytes, sentence: str) -> None:
    answer = send(barnsley.administrator, data)
    assert answer.status_code == 422
    assert refusal(answer).startswith(sentence)


def test_what_would_blow_up_is_refused_before_it_is_read(barnsley: World) -> None:
    unpacks = "The workbook unpacks to far more than a list needs. Save the one sheet as .csv."
    assert refusal(send(barnsley.administrator, bomb(), "b.xlsx")) == unpacks
    for encoding in ("utf-8", "utf-16"):
        assert refusal(send(barnsley.administrator, billion_laughs(encoding), "b.xlsx")) == NOT_WRITTEN


def test_excels_own_csv_is_read_whatever_it_is_written_with(barnsley: World) -> None:
    for number, encoding in enumerate(("utf-8-sig", "cp1252", "utf-16")):
        data = f"row;agency;sector\nagency;Fürsorge {number};other\n".encode(encoding)
        assert told(send(barnsley.office, data)) == [["2", f"Add the agency Fürsorge {number}"]]


def test_what_changed_between_looking_and_pressing_is_shown_again(barnsley: World) -> None:
    keeper = barnsley.office
    shown = send(keeper, csv_of({"row": "agency", "agency": "Nova", "sector": "other"}))
    with barnsley.scope():
        writing.keep_agency(None, name="nova", sector="other")
    again = press(keeper, shown)
    assert again.status_code == 409
    assert refusal(again) == "Somebody changed the directory meanwhile. Look again at what would change now."
    assert "Nothing would change" in again.content.decode()


def test_nobody_sees_what_another_has_chosen(barnsley: World) -> None:
    shown = send(barnsley.office, csv_of({"row": "agency", "agency": "Nova", "sector": "other"}))
    address = shown.redirect_chain[-1][0]
    assert client(barnsley.administrator).get(address).status_code == 404
    assert client(barnsley.office).get(address).status_code == 200
    assert client(barnsley.midwife).post(IMPORT, {}).status_code == 403
