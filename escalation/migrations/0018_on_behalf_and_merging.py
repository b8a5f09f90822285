"""What the office does for somebody, and two that were one."""

from django.db import migrations, models

import escalation.states


class Migration(migrations.Migration):
    dependencies = [("escalation", "0017_search")]

    operations = [
        migrations.AlterField("disagreement", "child_reference", models.CharField(blank=True, max_length=200)),
        migrations.AlterField(
            "link",
            "how",
            models.CharField(
                choices=[
                    ("duplicate", "The same disagreement"),
                    ("sibling", "A brother or sister"),
                    ("related", "Related"),
                    ("merged", "Put together with this one"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "chronologyentry",
            "kind",
            models.CharField(choices=[(kind.value, kind.value) for kind in escalation.states.Kind], max_length=30),
        ),
    ]
