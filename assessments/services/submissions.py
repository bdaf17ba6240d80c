"""Handing in work, and looking at what was handed in. The clock is the server's."""

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assignment, Grade, Submission, SubmissionFile, SubmissionTry
from assessments.models.assignments import SubmissionState
from assessments.permissions import can_grade
from assessments.services.grades import item_for, record_grade, sync_submission
from core.errors import Conflict, Forbidden, InvalidInput
from core.files import download_name
from core.kinds import Kind
from core.uploads import UploadPolicy, check_upload
from learning.permissions import require_student_access
from learning.schedule import Window
from learning.services.completion import complete_placing_lessons
from learning.windows import window_for

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

logger = logging.getLogger(__name__)

Upload: TypeAlias = "UploadedFile[Any]"

MEGABYTE = 1024 * 1024
SUBMISSION_FILES = UploadPolicy(
    max_bytes=20 * MEGABYTE, kinds=("pdf", "docx", "odt", "txt", "md", "png", "jpeg", "webp")
)
MOST_FILES = 5
LONGEST_TEXT = 50_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class _Work:
    """What came, checked, with nothing stored yet. `digest` is the same for the same content."""

    text: str
    files: list[tuple[Upload, Kind]]
    digest: str


@dataclass(frozen=True)
class _Stored:
    """A file that is in the storage, and has no row yet."""

    path: str
    name: str
    size: int
    kind: str


def hand_in(
    *,
    assignment: Assignment,
    student: User,
    text: str = "",
    files: Sequence[Upload] = (),
    at: datetime | None = None,
) -> SubmissionTry:
    """A new try, or the newest one if this is the same content once more.

    `at`: when it arrived, now if left out; it decides what is late. Every file is checked before
    any is stored, and stored before the rows are written: no half try, whatever fails. Raises
    `Forbidden`, `InvalidInput` for the field `text` or `file`, and `Conflict` outside of the dates
    or without a try left.
    """
    now = at or timezone.now()
    require_student_access(student, assignment, now)
    work = _check(assignment, text, files)
    mine = Submission.objects.filter(assignment=assignment, student=student).first()
    same = _find_same(mine, work)
    if same is not None:
        return same
    if reason := refusal_now(window_for(assignment, student, now), now):
        raise Conflict(reason)
    _refuse_beyond_limit(assignment, mine)
    stored = _store(work)
    try:
        handed_in, is_new = _write(assignment, student, work, stored, now)
    except BaseException:
        _discard(stored)
        raise
    if not is_new:
        _discard(stored)
    return handed_in


@transaction.atomic
def grade_submission(
    *,
    submission: Submission,
    points: Decimal | int | str,
    feedback: str,
    by: User,
    version: int | None = None,
    tries: int | None = None,
) -> Grade:
    """Points and words for what was handed in; it leaves the queue.

    `version` and `tries` are what the grader saw. Raises `Conflict` when somebody else graded, or
    the student handed in again, since then; `InvalidInput` for points out of range; `Forbidden`.
    """
    held = Submission.objects.select_for_update(of=("self",))
    stored = held.select_related("assignment__course", "student").get(pk=submission.pk)
    if not can_grade(by, stored.assignment.course):
        raise Forbidden
    if tries is not None and tries != stored.tries_count:
        raise Conflict(
            _("It was handed in again while you were reading. Look at the new try, then save."),
            field="tries",
        )
    grade = record_grade(
        item=item_for(stored.assignment),
        student=stored.student,
        points=points,
        by=by,
        version=version,
        feedback=feedback,
    )
    sync_submission(grade)
    return grade


def refusal_now(window: Window, now: datetime) -> str:
    """Why nothing is taken at this moment, in words and the reader's zone; or nothing."""
    if window.accepts(now):
        return ""
    closes = window.closes
    date = date_format(timezone.localtime(closes), "DATETIME_FORMAT") if closes else ""
    return _("Nothing is taken any more: this closed on %(date)s.") % {"date": date}


