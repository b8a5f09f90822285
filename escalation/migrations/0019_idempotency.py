"""What programs sent, so that sending it twice does it once; and an index by which they keep a copy up to date."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0018_on_behalf_and_merging"),
        ("partnerships", "0009_token_scopes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentOnce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=64)),
                ("sent", models.CharField(editable=False, max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "partnership",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.partnership",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["partnership", "at"], name="sent_long_ago")],
                "constraints": [models.UniqueConstraint(fields=("partnership", "user", "key"), name="sent_under_one_key_once")],
            },
        ),
        RowSecurity("escalation_sentonce"),
        migrations.AddIndex("disagreement", models.Index(fields=["partnership", "changed_at", "id"], name="changed_first_first")),
    ]
