"""What happened on this floor, for the floors above.

Sent inside the transaction of what happened: a receiver writes rows, and leaves the rest to jobs.
"""

from django.dispatch import Signal

quiz_published = Signal()
"""`quiz`: students may see it from now on. Once, however often it is published."""

assignment_published = Signal()
"""`assignment`: students may see it from now on. Once, however often it is published."""

grade_released = Signal()
"""`grade`: a student got points or feedback that they may see, or these were changed."""
