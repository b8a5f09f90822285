"""Whoever was let in as a guest before there were invitations keeps their way in: an invitation to each disagreement in
which they take part. Nobody is written to for it."""

from typing import Any

from django.db import migrations
from django.db.models import Q


def give_guests_their_invitations(apps: Any, schema_editor: Any) -> None:
    db = schema_editor.connection.alias
    for partnership in apps.get_model("partnerships", "Partnership").objects.using(db).values_list("pk", flat=True):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partnership_id', %s, true)", [str(partnership)])
        _give(apps, db, partnership)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.partnership_id', '', true)")


def _give(apps: Any, db: str, partnership: int) -> None:
    members = apps.get_model("partnerships", "Membership").objects.using(db).filter(partnership_id=partnership, active=True)
    at_work = members.exclude(role="guest").values_list("user_id", flat=True)
    guests = members.filter(role="guest").exclude(user_id__in=list(at_work)).select_related("user").order_by("pk")
    for member in {guest.user_id: guest for guest in guests}.values():
        for disagreement, since in _where(apps, db, partnership, member.user).items():
            _invite(apps, db, member, disagreement, since)


def _where(apps: Any, db: str, partnership: int, user: Any) -> dict[int, Any]:
    """The disagreements in which they take part, and since when."""
    own = Q(user_id=user.pk) | Q(email__iexact=user.email)
    parties = apps.get_model("escalation", "Party").objects.using(db).filter(own, partnership_id=partnership, left_at=None)
    records = apps.get_model("escalation", "SideProcessRecord").objects.using(db).filter(partnership_id=partnership)
    seats = records.filter(members__contains=[{"email": user.email}])
    found = dict(seats.values_list("disagreement_id", "started_at"))
    return found | dict(parties.order_by("-joined_at").values_list("disagreement_id", "joined_at"))


def _invite(apps: Any, db: str, member: Any, disagreement: int, since: Any) -> None:
    invitations = apps.get_model("escalation", "Invitation").objects.using(db)
    there = invitations.filter(partnership_id=member.partnership_id, disagreement_id=disagreement)
    if there.filter(email=member.user.email, state__in=["held", "admitted"]).exists():
        return
    invitations.create(
        partnership_id=member.partnership_id,
        disagreement_id=disagreement,
        email=member.user.email,
        name=member.user.name,
        agency_id=member.agency_id,
        user_id=member.user_id,
        state="admitted",
        invited_at=since,
    )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0007_letting_in_and_reading")]

    operations = [migrations.RunPython(give_guests_their_invitations, migrations.RunPython.noop)]
