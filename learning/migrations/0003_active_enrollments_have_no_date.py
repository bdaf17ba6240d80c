from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def clear_dates(apps: Any, schema_editor: Any) -> None:
    """Who came back to a course that had grown kept the day of the first completion."""
    enrollments = apps.get_model("learning", "Enrollment").objects.using(
        schema_editor.connection.alias
    )
    enrollments.filter(state="active", completed_at__isnull=False).update(completed_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0002_subject_may_be_deleted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(clear_dates, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.CheckConstraint(
                condition=Q(state="active", completed_at__isnull=True) | ~Q(state="active"),
                name="learning_enrollment_active_has_no_date",
            ),
        ),
    ]
