"""What the members of a course's team may do there: a role is a named set of capabilities."""

from enum import StrEnum


class Capability(StrEnum):
    """One thing that a member may do in their course. An administrator may do all of them."""

    EDIT = "edit"
    """Write its pages, files, activities and questions."""
    SEE_DRAFTS = "see_drafts"
    """Read what is not published yet."""
    APPROVE = "approve"
    """Approve a draft before an administrator publishes it."""
    GRADE = "grade"
    """Give points and feedback."""
    SEE_RECORDS = "see_records"
    """See what each learner did: enrollments, progress, attempts, submissions, grades."""
    MANAGE_TEAM = "manage_team"
    """Add, change and remove members."""
    MODERATE = "moderate"
    """Edit and hide what others write in the course's discussions."""


CAPABILITIES: dict[str, frozenset[Capability]] = {
    "lead": frozenset(Capability),
    "teacher": frozenset(Capability) - {Capability.MANAGE_TEAM},
    "grader": frozenset({Capability.SEE_DRAFTS, Capability.GRADE, Capability.SEE_RECORDS}),
    "designer": frozenset({Capability.EDIT, Capability.SEE_DRAFTS}),
    "reviewer": frozenset({Capability.SEE_DRAFTS, Capability.APPROVE}),
    "moderator": frozenset({Capability.MODERATE}),
}
"""By the value of `CourseTeam.role`. Every member may read the course's live pages."""


def roles_with(capability: Capability) -> tuple[str, ...]:
    """The roles that have it."""
    return tuple(role for role, capabilities in CAPABILITIES.items() if capability in capabilities)
