"""The words that the office searches."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0016_tracker")]

    operations: list[object] = []
