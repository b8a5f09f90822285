"""What the office does for somebody, and two that were one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0017_search")]

    operations: list[object] = []
