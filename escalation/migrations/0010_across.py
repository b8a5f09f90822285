"""Reserved for cross-border."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0009_record")]

    operations = []
