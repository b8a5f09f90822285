"""What came back of the e-mails that were sent."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_delivery")]
    operations = []
