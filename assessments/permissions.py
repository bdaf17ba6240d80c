"""Who may see, do and grade work. The only place that decides; the course's gate decides first.

Predicates know no request and read the rows each time: a withdrawal, an archived course or a lost
role counts at once. An attempt that runs goes on when its quiz is withdrawn by a teacher; when
the course is closed to the student, it is closed too, and its deadline hands in what was saved.
"""

from datetime import datetime

from assessments.grading import has_passed
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.selectors.quizzes import result_of
from learning.models import CoursePage
from learning.permissions import (
    can_edit_course,
    can_grade_course,
    can_see_records,
    can_view_activity,
    can_view_content,
)
from learning.selectors.standing import Person, get_standing
from learning.windows import window_for


def can_grade(user: Person, course: CoursePage) -> bool:
    """Give points for what students handed in."""
    return can_grade_course(user, course)


def can_author_work(user: Person, course: CoursePage) -> bool:
    """Write the course's quizzes, assignments and questions."""
    return can_edit_course(user, course)


def can_view_course_work(user: Person, course: CoursePage) -> bool:
    """The list of quizzes and assignments: the course's team and its students."""
    return can_view_content(user, course)


def can_view_quiz(user: Person, quiz: Quiz) -> bool:
    """The quiz's page with its rules: the team always, students once it is published."""
    return can_view_activity(user, quiz)


def can_view_assignment(user: Person, assignment: Assignment) -> bool:
    """The task: the team always, students once it is published.

    Students who handed in keep the page with their work and its grade, also when the task is taken
    back.
    """
    standing = get_standing(user, assignment.course)
    if can_view_activity(user, assignment, standing=standing):
        return True
    if not can_view_content(user, assignment.course, standing=standing):
        return False
    return Submission.objects.filter(assignment=assignment, student=user.pk).exists()


def can_start_attempt(user: Person, quiz: Quiz) -> bool:
    """Students of the course who may see the quiz. Dates and limits are the service's."""
    standing = get_standing(user, quiz.course)
    return standing.is_reading and can_view_activity(user, quiz, standing=standing)


def is_in_class(user: Person, course: CoursePage) -> bool:
    """A student whose enrollment lets them read the course."""
    return get_standing(user, course).is_reading


def can_submit(user: Person, assignment: Assignment) -> bool:
    """Students of the course who may see the assignment. Dates and limits are the service's."""
    standing = get_standing(user, assignment.course)
    return standing.is_reading and can_view_activity(user, assignment, standing=standing)


def can_work_on_attempt(user: Person, attempt: Attempt) -> bool:
    """Read and answer the questions, and hand in: the attempt's own student, nobody else."""
    return attempt.student_id == user.pk and can_view_content(user, attempt.quiz.course)


def can_view_attempt(user: Person, attempt: Attempt) -> bool:
    """The result: the attempt's own student, and members of the team who see records."""
    if attempt.student_id == user.pk:
        return can_view_content(user, attempt.quiz.course)
    return can_see_records(user, attempt.quiz.course)


def can_view_submission(user: Person, submission: Submission) -> bool:
    """What was handed in: its author, and members of the team who see records."""
    course = submission.assignment.course
    if submission.student_id == user.pk:
        return can_view_content(user, course)
    return can_see_records(user, course)


def can_view_submission_file(user: Person, submission: Submission) -> bool:
    """A file: as the submission that it belongs to."""
    return can_view_submission(user, submission)


def can_view_key(user: Person, attempt: Attempt, at: datetime) -> bool:
    """Which answers are right: members who see records always; a student once it gains nothing.

    That is when no attempt is left or the quiz has closed; where attempts are unlimited, when the
    quiz was passed or, without a pass mark, when it has closed.
    """
    quiz = attempt.quiz
    if attempt.student_id != user.pk:
        return can_see_records(user, quiz.course)
    if window_for(quiz, user, at).has_closed(at):
        return True
    mine = Attempt.objects.filter(quiz=quiz, student=user.pk)
    if quiz.max_attempts is not None:
        return mine.submitted().count() >= quiz.max_attempts
    results = [result_of(one) for one in mine.submitted()]
    return quiz.pass_mark > 0 and any(has_passed(*one, quiz.pass_mark) for one in results)
