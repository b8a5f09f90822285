"""What a partnership has arranged beside its protocol, and the log of what was done to it."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0006_people_of_a_rehearsal'),
    ]

    operations = [
        migrations.AddField(
            model_name='partnership',
            name='passwords',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='AdministrationEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('did', models.CharField(choices=[('let_in', 'Let somebody in'), ('role_changed', 'Changed what somebody may do'), ('let_out', 'Ended somebody’s access'), ('rearranged', 'Changed an arrangement'), ('sign_on_added', 'Added a single sign-on'), ('sign_on_changed', 'Changed a single sign-on'), ('sign_on_ended', 'Ended a single sign-on'), ('agency_changed', 'Changed an agency'), ('contact_changed', 'Changed a contact'), ('exported', 'Exported the partnership’s data'), ('token_made', 'Made a token for a program'), ('signed_out_everywhere', 'Ended somebody’s sessions')], max_length=30)),
                ('at', models.DateTimeField()),
                ('data', models.JSONField(default=dict)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'verbose_name_plural': 'administration entries',
                'db_table_comment': 'append-only: what was done to a partnership itself',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Arrangements',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency_sees', models.BooleanField(default=False)),
                ('older_after_days', models.PositiveSmallIntegerField(default=90)),
                ('guest_days', models.PositiveSmallIntegerField(default=30)),
                ('child_reference_label', models.CharField(blank=True, max_length=100)),
                ('child_reference_hint', models.CharField(blank=True, max_length=200)),
                ('controller', models.TextField(blank=True, max_length=4000)),
                ('privacy_notice', models.TextField(blank=True, max_length=20000)),
                ('privacy_contact', models.CharField(blank=True, max_length=300)),
                ('keep_years', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('kept_from', models.CharField(choices=[('ended', 'The day on which the disagreement ended'), ('last_entry', 'The day of the last thing that happened to it')], default='ended', max_length=12)),
                ('suppress_below', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(20)])),
                ('attachments', models.BooleanField(default=False)),
                ('attachment_megabytes', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(25)])),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partnership',), name='arrangements_once')],
            },
        ),
        RowSecurity("partnerships_arrangements"),
        RowSecurity("partnerships_administrationentry"),
    ]
