"""What the CMS's editor sends."""

import json
from typing import Any
from uuid import uuid4

from learning.models import LessonPage, Subject

NO_STREAM = {"body-count": "0"}
NO_COMMENTS = {
    "comments-TOTAL_FORMS": "0",
    "comments-INITIAL_FORMS": "0",
    "comments-MIN_NUM_FORMS": "0",
    "comments-MAX_NUM_FORMS": "",
}


def course_form(**values: Any) -> dict[str, Any]:
    return {
        "title": "Soil",
        "slug": "soil",
        "summary": "What plants stand on",
        "description": "null",
        "level": "all",
        "subject": Subject.objects.get(slug="botany").pk,
        "picture": "",
        "enrollment_open": "on",
        **NO_COMMENTS,
        **values,
    }


def lesson_form(lesson: LessonPage, *blocks: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Each block as what its fields are called after `value`, and its `type`."""
    data = {"body-count": len(blocks)}
    for index, block in enumerate(blocks):
        place = f"body-{index}"
        fields = {f"{place}-value{name}": block[name] for name in block if name != "type"}
        data |= {f"{place}-type": block["type"], f"{place}-order": index, f"{place}-deleted": ""}
        data |= {f"{place}-id": str(uuid4()), **fields}
    return {
        "title": lesson.title,
        "slug": lesson.slug,
        "completion": "marked",
        "required": "on",
        "minutes": "",
        **data,
        **NO_COMMENTS,
        **values,
    }


def approval_form(lesson: LessonPage) -> dict[str, Any]:
    """What “Approve and publish” in the editor sends."""
    return lesson_form(
        lesson, **{"action-workflow-action": "true", "workflow-action-name": "approve"}
    )


def link_to(page_id: Any) -> str:
    """Rich text with a link to a page."""
    block = {
        "key": "a",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "text": "there",
        "entityRanges": [{"offset": 0, "length": 5, "key": 0}],
    }
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": page_id, "url": "/"}}
    return json.dumps({"blocks": [block], "entityMap": {"0": link}})
