"""What a person may do in a course, beside opening it: capabilities, enrolling, completing.

What they may open is decided in `learning.access`. Predicates know no request and read the
person's rows each time, so that a lost role or a withdrawal counts at once.
"""

from datetime import datetime

from core.errors import Forbidden
from learning.access import Row, get_access
from learning.capabilities import Capability
from learning.memberships import ANY_READER, Membership, Person, Place, get_membership
from learning.models import CoursePage


def is_open(course: CoursePage) -> bool:
    """Students may know of this course, whoever they are. No query."""
    return get_access(ANY_READER, course).is_there


def has_capability(
    user: Person,
    course: CoursePage,
    capability: Capability,
    *,
    membership: Membership | None = None,
) -> bool:
    """In this course, by one's role on its team now; an administrator in every course."""
    if membership is None:
        if not user.is_authenticated or user.is_student:
            return False
        membership = get_membership(user, course)
    return membership.can(capability)


def require_student_access(user: Person, row: Row, at: datetime | None = None) -> Place:
    """For what students do with a lesson or an activity: where it is, and what they are there.

    Raises `Forbidden` for everybody but students of its course for whom it is there, and `Conflict`
    with the reasons while it is locked.
    """
    access = get_access(user, row, at)
    if access.place is None or not access.place.membership.is_reading:
        raise Forbidden
    access.require()
    return access.place


def can_enroll(user: Person, course: CoursePage) -> bool:
    """Students only, in courses that are open and take students."""
    if not user.is_authenticated or not user.is_student:
        return False
    return is_open(course) and bool(course.enrollment_open)


def can_edit_course(user: Person, course: CoursePage) -> bool:
    """Write the course's pages, files, activities and questions."""
    return has_capability(user, course, Capability.EDIT)


def can_grade_course(user: Person, course: CoursePage) -> bool:
    """Give points and feedback."""
    return has_capability(user, course, Capability.GRADE)


def can_see_records(user: Person, course: CoursePage) -> bool:
    """See what each learner did."""
    return has_capability(user, course, Capability.SEE_RECORDS)


def can_manage_team(user: Person, course: CoursePage) -> bool:
    """Change who is on the course's team."""
    return has_capability(user, course, Capability.MANAGE_TEAM)
