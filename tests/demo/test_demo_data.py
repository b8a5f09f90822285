"""The demonstration's invented people and disagreements: alive, complete, nobody real, and a history that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pydantic import ValidationError

from escalation import selectors
from escalation.demo.stories import Almanac, Story, read_stories
from escalation.demo.teller import tell
from escalation.models import ChronologyEntry, Deadline, Disagreement, Invitation, Party, SavedView, SideProcessRecord
from escalation.permissions import Viewer
from escalation.replay import replay
from escalation.states import Kind
from escalation.tracker.columns import columns_of
from insight.models import Expected
from learning.models import AgencyReturn, Item
from meetings.models import Meeting
from partnerships.directory.reading import Directory, to_check
from partnerships.models import (
    Agency,
    Contact,
    MemberRole,
    Membership,
    Partnership,
    Post,
    PostHolder,
    ProtocolVersion,
    User,
    VersionStatus,
)
from partnerships.protocol_problems import problems_with
from partnerships.protocol_terms import RaisedAs, StageKind
from partnerships.scope import partnership_scope, person_scope
from partnerships.selectors import calendar, version_in_force
from partnerships.working_days import LONDON
from tests.promises.database import raw, scoped_tables

from .loading import BOXING_DAY, SLUGS, WEDNESDAY, each, load

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for these tests, which only read, and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(WEDNESDAY)
        yield
        transaction.set_rollback(True)


def test_every_partnership_has_disagreements_in_many_states() -> None:
    found = {slug: dict(Counter(Disagreement.objects.values_list("state", flat=True))) for slug, _ in each()}
    assert found == {
        "barnsley": {"open": 7, "awaiting_confirmation": 2, "resolved": 1, "closed": 2, "withdrawn": 1, "draft": 1},
        "havering": {"open": 6, "resolved": 1, "closed": 2},
        "wiltshire": {"open": 5, "closed": 2, "withdrawn": 1, "draft": 1},
        "oldham": {"open": 5, "awaiting_confirmation": 1, "closed": 2},
        "enfield": {"open": 6, "resolved": 1, "closed": 2, "withdrawn": 1},
    }


def test_every_rung_of_every_ladder_is_held_now() -> None:
    for _, protocol in each():
        rungs = {(stage.key, tier) for stage in protocol.ladder for tier in range(1, stage.heights + 1)}
        assert {(d.stage, d.tier) for d in Disagreement.objects.filter(state="open")} == rungs


# No story: none of the five closes on somebody's being satisfied; correcting, files, keeping and destroying.
NOT_TOLD_YET = {
    Kind.TIMESCALES_RECOUNTED, Kind.NOTICE_UNDELIVERED, Kind.SATISFIED, Kind.NOT_SATISFIED, Kind.CORRECTED, Kind.FILE_ADDED,
    Kind.FILE_REMOVED, Kind.SHARED_ACROSS, Kind.FOLLOWED, Kind.CHASED, Kind.MERGED, Kind.MERGED_HERE, Kind.PARTED,
    Kind.PARTED_HERE, Kind.HOLD_PLACED, Kind.HOLD_LIFTED, Kind.DISCLOSED, Kind.DESTROYED,
    Kind.TAKEN_IN, Kind.TAKEN_IN_UNDONE}  # fmt: skip


def test_everything_that_people_and_the_clockwork_do_has_been_done() -> None:
    kinds = {kind for _ in each() for kind in ChronologyEntry.objects.values_list("kind", flat=True)}
    assert set(Kind) - kinds == NOT_TOLD_YET


def test_every_mark_urgency_child_status_and_side_process_is_used() -> None:
    for _, protocol in each():
        entries = ChronologyEntry.objects.all()
        flags = {e.data["flag"] for e in entries.filter(kind=Kind.FLAGGED)}
        flags |= {flag for e in entries.filter(kind=Kind.RAISED) for flag in e.data["flags"]}
        assert flags == {flag.key for flag in protocol.flags}
        own = Disagreement.objects.all()
        assert set(own.values_list("urgency", flat=True)) - {""} == {band.key for band in protocol.urgency_bands}
        missing = {s.key for s in protocol.child_statuses} - set(own.values_list("child_status", flat=True))
        assert missing <= {"in_care"}
        started = set(SideProcessRecord.objects.values_list("process", flat=True))
        assert started == {process.key for process in protocol.side_processes}


def test_the_policys_own_example_is_the_first_story_and_has_passed_its_five_working_days() -> None:
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        first = Disagreement.objects.get(child_reference=read_stories("barnsley")[0].child)
        assert (first.raised_by.name, first.raising_agency.name, first.receiving_agency.name) == (
            "Priya Nair", "Moorside Hospital", "Children's social care",
        )  # fmt: skip
        assert (first.state, first.stage, first.flags) == ("open", "stage_1", ["no_answer", "date_close"])
        assert [entry.kind for entry in first.chronology.all()] == [
            "raised", "timescale_near", "timescale_near", "timescale_passed", "timescale_passed",
        ]  # fmt: skip
        assert 0 <= (first.needed_by - WEDNESDAY.date()).days <= 7


def test_the_dates_are_alive_on_the_day_of_loading() -> None:
    """Some due today, some beyond, some next week, some in hours, one paused."""
    said: dict[str, dict[str, list[str]]] = {}
    for slug, _ in each():
        member = Membership.objects.get(role=MemberRole.PARTNERSHIP_MANAGER)
        for found in selectors.visible(Viewer.of(member.user, [member])).exclude(state="draft").order_by("pk"):
            words = [
                f"{clock.time_limit}: {selectors.timescale(clock, at=WEDNESDAY, calendar=calendar()).words}"
                for clock in found.running
            ]
            said.setdefault(slug, {})[found.child_reference] = words
    assert {reference: words for reference, words in said["barnsley"].items() if words} == {
        "H-2207": [
            "stage_1_resolution: 2 working days beyond 5 working days (guide)",
            "progress_update: 2 working days beyond the end of the 5th working day, and every 5 working days (guide)",
            "progress_update: 3 working days left",
        ],
        "S-1184": ["stage_1_resolution: due today", "progress_update: 3 working days left"],
        "F-0316": ["stage_1_resolution: 4 working days left", "progress_update: 4 working days left"],
        "H-2198": [
            "progress_update: 4 working days beyond the end of the 5th working day, and every 5 working days (guide)",
            "written_outcome: last day is tomorrow, Thu 17 September",
            "progress_update: last day is tomorrow, Thu 17 September",
        ],
        "P-5521": [
            "progress_update: 8 working days beyond the end of the 5th working day, and every 5 working days (guide)",
            "written_outcome: 4 working days beyond a further 5 working days (guide)",
            "progress_update: 3 working days beyond the end of the 5th working day, and every 5 working days (guide)",
            "progress_update: 2 working days left",
        ],
        "H-2203": ["stage_2_resolution: 2 working days left", "progress_update: 2 working days left"],
        "S-1160": [
            "progress_update: 5 working days beyond the end of the 5th working day, and every 5 working days (guide)",
            "progress_update: due today",
            "stage_2_resolution: 4 working days left",
        ],
        "H-2211": ["stage_3_conclusion: 2 working days left", "progress_update: 3 working days left"],
        "H-2169": ["stage_1_resolution: 2 working days left", "progress_update: 2 working days left"],
    }
    assert [words for words in said["oldham"].values() if words] == [
        ["contact_increasing_risk: 3 hours left"],
        ["contact_imminent_risk: 25 minutes left"],
    ]
    assert said["havering"]["E-4410"] == ["stage_1_discussion: due today"]
    assert said["enfield"]["B-0799"] == ["stage_1_discussion: paused since Thu 10 September 2026"]


def test_nobody_is_real() -> None:
    assert [user.email for user in User.objects.filter(is_demo=False)] == []
    for _, protocol in each():
        own = {contact.email for contact in protocol.contacts if contact.email}
        addresses = set(Party.objects.values_list("email", flat=True)) | set(Contact.objects.values_list("email", flat=True))
        addresses |= set(Membership.objects.values_list("user__email", flat=True))
        assert [email for email in addresses - own - {""} if not email.endswith(".example")] == []
        assert [a.key for a in Agency.objects.all() if [d for d in a.email_domains if not d.endswith(".example")]] == []
        # Who waits for the office, or was not let in, has no account.
        outside = Invitation.objects.filter(user=None).values_list("name", flat=True)
        assert {p.name for p in Party.objects.filter(user=None)} == set(outside)
        assert {holder.name for holder in PostHolder.objects.filter(user=None)} == set()


def test_demo_people_have_no_password() -> None:
    assert [user.email for user in User.objects.all() if user.has_usable_password()] == []


def test_every_role_of_the_protocol_is_held_by_a_person_or_an_address() -> None:
    nobody = {}
    for slug, protocol in each():
        held = set(Membership.objects.values_list("protocol_role", flat=True))
        held |= set(Contact.objects.exclude(email="").values_list("role", flat=True))
        nobody[slug] = {role.key for role in protocol.roles} - held
        assert {"protocol_administrator", "observer"} <= set(Membership.objects.values_list("role", flat=True))
        assert list(Agency.objects.filter(posts=None, email_domains__gt=[]).values_list("key", flat=True)) == []
        assert Post.objects.exists()
    # Roles that meet, read or report, and are written to nowhere.
    assert nobody == {"barnsley": set(), "havering": set(), "wiltshire": {"executive"}, "oldham": set(), "enfield": set()}


def test_the_directory_of_each_says_who_is_the_next_tier() -> None:
    """And of those who hold posts one is away, somebody stands in, and one should have been checked by a day that is past."""
    away, standing_in, unchecked, empty = {}, {}, {}, {}
    for slug, _ in each():
        book = Directory(WEDNESDAY.date())
        seats = [seat for agency in Agency.objects.all() for seat in book.ladder(agency)]
        away[slug] = [(seat.post.title, holder.name) for seat in seats for holder in seat.away]
        standing_in[slug] = [holder.name for seat in seats if seat.deputising for holder in seat.people]
        unchecked[slug] = [holder.name for holder in to_check(WEDNESDAY.date())[1]]
        ours = Agency.objects.exclude(email_domains=[])
        above = [seat for agency in ours for seat in book.ladder(agency) if seat.post.kind != StageKind.PRACTITIONER]
        # Some are left for an administrator to name.
        empty[slug] = [seat.post.title for seat in above if not seat.people]
    assert {slug: titles for slug, titles in empty.items() if titles} == {
        "havering": ["Director of housing"],
        "enfield": ["Head of early help"],
    }
    assert away == {
        "barnsley": [("Director of midwifery", "Graham Tolley")],
        "havering": [("Named nurse", "Marcus Teale")],
        "wiltshire": [("Locality lead", "Carys Lewin")],
        "oldham": [("Team manager", "Christine Ratcliffe")],
        "enfield": [("Clinical team lead", "Thandi Marlow")],
    }
    assert standing_in == {
        "barnsley": ["Frances Coyle"],
        "havering": ["Wendy Fairclough"],
        "wiltshire": ["Hamza Yates"],
        "oldham": ["Nasreen Hobson"],
        "enfield": ["Isaac Brand"],
    }
    assert unchecked == {
        "barnsley": ["Peter Lund"],
        "havering": ["Festus Odell"],
        "wiltshire": ["Diane Corbett"],
        "oldham": ["Maurice Kenyon"],
        "enfield": ["Terence Aldous"],
    }


def test_one_draft_of_a_next_version_waits_and_differs_in_one_timescale() -> None:
    drafts = {slug: list(ProtocolVersion.objects.filter(status=VersionStatus.DRAFT)) for slug, _ in each()}
    assert {slug: len(found) for slug, found in drafts.items() if found} == {"barnsley": 1}
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        (draft,) = drafts["barnsley"]
        in_force = version_in_force(WEDNESDAY.date())
        assert in_force is not None
        assert (draft.number, draft.origin) == (2, f"“{in_force.title}”, shipped with the product")
        assert problems_with(draft.protocol) == ()
        before, after = in_force.protocol.model_dump(), draft.protocol.model_dump()
        assert [part for part in before if before[part] != after[part]] == ["time_limits"]
        amounts = {limit.key: limit.amount for limit in in_force.protocol.time_limits}
        assert {
            limit.key: (amounts[limit.key], limit.amount)
            for limit in draft.protocol.time_limits
            if limit not in in_force.protocol.time_limits
        } == {"stage_1_resolution": (5, 3)}


def test_one_is_recorded_for_two_others_and_one_is_about_a_theme() -> None:
    with partnership_scope(Partnership.objects.get(slug="wiltshire").pk):
        others = Disagreement.objects.get(raised_as=RaisedAs.THIRD_PARTY)
        assert others.raised_by.name == "Philippa Dunne"
        assert "Philippa Dunne" not in set(others.parties.values_list("name", flat=True))
        theme = Disagreement.objects.get(thematic=True)
        assert (theme.state, theme.stage, theme.child_reference, theme.child_status) == ("open", "tier_2", "", "")


def test_one_police_officer_belongs_to_two_partnerships() -> None:
    officer = User.objects.get(email="owen.barrett@police-east.example")
    with person_scope(officer.pk):
        memberships = Membership.objects.filter(user=officer).select_related("partnership")
        assert [member.partnership.slug for member in memberships.order_by("partnership__slug")] == ["enfield", "havering"]


def test_a_second_loading_changes_nothing() -> None:
    """Every row of every partnership, and every person, as they were."""

    def everything() -> dict[str, Any]:
        tables = [*scoped_tables(), "partnerships_user"]
        found = {}
        for slug, _ in each():
            for table in tables:
                found[slug, table] = raw(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t")
        return found

    before = everything()
    load(WEDNESDAY)
    assert everything() == before


def test_the_chronology_verifies() -> None:
    """Each entry's hash is the one that the database works out again, over the hash of the entry before."""
    for _ in each():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(*) FILTER (WHERE hash = chronology_hash(e)),"
                " count(*) FILTER (WHERE previous_hash IS NOT DISTINCT FROM before)"
                " FROM (SELECT *, lag(hash) OVER (ORDER BY seq) AS before FROM escalation_chronologyentry) AS chained,"
                " LATERAL (SELECT c FROM escalation_chronologyentry c WHERE c.id = chained.id) AS own(e)"
            )
            entries, hashed, chained = cursor.fetchone()
        assert (hashed, chained) == (entries, entries)
        assert entries > 30


