"""What other people's systems are told."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_wishes"), ("escalation", "0019_idempotency")]

    operations: list[object] = []