def _check(assignment: Assignment, text: str, files: Sequence[Upload]) -> _Work:
    clean = _clean_text(text)
    if clean and not assignment.accepts_text:
        raise InvalidInput(_("This assignment takes files only."), field="text")
    if files and not assignment.accepts_files:
        raise InvalidInput(_("This assignment takes text only."), field="file")
    if not clean and not files:
        raise _nothing_sent(assignment)
    if len(files) > MOST_FILES:
        message = _("At most %(most)s files are accepted.") % {"most": MOST_FILES}
        raise InvalidInput(message, field="file")
    checked = [(file, _check_file(file)) for file in files]
    return _Work(clean, checked, _digest(clean, files))


def _nothing_sent(assignment: Assignment) -> InvalidInput:
    if not assignment.accepts_text:
        return InvalidInput(_("Choose a file."), field="file")
    if not assignment.accepts_files:
        return InvalidInput(_("Write your answer."), field="text")
    return InvalidInput(_("Write your answer, or choose a file."), field="text")


def _clean_text(text: str) -> str:
    clean = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) > LONGEST_TEXT:
        message = _("At most %(most)s characters are accepted. Send a file instead.")
        raise InvalidInput(message % {"most": LONGEST_TEXT}, field="text")
    return clean


def _check_file(file: Upload) -> Kind:
    try:
        return check_upload(file, SUBMISSION_FILES)
    except ValidationError as error:
        message = f"{download_name(file.name or '')}: {' '.join(error.messages)}"
        raise InvalidInput(message, field="file") from error


def _digest(text: str, files: Sequence[Upload]) -> str:
    parts: list[Any] = [text]
    for file in files:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        parts.append([file.name, digest.hexdigest()])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _find_same(submission: Submission | None, work: _Work) -> SubmissionTry | None:
    """The newest try, if it has this content: a double click, a retry, a second tab."""
    newest = submission.tries.first() if submission else None
    return newest if newest is not None and newest.digest == work.digest else None


def _store(work: _Work) -> list[_Stored]:
    """Puts the files away under random names, before any row and outside of any transaction."""
    stored: list[_Stored] = []
    field = SubmissionFile.file.field
    try:
        for file, kind in work.files:
            name = file.name or ""
            path = field.storage.save(field.generate_filename(SubmissionFile(), name), file)
            stored.append(_Stored(path, download_name(name), file.size or 0, kind.name))
    except BaseException:
        _discard(stored)
        raise
    return stored


def _discard(stored: Sequence[_Stored]) -> None:
    """Takes files back that got no row. One that stays costs room and harms nobody."""
    for file in stored:
        try:
            SubmissionFile.file.field.storage.delete(file.path)
        except Exception:  # whatever the storage says, the student's answer is another one
            logger.exception("A file without a row stays in the storage: %s", file.path)


@transaction.atomic
def _write(
    assignment: Assignment, student: User, work: _Work, stored: Sequence[_Stored], now: datetime
) -> tuple[SubmissionTry, bool]:
    """The try, and whether it is new: another request may have been first."""
    blank = Submission(assignment=assignment, student=student, submitted_at=now)
    Submission.objects.bulk_create([blank], ignore_conflicts=True)
    held = Submission.objects.select_for_update()
    submission = held.get(assignment=assignment, student=student)
    same = _find_same(submission, work)
    if same is not None:
        return same, False
    _refuse_beyond_limit(assignment, submission)
    submission.tries_count += 1
    submission.state = SubmissionState.SUBMITTED
    submission.submitted_at = now
    submission.save()
    new = SubmissionTry.objects.create(
        submission=submission,
        number=submission.tries_count,
        text=work.text,
        submitted_at=now,
        seconds_late=window_for(assignment, student, now).seconds_late(now),
        digest=work.digest,
    )
    SubmissionFile.objects.bulk_create(
        SubmissionFile(
            submission_try=new, file=file.path, name=file.name, size=file.size, kind=file.kind
        )
        for file in stored
    )
    complete_placing_lessons(student=student, activity=assignment)
    return new, True


def _refuse_beyond_limit(assignment: Assignment, submission: Submission | None) -> None:
    used = submission.tries_count if submission else 0
    if assignment.max_tries is not None and used >= assignment.max_tries:
        raise Conflict(_("You have used all your tries."))
