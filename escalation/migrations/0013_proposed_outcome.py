"""An outcome that both sides see before it is fixed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0012_shared_drafts")]

    operations = []
