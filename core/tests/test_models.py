from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from core.audit import record
from core.models import AuditEvent, Job, JobState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"key": "taken"}, "unique"),
        ({"state": "paused"}, "core_job_state_known"),
        ({"tries": 101}, "core_job_tries_range"),
        ({"state": JobState.DONE}, "core_job_finished_when_over"),
        ({"finished": timezone.now()}, "core_job_finished_when_over"),
    ],
)
def test_job_that_breaks_a_rule_is_refused(values: dict[str, Any], constraint: str) -> None:
    Job.objects.create(name="core.x", key="taken")
    with pytest.raises(IntegrityError, match=f"(?i){constraint}"), transaction.atomic():
        Job.objects.create(**{"name": "core.x", "key": "new", **values})


def test_job_of_other_name_may_have_the_same_key() -> None:
    Job.objects.create(name="core.x", key="k")
    Job.objects.create(name="core.y", key="k")

    assert Job.objects.filter(key="k").count() == 2


def test_job_shows_name_and_key() -> None:
    assert str(Job(name="core.x", key="k")) == "core.x k"


def test_cache_tables_exist_after_migrate_alone() -> None:
    assert "core_cache" in connection.introspection.table_names()


def test_record_keeps_actor_target_and_data(person: AbstractBaseUser) -> None:
    event = record("role.changed", actor=person, target=person, old="student", new="teacher")
    event.refresh_from_db()
    assert event.actor == person
    assert (event.target_type, event.target_id) == ("accounts.user", str(person.pk))
    assert event.data == {"old": "student", "new": "teacher"}
    assert list(AuditEvent.objects.about(person)) == [event]
    assert str(event) == f"role.changed accounts.user {person.pk}"


def test_record_in_rolled_back_transaction_leaves_nothing() -> None:
    with transaction.atomic():
        record("ran", actor=None)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_audit_event_without_verb_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record("", actor=None)


def test_audit_event_cannot_be_changed() -> None:
    event = record("ran", actor=None)
    event.verb = "walked"
    for change in (
        event.save,
        lambda: AuditEvent.objects.update(verb="walked"),
        lambda: AuditEvent.objects.bulk_update([event], ["verb"]),
    ):
        with pytest.raises(TypeError, match="never changed"):
            change()
    assert AuditEvent.objects.get().verb == "ran"


def test_audit_event_cannot_be_deleted() -> None:
    event = record("ran", actor=None)
    for deletion in (event.delete, AuditEvent.objects.all().delete):
        with pytest.raises(TypeError, match="never deleted"):
            deletion()
    assert AuditEvent.objects.get() == event


def test_who_has_acted_cannot_be_deleted(person: AbstractBaseUser) -> None:
    record("ran", actor=person)
    with pytest.raises(ProtectedError):
        person.delete()


def test_record_of_anonymous_actor_is_the_systems() -> None:
    assert record("ran", actor=AnonymousUser()).actor is None
