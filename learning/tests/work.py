"""Work for tests. It belongs to an app above, so it is reached by its names only."""

from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from learning.models import CoursePage


def make_quiz(course: CoursePage, **fields: Any) -> Any:
    """A published quiz of the course."""
    values = {"title": "Quiz: water", "published": True, **fields}
    return apps.get_model("assessments.Quiz").objects.create(course=course, **values)


def make_assignment(course: CoursePage, **fields: Any) -> Any:
    """A published assignment of the course, done when it is handed in."""
    values = {"title": "Leaf diary", "published": True, **fields}
    return apps.get_model("assessments.Assignment").objects.create(course=course, **values)


def hand_in(assignment: Any, student: User) -> Any:
    """The student's work is there; nobody was told."""
    submissions = apps.get_model("assessments.Submission").objects
    return submissions.create(
        assignment=assignment, student=student, submitted_at=timezone.now(), tries_count=1
    )