def test_the_chronology_alone_tells_where_each_stands() -> None:
    for _, protocol in each():
        for found in Disagreement.objects.exclude(state="draft").exclude(stage=""):
            told = replay(found.chronology.all(), protocol=protocol, calendar=calendar())
            clocks = Deadline.objects.filter(disagreement=found, stopped_at=None)
            assert (told.state, told.position, told.version, told.at_odds) == (
                found.state, found.position, found.version, (),
            )  # fmt: skip
            assert sorted((c.time_limit, c.due_at) for c in told.clocks) == sorted((c.time_limit, c.due_at) for c in clocks)


def test_everything_is_in_the_order_of_time_and_notes_came_when_they_were_due() -> None:
    for _ in each():
        entries = list(ChronologyEntry.objects.order_by("seq"))
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert entries[-1].at <= WEDNESDAY
        passed = [entry for entry in entries if entry.kind == Kind.TIMESCALE_PASSED]
        assert passed
        # One that starts with its time already up is noted with what started it.
        assert [e.seq for e in passed if e.at != max(datetime.fromisoformat(e.data["due_at"]), started(e))] == []
        near = [entry for entry in entries if entry.kind == Kind.TIMESCALE_NEAR]
        mornings = [e for e in near if not e.data["time_limit"].startswith("contact_")]
        assert {e.at.astimezone(LONDON).strftime("%H:%M") for e in mornings} <= {"08:00"}


