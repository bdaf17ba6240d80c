from django import template

from home.selectors.landing import get_featured_courses
from learning.models import CoursePage

register = template.Library()


@register.simple_tag
def featured_courses() -> list[CoursePage]:
    """The landing page's courses; a tag, so that the CMS preview shows them too."""
    return get_featured_courses()
