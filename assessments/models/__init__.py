from assessments.models.assignments import Assignment, Submission, SubmissionFile, SubmissionTry
from assessments.models.attempts import Answer, Attempt, AttemptItem
from assessments.models.grades import Grade, GradeEvent, GradeItem
from assessments.models.questions import Question, QuestionPool, QuestionVersion
from assessments.models.quizzes import Quiz, QuizSlot

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "AttemptItem",
    "Grade",
    "GradeEvent",
    "GradeItem",
    "Question",
    "QuestionPool",
    "QuestionVersion",
    "Quiz",
    "QuizSlot",
    "Submission",
    "SubmissionFile",
    "SubmissionTry",
]
