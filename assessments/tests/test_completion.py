import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.models.assignments import SubmissionState
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.factories import (
    answer_all,
    enroll,
    make_assignment,
    make_course,
    make_lesson,
    make_quiz,
    make_user,
)
from core import jobs
from core.jobs import run_due_jobs, run_steps
from core.models import Job
from learning.models import CoursePage, Enrollment, LessonCompletion, LessonPage
from learning.services import completion
from learning.services.activities import archive, sync_after_save
from learning.services.completion import (
    COMPLETE_FOR_STUDENT,
    COMPLETE_LESSON,
    complete_for_everybody,
    complete_placing_lessons,
)
from learning.services.enrollment import enroll_student, leave_course


def completed(student: User) -> set[int]:
    rows = LessonCompletion.objects.filter(enrollment__student=student)
    return set(rows.values_list("lesson_id", flat=True))


def take(quiz: Quiz, student: User, right: int = 3) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=right)
    submit_attempt(attempt=attempt)


def hand_in(assignment: Assignment, student: User, state: str) -> None:
    Submission.objects.create(
        assignment=assignment, student=student, state=state, submitted_at=timezone.now()
    )
    complete_placing_lessons(student=student, activity=assignment)


def test_handed_in_quiz_completes_its_lesson_as_assessed(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz)
    take(quiz, student, right=0)
    row = LessonCompletion.objects.get()
    assert (row.lesson_id, row.how) == (lesson.pk, "assessed")
    assert Enrollment.objects.get(student=student).lessons_done == 1


def test_quiz_that_is_to_be_passed_completes_its_lesson_once_passed(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, completion="passed", pass_mark=60, max_attempts=None)
    lesson = make_lesson(course, quiz)
    take(quiz, student, right=1)
    assert completed(student) == set()
    take(quiz, student, right=2)
    assert completed(student) == {lesson.pk}


def test_worse_attempt_later_takes_nothing_away(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, completion="passed", max_attempts=None)
    lesson = make_lesson(course, quiz)
    take(quiz, student, right=3)
    take(quiz, student, right=0)
    assert completed(student) == {lesson.pk}


def test_stricter_rule_later_takes_nothing_away(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz)
    take(quiz, student, right=0)
    Quiz.objects.update(completion="passed")
    quiz.refresh_from_db()
    complete_placing_lessons(student=student, activity=quiz)
    assert completed(student) == {lesson.pk}


