"""Who learns what, and how far they are. These rows point only at what editors can't delete."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learning.querysets import EnrollmentQuerySet


class EnrollmentState(models.TextChoices):
    WAITING = "waiting", _("On the waiting list")
    PENDING = "pending", _("Waiting for approval")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# The states in which a student may read the course.
READING_STATES = (EnrollmentState.ACTIVE, EnrollmentState.COMPLETED)


class EnrollmentSource(models.TextChoices):
    SELF = "self", _("Enrolled themselves")
    TEAM = "team", _("Enrolled by the course's team")
    IMPORT = "import", _("Imported")
    SYSTEM = "system", _("Follows from progress")


class Enrollment(models.Model):
    """A student in a course: one row for ever, whatever state it is in.

    `lessons_done` counts the completed lessons that are live and required now; it is kept by
    `learning.services.progress` and can be rebuilt at any time. `completed_at` is the day when the
    course was completed for the first time: it stays for ever, also when the student leaves.
    """

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="enrollments",
        verbose_name=_("student"),
    )
    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        related_name="enrollments",
        verbose_name=_("course"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=EnrollmentState, default=EnrollmentState.ACTIVE
    )
    source = models.CharField(
        _("source"), max_length=10, choices=EnrollmentSource, default=EnrollmentSource.SELF
    )
    lessons_done = models.PositiveIntegerField(_("lessons done"), default=0)
    enrolled_at = models.DateTimeField(_("enrolled"), auto_now_add=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    last_lesson = models.ForeignKey(
        "learning.LessonPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last lesson"),
    )

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at", "-id"]
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        constraints = [
            models.UniqueConstraint(
                fields=["student", "course"], name="learning_enrollment_unique_student"
            ),
            models.CheckConstraint(
                condition=Q(state__in=EnrollmentState.values),
                name="learning_enrollment_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrollmentState.COMPLETED, completed_at__isnull=False)
                | ~Q(state=EnrollmentState.COMPLETED),
                name="learning_enrollment_completed_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "state", "id"], name="learning_enroll_course_state"),
            models.Index(fields=["-enrolled_at", "-id"], name="learning_enroll_newest"),
            models.Index(fields=["last_seen_at", "id"], name="learning_enroll_last_seen"),
            models.Index(
                fields=["student", "state", "-last_seen_at"], name="learning_enroll_student_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.course}"


class EnrollmentCount(models.Model):
    """How many students may read a course, and how many required lessons they have done in all.

    A course has up to `PARTS` rows, and its figures are their sums. Each counts the enrollments
    whose key leaves the remainder `part`, so that students of one course who enroll or complete
    lessons at the same moment seldom wait for one another. `learning.services.counts` keeps them.
    """

    PARTS = 16

    course = models.ForeignKey(
        "learning.CoursePage", on_delete=models.CASCADE, related_name="enrollment_counts"
    )
    part = models.PositiveSmallIntegerField()
    students = models.IntegerField(default=0)
    lessons_done = models.IntegerField(default=0)

    class Meta:
        ordering = ["course_id", "part"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "part"], name="learning_enrollmentcount_unique_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}/{self.part}: {self.students}"


class EnrollmentEvent(models.Model):
    """One change of an enrollment: what, when and by whom. Never changed, never deleted."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="events")
    old_state = models.CharField(max_length=10, blank=True)
    new_state = models.CharField(max_length=10, choices=EnrollmentState)
    source = models.CharField(max_length=10, choices=EnrollmentSource)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class CompletionSource(models.TextChoices):
    VIEWED = "viewed", _("Viewed")
    MARKED = "marked", _("Marked as complete")
    ASSESSED = "assessed", _("Work done")


class LessonCompletion(models.Model):
    """A lesson that a student has completed: at most one row per enrollment and lesson."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="completions")
    lesson = models.ForeignKey(
        "learning.LessonPage", on_delete=models.PROTECT, related_name="completions"
    )
    how = models.CharField(max_length=10, choices=CompletionSource)
    completed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("completed lesson")
        verbose_name_plural = _("completed lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "lesson"], name="learning_lessoncompletion_unique_lesson"
            ),
            models.CheckConstraint(
                condition=Q(how__in=CompletionSource.values),
                name="learning_lessoncompletion_known_source",
            ),
        ]
        indexes = [
            models.Index(fields=["lesson", "enrollment"], name="learning_completion_lesson"),
        ]
