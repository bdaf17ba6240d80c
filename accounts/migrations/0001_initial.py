
import accounts.models
import django.core.validators
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('username', models.CharField(error_messages={'unique': 'Somebody has this user name already.'}, help_text='Letters, digits and . + - _ only.', max_length=150, unique=True, validators=[django.core.validators.RegexValidator('^[\\w.+-]+\\Z', 'Letters, digits and . + - _ only, without spaces.')], verbose_name='user name')),
                ('email', models.EmailField(db_index=True, max_length=254, verbose_name='e-mail address')),
                ('role', models.CharField(choices=[('admin', 'Administrator'), ('teacher', 'Teacher'), ('student', 'Student')], default='student', max_length=10, verbose_name='role')),
                ('time_zone', models.CharField(default='UTC', max_length=64, validators=[accounts.models.validate_time_zone], verbose_name='time zone')),
                ('language', models.CharField(choices=accounts.models.offered_languages, default='en', max_length=10, verbose_name='language')),
                ('session_version', models.PositiveIntegerField(default=0, editable=False, help_text='Counted up to end every session of this person at once.')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'indexes': [models.Index(fields=['role', 'is_active'], name='accounts_user_role')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='accounts_user_unique_email', violation_error_message='Somebody has this e-mail address already.'), models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='accounts_user_unique_username', violation_error_message='Somebody has this user name already.'), models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'teacher', 'student'])), name='accounts_user_known_role'), models.CheckConstraint(condition=models.Q(('is_superuser', False), ('role', 'admin'), _connector='OR'), name='accounts_user_superuser_is_admin'), models.CheckConstraint(condition=models.Q(('username__contains', '@'), _negated=True), name='accounts_user_name_is_no_address'), models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='accounts_user_has_address')],
            },
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['last_name', 'first_name', 'id'], name='accounts_user_name'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['last_login', 'id'], name='accounts_user_last_login'),
        ),
    ]
