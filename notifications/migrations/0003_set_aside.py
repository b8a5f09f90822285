"""Entries that could not be announced are kept aside and tried again; which partnerships have some whose time has come."""

import django.db.models.deletion
from django.db import migrations, models

from partnerships.walls import TIMEKEEPER, RowSecurity, SamePartnershipKey, TimekeeperMayRead

WORK = f"""
CREATE FUNCTION partnerships_with_entries_set_aside(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM notifications_setaside WHERE retry_at <= moment
$$;
REVOKE ALL ON FUNCTION partnerships_with_entries_set_aside(timestamptz) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_entries_set_aside(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempts", models.PositiveIntegerField(default=1)),
                ("retry_at", models.DateTimeField()),
                ("problem", models.CharField(max_length=100)),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.chronologyentry",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.partnership",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["partnership", "retry_at"], name="set_aside_to_retry")],
                "constraints": [models.UniqueConstraint(fields=("entry",), name="set_aside_once")],
            },
        ),
        RowSecurity("notifications_setaside"),
        SamePartnershipKey("notifications_setaside", "entry_id", "escalation_chronologyentry"),
        TimekeeperMayRead("notifications_setaside", "partnership_id", "retry_at"),
        migrations.RunSQL(WORK, "DROP FUNCTION partnerships_with_entries_set_aside(timestamptz)"),
    ]
