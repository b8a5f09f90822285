"""A partnership with at least one row in every table that belongs to partnerships, made by the product's own services."""

from __future__ import annotations

from datetime import date, timedelta

from escalation import services
from escalation.models import (
    Attachment,
    ChronologyEntry,
    Disagreement,
    ElsewhereMarker,
    Invitation,
    OpensWith,
    Reading,
    SavedView,
    SentOnce,
    SharedAcross,
    TakenIn,
    TakingIn,
    TrackerUpload,
)
from insight.counting import count
from insight.models import ComparisonAgreement, ComparisonCount, Expected
from learning import models as learned
from meetings import models as met
from meetings import services as services_of_meetings
from notifications.models import (
    CalendarFeed,
    MailWay,
    NotifyReceipts,
    SetAside,
    StoppedAddress,
    WebhookDelivery,
    WebhookEndpoint,
    Wish,
)
from notifications.services import announce
from partnerships import services as partnership_services
from partnerships.administering import Did, note_administration
from partnerships.arrangements import Arrangements
from partnerships.directory import writing
from partnerships.models import Agency, Contact, DirectoryUpload, Partnership, Post
from partnerships.protocol_rules import assumptions
from records.models import DestructionCertificate, Disclosure, LegalHold, RetentionReview, StatisticalRow
from tests.world import TUESDAY, World, days


def fill(world: World) -> Disagreement:
    """Enfield's protocol has everything: assumptions to confirm, a side process, agencies with posts."""
    raised = world.raised()
    other = world.raised()
    world.do("add_action", raised, by=world.office, at=TUESDAY, what="Write to the GP", owner="Ann", due=date(2026, 9, 30))
    world.do("record_learning", raised, by=world.office, at=TUESDAY, words="Say who decides")
    world.do("link", raised, by=world.office, at=TUESDAY, other=other, how="related")
    world.do("confirm_on_file", raised, by=world.office, at=TUESDAY, agency=world.agencies["hospital"])
    world.do("propose_outcome", other, by=world.hospital_lead, at=TUESDAY, text="A visit tomorrow")
    with world.scope():
        (proposal,) = other.proposals.all()
    world.do("agree_to_proposal", other, by=world.team_manager, at=TUESDAY, proposal=proposal.pk)
    with world.scope(world.office):
        process = next(p for p in world.protocol.side_processes if not p.stages or raised.stage in p.stages)
        services.start_side_process(
            raised.pk, viewer=world.viewer(world.office), version=world.fresh(raised).version, process=process.key,
            reason="Stuck", seats=[services.Seat("Pat Panel", world.agencies["school"])], at=TUESDAY,
        )  # fmt: skip
    proposed = {"text": "A visit each week", "plan": [services.Planned("Ring the GP", "Ann", date(2026, 9, 30))]}
    world.do("propose_outcome", raised, by=world.team_manager, at=TUESDAY, **proposed)
    with world.scope():
        path = assumptions(world.protocol)[len(world.slug)][0]  # not the same one everywhere
        partnership_services.confirm_assumption(world.version, path=path, by=world.administrator, role="Business manager")
        partnership_services.add_closure(day=date(2026, 12, 23), name="Office closed")
        partnership_services.issue_token(world.office, name="Reports", lives=timedelta(days=9))
        post = Post.objects.create(agency=world.agencies["school"], kind="manager", title="Head teacher")
        writing.keep_holder(None, post=post, name="Hedi Head", telephone="01226 770 002")
        DirectoryUpload.objects.create(by=world.administrator, at=TUESDAY, name="agencies.csv", rows=[])
        Contact.objects.create(key="school_office", name="School office", agency=Agency.objects.get(key="social_care"))
        _kept(world, raised)
        _learned(world)
        _met(world)
    announce(world.partnership.pk)
    count(world.partnership.pk)
    with world.scope():
        SavedView.objects.create(name="Ours", made_by=world.office)
        _taken_in(world, raised)
        OpensWith.objects.create(user=world.office, view="live")
        Expected.objects.create(agency=world.agencies["school"], size="small", a_year=2)
        Wish.objects.create(user=world.office, changed_at=TUESDAY)
        SentOnce.objects.create(user=world.office, key=f"{world.slug:0<64}", sent="0" * 64, status=200, answer={}, at=TUESDAY)
        _is_written_to(world)
        _tells_systems(world)
        SetAside.objects.create(entry=ChronologyEntry.objects.earliest("seq"), retry_at=TUESDAY + days(1), problem="KeyError")
    return world.fresh(raised)


def _is_written_to(world: World) -> None:
    MailWay.objects.create(sender_name="The office", notify_sealed="-", changed_at=TUESDAY)
    CalendarFeed.objects.create(user=world.office, digest=f"{world.slug:0<64}", made_at=TUESDAY)
    NotifyReceipts.objects.create(digest=f"{world.slug:0<64}", made_by=world.office, made_at=TUESDAY)
    StoppedAddress.objects.create(email=f"gone@{world.slug}.example", why="address", since=TUESDAY, until=TUESDAY + days(30))


