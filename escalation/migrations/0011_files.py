"""Reserved for files."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0010_across")]

    operations = []
