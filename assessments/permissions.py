"""Who may do and grade work, and see what came of it. Who may open it: `learning.access`.

Predicates know no request and read the rows each time: a withdrawal, an archived course or a lost
role counts at once. An attempt that runs goes on when its quiz is withdrawn by a teacher; when
the course is closed to the student, it is closed too, and its deadline hands in what was saved.
"""

from datetime import datetime

from accounts.permissions import Visitor, is_administrator
from assessments.grading import has_passed
from assessments.models import Assignment, Attempt, Question, Submission
from assessments.selectors.quizzes import result_of
from learning.access import Content, get_access
from learning.memberships import Membership, Person
from learning.models import CoursePage
from learning.permissions import can_edit_course, can_grade_course, can_see_records
from learning.schedule import is_in_time
from learning.windows import window_for


def can_grade(user: Person, course: CoursePage) -> bool:
    """Give points for what students handed in."""
    return can_grade_course(user, course)


def can_author_work(user: Person, course: CoursePage) -> bool:
    """Write the course's quizzes, assignments and questions."""
    return can_edit_course(user, course)


def can_edit_question(user: Visitor, question: Question, *, edits: int | None = None) -> bool:
    """A course's: whoever writes in that course. One that all courses share: administrators.

    `edits`: the key of a course in which they are known to write, which is not asked again.
    """
    if edits is not None and question.course_id == edits:
        return True
    if question.course is None:
        return is_administrator(user)
    return can_author_work(user, question.course)


def keeps_own_work(user: Person, assignment: Assignment, membership: Membership) -> bool:
    """Students who handed in keep the page with their work, also when the task is taken back.

    `membership`: what they are in its course.
    """
    if not get_access(user, Content(assignment.course), membership=membership).is_open:
        return False
    return Submission.objects.filter(assignment=assignment, student=user.pk).exists()


def can_work_on_attempt(user: Person, attempt: Attempt) -> bool:
    """Read and answer the questions, and hand in: the attempt's own student, nobody else."""
    return attempt.student_id == user.pk and _reads_course(user, attempt.quiz.course)


def can_view_attempt(user: Person, attempt: Attempt) -> bool:
    """The result: the attempt's own student, and members of the team who see records."""
    if attempt.student_id == user.pk:
        return _reads_course(user, attempt.quiz.course)
    return can_see_records(user, attempt.quiz.course)


def can_view_submission(user: Person, submission: Submission) -> bool:
    """What was handed in: its author, and members of the team who see records."""
    course = submission.assignment.course
    if submission.student_id == user.pk:
        return _reads_course(user, course)
    return can_see_records(user, course)


def can_view_submission_file(user: Person, submission: Submission) -> bool:
    """A file: as the submission that it belongs to."""
    return can_view_submission(user, submission)


def can_view_key(user: Person, attempt: Attempt, at: datetime) -> bool:
    """Which answers are right: members who see records always; a student once it gains nothing.

    That is when no attempt is under way, and none is left or the quiz has closed (and takes nothing
    late any more); where attempts are unlimited, when the quiz was passed or, without a pass mark,
    when it has closed.
    """
    quiz = attempt.quiz
    if attempt.student_id != user.pk:
        return can_see_records(user, quiz.course)
    mine = list(Attempt.objects.filter(quiz=quiz, student=user.pk))
    if any(one.is_open for one in mine):
        return False
    if not is_in_time(window_for(quiz, user, at).closes, at):
        return True
    if quiz.max_attempts is not None:
        return len(mine) >= quiz.max_attempts
    results = [result_of(one) for one in mine if one.is_graded]
    return quiz.pass_mark > 0 and any(has_passed(*one, quiz.pass_mark) for one in results)


def _reads_course(user: Person, course: CoursePage) -> bool:
    return get_access(user, Content(course)).is_open
