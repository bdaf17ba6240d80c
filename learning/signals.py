"""What happened in this app, for the apps above.

Sent inside the transaction of what happened: a receiver writes rows, and leaves the rest to jobs.
"""

from django.dispatch import Signal

student_enrolled = Signal()
"""`enrollment`: a student may read a course from now on, for the first time or again."""

lesson_completed = Signal()
"""`completion`: a student has completed a lesson, once."""

course_completed = Signal()
"""`enrollment_ids`: these students have completed the course, for the first time. A list, for one
as for many."""

activity_saved = Signal()
"""`activity`: its author changed it, or it was published."""

activity_published = Signal()
"""`activity`: students may find it from now on. Once, however often it is published."""

lesson_published = Signal()
"""`lesson_id`, `course_id`: a lesson became readable for students, for the first time or again."""
