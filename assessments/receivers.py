"""What the apps below report."""

from typing import Any

from assessments.services.grades import follow_activity
from learning.models import Activity
from learning.signals import activity_saved


def follow_saved_activity(*, activity: Activity, **kwargs: Any) -> None:
    """Its grade item has its title and its points."""
    follow_activity(activity)


def connect() -> None:
    """Called once, when the app is ready."""
    activity_saved.connect(follow_saved_activity, dispatch_uid="follow activity")
