"""People: one user table, one role each."""

from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be. Groups and permissions follow from it, never the other way round."""

    ADMIN = "admin", _("Administrator")
    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")


def validate_time_zone(value: str) -> None:
    """Refuse names that the IANA database does not know."""
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone we know."), params={"zone": value})


class User(AbstractUser):
    """A person. Signs in by user name or e-mail, so a user name never looks like an address.

    People are deactivated, never deleted: their records keep pointing at them.
    """

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[
            RegexValidator(r"^[\w.+-]+\Z", _("Letters, digits and . + - _ only, without spaces."))
        ],
        error_messages={"unique": _("Somebody has this user name already.")},
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.STUDENT)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_unique_email",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            models.UniqueConstraint(Lower("username"), name="accounts_user_unique_username"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_user_known_role"
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(role=Role.ADMIN),
                name="accounts_user_superuser_is_admin",
            ),
        ]
        indexes = [models.Index(fields=["role", "is_active"], name="accounts_user_role")]

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
