"""What Wagtail's administration offers for people."""

from wagtail import hooks
from wagtail.users.views.bulk_actions import (
    AssignRoleBulkAction,
    DeleteBulkAction,
    SetActiveStateBulkAction,
)

from accounts.bulk_actions import AssignRole, DeactivatePeople, ReactivatePeople

# Wagtail's own would delete people, and change rights past the services.
for stock_action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction):
    stock_action.models = []

for action in (AssignRole, DeactivatePeople, ReactivatePeople):
    hooks.register("register_bulk_action", action)
