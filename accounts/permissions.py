"""Who may do what to people. Rights in courses: `learning.permissions`."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import ACCESS_ADMIN

Visitor = User | AnonymousUser


def is_administrator(user: Visitor) -> bool:
    """Has the role, and is active. Superusers have it too."""
    return isinstance(user, User) and user.is_admin


def can_author(user: Visitor) -> bool:
    """May write courses at all; in which ones, their teams say."""
    return isinstance(user, User) and (user.is_admin or user.is_teacher)


def can_enter_cms(user: Visitor) -> bool:
    return user.is_active and user.has_perm(ACCESS_ADMIN)


def can_enter_django_admin(user: Visitor) -> bool:
    return user.is_active and user.is_superuser


def can_manage_people(user: Visitor) -> bool:
    return is_administrator(user)


def can_change_person(user: Visitor, person: User) -> bool:
    """Administrators change everybody, except that only superusers change superusers."""
    if not isinstance(user, User) or not can_manage_people(user):
        return False
    return user.is_superuser or not person.is_superuser


def can_set_role(user: Visitor, person: User) -> bool:
    """Nobody changes their own role, and a superuser's is always administrator."""
    return can_change_person(user, person) and user.pk != person.pk and not person.is_superuser


def can_deactivate(user: Visitor, person: User) -> bool:
    """Nobody locks themselves out."""
    return can_change_person(user, person) and user.pk != person.pk
