"""Addresses of the assessments app."""

from django.urls import path

from assessments.views import assignments, attempts, course_work, grading, quizzes

urlpatterns = [
    path("courses/<int:course_id>/", course_work.course_work, name="course_work"),
    path("courses/<int:course_id>/submissions/", grading.submission_queue, name="submission_queue"),
    path("quizzes/<int:quiz_id>/", quizzes.quiz_page, name="quiz"),
    path("quizzes/<int:quiz_id>/start/", quizzes.start, name="quiz_start"),
    path("attempts/<int:attempt_id>/", attempts.attempt_page, name="attempt"),
    path(
        "attempts/<int:attempt_id>/answers/<int:position>/", attempts.answer, name="attempt_answer"
    ),
    path("attempts/<int:attempt_id>/submit/", attempts.submit, name="attempt_submit"),
    path("attempts/<int:attempt_id>/result/", attempts.result, name="attempt_result"),
    path("assignments/<int:assignment_id>/", assignments.assignment, name="assignment"),
    path(
        "submissions/<int:submission_id>/grade/", grading.submission_grade, name="submission_grade"
    ),
    path(
        "submissions/<int:submission_id>/file/", assignments.submission_file, name="submission_file"
    ),
]
