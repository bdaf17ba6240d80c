"""Who teaches a course. Every change writes an audit row in its transaction."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import Conflict, InvalidInput
from learning.models import CoursePage, CourseTeam
from learning.models.teams import NOT_A_TEACHER, TeamRole

HAND_OVER_FIRST = _("A course keeps at least one lead teacher. Make somebody else a lead first.")
LEADS_ALONE = _(
    "%(name)s is the only lead teacher of %(courses)s. Make another teacher a lead there, or "
    "archive the course, first."
)
NAMED = 3
"""How many courses a refusal names."""


@transaction.atomic
def add_member(
    *, course: CoursePage, user: User, role: str = TeamRole.TEACHER, by: User | None = None
) -> CourseTeam:
    """Puts `user` on the team. Again with the same role: the same row, and nothing else.

    Raises `InvalidInput` for people or roles that do not fit, `Conflict` where the person is on
    the team in another role.
    """
    _check_role(role)
    if not user.is_teacher:
        raise InvalidInput(NOT_A_TEACHER, field="user")
    _lock_team(course)
    member, created = CourseTeam.objects.get_or_create(
        course=course, user=user, defaults={"role": role}
    )
    if created:
        _record("added", member, by)
    elif member.role != role:
        raise Conflict(_("This person is on the team already, in another role."), field="user")
    return member


@transaction.atomic
def change_role(*, member: CourseTeam, role: str, by: User | None = None) -> CourseTeam:
    """Gives the member another role. Raises `Conflict` where it would leave no lead.

    `InvalidInput` for somebody who is no teacher any more.
    """
    _check_role(role)
    _lock_team(member.course)
    before = CourseTeam.objects.get(pk=member.pk).role
    if before == role:
        return member
    if not member.user.is_teacher:
        raise InvalidInput(NOT_A_TEACHER, field="user")
    _keep_a_lead(member)
    member.role = role
    member.save(update_fields=["role"])
    _record("role_changed", member, by, old=before)
    return member


@transaction.atomic
def remove_member(*, member: CourseTeam, by: User | None = None) -> None:
    """Takes the person off the team. What they did stays. Raises `Conflict` for the last lead."""
    _lock_team(member.course)
    if not CourseTeam.objects.filter(pk=member.pk).exists():
        return
    _keep_a_lead(member)
    _record("removed", member, by)
    CourseTeam.objects.filter(pk=member.pk).delete()


@transaction.atomic
def keep_led_courses(user: User) -> None:
    """Raises `Conflict` where `user` leads courses alone. Archived ones can do without."""
    led = CourseTeam.objects.leading().filter(user=user)
    courses = CoursePage.objects.filter(archived_at__isnull=True, pk__in=led.values("course_id"))
    list(courses.select_for_update(of=("self",)).only("pk").order_by("pk"))
    others = CourseTeam.objects.leading().filter(course=OuterRef("pk")).exclude(user=user)
    alone = courses.exclude(Exists(others)).order_by("title").values_list("title", flat=True)
    titles = [f"“{title}”" for title in alone[: NAMED + 1]]
    if titles:
        named = ", ".join(titles[:NAMED]) + (", …" if len(titles) > NAMED else "")
        words = {"name": user.display_name, "courses": named}
        raise Conflict(LEADS_ALONE % words, field="role")


def _check_role(role: str) -> None:
    if role not in TeamRole.values:
        raise InvalidInput(_("There is no such role."), field="role")


def _lock_team(course: CoursePage) -> None:
    """Two leads who remove each other at once can't both succeed."""
    CoursePage.objects.select_for_update(of=("self",)).only("pk").get(pk=course.pk)


def _keep_a_lead(member: CourseTeam) -> None:
    leads = CourseTeam.objects.leading().filter(course_id=member.course_id)
    if leads.filter(pk=member.pk).exists() and not leads.exclude(pk=member.pk).exists():
        raise Conflict(HAND_OVER_FIRST, field="role")


def _record(verb: str, member: CourseTeam, by: User | None, **data: str) -> None:
    audit.record(
        f"learning.team_{verb}",
        actor=by,
        target=member.course,
        user=member.user_id,
        role=str(member.role),
        **data,
    )
