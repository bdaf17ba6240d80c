from django.db import models
from django.utils.translation import gettext_lazy as _


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
