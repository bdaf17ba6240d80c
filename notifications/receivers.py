"""What the floors below report becomes news."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from assessments.models import Assignment, Grade, Quiz
from assessments.signals import assignment_published, grade_released, quiz_published
from learning.models import Enrollment, LessonPage
from learning.signals import lesson_published
from notifications import kinds
from notifications.services.notify import News, notify_class, notify_user


@receiver(lesson_published, dispatch_uid="notifications.lesson_published")
def tell_of_lesson(*, lesson_id: int, course_id: int, **kwargs: Any) -> None:
    lesson = LessonPage.objects.get(pk=lesson_id)
    course = lesson.get_parent().get_parent()
    notify_class(
        news=News(
            kind=kinds.LESSON_PUBLISHED,
            key=f"lesson:{lesson_id}",
            url=lesson.get_url() or "",
            course_id=course_id,
            context={"title": lesson.title, "course": course.title},
        )
    )


@receiver(quiz_published, dispatch_uid="notifications.quiz_published")
def tell_of_quiz(*, quiz: Quiz, **kwargs: Any) -> None:
    _tell_of_work(kinds.QUIZ_PUBLISHED, quiz, reverse("quiz", args=[quiz.pk]))


@receiver(assignment_published, dispatch_uid="notifications.assignment_published")
def tell_of_assignment(*, assignment: Assignment, **kwargs: Any) -> None:
    _tell_of_work(
        kinds.ASSIGNMENT_PUBLISHED, assignment, reverse("assignment", args=[assignment.pk])
    )


@receiver(grade_released, dispatch_uid="notifications.grade_released")
def tell_of_grade(*, grade: Grade, **kwargs: Any) -> None:
    """Quizzes grade themselves before the student's eyes: only a person's grade is news. Who has
    left the course could not open it.
    """
    item = grade.item
    if item.assignment_id is None:
        return
    readers = Enrollment.objects.reading().filter(course=item.course_id, student=grade.student_id)
    if not readers.exists():
        return
    notify_user(
        user=grade.student,
        news=News(
            kind=kinds.GRADED,
            key=f"grade:{grade.pk}:{grade.version}",
            url=reverse("assignment", args=[item.assignment_id]),
            course_id=item.course_id,
            actor_id=grade.graded_by_id,
            context={"title": item.title, "course": item.course.title},
        ),
    )


def _tell_of_work(kind: str, work: Quiz | Assignment, url: str) -> None:
    notify_class(
        news=News(
            kind=kind,
            key=f"work:{work.pk}",
            url=url,
            course_id=work.course_id,
            context={"title": work.title, "course": work.course.title},
        )
    )
