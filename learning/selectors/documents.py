"""Where files are used."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from learning.models import CourseDocument, CoursePage, LessonPage, ModulePage


def get_live_pages_using(document: CourseDocument) -> list[Page]:
    """The live courses, modules and lessons whose published content holds this file."""
    page_type = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(document).filter(base_content_type=page_type)
    used_by = {int(pk) for pk in references.values_list("object_id", flat=True)}
    if not used_by:
        return []
    kinds: tuple[type[Page], ...] = (LessonPage, ModulePage, CoursePage)
    return [page for kind in kinds for page in kind.objects.live().filter(pk__in=used_by)]
