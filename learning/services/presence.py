"""When a student was last there, and where. The only thing that looking at a page writes."""

from datetime import timedelta

from django.utils import timezone

from learning.models import Enrollment, LessonPage

WRITTEN_BY_READING = ("last_seen_at", "last_lesson")
SEEN_EVERY = timedelta(minutes=5)


def note_seen(*, enrollment: Enrollment, lesson: LessonPage) -> bool:
    """Keeps the place for “Continue”. Writes for another lesson, or after `SEEN_EVERY`."""
    now = timezone.now()
    seen = enrollment.last_seen_at
    if enrollment.last_lesson_id == lesson.pk and seen is not None and now - seen < SEEN_EVERY:
        return False
    enrollment.last_seen_at, enrollment.last_lesson_id = now, lesson.pk
    enrollment.save(update_fields=WRITTEN_BY_READING)
    return True
