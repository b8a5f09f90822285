"""A draft is published from a day on: what changes is read first, everything in the way is said at once, and then it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships import selectors, services
from partnerships.editor import publishing
from partnerships.management.commands.load_protocols import Command
from partnerships.models import Partnership, ProtocolVersion, VersionStatus
from partnerships.protocol import Signpost
from partnerships.protocol_rules import assumptions
from partnerships.scope import partnership_scope
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, shipped_protocol

pytestmark = pytest.mark.django_db

VERSIONS = "/p/barnsley/administration/protocol/"
PUBLISH = f"{VERSIONS}2/publish/"
TODAY = TUESDAY.date()


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def drafted(world: World, **changes: Any) -> ProtocolVersion:
    with world.scope():
        return services.draft_protocol(world.protocol.model_copy(update=changes))


def published(world: World) -> list[tuple[int, date | None, str]]:
    with world.scope():
        found = ProtocolVersion.objects.filter(status=VersionStatus.PUBLISHED).order_by("number")
        return [(v.number, v.effective_from, str(v.published_by or "")) for v in found.select_related("published_by")]


def press(world: World, day: date | None, *, address: str = PUBLISH) -> Visitor:
    page = Visitor(world.administrator).opens(address)
    if day is not None:
        page.fills("From which day is it in force?", day)
    return page.presses("Publish")


def test_what_changes_is_read_and_the_day_is_said_in_the_calendars_words(barnsley: World) -> None:
    drafted(barnsley, title="The next protocol", time_limits=barnsley.protocol.time_limits[1:], notice_rules=())
    page = Visitor(barnsley.administrator).opens(VERSIONS).follows("Publish version 2")
    page.sees("It takes the place of version 1, which is in force since Monday 1 January 2024.")
    page.sees("Title differs", "The next protocol", "only on the left")
    page.sees("Today is Tuesday 15 September 2026. The next working day is Wednesday 16 September 2026.")
    page.fills("From which day is it in force?", date(2026, 9, 19)).presses("Publish")
    page.sees(
        "Version 2 is published, and in force from Saturday 19 September 2026. That is a day of the weekend; the first "
        "working day under it is Monday 21 September 2026."
    )
    assert published(barnsley) == [(1, date(2024, 1, 1), ""), (2, date(2026, 9, 19), "Administrator")]
    assert barnsley.raised().protocol_version_id == barnsley.version.pk


def test_a_day_that_is_closed_says_why(barnsley: World) -> None:
    with barnsley.scope():
        services.add_closure(day=date(2026, 9, 17), name="Staff training")
        assert publishing.day_words(date(2026, 9, 17)) == (
            "That is not a working day (Staff training); the first working day under it is Friday 18 September 2026."
        )
        assert publishing.day_words(TODAY) == ""


def test_a_first_version_of_a_second_protocol_replaces_nothing(barnsley: World) -> None:
    drafted(barnsley, key="dissent", title="Conference dissent")
    page = Visitor(barnsley.administrator).opens(PUBLISH)
    page.sees("No version of this protocol is in force.").does_not_see("What changes against")
    page.fills("From which day is it in force?", TODAY).presses("Publish")
    with barnsley.scope():
        assert [(v.number, v.line) for v in selectors.versions_in_force()] == [(1, "main"), (2, "dissent")]


def test_a_draft_that_says_the_same_says_so(barnsley: World) -> None:
    drafted(barnsley)
    Visitor(barnsley.administrator).opens(PUBLISH).sees("Nothing: both say the same.")


# ---------------------------------------------------------------- refused


def test_not_from_a_day_before_today(barnsley: World) -> None:
    draft = drafted(barnsley)
    page = press(barnsley, TODAY - timedelta(days=1))
    assert (page.status, page.refusals) == (422, ["The first day must be today or in the future"])
    with barnsley.scope(), pytest.raises(publishing.NotNow, match="from today or a later day"):
        publishing.publish(draft, day=TODAY - timedelta(days=1), by=barnsley.administrator, digest=draft.digest)
    assert press(barnsley, None).refusals == ["Enter the first day"]
    assert len(published(barnsley)) == 1


def test_no_two_versions_of_one_protocol_from_one_day(barnsley: World) -> None:
    drafted(barnsley)
    drafted(barnsley, title="Another")
    drafted(barnsley, key="dissent")
    press(barnsley, TODAY)
    page = press(barnsley, TODAY, address=f"{VERSIONS}3/publish/")
    assert (page.status, page.refusals) == (409, ["Version 2 is in force from that very day. Choose another day."])
    # What was typed still stands there, and the other protocol has days of its own.
    assert [box.attributes["value"] for box in page.page.first(cls="govuk-date-input").every(tag="input")] == ["15", "9", "2026"]
    press(barnsley, TODAY, address=f"{VERSIONS}4/publish/")
    assert [number for number, *_ in published(barnsley)] == [1, 2, 4]


def test_the_database_keeps_two_versions_from_one_day_out_as_well(barnsley: World) -> None:
    draft = drafted(barnsley)
    with barnsley.scope(), pytest.raises(services.PartnershipRefused, match="Version 1 is in force from that very day"):
        services.publish_protocol(draft, effective_from=date(2024, 1, 1))
    draft.status, draft.effective_from, draft.published_at = VersionStatus.PUBLISHED, date(2024, 1, 1), timezone.now()
    with barnsley.scope(), pytest.raises(IntegrityError, match="one_version_from_each_day"), transaction.atomic():
        draft.save()


def test_a_second_release_in_one_day_is_published_from_the_next() -> None:
    """Of a shipped partnership whose file changed twice: each release is kept, and neither takes the other's day."""
    for title in ("First", "Second", "Third"):
        changed = shipped_protocol("barnsley").model_copy(update={"title": title})
        Command()._load({"slug": "barnsley", "name": "Barnsley", "reference_prefix": "BAR"}, changed)
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        days = list(ProtocolVersion.objects.order_by("number").values_list("title", "effective_from"))
    assert days == [("First", date(2024, 9, 1)), ("Second", TODAY), ("Third", TODAY + timedelta(days=1))]