def _tells_systems(world: World) -> None:
    told = WebhookEndpoint.objects.create(
        name="Records", url="https://records.example/told", secret_sealed="-", secret_made_at=TUESDAY,
        made_by=world.office, made_at=TUESDAY,
    )  # fmt: skip
    WebhookDelivery.objects.create(endpoint=told, event="disagreement.raised", happened_at=TUESDAY, state="taken")


def _taken_in(world: World, raised: Disagreement) -> None:
    TrackerUpload.objects.create(by=world.office, at=TUESDAY, name="tracker.csv", digest="0" * 64)
    taking = TakingIn.objects.create(by=world.office, at=TUESDAY, name="tracker.csv", sha256="0" * 64, number=1)
    TakenIn.objects.create(taking=taking, disagreement=raised, row=2, old_reference=f"17/{world.slug}", same=world.slug)


def _kept(world: World, raised: Disagreement) -> None:
    """Who was let in, who read, what lies with it, and how long it is kept."""
    by, elsewhere = world.office, Partnership.objects.exclude(pk=world.partnership.pk).first() or world.partnership
    Arrangements.objects.create(keep_years=6)
    note_administration(Did.REARRANGED, by=by)
    Invitation.objects.create(disagreement=raised, email="pat@somewhere.example", invited_at=TUESDAY)
    Reading.objects.create(by=by, at=TUESDAY, what=Reading.What.DISAGREEMENT, disagreement=raised)
    Attachment.objects.create(
        disagreement=raised,
        name="Plan.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        added_by=by,
        added_at=TUESDAY,
    )
    ComparisonAgreement.objects.create(other=elsewhere, agreed_by=by, agreed_at=TUESDAY)
    ComparisonCount.objects.create(year=2025, kind="manager", shown="6")
    SharedAcross.objects.create(disagreement=raised, other=elsewhere, shared_by=by, shared_at=TUESDAY)
    ElsewhereMarker.objects.create(
        owner=elsewhere, reference="BAR-2026-0001", state="open", raised_on=TUESDAY.date(), marked_at=TUESDAY
    )
    LegalHold.objects.create(disagreement=raised, reason="Court", placed_by=by, placed_at=TUESDAY)
    RetentionReview.objects.create(
        disagreement=raised, decision="keep", reason="Court", keep_until=TUESDAY.date(), reviewed_by=by, reviewed_at=TUESDAY
    )
    DestructionCertificate.objects.create(
        reference="BAR-2025-0001", rule="6 years", destroyed_by=by, destroyed_at=TUESDAY, chain_seq=1, chain_hash="0"
    )
    StatisticalRow.objects.create(
        raised_quarter="2025-Q1", raising_sector="health", receiving_sector="education", ended_as="closed"
    )
    Disclosure.objects.create(disagreement=raised, ground="court", for_whom="The court", begun_by=by, begun_at=TUESDAY)


def _learned(world: World) -> None:
    """What was learned and is followed, and what an agency reported."""
    by, day = world.office, TUESDAY.date()
    item = learned.Item.objects.create(title="Saying who decides", learned="Say who decides", made_by=by, made_at=TUESDAY)
    learned.Source.objects.create(item=item, learning=world.partnership.pk)
    action = learned.Action.objects.create(item=item, kind="training", what="A half day", owner=world.hospital_lead, due=day)
    learned.ItemEntry.objects.create(item=item, action=action, did="made", by=by, at=TUESDAY)
    learned.Briefing.objects.create(item=item, title="Saying who decides", written_by=by, written_at=TUESDAY)
    learned.ReturnsArranged.objects.create(since=day)
    period = learned.ReturnPeriod.objects.create(first=date(2026, 4, 1), last=date(2026, 6, 30), asked_on=day, due=day)
    learned.AgencyReturn.objects.create(period=period, agency=world.agencies["school"], answered_by=by, answered_at=TUESDAY)


def _met(world: World) -> None:
    """A meeting and what it decided, a report on a year, and a pack that was issued."""
    by, day = world.office, TUESDAY.date()
    meeting = met.Meeting.objects.create(
        sub_group=f"Sub-group of {world.slug}", held_on=day, first=day, made_by=by, made_at=TUESDAY
    )
    met.Decision.objects.create(meeting=meeting, about="themes", words="Ask again", recorded_by=by, recorded_at=TUESDAY)
    met.Report.objects.create(first=date(2025, 4, 1), last=date(2026, 3, 31), made_by=by, made_at=TUESDAY)
    services_of_meetings.issue_pack(meeting, viewer=world.viewer(by))
