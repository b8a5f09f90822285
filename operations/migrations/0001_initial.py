"""What beat and the workers did last, and what the operators are told."""

from django.db import migrations, models

from partnerships.walls import TIMEKEEPER, TimekeeperMayRead

# Of each partnership: what waits, of which kind, how many and since when. Counts and instants; no word, name or reference.
# What waits for the morning by somebody's wish or by quiet hours waits as it should: it counts from when it was due.
FIGURES = f"""
CREATE FUNCTION what_waits_in_partnerships(moment timestamptz)
    RETURNS TABLE (partnership bigint, what text, kind text, number bigint, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, 'announce', '', l.seq - coalesce(c.seq, 0),
            (SELECT e.at FROM escalation_chronologyentry e WHERE e.partnership_id = p.id AND e.seq > coalesce(c.seq, 0)
                ORDER BY e.seq LIMIT 1)
        FROM partnerships_partnership p LEFT JOIN notifications_announcecursor c ON c.partnership_id = p.id
        CROSS JOIN LATERAL (SELECT e.seq FROM escalation_chronologyentry e WHERE e.partnership_id = p.id
            ORDER BY e.seq DESC LIMIT 1) l
        WHERE l.seq > coalesce(c.seq, 0)
    UNION ALL
    SELECT partnership_id, 'set_aside', '', count(*), NULL FROM notifications_setaside GROUP BY partnership_id
    UNION ALL
    SELECT m.partnership_id, 'mail', coalesce(nullif(m.wrong, ''), 'new'), count(*),
            min(CASE WHEN m.wrong = '' THEN m.next_attempt_at ELSE m.created_at END)
        FROM notifications_message m
        WHERE m.state IN ('waiting', 'sending') AND (m.wrong <> '' OR m.next_attempt_at <= moment) GROUP BY 1, 3
    UNION ALL
    SELECT m.partnership_id, 'not_arrived', m.state, count(*), min(m.created_at) FROM notifications_message m
        WHERE m.state IN ('gave_up', 'returned') AND m.dealt = '' GROUP BY m.partnership_id, m.state
    UNION ALL
    SELECT d.partnership_id, 'timescales', '', count(*), min(d.due_at) FROM escalation_deadline d
        WHERE d.stopped_at IS NULL AND d.passed_noted_at IS NULL AND d.paused_at IS NULL AND d.due_at <= moment
        GROUP BY d.partnership_id
    UNION ALL
    SELECT w.partnership_id, 'webhooks', '', count(*), min(w.happened_at) FROM notifications_webhookdelivery w
        WHERE w.state IN ('waiting', 'sending') GROUP BY w.partnership_id
    UNION ALL
    SELECT n.partnership_id, 'systems', CASE WHEN n.switched_off_at IS NULL THEN 'failing' ELSE 'switched_off' END, count(*),
            min(n.failing_since)
        FROM notifications_webhookendpoint n WHERE n.failing_since IS NOT NULL AND n.ended_at IS NULL GROUP BY 1, 3
    UNION ALL
    SELECT a.partnership_id, 'files', '', count(*), min(a.added_at) FROM escalation_attachment a
        WHERE a.state = 'waiting' GROUP BY a.partnership_id
$$;
REVOKE ALL ON FUNCTION what_waits_in_partnerships(timestamptz) FROM PUBLIC;
GRANT SELECT (at) ON escalation_chronologyentry TO {TIMEKEEPER};
GRANT SELECT (created_at, wrong, dealt) ON notifications_message TO {TIMEKEEPER};
GRANT SELECT (happened_at) ON notifications_webhookdelivery TO {TIMEKEEPER};
GRANT SELECT (added_at) ON escalation_attachment TO {TIMEKEEPER};
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION what_waits_in_partnerships(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)
UNDO = f"""
DROP FUNCTION what_waits_in_partnerships(timestamptz);
REVOKE SELECT (at) ON escalation_chronologyentry FROM {TIMEKEEPER};
REVOKE SELECT (created_at, wrong, dealt) ON notifications_message FROM {TIMEKEEPER};
REVOKE SELECT (happened_at) ON notifications_webhookdelivery FROM {TIMEKEEPER};
REVOKE SELECT (added_at) ON escalation_attachment FROM {TIMEKEEPER};
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_returned"), ("accounts", "0004_account_mail")]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("began_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("about", models.BigIntegerField(null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, db_default="", max_length=100)),
                ("times", models.BigIntegerField(db_default=0)),
                ("failures", models.BigIntegerField(db_default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "about"), name="one_heartbeat_of_each", nulls_distinct=False)
                ],
            },
        ),
        TimekeeperMayRead(
            "notifications_webhookendpoint", "partnership_id", "failing_since", "switched_off_at", "ended_at"
        ),
        migrations.RunSQL(FIGURES, UNDO),
    ]