def test_what_is_assumed_in_a_draft_that_cannot_work_yet_is_read_all_the_same(barnsley: World) -> None:
    """Its rules may name what is not there: the names are shown as they are written."""
    stages = tuple(stage.model_copy(update={"acts": ("nobody",)}) for stage in barnsley.protocol.stages)
    drafted(barnsley, stages=stages, roles=barnsley.protocol.roles[:1], child_statuses=(), flags=(), contacts=())
    page = Visitor(barnsley.administrator)
    assert page.opens(f"{VERSIONS}2/confirm/").sees("What was assumed in the protocol").status == 200
    assert page.opens(PUBLISH).sees("What has to be put right first", "there is no role “nobody”").status == 200
    assert page.opens(f"{VERSIONS}compare/?left=version:1&right=version:2").status == 200


def test_everything_that_stands_in_the_way_is_said_at_once(barnsley: World, signed_in: Any) -> None:
    """Of a draft that cannot work, in a partnership that is live: each reason as a sentence, and no button."""
    stages = tuple(stage.model_copy(update={"authority": None, "opens_here": False}) for stage in barnsley.protocol.stages)
    draft = drafted(barnsley, stages=stages, signposts=())
    Partnership.objects.filter(pk=barnsley.partnership.pk).update(live_since=timezone.now())
    page = Visitor(barnsley.administrator).opens(PUBLISH)
    page.sees(
        "A disagreement can start nowhere.", "nobody could end a disagreement there",
        "Nobody is told what to do when a child is in danger now.", "The partnership is live, and 29 assumed rules are not",
    )  # fmt: skip
    assert not page.asks("From which day is it in force?")
    answer = signed_in(barnsley.administrator).post(PUBLISH, {"day": "2026-09-20", "digest": draft.digest})
    assert (answer.status_code, "It was not published" in answer.content.decode()) == (409, True)
    assert len(published(barnsley)) == 1


