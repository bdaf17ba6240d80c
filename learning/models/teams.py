from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learning.querysets import CourseTeamQuerySet

NOT_A_TEACHER = _("Only teachers can be on a course’s team.")


class TeamRole(models.TextChoices):
    """What somebody does in one course. What they may do there: `learning.capabilities`."""

    LEAD = "lead", _("Lead teacher")
    TEACHER = "teacher", _("Co-teacher")
    GRADER = "grader", _("Grader")
    DESIGNER = "designer", _("Designer")
    REVIEWER = "reviewer", _("Reviewer")
    MODERATOR = "moderator", _("Moderator")


class CourseTeam(models.Model):
    """One person in one course's team. Rights on the course's pages and files follow from it."""

    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.CASCADE,
        related_name="team",
        verbose_name=_("course"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="course_teams",
        verbose_name=_("person"),
        limit_choices_to=Q(role="teacher", is_active=True),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=TeamRole,
        default=TeamRole.TEACHER,
        help_text=_(
            "A lead does everything and manages the team; a co-teacher does everything else. "
            "A grader reads and grades. A designer writes and sees no learner’s records. "
            "A reviewer reads drafts and approves them. A moderator looks after the discussions."
        ),
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = CourseTeamQuerySet.as_manager()

    class Meta:
        ordering = ["course_id", "id"]
        verbose_name = _("team member")
        verbose_name_plural = _("course teams")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "user"],
                name="learning_courseteam_unique_member",
                violation_error_message=_("This person is in the course's team already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=TeamRole.values), name="learning_courseteam_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def clean(self) -> None:
        """Only teachers teach. Administrators may do everything in every course as they are."""
        super().clean()
        if self.user_id and not self.user.is_teacher:
            raise ValidationError({"user": NOT_A_TEACHER})
