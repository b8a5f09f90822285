"""By which way a partnership sends its e-mails, when those that can wait leave, and what went wrong with one last."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

from partnerships.walls import RowSecurity

WRONG = [
    ("away", "Nobody answered there"), ("busy", "We were asked to come back later"),
    ("ours", "Our own settings were not accepted"), ("address", "The address was refused"), ("message", "The e-mail was refused"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_webhooks"), ("partnerships", "0010_reporting")]

    # What is added has a default of the database's own: the release before this one goes on writing rows meanwhile.
    operations = [
        migrations.AddField(
            "message", "wrong", models.CharField(blank=True, choices=WRONG, db_default="", default="", max_length=10)
        ),
        migrations.AddField("message", "tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("message", "taken_as", models.CharField(blank=True, db_default="", default="", max_length=100)),
        migrations.CreateModel(
            name="MailWay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender_name", models.CharField(blank=True, max_length=100)),
                ("sender_address", models.EmailField(blank=True, max_length=254)),
                ("reply_to", models.EmailField(blank=True, max_length=254)),
                ("notify_sealed", models.CharField(blank=True, max_length=400)),
                ("notify_template", models.CharField(blank=True, max_length=36)),
                ("notify_reply_to", models.CharField(blank=True, max_length=36)),
                ("quiet", models.BooleanField(default=True)),
                ("quiet_from", models.TimeField(default=datetime.time(19, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(7, 0))),
                ("quiet_days", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
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
            options={"constraints": [models.UniqueConstraint(fields=("partnership",), name="one_mail_way_each")]},
        ),
        RowSecurity("notifications_mailway"),
    ]
