"""Forms of the CMS: pages that point only at what their editor may use, and checked uploads."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, ForeignKey, Model
from django.forms.utils import ErrorList
from django.http import Http404
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.fields import StreamField
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.models import User
from core.parsing import parse_key
from core.uploads import UploadPolicy, check_upload
from learning.memberships import get_course_of
from learning.models import CourseDocument, CourseImage, CoursePage

IMAGE_POLICY = UploadPolicy(max_bytes=10 * 1024 * 1024, kinds=("png", "jpeg", "gif", "webp"))
DOCUMENT_POLICY = UploadPolicy(
    max_bytes=50 * 1024 * 1024,
    kinds=(
        *("pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "txt", "md", "csv", "zip"),
        *("png", "jpeg", "gif", "webp", "mp3", "m4a", "ogg", "flac", "wav", "mp4", "webm", "mov"),
    ),
)

MALFORMED = (LookupError, ValueError, TypeError, AttributeError, RecursionError)

Reference = tuple[type[Model], str]


class CourseTreeForm(WagtailAdminPageForm):
    """The editor of courses, modules and lessons.

    What a page newly points at must be what its editor could have chosen. What they may not see
    at all is not there, as at every other address: 404, before anything is checked. A form that is
    shown again would tell its title and address. What the page pointed at before stays.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "subject" in self.fields:
            self.fields["subject"].required = True
        if self.instance.pk is None:
            # A picture is stored with its course, and until then it has no place of its own.
            self.fields.pop("picture", None)

    def full_clean(self) -> None:
        if self.is_bound:
            named = _by_model(self._newly_named())
            if any(_is_hidden(model, pks, self.for_user) for model, pks in named):
                raise Http404
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            field = self._model_field(name)
            if field is None:
                continue
            added = set(_references(field, value)) - self._named_before(field)
            foreign = [
                (model, pks)
                for model, pks in _by_model(added)
                if (usable := self._usable(model)) is not None and _count(usable, pks) < len(pks)
            ]
            if foreign:
                self.add_error(name, _refusal(field, self._list_foreign(foreign)))
        return cleaned

    def _newly_named(self) -> Iterator[Reference]:
        for name in self.fields:
            field = self._model_field(name)
            if field is not None:
                yield from self._named_in_post(name, field) - self._named_before(field)

    def _named_in_post(self, name: str, field: Field) -> set[Reference]:
        """As sent, valid or not. Raises `Http404` for what no page of the CMS sends."""
        widget = self.fields[name].widget
        try:
            value = widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            return set(_references(field, value))
        except MALFORMED as error:
            raise Http404 from error

    def _named_before(self, field: Field) -> set[Reference]:
        return set(_references(field, getattr(self.instance, field.attname, None)))

    def _model_field(self, name: str) -> Field | None:
        try:
            return self._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None

    def _usable(self, model: type[Model]) -> Any:
        """What this page may point at. None: anything."""
        if issubclass(model, (CourseImage, CourseDocument, Page)):
            return _shown(model, self.for_user)
        if _belongs_to_course(model):
            page = self.instance if self.instance.pk else self.parent_page
            course = get_course_of(page.specific) if page is not None else None
            return model._default_manager.filter(course_id=course.pk if course else None)
        return None

    def _list_foreign(self, foreign: Iterable[tuple[type[Model], set[str]]]) -> list[str]:
        """By title. What its editor may not see was answered before; what is gone has none."""
        return [
            str(thing)
            for model, pks in foreign
            for thing in model._default_manager.filter(pk__in=pks).exclude(
                pk__in=self._usable(model).order_by().values("pk")
            )
        ]


def _refusal(field: Field, titles: list[str]) -> ValidationError:
    message = _("Something in here belongs to another course. Choose it again.")
    if titles:
        named = ", ".join(f"“{title}”" for title in titles)
        message = _("This belongs to another course: %(titles)s. Choose again.") % {"titles": named}
    if isinstance(field, StreamField):
        return StreamBlockValidationError(non_block_errors=ErrorList([message]))
    return ValidationError(message, code="other_course")


