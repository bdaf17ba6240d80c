"""Puts the demo academy together, once. From then on it belongs to those who use it."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from wagtail.models import Page

from accounts.models import User
from core import audit
from core.jobs import run_due_jobs
from core.models import AuditEvent, Job, JobState
from home.demo.content import read_courses
from home.services.demo.courses import CourseBuilder
from home.services.demo.learners import make_learners
from home.services.demo.people import make_people
from home.services.site import ensure_site
from learning.models import CoursePage, LessonPage, ModulePage
from notifications.models import Delivery, DeliveryState
from notifications.services.notify import WRITE_FOR_CLASS, write_for_class

MADE = "home.demo_made"

DRAFT = {
    "title": "Plants and people",
    "minutes": 9,
    "body": [
        {
            "text": "<p>Wheat, rice and maize feed most of us, and all three are grasses that "
            "people changed by choosing, season after season, which seeds to keep.</p>"
        },
        {
            "callout": {
                "kind": "note",
                "title": "Ten thousand years",
                "text": "<p>A wild ear of wheat falls apart when ripe. Ours waits for us.</p>",
            }
        },
    ],
}


def make_demo() -> None:
    """Three courses, their people, and something to see on every dashboard.

    Where it was made, nothing happens: what people changed, ended or deleted since then stays so.
    A run that was cut off leaves either nothing or the courses, and the next one goes on there.
    """
    if AuditEvent.objects.filter(verb=MADE).exists():
        return
    pages, people = _make_courses()
    run_due_jobs()  # nobody is enrolled yet: the courses' own beginnings are not announced
    _make_history(pages, people)
    run_due_jobs()


@transaction.atomic
def _make_courses() -> tuple[Mapping[str, CoursePage], Mapping[str, User]]:
    """The published courses by slug, and everybody by user name."""
    index = ensure_site()
    people = make_people()
    pages = {}
    for demo in read_courses():
        page = CoursePage.objects.child_of(index).filter(slug=demo.slug).first()
        pages[demo.slug] = page or CourseBuilder(demo, index, people).build()
    return pages, people


@transaction.atomic
def _make_history(pages: Mapping[str, CoursePage], people: Mapping[str, User]) -> None:
    """What happened in the courses so far, and the record that all of it is there."""
    make_learners(pages, people)
    _publish_latest(pages.values(), people["admin"])
    _submit_for_moderation(pages["how-plants-live"], people)
    _tell_without_mail()
    audit.record(MADE, actor=None)


def _publish_latest(courses: Iterable[CoursePage], publisher: User) -> None:
    """What the courses hold back comes out now, so that their students are told of it."""
    held_back = {
        lesson["title"]
        for demo in read_courses()
        for module in demo.modules
        for lesson in module["lessons"]
        if lesson.get("late")
    }
    for course in courses:
        drafts = LessonPage.objects.descendant_of(course).filter(live=False, title__in=held_back)
        for lesson in drafts.filter(first_published_at__isnull=True):
            lesson.save_revision(user=publisher).publish(user=publisher)


def _submit_for_moderation(course: CoursePage, people: Mapping[str, User]) -> None:
    """A lesson that waits for the administrator."""
    module = ModulePage.objects.child_of(course).order_by("path").last()
    if module is None or LessonPage.objects.child_of(module).filter(title=DRAFT["title"]).exists():
        return
    demo = next(demo for demo in read_courses() if demo.slug == course.slug)
    builder = CourseBuilder(demo, Page.objects.get(pk=course.get_parent().pk), people)
    lesson = builder.make_lesson(module, DRAFT)
    lesson.save_revision(user=builder.lead)
    lesson.get_workflow().start(lesson, builder.lead)


def _tell_without_mail() -> None:
    """Nobody at example.org reads mail: the demo's notifications stay in the academy."""
    waiting = Job.objects.filter(name=WRITE_FOR_CLASS, state=JobState.QUEUED)
    for job in waiting:
        write_for_class(**job.arguments)
    Delivery.objects.filter(
        state=DeliveryState.QUEUED, user__email__endswith="@example.org"
    ).update(state=DeliveryState.SKIPPED)
