"""HTML that people wrote outside of the editor: feedback, posts, imports, the API."""

import nh3

# fmt: off
TAGS = frozenset({
    "p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4",
    "sub", "sup",
})
# fmt: on
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener nofollow",
)


def sanitize_html(text: str) -> str:
    """Only harmless elements remain. Safe to apply twice: on writing and again on showing.

    Half characters (lone surrogates) are left out.
    """
    return _cleaner.clean(text.encode("utf-8", "ignore").decode())
