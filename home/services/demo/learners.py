"""What the demo's students have done so far: everybody is at another stage."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Assignment, Attempt, Quiz, Submission
from assessments.services.answers import save_answer
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.submissions import grade_submission, hand_in
from home.services.demo.people import STUDENTS
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonCompletion, LessonPage
from learning.selectors.structure import LessonEntry, get_structure
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import complete_lesson

TEXTS = (
    "Monday, 8 in the morning, fog: the leaf hangs, its edge is wet. I had never seen that the "
    "veins on the underside stand out like ropes.",
    "I cut the long function into three. The hardest part was the names. Now I can test the part "
    "with the dates without printing anything.",
    "Day one: upright. Day two, 32 degrees: folded. Day three, after rain: upright again, and a "
    "spider had moved in.",
)
FEEDBACK = (
    "You wrote down what you saw, not what you knew. Next time add the hour to each entry.",
    "Clear and complete. The second entry is the best of the three.",
    "A good start. What did you not expect? Put that in.",
)
GONE = ("felix", "how-plants-live")


def make_learners(courses: Mapping[str, CoursePage], people: Mapping[str, User]) -> None:
    """Enroll the students and let them work. Those who are enrolled already stay as they are."""
    for number, name in enumerate(STUDENTS):
        for place, slug in enumerate(_choose_courses(number, name)):
            course = CoursePage.objects.get(pk=courses[slug].pk)
            if not Enrollment.objects.filter(student=people[name], course=course).exists():
                _learn(people[name], course, number, _pace(number, place, name))
                if (name, slug) == GONE:
                    leave_course(student=people[name], course=course)


def _choose_courses(number: int, name: str) -> Sequence[str]:
    plants, python, money = "how-plants-live", "python-properly", "money-for-grown-ups"
    if name == "student":
        return (plants, money)
    if number == len(STUDENTS) - 1:
        return ()
    return ((plants,), (plants, python), (python, money), (plants, money))[number % 4]


def _pace(number: int, place: int, name: str) -> float:
    """How much of a course is done, from 0 (just enrolled) to 1."""
    if name == "student":
        return (0.64, 0.4)[place]
    return (0.0, 1.0, 0.35, 0.6, 0.15, 0.85, 0.5)[(number + 2 * place) % 7]


def _learn(student: User, course: CoursePage, number: int, pace: float) -> None:
    """The way of one student through one course: nobody was here before, so all of it is ours."""
    enrollment = enroll_student(student=student, course=course)
    lessons = get_structure(course).lessons
    for lesson in lessons[: round(len(lessons) * pace)]:
        _do_lesson(student, lesson, number)
    _spread_over_weeks(enrollment)


def _do_lesson(student: User, lesson: LessonEntry, number: int) -> None:
    placed = [one.id for one in lesson.activities]
    for quiz in Quiz.objects.filter(pk__in=placed):
        _take_quiz(student, quiz, number)
    for assignment in Assignment.objects.filter(pk__in=placed):
        _do_assignment(student, assignment, number)
    if not lesson.activities:
        complete_lesson(
            student=student, lesson=LessonPage.objects.get(pk=lesson.id), how=lesson.completion
        )


def _take_quiz(student: User, quiz: Quiz, number: int) -> None:
    attempt = start_attempt(quiz=quiz, student=student, address="127.0.0.1")
    places = dict(quiz.slots.values_list("question_id", "position"))
    for item in attempt.items.select_related("version"):
        right = item.version.key["correct"]
        options = [option["id"] for option in item.version.content["options"]]
        wrong = [option for option in options if option not in right][:1]
        place = places[item.version.question_id]  # the same however the quiz was shuffled
        knows = (number * 7 + place * 3) % 5 != 0
        save_answer(
            attempt=attempt, position=item.position, response={"choice": right if knows else wrong}
        )
    submit_attempt(attempt=attempt)


def _do_assignment(student: User, assignment: Assignment, number: int) -> None:
    text = TEXTS[number % len(TEXTS)]
    hand_in(assignment=assignment, student=student, text=text, files=[])
    if number % 3 == 2:
        return
    lead = assignment.course.team.filter(role="lead").select_related("user").get().user
    submission = Submission.objects.get(assignment=assignment, student=student)
    share = Decimal(60 + number * 13 % 40) / 100
    grade_submission(
        submission=submission,
        points=(assignment.max_points * share).quantize(Decimal(1)),
        by=lead,
        feedback=FEEDBACK[number % len(FEEDBACK)],
    )


def _spread_over_weeks(enrollment: Enrollment) -> None:
    """The demo is made in a minute; its history reaches back some weeks. Whoever did nothing yet
    came this week.
    """
    now = timezone.now()
    rows = list(LessonCompletion.objects.filter(enrollment=enrollment).order_by("pk"))
    start = now - timedelta(days=20 + enrollment.pk % 25 if rows else 1 + enrollment.pk % 5)
    seen = max(start, now - timedelta(hours=3 + enrollment.pk * 11 % 200))
    Enrollment.objects.filter(pk=enrollment.pk).update(enrolled_at=start, last_seen_at=seen)
    EnrollmentEvent.objects.filter(enrollment=enrollment).update(created=start)
    joined = User.objects.filter(pk=enrollment.student_id, date_joined__gt=start)
    joined.update(date_joined=start)
    for place, row in enumerate(rows, start=1):
        row.completed_at = start + (seen - start) * place / len(rows)
    LessonCompletion.objects.bulk_update(rows, ["completed_at"])
    _spread_attempts(enrollment, now)
    _spread_submissions(enrollment, now)


def _spread_attempts(enrollment: Enrollment, now: datetime) -> None:
    attempts = Attempt.objects.handed_in().filter(quiz__course=enrollment.course_id)
    for attempt in attempts.filter(student=enrollment.student_id):
        start = now - timedelta(hours=5 + attempt.pk * 7 % 300)
        end = start + timedelta(minutes=6 + attempt.pk % 7)
        deadline = attempt.deadline and start + (attempt.deadline - attempt.started_at)
        Attempt.objects.filter(pk=attempt.pk).update(
            started_at=start, submitted_at=end, deadline=deadline
        )
        Answer.objects.filter(attempt=attempt).update(saved_at=end)


def _spread_submissions(enrollment: Enrollment, now: datetime) -> None:
    submissions = Submission.objects.filter(assignment__course=enrollment.course_id)
    for submission in submissions.filter(student=enrollment.student_id):
        when = now - timedelta(hours=2 + submission.pk * 9 % 150)
        Submission.objects.filter(pk=submission.pk).update(submitted_at=when)
        submission.tries.update(submitted_at=when)
