"""Coming into a course, being there, and leaving it.

One row for each student and course, whatever happens.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Forbidden
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonPage
from learning.models.enrollment import EnrollmentSource, EnrollmentState
from learning.permissions import can_enroll, is_open
from learning.services.counts import add_to_counts
from learning.services.progress import recount_enrollment
from learning.signals import student_enrolled

WRITTEN_BY_READING = ("last_seen_at", "last_lesson")
SEEN_EVERY = timedelta(minutes=5)


def enroll_student(
    *,
    student: User,
    course: CoursePage,
    source: str = EnrollmentSource.SELF,
    by: User | None = None,
) -> Enrollment:
    """Lets the student read the course. Twice, also at the same moment, is the same as once.

    Students who had left come back with everything they did, and with the day when they completed
    it. Raises `Forbidden` for people who are no students and for courses that nobody may know of,
    `Conflict` where the course takes nobody in.
    """
    with transaction.atomic():
        student = User.objects.select_for_update(no_key=True).get(pk=student.pk)
        if not student.is_student or not is_open(course):
            raise Forbidden
        enrollment, created = Enrollment.objects.select_for_update().get_or_create(
            student=student,
            course=course,
            defaults={"source": source, "state": EnrollmentState.WITHDRAWN},
        )
        if created or enrollment.state == EnrollmentState.WITHDRAWN:
            if source == EnrollmentSource.SELF and not can_enroll(student, course):
                raise Conflict(_("This course does not take new students now."))
            _let_in(enrollment, created=created, source=source, by=by or student)
    return enrollment


@transaction.atomic
def leave_course(*, student: User, course: CoursePage, by: User | None = None) -> Enrollment:
    """Ends the student's access; what they did stays. Again: nothing more.

    Raises `Forbidden` for somebody who never was in the course.
    """
    held = Enrollment.objects.select_for_update()
    enrollment = held.filter(student=student, course=course).first()
    if enrollment is None:
        raise Forbidden
    if enrollment.state != EnrollmentState.WITHDRAWN:
        add_to_counts(Enrollment.objects.reading().filter(pk=enrollment.pk), -1)
        before = enrollment.state
        enrollment.state = EnrollmentState.WITHDRAWN
        enrollment.save(update_fields=["state"])
        _record(enrollment, before, enrollment.source, by or student)
    return enrollment


def _let_in(enrollment: Enrollment, *, created: bool, source: str, by: User) -> None:
    """A student who had completed the course comes back as such, with the day when they did."""
    before = "" if created else enrollment.state
    had_completed = enrollment.completed_at is not None
    enrollment.state = EnrollmentState.COMPLETED if had_completed else EnrollmentState.ACTIVE
    enrollment.source = source
    enrollment.save(update_fields=["state", "source"])
    add_to_counts(Enrollment.objects.reading().filter(pk=enrollment.pk))
    _record(enrollment, before, source, by)
    if not created:
        recount_enrollment(enrollment)
    student_enrolled.send(sender=Enrollment, enrollment=enrollment)


def _record(enrollment: Enrollment, before: str, source: str, by: User) -> None:
    EnrollmentEvent.objects.create(
        enrollment=enrollment,
        old_state=before,
        new_state=enrollment.state,
        source=source,
        actor=by,
    )


def note_seen(*, enrollment: Enrollment, lesson: LessonPage) -> bool:
    """Keeps the place for “Continue”. Writes for another lesson, or after `SEEN_EVERY`."""
    now = timezone.now()
    seen = enrollment.last_seen_at
    if enrollment.last_lesson_id == lesson.pk and seen is not None and now - seen < SEEN_EVERY:
        return False
    enrollment.last_seen_at, enrollment.last_lesson_id = now, lesson.pk
    enrollment.save(update_fields=WRITTEN_BY_READING)
    return True
