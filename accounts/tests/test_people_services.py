"""Services that change people and their roles."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from accounts.services.people import (
    PersonDetails,
    create_person,
    deactivate_person,
    reactivate_person,
    register_student,
    update_person,
    update_profile,
)
from accounts.services.roles import set_role
from accounts.tests.factories import (
    PASSWORD,
    AdminFactory,
    StudentFactory,
    SuperuserFactory,
    TeacherFactory,
)
from core.errors import Conflict, Forbidden, InvalidInput
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


def details(**changes):
    return PersonDetails(**{"username": "asha", "email": "asha@example.org", **changes})


def groups_of(user):
    return [group.name for group in user.groups.all()]


def verbs_about(user):
    return list(AuditEvent.objects.about(user).order_by("pk").values_list("verb", flat=True))


class TestCreatePerson:
    def test_can_sign_in_at_once(self, client):
        create_person(details=details(), password=PASSWORD)
        response = client.post("/accounts/login/", {"login": "asha", "password": PASSWORD})
        assert response.url == "/dashboard/"

    def test_names_and_addresses_are_stored_in_one_case(self):
        user = create_person(details=details(username="Asha", email="Asha@Example.ORG"))
        assert (user.username, user.email) == ("asha", "asha@example.org")
        assert EmailAddress.objects.get(user=user).email == "asha@example.org"

    @pytest.mark.parametrize(
        ("role", "groups"),
        [(Role.ADMIN, ["Administrators"]), (Role.TEACHER, ["Teachers"]), (Role.STUDENT, [])],
    )
    def test_is_in_the_group_of_the_role(self, role, groups):
        user = create_person(details=details(), role=role, by=AdminFactory())
        assert groups_of(user) == groups
        assert not user.is_staff
        assert verbs_about(user) == ["accounts.person_created"]

    def test_without_a_password_nobody_can_sign_in(self):
        assert not create_person(details=details()).has_usable_password()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "asha@example.org"),
            ("username", "as ha"),
            ("username", "asha\n"),
            ("email", "asha"),
            ("time_zone", "Mars/Olympus"),
            ("language", "tlh"),
        ],
    )
    def test_refuses_details_that_cannot_be_used(self, field, value):
        with pytest.raises(ValidationError) as caught:
            create_person(details=details(**{field: value}))
        assert field in caught.value.message_dict
        assert not User.objects.exists()

    def test_a_taken_address_is_a_conflict_in_any_case(self):
        StudentFactory(email="taken@example.org")
        with pytest.raises(Conflict):
            create_person(details=details(email="TAKEN@example.org"))

    def test_an_address_that_somebody_verified_as_a_further_one_is_refused(self):
        EmailAddress.objects.create(
            user=StudentFactory(), email="second@example.org", verified=True
        )
        with pytest.raises(Conflict):
            create_person(details=details(email="second@example.org"))
        assert not User.objects.filter(username="asha").exists()

    @pytest.mark.parametrize("factory", [StudentFactory, TeacherFactory])
    def test_only_administrators_add_people(self, factory):
        with pytest.raises(Forbidden):
            create_person(details=details(), by=factory())

    def test_only_superusers_add_superusers(self):
        with pytest.raises(Forbidden):
            create_person(details=details(), role=Role.ADMIN, is_superuser=True, by=AdminFactory())
        user = create_person(
            details=details(), role=Role.ADMIN, is_superuser=True, by=SuperuserFactory()
        )
        assert user.is_staff


class TestManager:
    def test_createsuperuser_makes_an_administrator(self):
        user = User.objects.create_superuser("Root", "Root@example.org", PASSWORD)
        assert (user.role, user.is_staff, user.is_superuser) == (Role.ADMIN, True, True)
        assert groups_of(user) == ["Administrators"]
        assert EmailAddress.objects.get(user=user, primary=True, verified=True).email == user.email

    def test_the_command_does_the_same(self, client, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        options = {"username": "Root", "email": "root@example.org", "interactive": False}
        call_command("createsuperuser", verbosity=0, **options)
        response = client.post("/accounts/login/", {"login": "root", "password": PASSWORD})
        assert response.url == "/dashboard/"
        assert client.get("/admin/users/").status_code == 200

    def test_createsuperuser_without_an_address_is_refused(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_superuser("root", "", PASSWORD)
        assert not User.objects.exists()

    def test_create_user_makes_a_student(self):
        user = User.objects.create_user("Asha", "Asha@Example.org", PASSWORD)
        assert (user.role, user.username, user.email) == (
            Role.STUDENT,
            "asha",
            "asha@example.org",
        )


class TestConstraints:
    @pytest.mark.parametrize(
        "changes",
        [
            {"email": "TAKEN@example.org"},
            {"username": "Taken"},
            {"username": "a@b"},
            {"email": ""},
            {"role": "owner"},
            {"is_superuser": True},
        ],
    )
    def test_the_database_refuses(self, changes):
        StudentFactory(username="taken", email="taken@example.org")
        fields = {"username": "asha", "email": "asha@example.org", **changes}
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.bulk_create([User(**fields)])


class TestRegisterStudent:
    def test_is_a_student_whatever_the_row_says(self):
        user = User(username="asha", email="a@example.org", role=Role.ADMIN, is_superuser=True)
        register_student(user=user, ignored=["role"])
        user.refresh_from_db()
        assert (user.role, user.is_superuser, user.is_staff) == (Role.STUDENT, False, False)
        assert AuditEvent.objects.about(user).get().data == {"ignored": ["role"]}

    def test_a_name_taken_meanwhile_is_a_conflict(self):
        StudentFactory(username="asha")
        with pytest.raises(Conflict):
            register_student(user=User(username="asha", email="other@example.org"))


class TestSetRole:
    def test_changes_role_and_group_and_writes_who_did_it(self):
        admin, person = AdminFactory(), StudentFactory()
        set_role(user=person, role=Role.TEACHER, by=admin)
        assert person.role == User.objects.get(pk=person.pk).role == Role.TEACHER
        assert groups_of(person) == ["Teachers"]
        event = AuditEvent.objects.about(person).get()
        assert (event.actor, event.verb) == (admin, "accounts.role_changed")
        assert event.data == {"old": "student", "new": "teacher"}

    def test_the_same_role_again_only_puts_the_group_right(self):
        teacher = TeacherFactory()
        teacher.groups.clear()
        set_role(user=teacher, role=Role.TEACHER, by=AdminFactory())
        assert groups_of(teacher) == ["Teachers"]
        assert verbs_about(teacher) == []

    def test_staff_follows_superuser(self):
        teacher = TeacherFactory(is_staff=True)
        set_role(user=teacher, role=Role.STUDENT, by=None)
        teacher.refresh_from_db()
        assert not teacher.is_staff

    def test_refuses_roles_that_do_not_exist(self):
        with pytest.raises(InvalidInput):
            set_role(user=StudentFactory(), role="owner", by=None)

    @pytest.mark.parametrize("factory", [StudentFactory, TeacherFactory])
    def test_a5_only_administrators_make_teachers(self, factory):
        person = StudentFactory()
        with pytest.raises(Forbidden):
            set_role(user=person, role=Role.TEACHER, by=factory())
        person.refresh_from_db()
        assert person.role == Role.STUDENT

    def test_nobody_changes_their_own_role(self):
        AdminFactory()
        admin = AdminFactory()
        with pytest.raises(Conflict):
            set_role(user=admin, role=Role.TEACHER, by=admin)

    def test_a_superuser_stays_an_administrator(self):
        AdminFactory()
        with pytest.raises(Conflict):
            set_role(user=SuperuserFactory(), role=Role.TEACHER, by=None)

    def test_the_last_administrator_stays_one(self):
        admin = AdminFactory()
        AdminFactory(is_active=False)
        with pytest.raises(Conflict):
            set_role(user=admin, role=Role.TEACHER, by=None)

    def test_one_of_two_administrators_may_be_demoted(self):
        demoted = set_role(user=AdminFactory(), role=Role.TEACHER, by=AdminFactory())

        assert demoted.role == Role.TEACHER


class TestUpdatePerson:
    def change(self, user, by, role=None, password="", **changes):
        old = {
            name: getattr(user, name)
            for name in ("username", "email", "first_name", "last_name", "language", "time_zone")
        }
        return update_person(
            user=user,
            details=PersonDetails(**{**old, **changes}),
            role=role or user.role,
            by=by,
            password=password,
        )

    def test_writes_what_changed_and_who_did_it(self):
        person = StudentFactory()
        self.change(person, AdminFactory(), first_name="Meera", role=Role.TEACHER)
        person.refresh_from_db()
        assert (person.first_name, person.role) == ("Meera", Role.TEACHER)
        assert verbs_about(person) == ["accounts.person_changed", "accounts.role_changed"]

    def test_a_new_address_replaces_the_old_one(self):
        person = StudentFactory()
        self.change(person, AdminFactory(), email="New@example.org")
        rows = EmailAddress.objects.filter(user=person)
        assert [(row.email, row.verified, row.primary) for row in rows] == [
            ("new@example.org", True, True)
        ]

    def test_nothing_changed_writes_nothing(self):
        person = StudentFactory()
        self.change(person, AdminFactory())
        assert verbs_about(person) == []

    def test_an_address_verified_by_somebody_else_is_a_conflict(self):
        EmailAddress.objects.create(
            user=StudentFactory(), email="second@example.org", verified=True
        )
        person = StudentFactory()
        with pytest.raises(Conflict):
            self.change(person, AdminFactory(), email="second@example.org")
        person.refresh_from_db()
        assert person.email != "second@example.org"

    def test_b8_an_administrator_cannot_take_over_a_superuser(self):
        superuser = SuperuserFactory()
        with pytest.raises(Forbidden):
            self.change(superuser, AdminFactory(), password="a pass phrase of mine")
        superuser.refresh_from_db()
        assert superuser.check_password(PASSWORD)


class TestUpdateProfile:
    def save(self, user, **changes):
        values = {
            "username": user.username,
            "first_name": "",
            "last_name": "",
            "language": "en",
            "time_zone": "UTC",
        }
        return update_profile(user=user, **{**values, **changes})

    def test_changes_only_what_is_given(self):
        person = StudentFactory()
        self.save(person, time_zone="Asia/Kolkata")
        person.refresh_from_db()
        assert (person.time_zone, person.role) == ("Asia/Kolkata", Role.STUDENT)

    def test_a_name_taken_is_a_conflict(self):
        StudentFactory(username="taken")
        with pytest.raises(Conflict):
            self.save(StudentFactory(), username="Taken")

    def test_the_same_again_writes_nothing(self, django_assert_num_queries):
        person = StudentFactory(first_name="", last_name="")
        with django_assert_num_queries(3):  # a savepoint, the stored person, the release
            self.save(person)


class TestDeactivate:
    def test_keeps_role_and_rows(self):
        admin, teacher = AdminFactory(), TeacherFactory()
        deactivate_person(user=teacher, by=admin)
        teacher.refresh_from_db()
        assert (teacher.is_active, teacher.role) == (False, Role.TEACHER)
        assert groups_of(teacher) == ["Teachers"]
        assert verbs_about(teacher) == ["accounts.person_deactivated"]

    def test_twice_is_like_once(self):
        admin, person = AdminFactory(), StudentFactory()
        deactivate_person(user=person, by=admin)
        deactivate_person(user=person, by=admin)
        assert verbs_about(person) == ["accounts.person_deactivated"]

    def test_reactivating_brings_back_the_role(self):
        admin, teacher = AdminFactory(), TeacherFactory()
        deactivate_person(user=teacher, by=admin)
        reactivate_person(user=teacher, by=admin)
        reactivate_person(user=teacher, by=admin)
        assert teacher.is_active
        assert User.objects.get(pk=teacher.pk).is_teacher
        assert verbs_about(teacher)[1:] == ["accounts.person_reactivated"]

    def test_the_last_administrator_stays(self):
        with pytest.raises(Conflict):
            deactivate_person(user=AdminFactory(), by=None)

    def test_nobody_deactivates_themselves(self):
        AdminFactory()
        admin = AdminFactory()
        with pytest.raises(Conflict):
            deactivate_person(user=admin, by=admin)

    @pytest.mark.parametrize("factory", [StudentFactory, TeacherFactory])
    @pytest.mark.parametrize("service", [deactivate_person, reactivate_person])
    def test_only_administrators_may(self, service, factory):
        with pytest.raises(Forbidden):
            service(user=StudentFactory(), by=factory())

    def test_an_administrator_cannot_deactivate_a_superuser(self):
        with pytest.raises(Forbidden):
            deactivate_person(user=SuperuserFactory(), by=AdminFactory())
