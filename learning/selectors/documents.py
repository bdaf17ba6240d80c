"""Where files are used."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage, ModulePage
from learning.selectors.standing import get_courses_around


def get_live_pages_using(document: CourseDocument) -> list[Page]:
    """The live courses, modules and lessons whose published content holds this file."""
    used_by = _page_ids_using(document)
    if not used_by:
        return []
    kinds: tuple[type[Page], ...] = (LessonPage, ModulePage, CoursePage)
    return [page for kind in kinds for page in kind.objects.live().filter(pk__in=used_by)]


def list_course_ids_using(file: CourseDocument | CourseImage) -> list[int]:
    """The course that the file belongs to, and every course with a page that holds it."""
    pages = Page.objects.filter(pk__in=_page_ids_using(file))
    holders = get_courses_around(pages.values_list("path", flat=True))
    owner = CoursePage.objects.filter(collection_id=file.collection_id)
    return list((holders | owner).values_list("pk", flat=True))


def _page_ids_using(file: CourseDocument | CourseImage) -> set[int]:
    page_type = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(file).filter(base_content_type=page_type)
    return {int(pk) for pk in references.values_list("object_id", flat=True)}
