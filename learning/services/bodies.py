"""Which rendered bodies are out of date. They are cached under `LessonPage.body_version`."""

from django.db.models import F
from wagtail.models import Page, PageQuerySet

from learning.models import LessonPage, LessonReference


def drop_bodies(lessons: PageQuerySet) -> int:
    """What was rendered of these lessons is not used again. Returns how many they are.

    Call it in the transaction of the change, or after it.
    """
    return lessons.update(body_version=F("body_version") + 1)


def drop_bodies_linking(page: Page) -> None:
    """Before `page` is stored: drops what links to it where its address or live state changes.

    With another address what links to a page below it is dropped, too. One query for a page
    whose address and state stay as they are.
    """
    stored = Page.objects.filter(pk=page.pk).values_list("url_path", "live").first()
    if stored is None or stored == (page.url_path, page.live):
        return
    links = LessonReference.objects.filter(page__path__startswith=page.path)
    if stored[0] == page.url_path:
        links = LessonReference.objects.filter(page=page.pk)
    drop_bodies(LessonPage.objects.filter(pk__in=links.values("lesson")))