def test_a_live_partnership_publishes_only_what_is_confirmed(barnsley: World) -> None:
    Partnership.objects.filter(pk=barnsley.partnership.pk).update(live_since=timezone.now())
    draft = drafted(barnsley)
    with barnsley.scope():
        for path, _ in assumptions(draft.protocol)[1:]:
            services.confirm_assumption(draft, path=path, by=barnsley.administrator, role="Chair")
    Visitor(barnsley.administrator).opens(PUBLISH).sees("1 assumed rule is not confirmed yet. Confirm each one first")
    with barnsley.scope():
        services.confirm_assumption(draft, path=assumptions(draft.protocol)[0][0], by=barnsley.administrator, role="Chair")
    press(barnsley, TODAY)
    assert [number for number, *_ in published(barnsley)] == [1, 2]


def test_going_live_needs_every_protocol_in_force_confirmed(barnsley: World, settings: Any) -> None:
    settings.DEPLOYMENT, settings.DEMO_DOORS = "production", False
    with barnsley.scope():
        for path, _ in assumptions(barnsley.protocol):
            services.confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Chair")
        assert services.why_not_live() == ""
        dissent = services.draft_protocol(barnsley.protocol.model_copy(update={"key": "dissent"}))
        services.publish_protocol(dissent, effective_from=TODAY)
        assert services.why_not_live().startswith("34 assumed rules are not confirmed yet.")
    page = Visitor(barnsley.administrator).opens("/p/barnsley/administration/going-live/").sees("Not yet: 34 left.")
    page.follows("See them").sees("Other versions with something to confirm", "34 assumed rules left")
    page.follows(f"{barnsley.protocol.title}, version 2").sees("version 2")
    assert page.address == f"{VERSIONS}2/confirm/"


def test_a_signpost_to_another_protocol_needs_that_one_first(barnsley: World) -> None:
    leads = Signpost(key="dissent", answer="At a conference", title="Dissent", advice=("See.",), protocol="dissent", clause="B 1")
    drafted(barnsley, signposts=(*barnsley.protocol.signposts, leads))
    drafted(barnsley, key="dissent", title="Conference dissent")
    assert press(barnsley, TODAY).refusals == [
        (
            "“Dissent” leads to another protocol of yours, “dissent”, and none of that name is in force that day. Publish "
            "that one first."
        )
    ]
    press(barnsley, TODAY, address=f"{VERSIONS}3/publish/")
    press(barnsley, TODAY)
    assert [number for number, *_ in published(barnsley)] == [1, 2, 3]


def test_nobody_publishes_what_they_have_not_read(barnsley: World) -> None:
    draft = drafted(barnsley)
    page = Visitor(barnsley.administrator).opens(PUBLISH).fills("From which day is it in force?", TODAY)
    with barnsley.scope():
        changed = barnsley.protocol.model_copy(update={"title": "Changed meanwhile"})
        services.revise_draft(draft, protocol=changed, expected_digest=draft.digest)
    page.presses("Publish")
    assert (page.status, page.refusals) == (
        409, ["Somebody changed this draft while you were reading. Look at it again before you publish it."],
    )  # fmt: skip
    # The page that says so shows the draft as it is now, and the next press is of that.
    page.sees("Changed meanwhile").fills("From which day is it in force?", TODAY).presses("Publish")
    assert [number for number, *_ in published(barnsley)] == [1, 2]


def test_pressed_twice_it_is_published_once(barnsley: World, signed_in: Any) -> None:
    draft = drafted(barnsley)
    facts = {"day": "2026-09-20", "digest": draft.digest}
    client = signed_in(barnsley.administrator)
    assert [client.post(PUBLISH, facts).status_code for _ in range(2)] == [302, 409]
    Visitor(barnsley.administrator).opens(PUBLISH).sees("This version has been published")
    assert len(published(barnsley)) == 2
