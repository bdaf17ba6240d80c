from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from core.files import serve_private
from learning.models import CourseDocument
from learning.page_access import check_document


def serve_document(request: HttpRequest, document_id: int, filename: str) -> HttpResponseBase:
    """A file of a course: after the access rule, as a download, whole and fresh each time.

    Stands before Wagtail's own address of documents, which answers 304 to people without access.
    """
    document = get_object_or_404(CourseDocument, pk=document_id)
    if document.filename != filename:
        raise Http404
    # Its title with its extension: the stored name is random and says nothing.
    title, ending = document.title, f".{document.file_extension}"
    name = title if title.lower().endswith(ending.lower()) else f"{title}{ending}"
    return check_document(document, request) or serve_private(document.file, filename=name)
