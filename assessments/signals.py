"""What happened in this app, for the apps above.

Sent inside the transaction of what happened: a receiver writes rows, and leaves the rest to jobs.
"""

from django.dispatch import Signal

grade_released = Signal()
"""`grade`: a student got points or feedback that they may see, or these were changed."""
