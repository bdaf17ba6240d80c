"""People: one user table, one role each."""

import unicodedata
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.querysets import UserManager
from accounts.time_zones import UTC, is_known_zone


class Role(models.TextChoices):
    """What a person may be. Groups and permissions follow from it, never the other way round."""

    ADMIN = "admin", _("Administrator")
    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")


GROUP_NAMES: dict[str, str] = {Role.ADMIN: "Administrators", Role.TEACHER: "Teachers"}
"""The group of each role that may enter the administration. Students are in none."""


def validate_time_zone(value: str) -> None:
    """Refuse names that the IANA database does not know."""
    if not is_known_zone(value):
        raise ValidationError(_("“%(zone)s” is not a time zone we know."), params={"zone": value})


def offered_languages() -> list[tuple[str, str]]:
    """By name in the migrations, so that another list of languages asks for none."""
    return settings.LANGUAGES


class User(AbstractUser):
    """A person. Signs in by user name or e-mail, so a user name never looks like an address.

    People are deactivated, never deleted: their records keep pointing at them.
    """

    Role = Role

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        help_text=_("Letters, digits and . + - _ only."),
        validators=[
            RegexValidator(r"^[\w.+-]+\Z", _("Letters, digits and . + - _ only, without spaces."))
        ],
        error_messages={"unique": _("Somebody has this user name already.")},
    )
    email = models.EmailField(_("e-mail address"), db_index=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STUDENT)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=UTC, validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=10, choices=offered_languages, default="en"
    )
    session_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Counted up to end every session of this person at once."),
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_unique_email",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_unique_username",
                violation_error_message=_("Somebody has this user name already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_user_known_role"
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(role=Role.ADMIN),
                name="accounts_user_superuser_is_admin",
            ),
            models.CheckConstraint(
                condition=~Q(username__contains="@"), name="accounts_user_name_is_no_address"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="accounts_user_has_address"),
        ]
        indexes = [
            models.Index(fields=["role", "is_active"], name="accounts_user_role"),
            models.Index(fields=["last_name", "first_name", "id"], name="accounts_user_name"),
            models.Index(fields=["last_login", "id"], name="accounts_user_last_login"),
        ]

    @property
    def display_name(self) -> str:
        """The name that other people see. Never the e-mail address."""
        return self.get_full_name() or self.username

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @property
    def is_teacher(self) -> bool:
        return self.is_active and self.role == Role.TEACHER

    @property
    def is_student(self) -> bool:
        return self.is_active and self.role == Role.STUDENT

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling in lower case: sign-in looks names up by index."""
        return unicodedata.normalize("NFKC", username).lower()

    def join_group_of_role(self) -> None:
        """Be in the group of the role, and in no other."""
        name = GROUP_NAMES.get(self.role)
        self.groups.set([Group.objects.get_or_create(name=name)[0]] if name else [])

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must carry to be accepted: ends with the password or with the version."""
        return salted_hmac(
            "accounts.User.session",
            f"{self.password}:{self.session_version}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()
