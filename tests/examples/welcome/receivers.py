from typing import Any

from django.dispatch import receiver

from learning.models import Enrollment
from learning.signals import student_enrolled
from notifications.registries import Kind
from notifications.services.notify import Message, notify_user

WELCOME = Kind("welcome", "Welcome to %(course)s", "hand-raised", email=True)


@receiver(student_enrolled, dispatch_uid="welcome.student_enrolled")
def welcome(*, enrollment: Enrollment, **kwargs: Any) -> None:
    """Once for each enrollment: the key is the same when a student leaves and comes back."""
    course = enrollment.course
    notify_user(
        user=enrollment.student,
        message=Message(
            kind=WELCOME.key,
            key=f"enrollment:{enrollment.pk}",
            url=course.get_url() or "",
            course_id=course.pk,
            context={"course": course.title},
        ),
    )
