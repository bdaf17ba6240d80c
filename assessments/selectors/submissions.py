"""What the pages of assignments, of grading and of the queue show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from assessments.models import (
    Assignment,
    Grade,
    GradeEvent,
    Submission,
    SubmissionFile,
    SubmissionTry,
)
from assessments.models.assignments import SubmissionState
from core.errors import NotFound


@dataclass(frozen=True)
class ShownFile:
    """A file under the name that its student gave it; `size` in bytes."""

    name: str
    size: int
    url: str


@dataclass(frozen=True)
class ShownTry:
    """What was handed in at once. `text` is plain text."""

    number: int
    text: str
    submitted_at: datetime
    is_late: bool
    files: Sequence[ShownFile]


@dataclass(frozen=True)
class StudentWork:
    """An assignment as its student sees it. `grade` is left out until it is released."""

    submission: Submission | None
    tries: Sequence[ShownTry]
    grade: Grade | None
    tries_left: int | None

    @property
    def has_tries_left(self) -> bool:
        return self.tries_left is None or self.tries_left > 0


@dataclass(frozen=True)
class GradingDesk:
    """A submission as its grader sees it, with its place in the queue of the assignment."""

    submission: Submission
    tries: Sequence[ShownTry]
    grade: Grade | None
    events: Sequence[GradeEvent]
    previous_id: int | None
    next_id: int | None
    waiting: int

    @property
    def version(self) -> int:
        """The version that the page shows; 0 where nothing was graded yet."""
        return self.grade.version if self.grade else 0


@dataclass(frozen=True)
class QueueCounts:
    """How many submissions of a course wait, and how many are done."""

    waiting: int
    graded: int

    @property
    def total(self) -> int:
        return self.waiting + self.graded


def get_assignment(assignment_id: int) -> Assignment:
    """With its course. Raises `NotFound`."""
    rows = Assignment.objects.select_related("course")
    found = rows.filter(pk=assignment_id).first()
    if found is None:
        raise NotFound
    return found


def get_submission(submission_id: int) -> Submission:
    """With its assignment, course and student. Raises `NotFound`."""
    rows = Submission.objects.select_related("assignment__course", "student")
    found = rows.filter(pk=submission_id).first()
    if found is None:
        raise NotFound
    return found


def get_student_work(assignment: Assignment, student: User) -> StudentWork:
    """Four queries, however many tries and files."""
    submission = Submission.objects.filter(assignment=assignment, student=student).first()
    used = submission.tries_count if submission else 0
    return StudentWork(
        submission=submission,
        tries=_list_tries(submission),
        grade=_find_grade(assignment.pk, student.pk, released=True),
        tries_left=None if assignment.max_tries is None else max(0, assignment.max_tries - used),
    )


def get_grading_desk(submission: Submission) -> GradingDesk:
    """Eight queries, however long the queue and the history are."""
    grade = _find_grade(submission.assignment_id, submission.student_id)
    events = grade.events.select_related("actor").order_by("-pk") if grade else ()
    waiting = list_waiting(submission.assignment_id).exclude(pk=submission.pk)
    return GradingDesk(
        submission=submission,
        tries=_list_tries(submission),
        grade=grade,
        events=list(events),
        previous_id=_first_id(waiting.filter(_before(submission)).reverse()),
        next_id=_first_id(waiting.filter(_after(submission))),
        waiting=waiting.count(),
    )


def find_next_waiting(submission: Submission) -> int | None:
    """Whom to grade now: the next in the queue of the same assignment, at its end the first."""
    waiting = list_waiting(submission.assignment_id).exclude(pk=submission.pk)
    return _first_id(waiting.filter(_after(submission))) or _first_id(waiting)


def list_waiting(assignment_id: int) -> QuerySet[Submission]:
    """The queue of an assignment: ungraded, the longest waiting first."""
    rows = Submission.objects.filter(assignment=assignment_id, state=SubmissionState.SUBMITTED)
    return rows.order_by("submitted_at", "pk")


def list_queue(
    course_id: int, *, state: str = "", assignment_id: int | None = None, term: str = ""
) -> QuerySet[Submission]:
    """A course's submissions with what the list shows of each. The longest waiting comes first."""
    rows = Submission.objects.filter(assignment__course=course_id)
    if state in SubmissionState.values:
        rows = rows.filter(state=state)
    if assignment_id is not None:
        rows = rows.filter(assignment=assignment_id)
    for word in term.split():
        rows = rows.filter(
            Q(student__username__icontains=word)
            | Q(student__first_name__icontains=word)
            | Q(student__last_name__icontains=word)
        )
    grades = Grade.objects.filter(
        item__activity=OuterRef("assignment"), student=OuterRef("student")
    )
    tries = SubmissionTry.objects.filter(submission=OuterRef("pk")).order_by("-number")
    return (
        rows.select_related("assignment", "student")
        .annotate(
            points=Subquery(grades.values("points")[:1]),
            out_of=Coalesce(Subquery(grades.values("max_points")[:1]), F("assignment__max_points")),
            seconds_late=Subquery(tries.values("seconds_late")[:1]),
        )
        .order_by("submitted_at", "pk")
    )


def count_queue(course_id: int) -> QueueCounts:
    """One query for the whole course."""
    is_waiting = Q(state=SubmissionState.SUBMITTED)
    counts = Submission.objects.filter(assignment__course=course_id).aggregate(
        waiting=Count("pk", filter=is_waiting), graded=Count("pk", filter=~is_waiting)
    )
    return QueueCounts(counts["waiting"], counts["graded"])


def get_submission_file(submission: Submission, number: int | None, place: int) -> SubmissionFile:
    """The file at `place` (1…) of a try, the newest if `number` is None. Raises `NotFound`."""
    files = SubmissionFile.objects.filter(submission_try__submission=submission)
    if number is not None:
        files = files.filter(submission_try__number=number)
    rows = list(files.order_by("-submission_try__number", "pk").select_related("submission_try"))
    newest = [row for row in rows if row.submission_try_id == rows[0].submission_try_id]
    if not 1 <= place <= len(newest):
        raise NotFound
    return newest[place - 1]


def _list_tries(submission: Submission | None) -> list[ShownTry]:
    if submission is None:
        return []
    rows = submission.tries.order_by("-number").prefetch_related("files")
    url = reverse("submission_file", args=[submission.pk])
    return [
        ShownTry(
            number=row.number,
            text=row.text,
            submitted_at=row.submitted_at,
            is_late=row.seconds_late > 0,
            files=[
                ShownFile(file.name, file.size, f"{url}?try={row.number}&file={place}")
                for place, file in enumerate(sorted(row.files.all(), key=attrgetter("pk")), start=1)
            ],
        )
        for row in rows
    ]


def _find_grade(assignment_id: int, student_id: int, *, released: bool = False) -> Grade | None:
    grades = Grade.objects.filter(item__activity=assignment_id, student=student_id)
    if released:
        grades = grades.filter(item__released=True, points__isnull=False)
    return grades.select_related("item", "graded_by").first()


def _before(submission: Submission) -> Q:
    at = submission.submitted_at
    return Q(submitted_at__lt=at) | Q(submitted_at=at, pk__lt=submission.pk)


def _after(submission: Submission) -> Q:
    at = submission.submitted_at
    return Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=submission.pk)


def _first_id(rows: QuerySet[Submission]) -> int | None:
    return rows.values_list("pk", flat=True).first()
