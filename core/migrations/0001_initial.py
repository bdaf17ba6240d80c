
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('key', models.CharField(max_length=200, verbose_name='key')),
                ('queue', models.CharField(choices=[('default', 'Default'), ('mail', 'Mail'), ('heavy', 'Heavy')], default='default', max_length=10, verbose_name='queue')),
                ('arguments', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='arguments')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('due', models.DateTimeField(default=django.utils.timezone.now, help_text='When it may be claimed next. While it runs: the end of the lease.', verbose_name='due')),
                ('again', models.BooleanField(default=False, help_text='Asked for while it ran: it runs once more.', verbose_name='again')),
                ('place', models.JSONField(blank=True, help_text='Where a long job goes on.', null=True, verbose_name='place')),
                ('steps_done', models.PositiveIntegerField(blank=True, null=True, verbose_name='steps done')),
                ('steps_total', models.PositiveIntegerField(blank=True, null=True, verbose_name='steps in total')),
                ('last_error', models.CharField(blank=True, help_text='The kind of error only: messages may hold personal data.', max_length=200, verbose_name='last error')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'indexes': [models.Index(condition=models.Q(('finished__isnull', True)), fields=['queue', 'due'], name='core_job_due')],
                'constraints': [models.UniqueConstraint(fields=('name', 'key'), name='core_job_unique_key'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed'])), name='core_job_state_known'), models.CheckConstraint(condition=models.Q(('queue__in', ['default', 'mail', 'heavy'])), name='core_job_queue_known'), models.CheckConstraint(condition=models.Q(('again', False), models.Q(('state__in', ['done', 'failed']), _negated=True), _connector='OR'), name='core_job_again_only_before_end'), models.CheckConstraint(condition=models.Q(('tries__gte', 0), ('tries__lte', 100)), name='core_job_tries_range'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['done', 'failed'])), ('finished__isnull', False)), models.Q(models.Q(('state__in', ['done', 'failed']), _negated=True), ('finished__isnull', True)), _connector='OR'), name='core_job_finished_when_over')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=100, verbose_name='verb')),
                ('target_type', models.CharField(blank=True, max_length=100, verbose_name='type of target')),
                ('target_id', models.CharField(blank=True, max_length=64, verbose_name='key of target')),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='data')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('actor', models.ForeignKey(blank=True, help_text='Empty: the system itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
            ],
            options={
                'verbose_name': 'audit event',
                'verbose_name_plural': 'audit events',
                'ordering': ['-created', '-pk'],
                'indexes': [models.Index(fields=['target_type', 'target_id', 'created'], name='core_auditevent_target'), models.Index(fields=['created'], name='core_auditevent_created')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verb', ''), _negated=True), name='core_auditevent_verb_given')],
            },
        ),
    ]
