import pytest
from django.utils.translation import gettext_lazy

from core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DomainError, 400), (InvalidInput, 400), (Conflict, 409), (NotFound, 404), (Forbidden, 404)],
)
def test_error_answers_with_status_and_words(kind: type[DomainError], status: int) -> None:
    error = kind(gettext_lazy("Full"), field="course")
    assert (error.status, str(error), error.message, error.field) == (
        status,
        "Full",
        "Full",
        "course",
    )


@pytest.mark.parametrize("kind", [DomainError, InvalidInput, Conflict, NotFound, Forbidden])
def test_error_without_words_has_some(kind: type[DomainError]) -> None:
    assert len(str(kind())) > 10
    assert kind().field is None


def test_forbidden_reads_like_not_found() -> None:
    assert str(Forbidden()) == str(NotFound())
