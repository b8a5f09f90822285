"""That the ends of the chains were published on a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0008_invited")]

    operations = [
        migrations.CreateModel(
            name="ChainEndPublished",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("way", models.CharField(choices=[("file", "In a file"), ("mail", "By e-mail")], max_length=4)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "chain ends published",
                "db_table_comment": "append-only: on which days the ends of the chains were published",
                "constraints": [models.UniqueConstraint(fields=("day", "way"), name="chain_ends_once_a_day")],
            },
        ),
    ]
