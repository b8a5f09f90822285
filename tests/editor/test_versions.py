"""The versions of a partnership's protocols: listed, begun, discarded, published from a day on, each by who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships import services
from partnerships.editor import drafting
from partnerships.models import AssumptionConfirmation, ProtocolVersion
from partnerships.protocol_rules import assumptions
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

VERSIONS = "/p/barnsley/administration/protocol/"


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def rows(world: World) -> list[tuple[int, str, str, date | None]]:
    with world.scope():
        found = ProtocolVersion.objects.order_by("number")
        return [(version.number, version.line, version.status, version.effective_from) for version in found]


def version(world: World, number: int) -> ProtocolVersion:
    with world.scope():
        return ProtocolVersion.objects.select_related("published_by").get(number=number)


def drafted(world: World, **changes: Any) -> ProtocolVersion:
    with world.scope():
        return services.draft_protocol(world.protocol.model_copy(update=changes))


# ---------------------------------------------------------------- the list


def test_every_version_stands_under_its_protocol_with_what_can_be_done_now(barnsley: World) -> None:
    with barnsley.scope():
        services.publish_protocol(services.draft_protocol(barnsley.protocol), effective_from=date(2026, 9, 15))
        services.publish_protocol(services.draft_protocol(barnsley.protocol), effective_from=date(2026, 10, 1))
        dissent = barnsley.protocol.model_copy(update={"key": "dissent", "title": "Conference dissent"})
        services.publish_protocol(services.draft_protocol(dissent), effective_from=date(2026, 1, 1))
    drafted(barnsley)
    page = Visitor(barnsley.administrator).opens("/p/barnsley/administration/").follows("Protocols and their versions")
    assert page.address == VERSIONS
    cards = [card.first(tag="h3").text for card in page.page.every(cls="govuk-summary-card")]
    assert cards == [
        "Version 5 Draft", "Version 3 Coming", "Version 2 In force", "Version 1 Past", "Version 4 In force",
    ]  # fmt: skip
    assert [heading.text for heading in page.page.first(tag="main").every(tag="h2")] == [
        barnsley.protocol.title, "Conference dissent",
    ]  # fmt: skip
    page.sees("For disagreements raised from Thursday 1 October 2026.", "34 assumed rules not confirmed yet.", "1 past version")


def test_the_list_asks_the_database_the_same_however_many_versions_there_are(barnsley: World) -> None:
    page = Visitor(barnsley.administrator)
    page.opens(VERSIONS)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            page.opens(VERSIONS)
        counts.append(len(asked))
        for number in range(3):
            drafted(barnsley, title=f"Draft {number}")
    assert counts[0] == counts[1]


def test_a_manager_reads_the_list_and_may_not_publish_or_share(barnsley: World, signed_in: Any) -> None:
    drafted(barnsley)
    page = Visitor(barnsley.office).opens(VERSIONS)
    assert {"Edit and check version 2", "Discard version 2"} <= set(page.links())
    assert not {"Publish version 2", "Share version 1 with other partnerships"} & set(page.links())
    for act in ("publish", "share"):
        answer = signed_in(barnsley.office).post(f"{VERSIONS}2/{act}/", {"day": "2026-10-01"})
        assert answer.status_code == 403
        assert "Only a protocol administrator may publish or share a protocol." in answer.content.decode()


def test_another_partnerships_version_is_not_there(barnsley: World, havering: World) -> None:
    drafted(havering)
    page = Visitor(barnsley.administrator)
    for act in ("confirm/", "publish/", "discard/", "export.yml", "share/"):
        assert page.opens(f"{VERSIONS}2/{act}").status == 404
        assert page.opens(f"{VERSIONS}99999999999/{act}").status == 404


# ---------------------------------------------------------------- a new draft


def test_a_draft_from_nothing_has_the_title_and_the_word_for_a_step(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(VERSIONS).presses("Begin a draft")
    page.chooses("From nothing").fills("What is the protocol called?", "Resolving disagreement")
    page.fills("What is one step of it called?", "level").chooses("The next version of").presses("Begin the draft")
    assert page.address == f"{VERSIONS}2/"
    made = version(barnsley, 2)
    assert (made.line, made.title, made.protocol.step_word, made.origin) == ("main", "Resolving disagreement", "level", "")


def test_a_copy_of_ones_own_keeps_every_word_and_what_was_confirmed(barnsley: World) -> None:
    with barnsley.scope():
        (first, _), (second, _) = assumptions(barnsley.protocol)[:2]
        services.confirm_assumption(barnsley.version, path=first, by=barnsley.administrator, role="Business manager")
    page = Visitor(barnsley.administrator).opens(VERSIONS).follows("Begin a draft as a copy of version 1")
    page.presses("Begin the draft")
    assert version(barnsley, 2).digest == barnsley.version.digest
    page.opens(f"{VERSIONS}2/confirm/")
    page.sees("Confirmed for version 1 by Administrator (Business manager) on Tuesday 15 September 2026", "version 2 (draft)")
    with barnsley.scope():
        words = list(AssumptionConfirmation.objects.filter(version__number=2).values_list("path", "carried_from"))
        assert words == [(first, 1)]
        # What is changed afterwards is to be confirmed anew, and what is confirmed anew is not called carried over.
        services.confirm_assumption(version(barnsley, 2), path=second, by=barnsley.administrator, role="Chair")
    page.opens(f"{VERSIONS}2/confirm/").sees("Confirmed by Administrator (Chair) on Tuesday 15 September 2026")


def test_a_copy_of_a_copy_still_says_for_which_version_it_was_confirmed(barnsley: World) -> None:
    with barnsley.scope():
        path = assumptions(barnsley.protocol)[0][0]
        services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Chair")
        for number in (1, 2):
            found = drafting.definition(f"version:{number}")
            assert found is not None
            drafting.draft_from(found, line="main")
        assert AssumptionConfirmation.objects.get(version__number=3).carried_from == 1


def test_a_second_protocol_gets_a_name_and_a_key_of_its_own(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(VERSIONS).presses("Begin a draft")
    page.chooses("From nothing").fills("What is one step of it called?", "stage").chooses("Another protocol beside it")
    page.fills("What is the other protocol called?", "Conference dissent").presses("Begin the draft")
    page.opens(VERSIONS)
    page.opens(f"{VERSIONS}new/?from=version:1").chooses("Another protocol beside these")
    page.fills("What is the other protocol called?", "Conference dissent").presses("Begin the draft")
    found = [(version(barnsley, n).line, version(barnsley, n).title) for n in (2, 3)]
    assert found == [("conference_dissent", "Conference dissent"), ("conference_dissent_2", "Conference dissent")]


def test_a_shipped_definition_comes_with_ones_own_contacts_and_what_is_missing_to_fill(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(f"{VERSIONS}new/")
    page.chooses("From a definition that comes with the product").fills("Which definition?", "“Case Resolution Protocol”")
    page.chooses("The next version of").presses("Begin the draft")
    made = version(barnsley, 2)
    assert [stage.name for stage in made.protocol.stages][-1] == "Leader to leader"
    own = {contact.key for contact in barnsley.protocol.contacts}
    assert own <= {contact.key for contact in made.protocol.contacts}
    missing = [contact for contact in made.protocol.contacts if contact.key not in own]
    assert all(contact.assumption.endswith("?") for contact in missing)
    assert made.origin.endswith("Wiltshire Safeguarding Vulnerable People Partnership, shipped with the product")
    page.opens(VERSIONS).sees("The same definition as “Case Resolution Protocol” of Wiltshire")


@pytest.mark.parametrize(
    ("typed", "refusals"),
    [
        ({}, ["Choose how the draft begins"]),
        ({"line": ""}, ["Choose how the draft begins", "Choose which protocol it is"]),
        ({"begin": "nothing", "line": "main"}, ["Enter what the protocol is called", "Enter what one step is called"]),
        ({"begin": "shipped", "line": "another"}, ["Choose which definition", "Enter what the other protocol is called"]),
    ],
)
def test_what_is_left_out_is_asked_for_at_once(barnsley: World, typed: dict[str, str], refusals: list[str]) -> None:
    page = Visitor(barnsley.administrator).opens(f"{VERSIONS}new/")
    page.typed = {name: [value] for name, value in typed.items()}
    page.presses("Begin the draft")
    assert (page.status, sorted(page.refusals)) == (422, sorted(refusals))
    assert len(rows(barnsley)) == 1


@pytest.mark.parametrize("token", ["version:99", "version:x", "shared:1", "shipped:nowhere", "\0", "version:99999999999999"])
def test_what_is_not_there_cannot_be_drafted_from(barnsley: World, signed_in: Any, token: str) -> None:
    kind = token.partition(":")[0]
    answer = signed_in(barnsley.administrator).post(f"{VERSIONS}new/", {"begin": kind, kind: token, "line": "main"})
    assert answer.status_code == 422
    assert len(rows(barnsley)) == 1
    with barnsley.scope():
        assert drafting.definition(token) is None


# ---------------------------------------------------------------- discarding


def test_a_draft_is_discarded_with_what_was_confirmed_in_it(barnsley: World) -> None:
    draft = drafted(barnsley)
    with barnsley.scope():
        services.confirm_assumption(draft, path=assumptions(draft.protocol)[0][0], by=barnsley.administrator, role="Chair")
    page = Visitor(barnsley.administrator).opens(VERSIONS).follows("Discard version 2")
    page.sees("This draft goes for good").presses("Discard the draft")
    page.sees("Version 2, a draft, is discarded.")
    assert [number for number, *_ in rows(barnsley)] == [1]


def test_a_published_version_is_not_discarded(barnsley: World, signed_in: Any) -> None:
    address = f"{VERSIONS}1/discard/"
    assert signed_in(barnsley.administrator).post(address).status_code == 409
    Visitor(barnsley.administrator).opens(address).sees("a published protocol never changes")
    assert len(rows(barnsley)) == 1
