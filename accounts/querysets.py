from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models, transaction

if TYPE_CHECKING:
    from accounts.models import User


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_role(self, role: str) -> "UserQuerySet":
        return self.filter(role=role)

    def by_email(self, email: str) -> "UserQuerySet":
        """Addresses are stored in lower case: this finds them by index."""
        return self.filter(email=email.strip().lower())


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Writes names and addresses in one case only, so that one person can't be there twice.

    `create_user` makes students; for other roles there is `accounts.services.people`.
    """

    use_in_migrations = False

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    @transaction.atomic
    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra: Any,
    ) -> "User":
        """An administrator, in the group too. Whoever has the shell needs no e-mail check.

        Raises `IntegrityError` without an address.
        """
        extra["role"] = self.model.Role.ADMIN
        user: User = super().create_superuser(username, email, password, **extra)
        user.join_group_of_role()
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user
