from django.conf import settings
from django.db import migrations, models

import accounts.models


def mend(apps, schema_editor):
    """Nobody keeps a language that is no longer offered, or is without an address."""
    users = apps.get_model("accounts", "User").objects
    users.exclude(language__in=dict(settings.LANGUAGES)).update(language=settings.LANGUAGE_CODE)
    for user in users.filter(email=""):
        users.filter(pk=user.pk).update(email=f"unconfirmed-{user.pk}@example.invalid")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(choices=accounts.models.offered_languages, default='en', max_length=10, verbose_name='language'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='accounts_user_has_address'),
        ),
    ]
