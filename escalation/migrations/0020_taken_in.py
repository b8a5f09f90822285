"""What was taken in from a tracker kept before; and by which index a person's own are found among very many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0019_idempotency")]

    operations = [
        # Without these, who somebody is on any disagreement is read from every row of the partnership.
        migrations.AddIndex("party", models.Index(fields=["partnership", "email"], name="party_by_address")),
        migrations.AddIndex(
            "sideprocessrecord",
            models.Index(fields=["partnership"], name="has_members", condition=models.Q(("members", []), _negated=True)),
        ),
    ]
