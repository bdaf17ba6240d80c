"""What administrators do to many people at once."""

import pytest

from accounts.models import Role, User
from accounts.tests.factories import AdminFactory, StudentFactory, SuperuserFactory, TeacherFactory
from accounts.tests.people_list import PEOPLE, bulk
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


class TestBulk:
    def test_deactivates_whoever_is_ticked(self, client, admin):
        ticked, other = StudentFactory.create_batch(2), StudentFactory()
        assert ticked[0].display_name in client.get(bulk("deactivate", *ticked)).content.decode()
        client.post(bulk("deactivate", *ticked, next=PEOPLE))
        active = set(User.objects.active())
        assert not active & set(ticked)
        assert other in active

    def test_reactivates(self, client, admin):
        people = StudentFactory.create_batch(2, is_active=False)
        client.post(bulk("reactivate", *people))
        assert set(people) <= set(User.objects.active())

    def test_assigns_a_role_through_the_service(self, client, admin):
        people = StudentFactory.create_batch(2)
        client.post(bulk("assign_role", *people), {"role": "teacher"})
        for person in people:
            assert User.objects.get(pk=person.pk).role == Role.TEACHER
            assert [group.name for group in person.groups.all()] == ["Teachers"]
            assert AuditEvent.objects.about(person).get().actor == admin

    @pytest.mark.parametrize("role", ["", "owner", "1"])
    def test_refuses_roles_that_do_not_exist(self, client, admin, role):
        person = StudentFactory()
        assert client.post(bulk("assign_role", person), {"role": role}).status_code == 200
        assert User.objects.get(pk=person.pk).role == Role.STUDENT

    def test_all_means_all_that_the_filters_show(self, client, admin):
        student = StudentFactory(first_name="Meera")
        others = [TeacherFactory(first_name="Meera"), StudentFactory(), AdminFactory()]
        client.post(bulk("deactivate", role="student", q="meera"))
        assert not User.objects.get(pk=student.pk).is_active
        assert set(others) <= set(User.objects.active())

    def test_leaves_out_oneself_and_superusers(self, client, admin):
        superuser, person = SuperuserFactory(), StudentFactory()
        page = client.get(bulk("deactivate", admin, superuser, person)).content.decode()
        assert "so they stay as they are" in page
        client.post(bulk("deactivate", admin, superuser, person))
        assert set(User.objects.active()) == {admin, superuser}

    def test_says_so_when_nobody_of_them_can_be_changed(self, client, admin):
        response = client.get(bulk("assign_role", admin))
        assert response.status_code == 200
        assert "so they stay as they are" in response.content.decode()

    def test_too_many_at_once_are_refused(self, client, admin, monkeypatch):
        monkeypatch.setattr("accounts.bulk_actions.AT_ONCE", 2)
        StudentFactory.create_batch(3)
        assert client.post(bulk("deactivate")).status_code == 400
        assert User.objects.active().count() == 4

    @pytest.mark.parametrize("ids", ["id=abc", "id=", "id=" + "9" * 30, "id=-1", ""])
    def test_ids_that_are_none_are_404(self, client, admin, ids):
        assert client.get(f"/admin/bulk/accounts/user/deactivate/?{ids}").status_code == 404
