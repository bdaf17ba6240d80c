"""The page tree: course index → course → module → lesson."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Collection, Page
from wagtail.search import index

from core.registries import Registry
from learning.blocks import LessonBody
from learning.models.tree import CourseTreePage
from learning.querysets import CourseManager
from learning.registries import course_settings_panels, lesson_panels

COURSE_PROMOTE_PANELS = [
    MultiFieldPanel(
        [FieldPanel("slug"), FieldPanel("search_description")], heading=_("Address and search")
    )
]


class RegisteredPanels(ObjectList):
    """A tab of the editor: its own panels, then those of a registry."""

    def __init__(self, *args: Any, registry: Registry[Panel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registry = registry

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "registry": self.registry}

    def on_model_bound(self) -> None:
        self.children: list[Panel] = [*self.children, *self.registry.values()]
        super().on_model_bound()


class CourseIndexPage(CourseTreePage, Page):
    """The catalogue. One of them, made with the site."""

    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.LandingPage"]
    subpage_types = ["learning.CoursePage"]
    max_count = 1
    template = "learning/course_index_page.html"

    class Meta:
        verbose_name = _("catalogue")


class Subject(models.Model):
    """What a course is about: the first filter of the catalogue, and the drawing on its card."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    art = models.CharField(
        _("drawing"),
        max_length=40,
        default="default",
        help_text=_("The drawing that a course of this subject gets when it has no picture."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    ALL = "all", _("All levels")
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class PictureComesLater(HelpPanel):
    """In the place of the picture while the course has no collection to put it into."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance.pk is None


class CoursePage(CourseTreePage, Page):
    """A course. Its page and syllabus are public while it is live; its lessons are not.

    `archived_at` closes it for students and keeps everything. `structure_version` changes with
    every change of what is live below it, so that cached outlines are never stale;
    `structure_is_stale` is set with such a change until its figures are counted. Its editor asks
    for a subject; the model does without, because a draft may name one that was deleted since.
    """

    summary = models.CharField(
        _("summary"), max_length=200, help_text=_("One or two sentences for the catalogue.")
    )
    description = RichTextField(
        _("description"),
        blank=True,
        features=["h3", "bold", "italic", "link", "ol", "ul"],
        help_text=_("What one learns, for whom it is, and what one needs to know before."),
    )
    subject = models.ForeignKey(
        "learning.Subject",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("subject"),
    )
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.ALL)
    picture = models.ForeignKey(
        "learning.CourseImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    enrollment_open = models.BooleanField(_("open for enrollment"), default=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    collection = models.OneToOneField(
        Collection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="course",
    )
    structure_version = models.PositiveIntegerField(default=0, editable=False)
    structure_changed_at = models.DateTimeField(null=True, editable=False)
    structure_is_stale = models.BooleanField(default=False, editable=False)
    lesson_count = models.PositiveIntegerField(default=0, editable=False)
    required_count = models.PositiveIntegerField(default=0, editable=False)
    required_digest = models.CharField(max_length=64, blank=True, editable=False)
    total_minutes = models.PositiveIntegerField(default=0, editable=False)

    objects = CourseManager()

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("subject"), FieldPanel("level")], heading=_("Catalogue")),
        FieldPanel("picture"),
        PictureComesLater(
            format_lazy("<p>{}</p>", _("You can choose a picture once the course is saved."))
        ),
        FieldPanel("description"),
        FieldPanel("enrollment_open"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("description"),
        index.FilterField("subject_id"),
        index.FilterField("level"),
        index.FilterField("archived_at"),
        index.AutocompleteField("title"),
    ]
    kept_fields = (
        "collection_id",
        "archived_at",
        "structure_version",
        "structure_changed_at",
        "structure_is_stale",
        "lesson_count",
        "required_count",
        "required_digest",
        "total_minutes",
    )
    exclude_fields_in_copy = [name.removesuffix("_id") for name in kept_fields]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(COURSE_PROMOTE_PANELS, heading=_("Promote")),
            RegisteredPanels(
                Page.settings_panels, heading=_("Settings"), registry=course_settings_panels
            ),
        ]
    )
    parent_page_types = ["learning.CourseIndexPage"]
    subpage_types = ["learning.ModulePage"]
    admin_default_ordering = "ord"
    template = "learning/course_page.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        indexes = [
            models.Index(fields=["archived_at", "subject", "level"], name="learning_course_filter"),
            models.Index(
                fields=["page_ptr"],
                condition=Q(structure_is_stale=True),
                name="learning_course_stale",
            ),
            models.Index(fields=["lesson_count", "page_ptr"], name="learning_course_lessons"),
        ]

    @property
    def status_string(self) -> Any:
        """What the lists and the editor of the CMS call its state."""
        return _("archived") if self.archived_at else super().status_string

    def clean(self) -> None:
        """An alias is a course of its own: it never shares the collection of its source."""
        super().clean()
        if self._state.adding and self.alias_of_id:
            self.collection = None


class ModulePage(CourseTreePage, Page):
    """A chapter of a course."""

    summary = models.CharField(_("summary"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    promote_panels = COURSE_PROMOTE_PANELS
    parent_page_types = ["learning.CoursePage"]
    subpage_types = ["learning.LessonPage"]
    admin_default_ordering = "ord"
    template = "learning/module_page.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class CompletionRule(models.TextChoices):
    """When a lesson counts as complete. One that holds activities: when they are done."""

    VIEWED = "viewed", _("When it has been read to the end")
    MARKED = "marked", _("When the student marks it as complete")


class LessonPage(CourseTreePage, Page):
    """A lesson: the only unit of the outline and of progress."""

    body = StreamField(LessonBody(), verbose_name=_("lesson"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("duration"), null=True, blank=True, help_text=_("In minutes, as a student needs.")
    )
    completion = models.CharField(
        _("counts as complete"),
        max_length=10,
        choices=CompletionRule,
        default=CompletionRule.MARKED,
    )
    required = models.BooleanField(
        _("required"), default=True, help_text=_("Needed for 100 % of the course.")
    )
    free_preview = models.BooleanField(
        _("free preview"), default=False, help_text=_("Everybody may read it, without an account.")
    )

    announced_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When its students were told. Empty while they could not read it yet."),
    )

    body_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Changes with everything that its published text is drawn from."),
    )

    content_panels = [*Page.content_panels, FieldPanel("body")]
    kept_fields = ("announced_at", "body_version")
    exclude_fields_in_copy = [*kept_fields]
    settings_panels = [
        MultiFieldPanel(
            [
                FieldPanel("minutes"),
                FieldPanel("completion"),
                FieldPanel("required"),
                FieldPanel("free_preview"),
            ],
            heading=_("In the course"),
        ),
        *Page.settings_panels,
    ]
    edit_handler = TabbedInterface(
        [
            RegisteredPanels(content_panels, heading=_("Content"), registry=lesson_panels),
            ObjectList(COURSE_PROMOTE_PANELS, heading=_("Promote")),
            ObjectList(settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [*Page.search_fields, index.SearchField("body")]
    parent_page_types = ["learning.ModulePage"]
    subpage_types: list[str] = []
    template = "learning/lesson_page.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        indexes = [
            models.Index(
                fields=["page_ptr"],
                condition=Q(announced_at__isnull=True),
                name="learning_lesson_unannounced",
            )
        ]
