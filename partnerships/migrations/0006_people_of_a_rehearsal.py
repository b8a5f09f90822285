"""People who are invented for one rehearsal: nobody can sign in as one of them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0005_shared_definitions'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='rehearses',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cast', to='partnerships.partnership'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('rehearses__isnull', True), models.Q(('email__endswith', '.example'), ('is_active', False), ('is_demo', False), ('is_operator', False)), _connector='OR'), name='nobody_signs_in_as_somebody_of_a_rehearsal'),
        ),
    ]
