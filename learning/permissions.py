"""The gate: who may see and do what in a course. The only place that decides.

Predicates know no request. They read the course's place in the tree and the person's rows each
time, so that a move, an archived course, a lost role or a withdrawal counts at once. Pages that
are not live exist only in the editor: outside of it nobody sees them, not even administrators.
"""

from collections.abc import Iterator, Sequence

from learning.capabilities import Capability
from learning.models import Activity, CourseDocument, CoursePage, LessonPage, ModulePage
from learning.registries import document_owners
from learning.selectors.documents import get_live_lessons_holding
from learning.selectors.placements import lessons_placing
from learning.selectors.standing import (
    Person,
    Place,
    Standing,
    get_place,
    get_places,
    get_standing,
)


def is_open(course: CoursePage) -> bool:
    """Students may know of this course: it is live and not archived."""
    return bool(course.live and course.archived_at is None)


def has_capability(
    user: Person, course: CoursePage, capability: Capability, *, standing: Standing | None = None
) -> bool:
    """In this course, by one's role on its team now; an administrator in every course."""
    if standing is None:
        if not user.is_authenticated or user.is_student:
            return False
        standing = get_standing(user, course)
    return standing.can(capability)


def can_view_course(user: Person, course: CoursePage, *, standing: Standing | None = None) -> bool:
    """The course's page and syllabus: everybody while it is open, its staff while it is live."""
    if is_open(course):
        return True
    return bool(course.live) and (standing or get_standing(user, course)).is_staff


def can_view_content(user: Person, course: CoursePage, *, standing: Standing | None = None) -> bool:
    """What is inside the course: its staff, and enrolled students while the course is open."""
    standing = standing or get_standing(user, course)
    return standing.is_staff or (is_open(course) and standing.is_reading)


def can_view_module(user: Person, module: ModulePage, *, place: Place | None = None) -> bool:
    """A module's page: as the course's content, while the module is live."""
    place = place or get_place(user, module)
    if place is None or not module.live:
        return False
    return can_view_content(user, place.course, standing=place.standing)


def can_view_lesson(
    user: Person,
    lesson: LessonPage,
    *,
    course: CoursePage | None = None,
    place: Place | None = None,
) -> bool:
    """A lesson's page and everything in it.

    Its course is the one that it is in now; where the caller names a `course`, it must be that.
    Free previews are for everybody, as long as the course and the module are open.
    """
    place = place or get_place(user, lesson)
    if place is None or not lesson.live or (course is not None and course.pk != place.course.pk):
        return False
    if place.standing.is_staff:
        return True
    if not place.module_live or not is_open(place.course):
        return False
    return bool(lesson.free_preview) or place.standing.is_reading


def can_view_activity(
    user: Person, activity: Activity, *, standing: Standing | None = None
) -> bool:
    """An activity: members who see drafts always; students and the rest of the team once it is
    published, and where one of the lessons that hold it may be read. One that no lesson holds
    belongs to the whole course.
    """
    standing = standing or get_standing(user, activity.course)
    if standing.can(Capability.SEE_DRAFTS):
        return True
    if not activity.is_visible:
        return False
    if not can_view_content(user, activity.course, standing=standing):
        return False
    lessons = lessons_placing(activity)
    return not lessons or any(_list_readable(user, lessons))


def find_lesson(user: Person, activity: Activity) -> LessonPage | None:
    """A lesson that holds the activity and that this person may read: the way back."""
    return next(_list_readable(user, lessons_placing(activity)), None)


def _list_readable(user: Person, lessons: Sequence[LessonPage]) -> Iterator[LessonPage]:
    places = get_places(user, lessons)
    return (page for page in lessons if can_view_lesson(user, page, place=places.get(page.pk)))


def can_complete_lesson(user: Person, lesson: LessonPage, *, place: Place | None = None) -> bool:
    """Progress is for enrolled students who may read the lesson now."""
    place = place or get_place(user, lesson)
    if place is None or not place.standing.is_reading:
        return False
    return can_view_lesson(user, lesson, place=place)


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


def can_download_document(user: Person, document: CourseDocument) -> bool:
    """A file: members who see the drafts of its course, and whoever may read a live lesson that
    holds it.
    """
    if _is_admin(user):
        return True
    owner = CoursePage.objects.filter(collection_id=document.collection_id).first()
    if owner is not None and has_capability(user, owner, Capability.SEE_DRAFTS):
        return True
    if any(_list_readable(user, get_live_lessons_holding(document))):
        return True
    return any(owns(user, document) for owns in document_owners.values())


def can_view_page(
    user: Person, page: CoursePage | ModulePage | LessonPage, *, place: Place | None = None
) -> bool:
    """Any page of a course, by its kind. False for pages that are in no course."""
    place = place or get_place(user, page)
    if place is None:
        return False
    if isinstance(page, LessonPage):
        return can_view_lesson(user, page, place=place)
    if isinstance(page, ModulePage):
        return can_view_module(user, page, place=place)
    return can_view_course(user, place.course, standing=place.standing)


def _is_admin(user: Person) -> bool:
    return user.is_authenticated and user.is_admin
