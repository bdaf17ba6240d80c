"""No tables. Models are imported in the order of the apps: so the block is there before lessons."""

from tests.examples.term import block  # noqa: F401
