"""Files on S3-compatible storage. A module of its own: its client is slow to import."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

S3_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 2},
)
"""Seconds: a hung object store must not hold a request. Newer stores refuse older signatures."""


class S3PrivateStorage(S3Storage):
    """Never overwrites, answers within seconds, gives only addresses that are signed and end."""

    def __init__(self, **settings: Any) -> None:
        fixed = {
            "client_config": S3_CONFIG,
            "file_overwrite": False,
            "querystring_auth": True,
            "custom_domain": None,
        }
        super().__init__(**{**settings, **fixed})


class S3PublicStorage(S3Storage):
    """Pictures under random names. Their addresses carry no signature, so that pages that name
    them can be cached; the bucket's policy lets anyone read them."""

    def __init__(self, **settings: Any) -> None:
        fixed = {"client_config": S3_CONFIG, "file_overwrite": False, "querystring_auth": False}
        super().__init__(**{**settings, **fixed})
