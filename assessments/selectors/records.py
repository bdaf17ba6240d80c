"""What hangs on a piece of work: the reasons why it is archived and not deleted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from assessments.models import (
    Assignment,
    Attempt,
    Grade,
    Question,
    QuestionVersion,
    Quiz,
    Submission,
)


@dataclass(frozen=True)
class Records:
    """How much of each kind. False when there is nothing at all."""

    attempts: int = 0
    submissions: int = 0
    grades: int = 0
    versions: int = 0
    lessons: int = 0

    def __bool__(self) -> bool:
        return any((self.attempts, self.submissions, self.grades, self.versions, self.lessons))


def count_records(subject: Quiz | Assignment | Question) -> Records:
    """What would be lost, or would show a hole, if `subject` were deleted."""
    if isinstance(subject, Quiz):
        return Records(
            attempts=Attempt.objects.filter(quiz=subject).count(),
            grades=Grade.objects.filter(item__quiz=subject).count(),
            lessons=_count_placements(subject),
        )
    if isinstance(subject, Assignment):
        return Records(
            submissions=Submission.objects.filter(assignment=subject).count(),
            grades=Grade.objects.filter(item__assignment=subject).count(),
            lessons=_count_placements(subject),
        )
    return Records(versions=QuestionVersion.objects.filter(question=subject).count())


def get_given_ids(questions: Iterable[Question]) -> set[int]:
    """The keys of those questions that a learner was ever given."""
    versions = QuestionVersion.objects.filter(question__in=[row.pk for row in questions])
    return {key for key in versions.values_list("question", flat=True) if key is not None}


def _count_placements(work: Quiz | Assignment) -> int:
    """The pages whose stored content holds it."""
    page_type = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(work).filter(base_content_type=page_type)
    return references.values("object_id").distinct().count()
