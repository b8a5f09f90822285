"""What announcing many entries at once needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_returned")]
    operations = []
