"""What came back of the e-mails that were sent, to which addresses nothing is sent for a while, and who may report it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import TIMEKEEPER, RowSecurity

# Whoever knows a Message-ID of ours learns by it in whose scope the message lies, and nothing else of it.
WHOSE = f"""
CREATE FUNCTION partnership_of_message(identity text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT partnership_id FROM notifications_message WHERE message_id = identity
$$;
REVOKE ALL ON FUNCTION partnership_of_message(text) FROM PUBLIC;
GRANT SELECT (message_id) ON notifications_message TO {TIMEKEEPER};
GRANT CREATE ON SCHEMA public TO {TIMEKEEPER};
ALTER FUNCTION partnership_of_message(text) OWNER TO {TIMEKEEPER};
REVOKE CREATE ON SCHEMA public FROM {TIMEKEEPER};
"""  # noqa: S608  (names of ours)
UNDO = f"DROP FUNCTION partnership_of_message(text); REVOKE SELECT (message_id) ON notifications_message FROM {TIMEKEEPER}"  # noqa: S608
WHY = [
    ("address", "The address is not known there"),
    ("mailbox", "The mailbox is full, or could not be reached for days"),
    ("refused", "Their e-mail system does not take e-mails from here"),
    ("technical", "Something went wrong on the way"),
    ("stopped", "Not sent: an e-mail to this address came back before"),
]
STATES = [
    ("waiting", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("held", "Kept inside: training mode"),
    ("gave_up", "Could not be sent"),
    ("returned", "Sent, and came back"),
]
DEALT = [
    ("again", "Sent again to another address"),
    ("telephoned", "Told by telephone"),
    ("not_needed", "Nobody needs to be told any more"),
]
PROTECT = django.db.models.deletion.PROTECT


def _number() -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _whose() -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return (
        "partnership",
        models.ForeignKey(editable=False, on_delete=PROTECT, related_name="+", to="partnerships.partnership"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0006_delivery"),
        ("partnerships", "0010_reporting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # What is added to messages is empty of itself, so that the release before this one can go on writing them.
    operations = [
        migrations.AlterField(
            model_name="message", name="state", field=models.CharField(choices=STATES, default="waiting", max_length=10)
        ),
        migrations.AddField(model_name="message", name="returned_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="message",
            name="why",
            field=models.CharField(blank=True, choices=WHY, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="message", name="report", field=models.CharField(blank=True, db_default="", default="", max_length=64)
        ),
        migrations.AddField(
            model_name="message",
            name="dealt",
            field=models.CharField(blank=True, choices=DEALT, db_default="", default="", max_length=10),
        ),
        migrations.AddField(model_name="message", name="dealt_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="message",
            name="dealt_by",
            field=models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name="StoppedAddress",
            fields=[
                _number(),
                ("email", models.EmailField(max_length=254)),
                ("why", models.CharField(choices=WHY, max_length=10)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                _whose(),
            ],
            options={
                "verbose_name_plural": "stopped addresses",
                "constraints": [models.UniqueConstraint(fields=["partnership", "email"], name="stopped_address_once")],
            },
        ),
        migrations.CreateModel(
            name="NotifyReceipts",
            fields=[
                _number(),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("made_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("made_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                _whose(),
            ],
            options={
                "verbose_name_plural": "tokens for receipts",
                "constraints": [models.UniqueConstraint(fields=["partnership"], name="one_token_for_receipts")],
            },
        ),
        migrations.CreateModel(
            name="ReportsMailbox",
            fields=[
                _number(),
                ("address", models.CharField(max_length=64, unique=True)),
                ("epoch", models.BigIntegerField(default=0)),
                ("read_to", models.BigIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                ("reports", models.PositiveBigIntegerField(default=0)),
                ("by_people", models.PositiveBigIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=100)),
            ],
            options={"verbose_name_plural": "mailboxes of reports"},
        ),
        RowSecurity("notifications_stoppedaddress"),
        RowSecurity("notifications_notifyreceipts"),
        migrations.RunSQL(WHOSE, UNDO),
    ]
