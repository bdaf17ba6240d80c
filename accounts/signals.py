"""What happened in this app, for the apps above.

Sent inside the transaction of what happened: a receiver writes rows, and leaves the rest to jobs.
"""

from django.dispatch import Signal

student_changed = Signal()
"""`user`: a person became an active student, or is none any more (`is_student` says which)."""
