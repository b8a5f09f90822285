"""What beat and the workers did last, and what the operators are told."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_returned"), ("accounts", "0004_account_mail")]
    operations = []
