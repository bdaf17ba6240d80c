"""What the apps below report becomes notifications."""

from typing import Any

from django.dispatch import receiver

from assessments.models import Grade
from assessments.signals import grade_released
from learning.models import Activity, Enrollment, LessonPage
from learning.signals import activity_published, lesson_published
from notifications import kinds
from notifications.services.notify import Message, notify_class, notify_user


@receiver(lesson_published, dispatch_uid="notifications.lesson_published")
def tell_of_lesson(*, lesson_id: int, course_id: int, **kwargs: Any) -> None:
    lesson = LessonPage.objects.get(pk=lesson_id)
    course = lesson.get_parent().get_parent()
    notify_class(
        message=Message(
            kind=kinds.LESSON_PUBLISHED,
            key=f"lesson:{lesson_id}",
            url=lesson.get_url() or "",
            course_id=course_id,
            context={"title": lesson.title, "course": course.title, "lesson": lesson_id},
        )
    )


@receiver(activity_published, dispatch_uid="notifications.activity_published")
def tell_of_activity(*, activity: Activity, **kwargs: Any) -> None:
    notify_class(
        message=Message(
            kind=kinds.ACTIVITY_PUBLISHED,
            key=f"activity:{activity.pk}",
            url=activity.get_absolute_url(),
            course_id=activity.course_id,
            context={
                "title": activity.title,
                "course": activity.course.title,
                "activity_kind": activity.kind,
                "activity": activity.pk,
            },
        )
    )


@receiver(grade_released, dispatch_uid="notifications.grade_released")
def tell_of_grade(*, grade: Grade, **kwargs: Any) -> None:
    """Computed grades appear before the student's eyes: only a person's are told. Students who have
    left the course could not open it.
    """
    item = grade.item
    if grade.graded_by_id is None or item.activity is None:
        return
    readers = Enrollment.objects.reading().filter(course=item.course_id, student=grade.student_id)
    if not readers.exists():
        return
    notify_user(
        user=grade.student,
        message=Message(
            kind=kinds.GRADED,
            key=f"grade:{grade.pk}:{grade.version}",
            url=item.activity.get_absolute_url(),
            course_id=item.course_id,
            actor_id=grade.graded_by_id,
            context={"title": item.title, "course": item.course.title},
        ),
    )