def started(entry: ChronologyEntry) -> datetime:
    return Deadline.objects.get(pk=entry.data["deadline"]).starts_at


def test_no_clock_is_left_to_note() -> None:
    for _ in each():
        running = Deadline.objects.filter(stopped_at=None, paused_at=None)
        assert not running.filter(passed_noted_at=None, due_at__lte=WEDNESDAY).exists()
        assert not running.filter(near_at__lte=WEDNESDAY).exists()


@pytest.mark.usefixtures("another_day")
def test_it_can_be_loaded_in_the_night_between_two_holidays() -> None:
    counts = {slug: Disagreement.objects.count() for slug, _ in each()}
    assert counts == {"barnsley": 14, "havering": 9, "wiltshire": 9, "oldham": 8, "enfield": 10}
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        latest = ChronologyEntry.objects.latest("seq")
        assert latest.at.astimezone(LONDON).date().isoformat() == "2026-12-24"


@pytest.fixture
def another_day() -> Iterator[None]:
    """The same partnerships, empty again, on another day. Only the owner may empty them, so they are new ones."""
    with transaction.atomic():
        for slug in SLUGS:
            Partnership.objects.filter(slug=slug).update(slug=f"old-{slug}", reference_prefix=f"X{slug[:3]}")
        with time_machine.travel(BOXING_DAY, tick=False):
            call_command("load_protocols", verbosity=0)
            for slug in SLUGS:
                tell(Partnership.objects.get(slug=slug))
        yield
        transaction.set_rollback(True)


