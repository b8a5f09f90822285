"""By which way a partnership sends its e-mails, and when they may leave."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_webhooks")]
    operations = []