def _references(field: Field, value: Any) -> Iterator[Reference]:
    """What a field's value points at, as (model, primary key)."""
    if not value:
        return
    if isinstance(field, ForeignKey):
        yield field.related_model, str(getattr(value, "pk", value))
    elif hasattr(field, "extract_references"):
        for model, pk, _model_path, _content_path in field.extract_references(value):
            yield model, str(pk)


def _by_model(references: Iterable[Reference]) -> Iterable[tuple[type[Model], set[str]]]:
    grouped: dict[type[Model], set[str]] = {}
    for model, pk in references:
        grouped.setdefault(model, set()).add(pk)
    return grouped.items()


def _is_hidden(model: type[Model], pks: set[str], user: Any) -> bool:
    """Some of these are there, and not for `user`. What is gone hides nothing."""
    shown = _shown(model, user)
    if shown is None:
        return False
    if any(parse_key(pk) is None for pk in pks):
        return True
    return _count(model._default_manager.all(), pks) > _count(shown, pks)


def _shown(model: type[Model], user: Any) -> Any:
    """What the CMS lets `user` choose from. None for what belongs to no course."""
    if issubclass(model, Page):
        return policy_registry.get_by_type(model).explorable_instances(user)
    if issubclass(model, (CourseImage, CourseDocument)):
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_any_permission_for(user, ["choose"])
    if _belongs_to_course(model):
        courses = _shown(CoursePage, user).order_by().values("pk")
        return model._default_manager.filter(course_id__in=courses)
    return None


def _count(rows: Any, pks: set[str]) -> int:
    return int(rows.filter(pk__in=pks).values("pk").distinct().count())


def _belongs_to_course(model: type[Model]) -> bool:
    try:
        return model._meta.get_field("course").related_model is CoursePage
    except FieldDoesNotExist:
        return False


class CheckedImageField(WagtailImageField):
    """Size, kind and pixels are checked from the first bytes, before anything decodes them."""

    def to_python(self, data: Any) -> Any:
        if data:
            check_upload(data, IMAGE_POLICY)
        return super().to_python(data)


class CheckedDocumentField(WagtailDocumentField):
    """Size, and kind by content."""

    def to_python(self, data: Any) -> Any:
        if data:
            check_upload(data, DOCUMENT_POLICY)
        return super().to_python(data)


class CheckedUploadForm:
    """Puts the checked field in the place of Wagtail's, with the limits as its help text."""

    file_field: type[forms.FileField]
    policy: UploadPolicy

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stock = self.fields.get("file")  # type: ignore[attr-defined]
        if stock is not None:
            self.fields["file"] = self._checked(stock)  # type: ignore[attr-defined]

    def _checked(self, stock: forms.Field) -> forms.FileField:
        field = self.file_field(label=stock.label, required=stock.required, widget=stock.widget)
        field.widget.attrs["accept"] = self.policy.accept()
        field.help_text = _("%(kinds)s, at most %(limit)s.") % {
            "kinds": self.policy.describe(),
            "limit": self.policy.describe_limit(),
        }
        return field


class CourseImageForm(CheckedUploadForm, BaseImageForm):
    """Pictures of a course."""

    file_field = CheckedImageField
    policy = IMAGE_POLICY


class CourseDocumentForm(CheckedUploadForm, BaseDocumentForm):
    """Files of a course."""

    file_field = CheckedDocumentField
    policy = DOCUMENT_POLICY


class CourseTeamForm(WagtailAdminModelForm):
    """A place on a team, in one of the courses that its editor leads. `services.teams` saves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].label_from_instance = lambda user: (
            f"{user.display_name} ({user.username})"
        )
        if self.instance.pk:
            person = self.fields["user"]
            person.disabled = True
            person.queryset = User.objects.filter(pk=self.instance.user_id)
