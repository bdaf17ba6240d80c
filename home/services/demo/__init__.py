"""The demo academy, built by the same services that people's clicks use."""
