"""What programs sent, so that sending it twice does it once."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("escalation", "0018_on_behalf_and_merging")]

    operations: list[object] = []
