"""By which index the e-mails that did not arrive are found; made beside everybody's work, since messages are many."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0008_announcing")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=Q(state__in=["gave_up", "returned"], dealt=""),
                fields=["partnership", "id"],
                name="message_not_arrived",
            ),
        ),
    ]
