"""Reserved for proof of who it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_single_sign_on")]

    operations = []
