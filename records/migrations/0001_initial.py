"""Legal holds, reviews, certificates, anonymous rows and disclosures."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from partnerships.walls import RowSecurity, SamePartnershipKey


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('escalation', '0007_letting_in_and_reading'),
        ('partnerships', '0007_arrangements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DestructionCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('reference', models.CharField(max_length=30)),
                ('rule', models.CharField(max_length=300)),
                ('destroyed_at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict)),
                ('chain_seq', models.BigIntegerField()),
                ('chain_hash', models.CharField(max_length=64)),
                ('destroyed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disagreement', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'db_table_comment': 'append-only: certificates of destruction',
                'ordering': ['-destroyed_at'],
            },
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('subject_access', 'A person’s own data (subject access)'), ('court', 'An order of a court'), ('review', 'A safeguarding practice review'), ('other', 'Another lawful ground')], max_length=16)),
                ('for_whom', models.CharField(max_length=200)),
                ('redactions', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['-begun_at'],
            },
        ),
        migrations.CreateModel(
            name='StatisticalRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raised_quarter', models.CharField(max_length=7)),
                ('raising_sector', models.CharField(max_length=20)),
                ('receiving_sector', models.CharField(max_length=20)),
                ('category', models.CharField(blank=True, max_length=40)),
                ('highest_stage_kind', models.CharField(blank=True, max_length=20)),
                ('ended_as', models.CharField(max_length=24)),
                ('working_days_to_end', models.PositiveIntegerField(null=True)),
                ('timescales_passed', models.PositiveSmallIntegerField(default=0)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
            ],
            options={
                'ordering': ['raised_quarter', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('placed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='escalation.disagreement')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-placed_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('disagreement',), name='one_legal_hold_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RetentionReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('destroy', 'Destroy it'), ('keep', 'Keep it until a day')], max_length=8)),
                ('reason', models.TextField(max_length=2000)),
                ('keep_until', models.DateField(null=True)),
                ('reviewed_at', models.DateTimeField()),
                ('disagreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='retention_reviews', to='escalation.disagreement')),
                ('partnership', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.partnership')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-reviewed_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('decision', 'destroy'), ('keep_until__isnull', False), _connector='OR'), name='kept_until_a_day')],
            },
        ),
        RowSecurity("records_legalhold"),
        RowSecurity("records_retentionreview"),
        RowSecurity("records_destructioncertificate"),
        RowSecurity("records_statisticalrow"),
        RowSecurity("records_disclosure"),
        SamePartnershipKey("records_legalhold", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("records_retentionreview", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("records_destructioncertificate", "disagreement_id", "escalation_disagreement"),
        SamePartnershipKey("records_disclosure", "disagreement_id", "escalation_disagreement"),
    ]