def test_lesson_with_two_works_is_complete_when_both_are_done(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    essay = make_assignment(course)
    lesson = make_lesson(course, quiz, essay)
    take(quiz, student)
    assert completed(student) == set()
    hand_in(essay, student, SubmissionState.SUBMITTED)
    assert completed(student) == {lesson.pk}


def test_assignment_that_is_to_be_graded_waits_for_the_grade(
    course: CoursePage, student: User
) -> None:
    essay = make_assignment(course, completion="graded")
    lesson = make_lesson(course, essay)
    hand_in(essay, student, SubmissionState.SUBMITTED)
    assert completed(student) == set()
    Submission.objects.update(state=SubmissionState.GRADED)
    assert complete_placing_lessons(student=student, activity=essay) == 1
    assert completed(student) == {lesson.pk}


def test_work_in_two_lessons_completes_both(quiz: Quiz, course: CoursePage, student: User) -> None:
    lessons = {make_lesson(course, quiz).pk, make_lesson(course, quiz).pk}
    take(quiz, student)
    assert completed(student) == lessons


def test_unpublished_work_beside_is_asked_of_nobody(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz, make_assignment(course, published=False))
    take(quiz, student)
    assert completed(student) == {lesson.pk}


def test_work_of_another_course_beside_is_asked_of_nobody(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz, make_quiz(make_course()))
    take(quiz, student)
    assert completed(student) == {lesson.pk}


def test_copy_of_the_lesson_in_another_course_is_not_completed(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    make_lesson(make_course(students=[student]), quiz)
    take(quiz, student)
    assert completed(student) == set()


def test_lesson_that_is_not_live_is_not_completed(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz)
    attempt = start_attempt(quiz=quiz, student=student)
    LessonPage.objects.filter(pk=lesson.pk).update(live=False)
    submit_attempt(attempt=attempt)
    assert completed(student) == set()


def test_completing_twice_is_one_row(quiz: Quiz, course: CoursePage, student: User) -> None:
    make_lesson(course, quiz)
    take(quiz, student)
    for _time in range(2):
        complete_placing_lessons(student=student, activity=quiz)
    assert LessonCompletion.objects.count() == 1


@pytest.mark.parametrize("sizes", [(1, 12)])
def test_cost_does_not_grow_with_the_work_beside(
    course: CoursePage, student: User, sizes: tuple[int, int]
) -> None:
    counts = []
    for size in sizes:
        quizzes = [make_quiz(course, questions=1) for _number in range(size)]
        make_lesson(course, *quizzes)
        with CaptureQueriesContext(connection) as queries:
            complete_placing_lessons(student=student, activity=quizzes[0])
        counts.append(len(queries))
    assert counts[0] == counts[1]


def publish(lesson: LessonPage) -> None:
    lesson.refresh_from_db()
    lesson.save_revision().publish()


def test_quiz_taken_before_it_was_placed_completes_the_lesson_once_published(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    take(quiz, student)
    lesson = make_lesson(course, quiz)
    publish(lesson)
    assert completed(student) == set()
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_milder_rule_completes_the_lesson_of_who_has_done_enough(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, completion="passed")
    lesson = make_lesson(course, quiz)
    take(quiz, student, right=0)
    quiz.completion = "submitted"
    quiz.save()
    sync_after_save(activity=quiz)
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_archived_work_beside_leaves_the_rest_to_complete_the_lesson(
    quiz: Quiz, course: CoursePage, student: User, teacher: User
) -> None:
    essay = make_assignment(course)
    lesson = make_lesson(course, quiz, essay)
    take(quiz, student)
    archive(activity=essay, by=teacher)
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_assignment_whose_rule_changed_is_looked_at_too(course: CoursePage, student: User) -> None:
    essay = make_assignment(course, completion="graded")
    lesson = make_lesson(course, essay)
    hand_in(essay, student, SubmissionState.SUBMITTED)
    essay.completion = "submitted"
    essay.save()
    sync_after_save(activity=essay)
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_lesson_whose_work_is_all_withdrawn_completes_nobody(
    quiz: Quiz, course: CoursePage, student: User, teacher: User
) -> None:
    lesson = make_lesson(course, quiz)
    Quiz.objects.update(completion="passed")
    take(quiz, student, right=0)
    archive(activity=quiz, by=teacher)
    run_steps(complete_for_everybody(lesson_id=lesson.pk))
    assert completed(student) == set()


def test_many_students_are_looked_at_in_chunks(
    quiz: Quiz, course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completion, "CHUNK", 2)
    monkeypatch.setattr(jobs, "SLICE", 0.0)
    students = [make_user() for _number in range(5)]
    for one in students:
        enroll(one, course)
        take(quiz, one)
    lesson = make_lesson(course, quiz)
    Job.objects.all().delete()
    for _time in range(2):
        publish(lesson)
    run_due_jobs()
    assert LessonCompletion.objects.filter(lesson=lesson).count() == 5
    [job] = Job.objects.filter(name=COMPLETE_LESSON)
    assert (job.steps_done, job.state) == (5, "done")


@pytest.mark.parametrize("lesson_id", [0, 10**9])
def test_lesson_that_is_gone_is_nobodys_work(db: None, lesson_id: int) -> None:
    assert list(complete_for_everybody(lesson_id=lesson_id)) == []


def test_lesson_without_work_makes_no_job(course: CoursePage) -> None:
    publish(make_lesson(course))
    assert not Job.objects.filter(name=COMPLETE_LESSON).exists()


def test_work_graded_while_away_counts_on_coming_back(course: CoursePage, student: User) -> None:
    essay = make_assignment(course, completion="graded")
    lesson = make_lesson(course, essay)
    hand_in(essay, student, SubmissionState.SUBMITTED)
    leave_course(student=student, course=course)
    hand_in_graded(essay, student)
    assert completed(student) == set()
    enroll_student(student=student, course=course)
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_coming_in_for_the_first_time_leaves_no_job(course: CoursePage) -> None:
    newcomer = make_user()
    enroll_student(student=newcomer, course=course)
    assert not Job.objects.filter(name=COMPLETE_FOR_STUDENT).exists()


def test_work_done_while_its_module_was_hidden_counts_once_it_is_shown(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz)
    attempt = start_attempt(quiz=quiz, student=student)
    module = lesson.get_parent().specific
    module.unpublish()
    submit_attempt(attempt=attempt)
    assert completed(student) == set()
    module.save_revision().publish()
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def test_work_done_before_its_lesson_moved_into_sight_counts(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz, module_live=False)
    shown = make_lesson(course).get_parent()
    take(make_quiz(course), student)
    Quiz.objects.filter(pk=quiz.pk).update(published=True)
    row = Attempt.objects.get()
    Attempt.objects.filter(pk=row.pk).update(quiz=quiz)
    lesson.move(shown, pos="last-child")
    run_due_jobs()
    assert completed(student) == {lesson.pk}


def hand_in_graded(assignment: Assignment, student: User) -> None:
    Submission.objects.filter(student=student).update(state=SubmissionState.GRADED)
    complete_placing_lessons(student=student, activity=assignment)
