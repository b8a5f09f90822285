"""A version goes out as a file and comes back as the same; a file that cannot work changes nothing and is mended here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings

from partnerships import services
from partnerships.editor.forms_versions import LARGEST_FILE
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_file import LARGEST
from partnerships.protocol_rules import assumptions
from partnerships.scope import partnership_scope
from tests.journeys.visitor import Visitor
from tests.protocols_as_data.shipped import SLUGS, shipped, text_of
from tests.protocols_as_data.small import SMALL
from tests.strategies import protocols
from tests.world import World

pytestmark = pytest.mark.django_db

VERSIONS = "/p/barnsley/administration/protocol/"
IMPORT = f"{VERSIONS}import/"


def count(world: World) -> int:
    with world.scope():
        return ProtocolVersion.objects.count()


def upload(client: Any, content: bytes, name: str = "protocol.yml") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "text": ""})


def newest(world: World) -> ProtocolVersion:
    with world.scope():
        return ProtocolVersion.objects.order_by("-number").first()  # type: ignore[return-value]


def there_and_back(world: World, client: Any, protocol: Protocol) -> tuple[ProtocolVersion, ProtocolVersion]:
    """A version of it exported as a file, and the draft that this file became."""
    with world.scope():
        version = services.draft_protocol(protocol)
    exported = client.get(f"{VERSIONS}{version.number}/export.yml")
    with world.scope():
        version.delete()
    assert upload(client, exported.content).status_code == 302
    return version, newest(world)


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_protocol_exported_and_imported_is_the_identical_version(barnsley: World, signed_in: Any, slug: str) -> None:
    before, after = there_and_back(barnsley, signed_in(barnsley.administrator), shipped(slug))
    assert (after.digest, after.definition, after.title) == (before.digest, before.definition, before.title)


@pytest.fixture
def client(barnsley: World, signed_in: Any) -> Iterator[Any]:
    return signed_in(barnsley.administrator)


@given(protocol=protocols())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_protocol_exported_and_imported_is_the_identical_version(barnsley: World, client: Any, protocol: Protocol) -> None:
    before, after = there_and_back(barnsley, client, protocol)
    assert (after.digest, after.line) == (before.digest, before.line)
    with barnsley.scope():
        after.delete()


def test_the_exported_file_is_named_and_is_not_shown_as_a_page(barnsley: World, client: Any) -> None:
    answer = client.get(f"{VERSIONS}1/export.yml")
    assert answer["Content-Disposition"] == 'attachment; filename="barnsley-main-version-1.yml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/yaml; charset=utf-8", "nosniff")


def test_a_file_keeps_what_was_confirmed_of_rules_that_it_keeps(barnsley: World, client: Any) -> None:
    with barnsley.scope():
        path = assumptions(barnsley.protocol)[0][0]
        services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Chair")
    assert upload(client, client.get(f"{VERSIONS}1/export.yml").content).status_code == 302
    Visitor(barnsley.administrator).opens(f"{VERSIONS}2/confirm/").sees("Confirmed for version 1 by Administrator (Chair)")


def test_pressed_twice_it_is_one_draft(barnsley: World, client: Any) -> None:
    for _ in range(2):
        assert upload(client, SMALL.encode()).status_code == 302
    assert count(barnsley) == 2


# ---------------------------------------------------------------- what cannot work


def test_every_problem_is_told_by_line_beside_the_text_and_nothing_is_changed(barnsley: World, client: Any) -> None:
    broken = SMALL.replace("document: A small", "documnet: A small").replace("kind: senior\n", "kind: seinor\n")
    broken = broken.replace("to: [lead, inbox]", "to: [leed, inbox]").replace("clause: D 6", "")
    answer = upload(client, broken.encode())
    page = Visitor()._arrive(_Answered(answer), IMPORT)
    assert answer.status_code == 422
    told = [item.text for item in page.page.first(cls="govuk-error-summary__list").every(tag="li")]
    assert [(words.partition(": ")[0], words.rpartition(" ")[2]) for words in told] == [
        ("Line 3", "document"), ("Line 26", "seinor"), ("Line 81", "inbox]"), ("Line 133", "group"),
    ]  # fmt: skip
    assert told[0] == 'Line 3: Source: "documnet" is not known here. Did you mean "document"? documnet: A small document'
    assert page.page.first(tag="textarea").children == ["\n" + broken]  # a browser leaves out the first line end
    assert count(barnsley) == 1


class _Answered:
    """A response that was not followed, as the visitor takes one."""

    def __init__(self, response: Any) -> None:
        self.redirect_chain: list[Any] = []
        self.status_code, self.content = response.status_code, response.content


def test_a_slip_is_mended_in_the_browser_and_imported(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(VERSIONS).presses("Import a file")
    page.fills("Or paste its text", SMALL.replace("title: A small protocol", "titel: A small protocol")).presses("Import")
    assert page.status == 422
    page.sees('Line 1: The protocol: "titel" is not known here. Did you mean "title"?')
    page.fills("Or mend it here", SMALL.replace("\n", "\r\n")).presses("Import")
    assert (page.address, newest(barnsley).title) == (f"{VERSIONS}2/", "A small protocol")


def test_neither_a_file_nor_a_text_is_asked_for(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(IMPORT).presses("Import")
    assert (page.status, page.refusals) == (422, ["Choose a file, or paste its text"])


@pytest.mark.parametrize(
    ("content", "sentence", "kept"),
    [
        (b"", "The file is empty.", ""),
        ("title: \xe9tape\n".encode("latin-1"), "The file is not text in UTF-8 from here on.", "title: étape"),
        ("title: étape\n".encode("utf-16"), "The file is not text in UTF-8 from here on.", "title: étape"),
        (b"title: \x00", "a character that cannot be shown (U+0000)", "title:"),
        (b"a: &a [x]\nb: [*a, *a]", "&quot;&amp;a&quot; names a part for repeating", "b: [*a, *a]"),
        (b"[" * 50_000, "more than 12 deep", "[[["),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text in UTF-8", "PNG"),
        (b"title: <script>alert(1)</script>", "has no roles", "&lt;script&gt;"),
    ],
    ids=["nothing", "Windows letters", "UTF-16", "NUL", "aliases", "deep", "a picture", "a script"],
)
def test_whatever_is_uploaded_comes_back_as_a_page_with_its_text(
    barnsley: World, client: Any, content: bytes, sentence: str, kept: str
) -> None:
    answer = upload(client, content)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, kept in page, "<script>alert" in page) == (422, True, True, False)
    assert count(barnsley) == 1


def test_a_file_that_is_far_too_long_is_refused_in_a_sentence(barnsley: World, client: Any) -> None:
    answer = upload(client, b"a: " + b"x" * LARGEST)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The file is larger than 512 kB." in page
    assert "It is still where you took it from." in page
    assert len(page) < 50_000
    answer = upload(client, b"a: " + b"x" * LARGEST_FILE)
    assert (answer.status_code, "larger than 5 MB, so it was not read" in answer.content.decode()) == (422, True)
    assert count(barnsley) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_exported_reads_like_the_file_that_came_with_the_product(barnsley: World, client: Any, slug: str) -> None:
    upload(client, text_of(slug).encode())
    assert newest(barnsley).protocol == shipped(slug)


def test_another_partnerships_export_is_not_there(barnsley: World, havering: World, client: Any) -> None:
    with partnership_scope(havering.partnership.pk):
        services.draft_protocol(havering.protocol)
    assert client.get(f"{VERSIONS}2/export.yml").status_code == 404
