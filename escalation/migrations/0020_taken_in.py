"""What was taken in from a tracker kept before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0019_idempotency")]

    operations: list[object] = []
