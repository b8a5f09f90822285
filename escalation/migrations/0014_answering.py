"""What answering keeps."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0013_proposed_outcome")]

    operations = []
