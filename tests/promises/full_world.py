"""A partnership with at least one row in every table that belongs to partnerships, made by the product's own services."""

from __future__ import annotations

from datetime import date, timedelta

from escalation import services
from escalation.models import ChronologyEntry, Disagreement
from notifications.models import SetAside
from notifications.services import announce
from partnerships import services as partnership_services
from partnerships.directory import writing
from partnerships.models import Agency, Contact, DirectoryUpload, Post
from partnerships.protocol_rules import assumptions
from tests.world import TUESDAY, World, days


def fill(world: World) -> Disagreement:
    """Enfield's protocol has everything: assumptions to confirm, a side process, agencies with posts."""
    raised = world.raised()
    other = world.raised()
    world.do("add_action", raised, by=world.office, at=TUESDAY, what="Write to the GP", owner="Ann", due=date(2026, 9, 30))
    world.do("record_learning", raised, by=world.office, at=TUESDAY, words="Say who decides")
    world.do("link", raised, by=world.office, at=TUESDAY, other=other, how="related")
    world.do("confirm_on_file", raised, by=world.office, at=TUESDAY, agency=world.agencies["hospital"])
    world.do("record_agreement", other, by=world.office, at=TUESDAY, text="A visit tomorrow")
    with world.scope(world.office):
        process = next(p for p in world.protocol.side_processes if not p.stages or raised.stage in p.stages)
        services.start_side_process(
            raised.pk, viewer=world.viewer(world.office), version=world.fresh(raised).version, process=process.key,
            reason="Stuck", seats=[services.Seat("Pat Panel", world.agencies["school"])], at=TUESDAY,
        )  # fmt: skip
    with world.scope():
        path = assumptions(world.protocol)[len(world.slug)][0]  # not the same one everywhere
        partnership_services.confirm_assumption(world.version, path=path, by=world.administrator, role="Business manager")
        partnership_services.add_closure(day=date(2026, 12, 23), name="Office closed")
        partnership_services.issue_token(world.office, name="Reports", lives=timedelta(days=9))
        post = Post.objects.create(agency=world.agencies["school"], kind="manager", title="Head teacher")
        writing.keep_holder(None, post=post, name="Hedi Head", telephone="01226 770 002")
        DirectoryUpload.objects.create(by=world.administrator, at=TUESDAY, name="agencies.csv", rows=[])
        Contact.objects.create(key="school_office", name="School office", agency=Agency.objects.get(key="social_care"))
    announce(world.partnership.pk)
    with world.scope():
        SetAside.objects.create(entry=ChronologyEntry.objects.earliest("seq"), retry_at=TUESDAY + days(1), problem="KeyError")
    return world.fresh(raised)
