"""Invitations, the log of reading, files, and what concerns another partnership too."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity, SamePartnershipKey


class Migration(migrations.Migration):

    dependencies = [
        ('escalation', '0006_side_processes'),
        ('partnerships', '0007_arrangements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='disagreement',
            name='destroyed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=200)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Being checked for viruses'), ('clean', 'Can be opened'), ('refused', 'Not kept: a virus was found'), ('removed', 'Taken away')], default='waiting', max_length=10)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['added_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('partnership', 'key'), name='attachment_key_once')],
            },
        ),
        migrations.CreateModel(
            name='ElsewhereMarker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=30)),
                ('state', models.CharField(max_length=24)),
                ('raised_on', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('marked_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partnership', 'owner', 'reference'), name='marked_elsewhere_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=150)),
                ('state', models.CharField(choices=[('held', 'Waits for the partnership office'), ('admitted', 'May come in'), ('refused', 'Not let in'), ('removed', 'Taken away again')], default='held', max_length=10)),
                ('invited_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('first_used_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.agency')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['invited_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('partnership', 'key'), name='invitation_key_once'), models.UniqueConstraint(models.F('disagreement'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['held', 'admitted'])), name='one_open_invitation_per_address')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(choices=[('disagreement', 'A disagreement'), ('tracker', 'The tracker'), ('search', 'A search'), ('export', 'An export'), ('file', 'A file'), ('pack', 'A disclosure pack'), ('readers', 'The log of reading')], max_length=14)),
                ('address', models.GenericIPAddressField(null=True)),
                ('by_program', models.BooleanField(default=False)),
                ('about', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disagreement', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'db_table_comment': 'append-only: who read what, and when',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['partnership', 'at'], name='reading_in_time'), models.Index(fields=['disagreement', 'at'], name='reading_of_disagreement'), models.Index(fields=['by', 'at'], name='reading_by_person')],
            },
        ),
        migrations.CreateModel(
            name='SharedAcross',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shared_at', models.DateTimeField()),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='shared_across', to='escalation.disagreement')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('shared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('disagreement', 'other'), name='shared_across_once')],
            },
        ),
        RowSecurity("escalation_attachment"),
        RowSecurity("escalation_elsewheremarker"),
        RowSecurity("escalation_invitation"),
        RowSecurity("escalation_reading"),
        RowSecurity("escalation_sharedacross"),
        SamePartnershipKey("escalation_attachment", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("escalation_invitation", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("escalation_reading", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("escalation_sharedacross", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("escalation_invitation", "agency_id", "partnerships_agency"),
    ]
