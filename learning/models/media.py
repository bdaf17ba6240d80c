"""Pictures and files of courses. Originals and files are private, renditions public by address."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from core.storages import RandomName, private_storage


class CourseImage(AbstractImage):
    """A picture. The original is private; what pages show are renditions under random names."""

    file = models.ImageField(
        _("file"),
        storage=private_storage,
        upload_to=RandomName("images"),
        width_field="width",
        height_field="height",
    )

    admin_form_fields = tuple(name for name in Image.admin_form_fields if name != "tags")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]

    def get_upload_to(self, filename: str) -> str:
        return RandomName("images")(self, filename)


class CourseRendition(AbstractRendition):
    """A picture in the size that a page needs, public under a random name."""

    image = models.ForeignKey(CourseImage, on_delete=models.CASCADE, related_name="renditions")
    file = models.ImageField(
        upload_to=RandomName("pictures"), width_field="width", height_field="height"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="learning_courserendition_unique",
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        return RandomName("pictures")(self, filename)


class CourseDocument(AbstractDocument):
    """A file of a lesson. Private: given out only after the course's access check."""

    file = models.FileField(_("file"), storage=private_storage, upload_to=RandomName("documents"))

    admin_form_fields = tuple(name for name in Document.admin_form_fields if name != "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]
