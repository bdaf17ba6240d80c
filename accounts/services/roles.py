"""The one place that changes what a person may be."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import can_change_person
from accounts.registries import leaving_guards
from accounts.signals import student_changed
from core import audit
from core.errors import Conflict, Forbidden, InvalidInput


@transaction.atomic
def set_role(*, user: User, role: str, by: User | None) -> User:
    """Sets the role and what follows from it: group, access to Django's admin, an audit row.

    `by` None is the system itself. The same role again only puts the group right. Takes effect at
    the person's next request. Raises `InvalidInput` for a role that does not exist, `Forbidden`
    where `by` may not, `Conflict` where a rule forbids it for everybody.
    """
    if role not in Role.values:
        raise InvalidInput(_("There is no such role."), field="role")
    stored = lock_person(user)
    before = stored.role
    if before != role:
        check_role_change(user=stored, role=role, by=by)
        with telling_about_student(stored):
            stored.role = role
            stored.save(update_fields=["role"])
        audit.record("accounts.role_changed", actor=by, target=stored, old=before, new=role)
    stored.join_group_of_role()
    if stored.is_staff != stored.is_superuser:
        stored.is_staff = stored.is_superuser
        stored.save(update_fields=["is_staff"])
    user.role, user.is_staff = stored.role, stored.is_staff
    return user


def check_role_change(*, user: User, role: str, by: User | None) -> None:
    """Raises what `set_role` would raise. Forms ask before they save."""
    if user.role == role:
        return
    if by is not None and not can_change_person(by, user):
        raise Forbidden
    if by is not None and by.pk == user.pk:
        raise Conflict(_("You can’t change your own role."), field="role")
    if user.is_superuser:
        raise Conflict(_("A superuser is always an administrator."), field="role")
    if is_last_administrator(user):
        raise Conflict(
            _("This is the last administrator. Make somebody else an administrator first."),
            field="role",
        )
    check_leaving(user)


def check_leaving(user: User) -> None:
    """Raises `Conflict` where a higher app still needs the person in their role."""
    for guard in leaving_guards.values():
        guard(user)


def is_last_administrator(user: User) -> bool:
    """True where nobody else could manage the academy. Ask with `lock_person` held."""
    others = User.objects.active().with_role(Role.ADMIN).exclude(pk=user.pk)
    return user.is_admin and not others.exists()


def lock_person(user: User) -> User:
    """The stored person, locked together with every administrator until the transaction ends.

    Two administrators who demote each other at once can't both succeed.
    """
    rows = User.objects.filter(Q(pk=user.pk) | Q(role=Role.ADMIN)).order_by("pk")
    return next(row for row in rows.select_for_update(no_key=True) if row.pk == user.pk)


@contextmanager
def telling_about_student(user: User) -> Iterator[None]:
    """Sends `student_changed` where the block makes the person a student, or ends that."""
    before = user.is_student
    yield
    if user.is_student != before:
        student_changed.send(sender=User, user=user)
