"""Whose systems are told that something happened, what each was told, and which partnerships have such things to send."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from partnerships.walls import TIMEKEEPER, RowSecurity, SamePartnershipKey, TimekeeperMayRead

WORK = f"""
CREATE FUNCTION partnerships_with_webhooks_to_send(moment timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT partnership_id FROM notifications_webhookdelivery
        WHERE state IN ('waiting', 'sending') AND next_attempt_at <= moment
$$;
REVOKE ALL ON FUNCTION partnerships_with_webhooks_to_send(timestamptz) FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnerships_with_webhooks_to_send(timestamptz) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)
STATES = [
    ("waiting", "Waiting"), ("sending", "Being sent"), ("taken", "Delivered"), ("held", "Kept inside"),
    ("gave_up", "Not delivered"),
]  # fmt: skip
PROTECT = django.db.models.deletion.PROTECT


def _scoped(*fields: tuple[str, models.Field]) -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        *fields,
        (
            "partnership",
            models.ForeignKey(editable=False, on_delete=PROTECT, related_name="+", to="partnerships.partnership"),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_wishes"),
        ("escalation", "0019_idempotency"),
        ("partnerships", "0010_reporting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=_scoped(
                ("name", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False, null=True, on_delete=PROTECT, related_name="+", to="partnerships.agency"
                    ),
                ),
                ("secret_sealed", models.CharField(max_length=300)),
                ("secret_made_at", models.DateTimeField()),
                ("former_sealed", models.CharField(blank=True, max_length=300)),
                ("former_until", models.DateTimeField(null=True)),
                ("made_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("made_at", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("switched_off_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ),
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=_scoped(
                (
                    "endpoint",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=PROTECT,
                        related_name="deliveries",
                        to="notifications.webhookendpoint",
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("seq", models.BigIntegerField(null=True)),
                ("event", models.CharField(max_length=60)),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("happened_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=10)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("milliseconds", models.PositiveIntegerField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("said", models.CharField(blank=True, max_length=200)),
            ),
            options={
                "verbose_name_plural": "webhook deliveries",
                "indexes": [
                    models.Index(
                        condition=Q(state__in=["waiting", "sending"]),
                        fields=["partnership", "next_attempt_at"],
                        name="webhook_to_send",
                    ),
                    models.Index(fields=["partnership", "endpoint", "-id"], name="webhook_newest_first"),
                ],
                "constraints": [models.UniqueConstraint(fields=("endpoint", "seq"), name="webhook_told_once")],
            },
        ),
        RowSecurity("notifications_webhookendpoint"),
        RowSecurity("notifications_webhookdelivery"),
        SamePartnershipKey("notifications_webhookendpoint", "agency_id", "partnerships_agency"),
        SamePartnershipKey("notifications_webhookdelivery", "endpoint_id", "notifications_webhookendpoint"),
        TimekeeperMayRead("notifications_webhookdelivery", "partnership_id", "state", "next_attempt_at"),
        migrations.RunSQL(WORK, "DROP FUNCTION partnerships_with_webhooks_to_send(timestamptz)"),
    ]
