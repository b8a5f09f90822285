"""What answering keeps: that somebody copied the text for the child's file is a reading of its own kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0013_proposed_outcome")]

    operations = [
        migrations.AlterField(
            model_name="reading",
            name="what",
            field=models.CharField(
                choices=[
                    ("disagreement", "A disagreement"),
                    ("tracker", "The tracker"),
                    ("search", "A search"),
                    ("export", "An export"),
                    ("file", "A file"),
                    ("pack", "A disclosure pack"),
                    ("copy", "A copy for the child's file"),
                    ("readers", "The log of reading"),
                ],
                max_length=14,
            ),
        ),
    ]
