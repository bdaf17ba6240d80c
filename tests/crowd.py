"""Many students at once, made in bulk."""

from accounts.models import User
from learning.models import CoursePage, Enrollment
from learning.services.counts import rebuild_counts


def enroll_crowd(course: CoursePage, size: int) -> None:
    """`size` new students who read the course."""
    users = User.objects.bulk_create(
        User(username=f"crowd{number}", email=f"crowd{number}@example.org", password="!")
        for number in range(size)
    )
    Enrollment.objects.bulk_create(
        (Enrollment(student=user, course=course) for user in users), batch_size=2_000
    )
    rebuild_counts([course.pk])
