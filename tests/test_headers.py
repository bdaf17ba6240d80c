"""What every answer carries, and that writing without a token is refused everywhere."""

import re

import pytest
from django.test import Client

from tests.test_role_matrix import ROWS, Row, body_of
from tests.world import World

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>|<style|\sstyle=\"|\son\w+=\"",
    re.IGNORECASE,
)
OURS = [row for row in ROWS if row[1] == "get" and not row[0].startswith("admin_")]


def test_our_pages_allow_and_hold_nothing_inline(world: World) -> None:
    seen = 0
    for role in ("anonymous", "student", "teacher", "admin"):
        client = world.client(role)
        for _name, _method, build, _expected in OURS:
            response = client.get(build(world)[0])
            if response.status_code != 200 or "html" not in response["Content-Type"]:
                body_of(response)
                continue
            policy = response["Content-Security-Policy"]
            assert "unsafe-inline" not in policy, response.request["PATH_INFO"]
            assert "object-src 'none'" in policy
            assert "base-uri 'none'" in policy
            assert "frame-ancestors 'self'" in policy
            assert not INLINE.search(body_of(response)), response.request["PATH_INFO"]
            seen += 1
    assert seen > 40


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] == "post"], ids=lambda row: row[0])
def test_no_write_without_a_token(row: Row, world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.people["student"])
    url, data = row[2](world)

    assert strict.post(url, data).status_code == 403
