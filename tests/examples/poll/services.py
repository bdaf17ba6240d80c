from django.db import transaction
from django.db.models import F

from accounts.models import User
from assessments.models import Grade
from assessments.services.grades import item_for, record_grade
from learning.services.completion import complete_placing_lessons
from tests.examples.poll.models import Poll


@transaction.atomic
def vote(*, poll: Poll, student: User, says_yes: bool) -> None:
    """Counts a student's vote, once; again changes nothing."""
    if Grade.objects.filter(item__activity=poll.pk, student=student).exists():
        return
    field = "yes_count" if says_yes else "no_count"
    Poll.objects.filter(pk=poll.pk).update(**{field: F(field) + 1})
    record_grade(item=item_for(poll), student=student, points=1, by=None)
    complete_placing_lessons(student=student, activity=poll)