def test_the_office_has_met_learned_asked_and_been_answered() -> None:
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        coming, last = Meeting.objects.all()
        assert (coming.held_on > WEDNESDAY.date() > last.held_on, last.decisions.count()) == (True, 2)
        captions = [part["caption"] for part in coming.issued.get().content["parts"] if "caption" in part]
        assert "Decided on 14 August 2026" in captions
        assert [(item.progress, item.sources.count()) for item in Item.objects.all()] == [("under_way", 1)]
        assert [(one.agency.key, one.answered_by.name) for one in AgencyReturn.objects.all()] == [("hospital", "Helen Marsh")]
        view = SavedView.objects.get(shared=True)
        assert [column.key for column in columns_of(view)][1:] == view.columns
        assert sorted(Expected.objects.values_list("agency__key", flat=True)) == ["health_board", "social_care"]


def test_production_is_refused(settings: Any) -> None:
    settings.DEPLOYMENT = "production"
    with pytest.raises(CommandError) as refused:
        call_command("load_demo")
    assert str(refused.value) == "Invented disagreements are not loaded into a production deployment."


def test_a_partnership_without_a_protocol_in_force_is_left_alone() -> None:
    with transaction.atomic():
        founded = Partnership.objects.create(slug="new", name="New", reference_prefix="NEW")
        assert tell(founded, at=WEDNESDAY) == 0
        transaction.set_rollback(True)


def test_a_story_that_is_written_wrongly_is_refused_with_its_fault() -> None:
    with pytest.raises(ValidationError, match="sauge"):
        Story.model_validate({"about": "A slip", "by": "Priya Nair", "sauge": "stage_1"})


def test_what_the_relative_dates_mean() -> None:
    with partnership_scope(Partnership.objects.get(slug="barnsley").pk):
        almanac = Almanac(BOXING_DAY, calendar())
    assert [str(almanac.day(words)) for words in ("-1", "+0", "+1", "+2")] == [
        "2026-12-24", "2026-12-26", "2026-12-29", "2026-12-30",
    ]  # fmt: skip
    assert almanac.moment("-1 09:30") == datetime(2026, 12, 24, 9, 30, tzinfo=LONDON)
    assert almanac.moment("40 minutes ago") == datetime(2026, 12, 25, 23, 25, tzinfo=LONDON)
