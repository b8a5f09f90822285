"""How somebody wishes to be told, the notices that are held for it, and their calendar feed; whose morning has come."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from partnerships.walls import TIMEKEEPER, RowSecurity, TimekeeperMayRead

WORK = f"""
CREATE FUNCTION partnerships_with_notices_held(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM notifications_notice WHERE message_id IS NULL AND held_until <= moment
$$;
REVOKE ALL ON FUNCTION partnerships_with_notices_held(timestamptz) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_notices_held(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)


def _scoped(*fields: tuple[str, models.Field]) -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        *fields,
        (
            "partnership",
            models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.partnership"
            ),
        ),
        (
            "user",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_set_aside")]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=_scoped(
                (
                    "how",
                    models.CharField(
                        choices=[("at_once", "At once"), ("mornings", "In one e-mail each working morning, at 8am")],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ),
            options={
                "verbose_name_plural": "wishes",
                "constraints": [models.UniqueConstraint(fields=["partnership", "user"], name="one_wish_each")],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=_scoped(
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("watching", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("last_read_at", models.DateTimeField(null=True)),
            ),
            options={"constraints": [models.UniqueConstraint(fields=["partnership", "user"], name="one_calendar_feed_each")]},
        ),
        migrations.AddField(
            "notice",
            "held_for",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("notice", "held_until", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["partnership", "held_until"],
                name="notice_held",
                condition=Q(message=None, held_until__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=Q(held_for=None, held_until=None) | Q(held_for__isnull=False, held_until__isnull=False),
                name="held_for_somebody_until_then",
            ),
        ),
        RowSecurity("notifications_wish"),
        RowSecurity("notifications_calendarfeed"),
        TimekeeperMayRead("notifications_notice", "partnership_id", "message_id", "held_until"),
        migrations.RunSQL(WORK, "DROP FUNCTION partnerships_with_notices_held(timestamptz)"),
    ]
