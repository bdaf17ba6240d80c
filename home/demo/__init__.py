"""The demo academy: its words (TOML) and its drawings. Nothing here knows the database."""
