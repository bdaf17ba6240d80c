
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('learning', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('activity_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='learning.activity')),
                ('question', models.CharField(max_length=200)),
                ('yes_count', models.PositiveIntegerField(default=0, editable=False)),
                ('no_count', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'poll',
                'verbose_name_plural': 'polls',
            },
            bases=('learning.activity',),
        ),
    ]
