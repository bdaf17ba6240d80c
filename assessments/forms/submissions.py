"""Handing in, and grading. The services check what counts; these keep what was typed."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from assessments.models import Assignment
from assessments.services.grades import LONGEST_FEEDBACK
from assessments.services.submissions import MOST_FILES, SUBMISSION_FILES
from core.numbers import format_points


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list; none is an empty list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return list(data or [])


class HandInForm(forms.Form):
    """Has the fields that the assignment takes."""

    text = forms.CharField(
        label=_("Your answer"), required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    file = FilesField(label=_("Your files"), required=False)

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not assignment.accepts_text:
            del self.fields["text"]
        if not assignment.accepts_files:
            del self.fields["file"]
            return
        field = self.fields["file"]
        field.widget.attrs.update({"accept": SUBMISSION_FILES.accept()})
        field.help_text = _("%(kinds)s, at most %(limit)s each and %(most)s together.") % {
            "kinds": SUBMISSION_FILES.describe(),
            "limit": SUBMISSION_FILES.describe_limit(),
            "most": MOST_FILES,
        }


class SeenField(forms.IntegerField):
    """A number that says what was seen. Comes back with the words that were written about it."""

    def __init__(self) -> None:
        widget = forms.HiddenInput(attrs={"data-keep": True})
        super().__init__(required=False, min_value=0, max_value=2**31 - 1, widget=widget)


class GradeForm(forms.Form):
    """`version` and `tries` say what the grader saw; without them it is a first grade."""

    points = forms.DecimalField(label=_("Points"), min_value=0, decimal_places=2, max_digits=8)
    feedback = forms.CharField(
        label=_("Feedback"),
        required=False,
        max_length=LONGEST_FEEDBACK,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The student reads it with the points."),
    )
    version = SeenField()
    tries = SeenField()

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["points"]
        out_of = format_points(assignment.max_points)
        beyond = _("Points are between 0 and %(max)s.") % {"max": out_of}
        field.validators.append(MaxValueValidator(assignment.max_points, beyond))
        field.error_messages["invalid"] = _("Points are a number, such as 7.5.")
        field.widget.attrs.update(
            {"max": assignment.max_points, "inputmode": "decimal", "autocomplete": "off"}
        )

    def seen_version(self) -> int:
        return self.cleaned_data["version"] or 0
