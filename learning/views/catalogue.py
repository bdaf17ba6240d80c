from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning.models import CourseIndexPage
from learning.selectors.catalogue import get_catalogue


def show_catalogue(request: HttpRequest, page: CourseIndexPage) -> HttpResponse:
    """The courses that fit the filters in the address."""
    parts = page.get_url_parts(request)
    catalogue = get_catalogue(request.user, request.GET, url=parts[2] if parts else "")
    return render(request, page.template, {"page": page, "catalogue": catalogue})
