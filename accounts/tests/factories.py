"""People for tests: each with a verified e-mail address, and in the group of their role."""

from typing import Any

import factory
from allauth.account.models import EmailAddress

from accounts.models import Role, User

PASSWORD = "a long enough pass phrase"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A student, until something else is asked for. The password is `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    first_name = "Asha"
    last_name = factory.Sequence(lambda n: f"Rao {n}")
    role = Role.STUDENT

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def follow_up(self: User, create: bool, extracted: object, **kwargs: Any) -> None:
        if create:
            self.join_group_of_role()
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class StudentFactory(UserFactory):
    role = Role.STUDENT


class TeacherFactory(UserFactory):
    role = Role.TEACHER


class AdminFactory(UserFactory):
    role = Role.ADMIN


class SuperuserFactory(AdminFactory):
    is_superuser = True
    is_staff = True
