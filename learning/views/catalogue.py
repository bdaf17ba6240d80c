from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning.models import CourseIndexPage
from learning.selectors.catalogue import CatalogueFilters, get_catalogue


def show_catalogue(request: HttpRequest, page: CourseIndexPage) -> HttpResponse:
    """The courses that fit the filters in the address."""
    filters = CatalogueFilters.from_query(request.GET)
    parts = page.get_url_parts(request)
    url = parts[2] if parts else ""
    catalogue = get_catalogue(request.user, filters, url=url, page=request.GET.get("page"))
    return render(request, page.template, {"page": page, "catalogue": catalogue})
