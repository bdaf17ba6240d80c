from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning.models import CourseIndexPage
from learning.selectors.catalogue import CatalogueFilters, get_catalogue


def show_catalogue(request: HttpRequest, page: CourseIndexPage) -> HttpResponse:
    """The courses that fit the filters in the address."""
    filters = CatalogueFilters.from_query(request.GET)
    catalogue = get_catalogue(request.user, filters, request.GET.get("page"))
    return render(request, page.template, {"page": page, "catalogue": catalogue})
