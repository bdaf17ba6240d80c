"""Handing in: what is taken, what is refused, and what is kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from accounts.models import User
from assessments.models import Assignment, Submission, SubmissionFile, SubmissionTry
from assessments.models.assignments import AssignmentCompletion, SubmissionState
from assessments.services import submissions
from assessments.services.submissions import MOST_FILES, SUBMISSION_FILES, grade_submission, hand_in
from assessments.tests.factories import make_assignment, make_lesson, make_user
from core.errors import Conflict, Forbidden, InvalidInput
from core.tests.samples import SAMPLES, picture, png_header, upload
from learning.models import CoursePage, Enrollment, LessonCompletion

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Path) -> Path:
    """Private files of this test only."""
    options = {**settings.STORAGES["private"]["OPTIONS"], "location": tmp_path}
    private = {**settings.STORAGES["private"], "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    SubmissionFile.file.field.storage = storages["private"]
    yield tmp_path
    SubmissionFile.file.field.storage = storages["private"]


@pytest.fixture
def assignment(course: CoursePage) -> Assignment:
    return make_assignment(course)


def content_of(row: SubmissionFile) -> bytes:
    with row.file.open() as file:
        return file.read()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_text_and_files_become_one_try(assignment: Assignment, student: User) -> None:
    files = [upload("plan.pdf", SAMPLES["a.pdf"]), upload("leaf.png", picture("PNG"))]
    handed_in = hand_in(assignment=assignment, student=student, text=" Here. ", files=files)
    assert (handed_in.number, handed_in.text, handed_in.seconds_late) == (1, "Here.", 0)
    rows = list(handed_in.files.order_by("pk").values_list("name", "kind", "size"))
    assert rows == [
        ("plan.pdf", "pdf", len(SAMPLES["a.pdf"])),
        ("leaf.png", "png", len(picture("PNG"))),
    ]
    assert content_of(handed_in.files.order_by("pk")[0]) == SAMPLES["a.pdf"]
    submission = Submission.objects.get()
    assert (submission.student, submission.tries_count) == (student, 1)
    assert submission.state == SubmissionState.SUBMITTED


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.docx", "a.odt", "a.txt", "a.md", "a.png", "a.jpg", "a.webp"]
)
def test_accepted_kinds(assignment: Assignment, student: User, name: str) -> None:
    handed_in = hand_in(assignment=assignment, student=student, files=[upload(name, SAMPLES[name])])
    assert handed_in.files.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>1</script>"),
        ("page.png", b"<!doctype html><script>1</script>"),
        ("page.txt", b"<html><script>1</script></html>"),
        ("page.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("leaf.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("leaf.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        ("both.html", SAMPLES["a.pdf"] + b"<script>1</script>"),
        ("both.png", SAMPLES["a.pdf"]),
        ("pack.zip", SAMPLES["a.zip"]),
        ("pack.pdf", SAMPLES["a.zip"]),
        ("sheet.xlsx", SAMPLES["a.xlsx"]),
        ("run.exe", b"MZ\x90\x00" + b"\x00" * 64),
        ("nothing.pdf", b""),
    ],
)
def test_other_kinds_are_refused_by_content_and_nothing_is_stored(
    assignment: Assignment, student: User, own_storage: Path, name: str, content: bytes
) -> None:
    good = upload("good.pdf", SAMPLES["a.pdf"])
    with pytest.raises(InvalidInput) as refusal:
        hand_in(assignment=assignment, student=student, files=[good, upload(name, content)])
    assert refusal.value.field == "file"
    assert name in str(refusal.value)
    assert files_in(own_storage) == []
    assert not Submission.objects.exists()


def test_pixel_flood_is_refused_with_the_limit(assignment: Assignment, student: User) -> None:
    flood = upload("flood.png", png_header(20_000, 20_000))
    with pytest.raises(InvalidInput, match="25 megapixels"):
        hand_in(assignment=assignment, student=student, files=[flood])


def test_too_large_file_is_refused_with_the_limit_before_it_is_read(
    assignment: Assignment, student: User
) -> None:
    big = upload("big.pdf", SAMPLES["a.pdf"])
    big.size = SUBMISSION_FILES.max_bytes + 1
    big.file = None
    with pytest.raises(InvalidInput, match=r"20\.0\sMB"):
        hand_in(assignment=assignment, student=student, files=[big])


def test_too_many_files_are_refused_with_the_limit(assignment: Assignment, student: User) -> None:
    files = [upload(f"{number}.pdf", SAMPLES["a.pdf"]) for number in range(MOST_FILES + 1)]
    with pytest.raises(InvalidInput, match="At most 5"):
        hand_in(assignment=assignment, student=student, files=files)


def test_same_name_twice_keeps_every_file(
    assignment: Assignment, student: User, own_storage: Path
) -> None:
    first, second, third = (upload("essay.txt", content) for content in (b"one", b"two", b"three"))
    hand_in(assignment=assignment, student=student, files=[first, second])
    hand_in(assignment=assignment, student=student, files=[third])
    hand_in(
        assignment=make_assignment(assignment.course),
        student=student,
        files=[upload("essay.txt", b"four")],
    )
    rows = SubmissionFile.objects.order_by("pk")
    assert [content_of(row) for row in rows] == [b"one", b"two", b"three", b"four"]
    assert len({row.file.name for row in rows}) == 4
    assert not any("essay" in path.name for path in files_in(own_storage))


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07"])
def test_nothing_is_refused(assignment: Assignment, student: User, text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hand_in(assignment=assignment, student=student, text=text)
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("rule", "sent", "field"),
    [
        ("accepts_text", {"text": "Words"}, "text"),
        ("accepts_text", {}, "file"),
        ("accepts_files", {}, "text"),
    ],
)
def test_what_the_assignment_does_not_take_is_refused(
    course: CoursePage, student: User, rule: str, sent: dict[str, str], field: str
) -> None:
    assignment = make_assignment(course, **{rule: False})
    with pytest.raises(InvalidInput) as refusal:
        hand_in(assignment=assignment, student=student, **sent)
    assert refusal.value.field == field


def test_file_where_only_text_is_taken_is_refused(course: CoursePage, student: User) -> None:
    assignment = make_assignment(course, accepts_files=False)
    with pytest.raises(InvalidInput) as refusal:
        hand_in(assignment=assignment, student=student, files=[upload("a.pdf", SAMPLES["a.pdf"])])
    assert refusal.value.field == "file"


def test_text_is_kept_as_written_without_control_characters(
    assignment: Assignment, student: User
) -> None:
    text = "if a<b:\r\n\tprint('x')\x00\x1b\r<script>"
    handed_in = hand_in(assignment=assignment, student=student, text=text)
    assert handed_in.text == "if a<b:\n\tprint('x')\n<script>"


def test_text_beyond_the_limit_is_refused(assignment: Assignment, student: User) -> None:
    with pytest.raises(InvalidInput, match="50000"):
        hand_in(assignment=assignment, student=student, text="x" * 50_001)


@pytest.mark.parametrize("state", ["withdrawn", "pending", "waiting", None])
def test_only_students_who_read_the_course_hand_in(
    assignment: Assignment, student: User, stranger: User, state: str | None
) -> None:
    Enrollment.objects.filter(student=student).update(state=state or "active")
    who = student if state else stranger
    with pytest.raises(Forbidden):
        hand_in(assignment=assignment, student=who, text="Here.")


@pytest.mark.parametrize("fields", [{"published": False}, {"archived": True}])
def test_hidden_assignment_takes_nothing(
    course: CoursePage, student: User, fields: dict[str, bool]
) -> None:
    with pytest.raises(Forbidden):
        hand_in(assignment=make_assignment(course, **fields), student=student, text="Here.")


def test_teacher_hands_nothing_in(assignment: Assignment, teacher: User) -> None:
    with pytest.raises(Forbidden):
        hand_in(assignment=assignment, student=teacher, text="Here.")


def test_before_it_opens_is_a_conflict_that_says_when(course: CoursePage, student: User) -> None:
    assignment = make_assignment(course, opens_at=timezone.now() + HOUR)
    with pytest.raises(Conflict, match="This opens on"):
        hand_in(assignment=assignment, student=student, text="Here.")


def test_after_it_closed_is_a_conflict_and_no_file_stays(
    course: CoursePage, student: User, own_storage: Path
) -> None:
    assignment = make_assignment(course, closes_at=timezone.now() - HOUR)
    with pytest.raises(Conflict, match="closed on"):
        hand_in(assignment=assignment, student=student, files=[upload("a.pdf", SAMPLES["a.pdf"])])
    assert files_in(own_storage) == []


def test_lateness_is_counted_by_the_arrival(course: CoursePage, student: User) -> None:
    due = timezone.now() - HOUR
    assignment = make_assignment(course, due_at=due)
    early = hand_in(assignment=assignment, student=student, text="a", at=due - HOUR)
    late = hand_in(assignment=assignment, student=student, text="b", at=due + HOUR)
    assert (early.seconds_late, late.seconds_late) == (0, 3600)
    assert Submission.objects.get().submitted_at == due + HOUR


def test_tries_are_numbered_and_end(course: CoursePage, student: User) -> None:
    assignment = make_assignment(course, max_tries=2)
    numbers = [hand_in(assignment=assignment, student=student, text=text).number for text in "ab"]
    with pytest.raises(Conflict, match="all your tries"):
        hand_in(assignment=assignment, student=student, text="c")
    assert numbers == [1, 2]
    assert SubmissionTry.objects.count() == 2


def test_same_again_is_the_same_try_even_after_the_end(
    course: CoursePage, student: User, own_storage: Path
) -> None:
    assignment = make_assignment(course, max_tries=1, closes_at=timezone.now() + HOUR)

    def send(at: Any) -> SubmissionTry:
        files = [upload("a.pdf", SAMPLES["a.pdf"])]
        return hand_in(assignment=assignment, student=student, text="x", files=files, at=at)

    first = send(timezone.now())
    assert send(timezone.now()) == send(timezone.now() + 2 * HOUR) == first
    assert (SubmissionTry.objects.count(), len(files_in(own_storage))) == (1, 1)


def test_same_that_was_stored_meanwhile_is_the_same_try_and_its_copy_goes(
    assignment: Assignment, student: User, own_storage: Path, monkeypatch: Any
) -> None:
    first = hand_in(
        assignment=assignment, student=student, files=[upload("a.pdf", SAMPLES["a.pdf"])]
    )
    find, calls = submissions._find_same, []

    def find_late(*args: Any) -> Any:
        calls.append(args)
        return find(*args) if len(calls) > 1 else None

    monkeypatch.setattr(submissions, "_find_same", find_late)
    again = hand_in(
        assignment=assignment, student=student, files=[upload("a.pdf", SAMPLES["a.pdf"])]
    )
    assert again == first
    assert len(files_in(own_storage)) == 1


def test_other_content_is_a_new_try(assignment: Assignment, student: User) -> None:
    names = [("a.txt", b"1"), ("b.txt", b"1"), ("b.txt", b"2")]
    tries = [
        hand_in(assignment=assignment, student=student, files=[upload(name, content)])
        for name, content in names
    ]
    assert [row.number for row in tries] == [1, 2, 3]


def test_failure_while_writing_leaves_no_row_and_no_file(
    assignment: Assignment, student: User, own_storage: Path, monkeypatch: Any
) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(submissions, "complete_placing_lessons", fail)
    with pytest.raises(RuntimeError):
        hand_in(assignment=assignment, student=student, files=[upload("a.pdf", SAMPLES["a.pdf"])])
    assert not Submission.objects.exists()
    assert files_in(own_storage) == []


def test_storage_that_fails_midway_leaves_nothing(
    assignment: Assignment, student: User, own_storage: Path, monkeypatch: Any
) -> None:
    storage = SubmissionFile.file.field.storage
    save = type(storage).save
    names: list[str] = []

    def save_once(self: Any, name: str, content: Any) -> str:
        names.append(name)
        if len(names) > 1:
            raise OSError("disk full")
        return save(self, name, content)

    monkeypatch.setattr(type(storage), "save", save_once)
    files = [upload("a.pdf", SAMPLES["a.pdf"]), upload("b.pdf", SAMPLES["a.pdf"])]
    with pytest.raises(OSError, match="disk full"):
        hand_in(assignment=assignment, student=student, files=files)
    assert files_in(own_storage) == []
    assert not Submission.objects.exists()


def test_file_that_cannot_be_taken_back_does_not_hide_the_answer(
    course: CoursePage, student: User, monkeypatch: Any, caplog: Any
) -> None:
    def fail(*args: Any) -> None:
        raise OSError("away")

    monkeypatch.setattr(type(SubmissionFile.file.field.storage), "delete", fail)
    monkeypatch.setattr(submissions, "_write", fail)
    with pytest.raises(OSError, match="away"):
        hand_in(
            assignment=make_assignment(course),
            student=student,
            files=[upload("a.pdf", SAMPLES["a.pdf"])],
        )
    assert "stays in the storage" in caplog.text


def test_handing_in_completes_the_lesson_by_its_rule(course: CoursePage, student: User) -> None:
    rules = (AssignmentCompletion.SUBMITTED, AssignmentCompletion.GRADED)
    works = [make_assignment(course, completion=rule) for rule in rules]
    lessons = [make_lesson(course, work) for work in works]
    for work in works:
        hand_in(assignment=work, student=student, text="Here.")
    assert list(LessonCompletion.objects.values_list("lesson", flat=True)) == [lessons[0].pk]


def test_grading_completes_the_lesson_and_empties_the_queue(
    course: CoursePage, student: User, teacher: User
) -> None:
    assignment = make_assignment(course, completion=AssignmentCompletion.GRADED)
    lesson = make_lesson(course, assignment)
    handed_in = hand_in(assignment=assignment, student=student, text="Here.")
    grade = grade_submission(
        submission=handed_in.submission, points=80, feedback="Good.", by=teacher
    )
    assert (grade.points, grade.student, grade.graded_by) == (80, student, teacher)
    assert Submission.objects.get().state == SubmissionState.GRADED
    assert LessonCompletion.objects.get().lesson_id == lesson.pk


def test_another_try_after_the_grade_waits_again_and_the_grade_stays(
    assignment: Assignment, student: User, teacher: User
) -> None:
    handed_in = hand_in(assignment=assignment, student=student, text="a")
    grade = grade_submission(submission=handed_in.submission, points=5, feedback="", by=teacher)
    hand_in(assignment=assignment, student=student, text="b")
    assert Submission.objects.get().state == SubmissionState.SUBMITTED
    grade.refresh_from_db()
    assert grade.points == 5


def test_new_try_while_grading_is_a_conflict(
    assignment: Assignment, student: User, teacher: User
) -> None:
    submission = hand_in(assignment=assignment, student=student, text="a").submission
    hand_in(assignment=assignment, student=student, text="b")
    with pytest.raises(Conflict, match="handed in again"):
        grade_submission(submission=submission, points=5, feedback="", by=teacher, tries=1)


def test_nobody_but_graders_gives_points(
    assignment: Assignment, student: User, stranger: User
) -> None:
    submission = hand_in(assignment=assignment, student=student, text="a").submission
    for person in (student, stranger, make_user("teacher")):
        with pytest.raises(Forbidden):
            grade_submission(submission=submission, points=100, feedback="", by=person)
    assert Submission.objects.get().state == SubmissionState.SUBMITTED
