"""What the tracker keeps: views that were saved, who in the office follows a disagreement, and what its orders go by.

When the first clock of each ends, and since when it is whose turn, is kept beside the row (services/turning.py writes it).
Of what there is already, the first is taken from its clocks here; the second is not known before somebody acts."""

import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce

import escalation.states
from partnerships.walls import RowSecurity

NEVER = models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))
LONG_AGO = models.Value(datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC))
LIVE = (
    escalation.states.State["OPEN"],
    escalation.states.State["AWAITING_CONFIRMATION"],
    escalation.states.State["RESOLVED"],
)
# Row security holds the owner too: partnership by partnership.
FIRST_CLOCKS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT id FROM partnerships_partnership LOOP
        PERFORM set_config('app.partnership_id', one.id::text, true);
        UPDATE escalation_disagreement d SET next_due = c.due_at
            FROM (SELECT disagreement_id, min(due_at) AS due_at FROM escalation_deadline
                WHERE stopped_at IS NULL AND paused_at IS NULL GROUP BY disagreement_id) c
            WHERE c.disagreement_id = d.id AND d.destroyed_at IS NULL;
    END LOOP;
    PERFORM set_config('app.partnership_id', '', true);
END $$;
"""


def _person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **options
    )


def _partnership() -> models.ForeignKey:
    return models.ForeignKey(
        editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnerships.partnership"
    )


def _number() -> tuple[str, models.Field]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0015_dashboards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpensWith",
            fields=[
                _number(),
                ("view", models.CharField(max_length=40)),
                ("partnership", _partnership()),
                ("user", _person()),
            ],
            options={
                "verbose_name_plural": "opens with",
                "constraints": [models.UniqueConstraint(fields=("partnership", "user"), name="one_view_to_open_with")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                _number(),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("shared", models.BooleanField(default=False)),
                ("columns", models.JSONField(default=list)),
                ("filters", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("made_by", _person()),
                ("partnership", _partnership()),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [models.UniqueConstraint(fields=("partnership", "made_by", "name"), name="own_views_by_name")],
            },
        ),
        RowSecurity("escalation_openswith"),
        RowSecurity("escalation_savedview"),
        migrations.AddField("disagreement", "followed_by", _person(editable=False, null=True)),
        migrations.AddField("disagreement", "next_due", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("disagreement", "turn_since", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "disagreement",
            models.Index(
                models.F("partnership"),
                Coalesce("next_due", NEVER),
                models.F("id"),
                condition=models.Q(("destroyed_at", None), ("state__in", LIVE)),
                name="tracker_live_by_date",
            ),
        ),
        migrations.AddIndex(
            "disagreement",
            models.Index(
                models.F("partnership"),
                Coalesce("next_due", NEVER),
                models.F("id"),
                condition=models.Q(("destroyed_at", None), models.Q(("state", "draft"), _negated=True)),
                name="tracker_by_date",
            ),
        ),
        migrations.AddIndex(
            "disagreement",
            models.Index(models.F("partnership"), Coalesce("ended_at", LONG_AGO), models.F("id"), name="tracker_by_end"),
        ),
        migrations.RunSQL(FIRST_CLOCKS, migrations.RunSQL.noop),
    ]
