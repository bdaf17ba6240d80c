from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage, storages
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.middleware.http import ConditionalGetMiddleware
from django.test import RequestFactory
from django.utils.http import http_date
from django.utils.timezone import now
from moto import mock_aws

from core.errors import NotFound
from core.files import download_name, serve_private
from core.models import Job
from core.s3_storages import S3PrivateStorage, S3PublicStorage
from core.storages import (
    PrivateFileSystemStorage,
    RandomName,
    private_storage,
)

HOSTILE_NAME = 'a"b\r\nSet-Cookie: x=1\\/../\u202egpj.pdf'


def stored(storage: Storage, name: str = "work/1.pdf", content: bytes = b"%PDF-1.7") -> FieldFile:
    """A file field's value, as a model instance has it."""
    field = models.FileField(storage=storage)
    field.attname = field.name = "file"
    return FieldFile(Job(), field, storage.save(name, ContentFile(content)))


def download(
    field_file: FieldFile, filename: str = "a.pdf", **headers: str
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a streamed answer, as a browser gets it that may have an older copy."""
    answer = ConditionalGetMiddleware(lambda request: serve_private(field_file, filename=filename))
    response = answer(RequestFactory().get("/", headers=headers))
    assert isinstance(response, FileResponse)
    assert response.status_code == 200
    assert response.file_to_stream
    with closing(response.file_to_stream):
        return response.getvalue(), dict(response.items())


@pytest.fixture
def local(tmp_path: Path) -> PrivateFileSystemStorage:
    return PrivateFileSystemStorage(location=tmp_path)


@pytest.fixture
def bucket() -> Iterator[str]:
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="academy")
        yield "academy"


def s3(kind: type[S3PrivateStorage] | type[S3PublicStorage], **more: object) -> Any:
    return kind(
        bucket_name="academy", region_name="us-east-1", access_key="a", secret_key="b", **more
    )


def test_private_file_is_a_download_that_nothing_runs_or_keeps(local: Storage) -> None:
    body, headers = download(stored(local), "Essay.pdf")
    assert body == b"%PDF-1.7"
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Length": "8",
        "Content-Disposition": 'attachment; filename="Essay.pdf"',
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def test_private_file_asked_for_again_is_sent_whole_again(local: Storage) -> None:
    field_file = stored(local)
    known = {"If-Modified-Since": http_date(now().timestamp()), "If-None-Match": "*"}
    assert download(field_file) == download(field_file, **known)


@pytest.mark.parametrize("storage", [InMemoryStorage(), FileSystemStorage()])
def test_other_storages_are_streamed_too(storage: Storage) -> None:
    assert download(stored(storage))[0] == b"%PDF-1.7"


def test_private_file_of_unknown_kind_is_only_bytes(local: Storage) -> None:
    _body, headers = download(stored(local, "a.html", b"<script>"), "a.html")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")


def test_row_without_a_file_is_not_found(local: Storage) -> None:
    field_file = stored(local)
    field_file.name = ""
    with pytest.raises(NotFound):
        serve_private(field_file, filename="a.pdf")


def test_file_that_the_storage_lost_is_not_found(local: Storage) -> None:
    field_file = stored(local)
    local.delete("work/1.pdf")
    with pytest.raises(NotFound):
        serve_private(field_file, filename="a.pdf")


def test_hostile_name_stays_inside_its_header(local: Storage) -> None:
    _body, headers = download(stored(local), HOSTILE_NAME)
    assert headers["Content-Disposition"] == (
        'attachment; filename="a\\"bSet-Cookie: x=1__.._gpj.pdf"'
    )
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Essay.pdf", "Essay.pdf"),
        ("निबंध.pdf", "निबंध.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\ud800\x00b.txt", "ab.txt"),
        ("", "file"),
        (" ..", "file"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 149 + ".pdf", "x" * 146 + ".pdf"),
        ("a." + "x" * 400, "a." + "x" * 19),
    ],
)
def test_download_name_is_safe_and_at_most_150_characters(given: str, shown: str) -> None:
    assert download_name(given) == shown
    assert len(shown) <= 150


@pytest.mark.usefixtures("bucket")
def test_s3_file_is_a_redirect_to_a_signed_address_that_ends_soon() -> None:
    response = serve_private(stored(s3(S3PrivateStorage, location="private")), filename="नि.pdf")
    assert response.status_code == 302
    assert response["Cache-Control"] == "private, no-store"
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert int(query["X-Amz-Expires"][0]) <= 300
    assert query["response-content-disposition"][0].startswith("attachment; filename*=utf-8''")
    assert query["response-content-type"] == ["application/pdf"]
    answer = requests.get(response["Location"], timeout=5)
    assert answer.content == b"%PDF-1.7"


@pytest.mark.usefixtures("bucket")
def test_s3_file_whose_address_would_not_be_signed_is_streamed() -> None:
    assert download(stored(s3(S3PublicStorage)))[0] == b"%PDF-1.7"


def test_private_storage_on_s3_ignores_a_domain_that_would_drop_signatures() -> None:
    storage = s3(S3PrivateStorage, custom_domain="cdn.example.org", querystring_auth=False)
    assert (storage.custom_domain, storage.querystring_auth) == (None, True)


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("kind", [S3PrivateStorage, S3PublicStorage])
def test_s3_never_overwrites_a_file_of_the_same_name(
    kind: type[S3PrivateStorage] | type[S3PublicStorage],
) -> None:
    storage = s3(kind, file_overwrite=True)
    names = {storage.save("a.txt", ContentFile(str(number).encode())) for number in range(3)}
    assert len(names) == 3
    with storage.open("a.txt") as first:
        assert first.read() == b"0"


@pytest.mark.usefixtures("bucket")
def test_s3_public_address_carries_no_signature() -> None:
    assert urlsplit(s3(S3PublicStorage, querystring_auth=True).url("a.png")).query == ""


@pytest.mark.parametrize("kind", [S3PrivateStorage, S3PublicStorage])
def test_s3_gives_up_within_seconds(
    kind: type[S3PrivateStorage] | type[S3PublicStorage],
) -> None:
    config = s3(kind).client_config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)


def test_private_file_has_no_address(local: Storage) -> None:
    with pytest.raises(ValueError, match="no address"):
        local.url("a.pdf")


def test_private_storage_is_the_one_of_the_settings() -> None:
    assert private_storage() is storages["private"]


def test_random_name_keeps_nothing_but_a_safe_extension() -> None:
    upload_to = RandomName("/submissions/")
    name = upload_to(Job(), "../Asha's essay.PDF")
    folder, _slash, rest = name.partition("/")
    assert (folder, rest[32:]) == ("submissions", ".pdf")
    assert int(rest[:32], 16)


@pytest.mark.parametrize("given", ["a.html", "a.svg", "a.pdf.exe", "a", ".pdf", "a.p/df"])
def test_random_name_drops_other_extensions(given: str) -> None:
    assert RandomName("x")(Job(), given)[2:].isalnum()


def test_random_names_are_different_each_time() -> None:
    assert len({RandomName("x")(Job(), "a.pdf") for _ in range(100)}) == 100


def test_random_name_is_written_into_migrations() -> None:
    text, imports = MigrationWriter.serialize(RandomName("x"))
    assert (text, imports) == ("core.storages.RandomName('x')", {"import core.storages"})
    assert RandomName("x") == RandomName("x") != RandomName("y")
    assert hash(RandomName("x")) == hash(RandomName("x"))
