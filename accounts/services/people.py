"""People come, change and go. Nobody is deleted: their records keep pointing at them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import can_change_person, can_manage_people
from accounts.services.roles import (
    check_leaving,
    is_last_administrator,
    lock_person,
    set_role,
    telling_about_student,
)
from core import audit
from core.errors import Conflict, Forbidden


@dataclass(frozen=True)
class PersonDetails:
    """What people say about themselves, or an administrator about them."""

    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    time_zone: str = "UTC"


@transaction.atomic
def create_person(
    *,
    details: PersonDetails,
    password: str | None = None,
    role: str = Role.STUDENT,
    by: User | None = None,
    is_superuser: bool = False,
) -> User:
    """A person who can sign in at once: the e-mail address counts as verified.

    Without a password one has to be set by "forgot password". Raises `ValidationError` (fields) for
    details that can't be used, `Conflict` where somebody took the name or address meanwhile,
    `Forbidden` where `by` may not.
    """
    if by is not None and not (by.is_superuser if is_superuser else can_manage_people(by)):
        raise Forbidden
    user = User(**_values(details), role=role, is_superuser=is_superuser, is_staff=is_superuser)
    user.set_password(password)
    _check(user)
    _insert(user)
    _verify_email(user)
    user.join_group_of_role()
    audit.record("accounts.person_created", actor=by, target=user, role=role)
    return user


@transaction.atomic
def register_student(*, user: User, ignored: Collection[str] = ()) -> User:
    """Stores somebody who signed up: a student without groups, whatever was posted.

    `ignored` names fields that were posted to get more; they go into the audit row. Raises
    `Conflict` where somebody took the name or address meanwhile.
    """
    user.role, user.is_staff, user.is_superuser, user.is_active = Role.STUDENT, False, False, True
    _insert(user)
    audit.record("accounts.signed_up", actor=user, target=user, ignored=sorted(ignored))
    return user


@transaction.atomic
def release_address(*, email: str, owner: User) -> None:
    """Takes an address from accounts that never confirmed it: `owner` just did.

    Whoever signs up with somebody else's address can't keep them from using it.
    """
    for user in User.objects.select_for_update().by_email(email).exclude(pk=owner.pk):
        user.email = f"unconfirmed-{user.pk}@example.invalid"
        user.save(update_fields=["email"])
        EmailAddress.objects.filter(user=user, email=email.lower()).delete()
        audit.record("accounts.address_released", actor=owner, target=user)


@transaction.atomic
def update_person(
    *,
    user: User,
    details: PersonDetails,
    role: str,
    by: User,
    password: str = "",
) -> User:
    """An administrator's changes. A new e-mail address replaces every old one and is verified.

    A new password ends the person's sessions. Raises like `create_person` and `set_role`.
    """
    stored = lock_person(user)
    if not can_change_person(by, stored):
        raise Forbidden
    changed = _apply(stored, _values(details))
    if password:
        stored.set_password(password)
        changed.append("password")
    if changed:
        _check(stored, leave_out=["password"])
        _update(stored, changed)
        audit.record("accounts.person_changed", actor=by, target=stored, fields=changed)
    if "email" in changed:
        EmailAddress.objects.filter(user=stored).delete()
        _verify_email(stored)
    return set_role(user=stored, role=role, by=by)


@transaction.atomic
def update_profile(
    *,
    user: User,
    username: str,
    first_name: str,
    last_name: str,
    language: str,
    time_zone: str,
) -> User:
    """A person's own changes. The e-mail address has its own pages: a new one is verified first.

    Raises like `create_person`.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    details = PersonDetails(username, stored.email, first_name, last_name, language, time_zone)
    changed = _apply(stored, _values(details))
    if changed:
        _check(stored, leave_out=["email", "password"])
        _update(stored, changed)
    return stored


@transaction.atomic
def deactivate_person(*, user: User, by: User | None) -> User:
    """Ends every session at once and refuses sign-in; all rows stay. Twice is like once.

    Raises `Forbidden` where `by` may not, `Conflict` for oneself, for the last administrator and
    for whoever a higher app still needs, such as the only lead teacher of a course.
    """
    stored = lock_person(user)
    if by is not None and not can_change_person(by, stored):
        raise Forbidden
    if by is not None and by.pk == stored.pk:
        raise Conflict(_("You can’t deactivate yourself."))
    if is_last_administrator(stored):
        raise Conflict(
            _("This is the last administrator. Make somebody else an administrator first.")
        )
    if stored.is_active:
        check_leaving(stored)
        _set_active(stored, False)
        audit.record("accounts.person_deactivated", actor=by, target=stored)
    user.is_active, user.session_version = stored.is_active, stored.session_version
    return user


@transaction.atomic
def reactivate_person(*, user: User, by: User | None) -> User:
    """Allows sign-in again, with the role as it was. Sessions of before stay ended."""
    stored = lock_person(user)
    if by is not None and not can_change_person(by, stored):
        raise Forbidden
    if not stored.is_active:
        _set_active(stored, True)
        audit.record("accounts.person_reactivated", actor=by, target=stored)
    user.is_active, user.session_version = stored.is_active, stored.session_version
    return user


def _values(details: PersonDetails) -> dict[str, str]:
    """As they are stored: names and addresses in one case."""
    return {
        **vars(details),
        "username": User.normalize_username(details.username),
        "email": User.objects.normalize_email(details.email),
    }


def _apply(user: User, values: Mapping[str, str]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    return changed


def _check(user: User, *, leave_out: Collection[str] = ()) -> None:
    """Raises `ValidationError` for what nobody can have. What somebody has, the database knows."""
    user.full_clean(exclude=leave_out, validate_unique=False, validate_constraints=False)


def _set_active(user: User, value: bool) -> None:
    with telling_about_student(user):
        user.is_active = value
        user.session_version += 1
        user.save(update_fields=["is_active", "session_version"])


@contextmanager
def _conflict_where_taken() -> Iterator[None]:
    """The database's answer counts: somebody else was quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(
            _("Somebody has just taken this user name or e-mail address. Choose another.")
        ) from error


def _insert(user: User) -> None:
    with _conflict_where_taken():
        user.save(force_insert=True)


def _update(user: User, fields: Sequence[str]) -> None:
    with _conflict_where_taken():
        user.save(update_fields=fields)


def _verify_email(user: User) -> None:
    with _conflict_where_taken():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
