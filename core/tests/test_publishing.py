from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page, PageLogEntry, Revision
from wagtail.signals import page_published, page_unpublished

from core.audit import record
from core.models import AuditEvent
from core.publishing import publish_scheduled
from core.tests.races import at_once

pytestmark = pytest.mark.django_db

PAST = timedelta(minutes=-1)


def make_page(title: str, **values: Any) -> Page:
    Locale.objects.get_or_create(language_code="en")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    return root.add_child(instance=Page(title=title, slug=title.lower(), **values))


def scheduled(title: str, after: timedelta = PAST) -> Page:
    """A draft that was approved to go live, so long from now."""
    page = make_page(title, live=False)
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() + after)
    return page


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


@pytest.fixture
def broken_receiver() -> Iterator[None]:
    """Writes a row for each page that changes, then fails for the page named Broken."""

    def receive(instance: Page, **kwargs: Any) -> None:
        record("page.changed", actor=None, target=instance)
        if instance.title == "Broken":
            raise RuntimeError("receiver")

    for signal in (page_published, page_unpublished):
        signal.connect(receive)
    yield
    for signal in (page_published, page_unpublished):
        signal.disconnect(receive)


def test_page_whose_date_has_come_goes_live_once() -> None:
    page = scheduled("Lesson")
    assert publish_scheduled() == 1
    assert is_live(page)
    assert publish_scheduled() == 0
    assert PageLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 1


def test_page_whose_date_is_still_to_come_stays_a_draft() -> None:
    page = scheduled("Lesson", timedelta(minutes=1))
    assert publish_scheduled() == 0
    assert not is_live(page)


def test_page_whose_time_is_over_is_unpublished_and_marked_expired() -> None:
    page = make_page("Lesson", expire_at=timezone.now() + PAST)
    staying = make_page("Other", expire_at=timezone.now() - PAST)
    assert publish_scheduled() == 1
    assert not is_live(page)
    assert Page.objects.get(pk=page.pk).expired
    assert is_live(staying)


@pytest.mark.usefixtures("broken_receiver")
def test_broken_page_changes_nothing_and_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, good = scheduled("Broken", 2 * PAST), scheduled("Good")
    assert publish_scheduled() == 1
    assert (is_live(broken), is_live(good)) == (False, True)
    assert [event.target_id for event in AuditEvent.objects.all()] == [str(good.pk)]
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1
    assert "was not changed as scheduled" in caplog.text


@pytest.mark.usefixtures("broken_receiver")
def test_broken_expiry_does_not_stop_the_others() -> None:
    broken = make_page("Broken", expire_at=timezone.now() + 2 * PAST)
    ending = make_page("Ending", expire_at=timezone.now() + PAST)
    beginning = scheduled("Beginning")
    assert publish_scheduled() == 2
    assert is_live(broken)
    assert not is_live(ending)
    assert is_live(beginning)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_publish_each_page_once() -> None:
    for number in range(6):
        scheduled(f"Lesson{number}")
    assert sum(at_once(publish_scheduled, publish_scheduled)) == 6
    assert PageLogEntry.objects.filter(action="wagtail.publish.scheduled").count() == 6
