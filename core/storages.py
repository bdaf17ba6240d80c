"""Where files are kept: public pictures under random names, everything else private."""

import secrets

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db.models import Model
from django.utils.deconstruct import deconstructible

from core.kinds import extension_of, kind_for_name


def private_storage() -> Storage:
    """For `FileField(storage=private_storage)`: migrations name it and do not fix its kind."""
    return storages["private"]


@deconstructible(path="core.storages.RandomName")
class RandomName:
    """An `upload_to` that gives each file a name nobody can guess and no other file has.

    Keeps the extension where it is one of `core.kinds`, and nothing else of the given name.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix.strip("/")

    def __call__(self, instance: Model, filename: str) -> str:
        ending = f".{extension_of(filename)}" if kind_for_name(filename) else ""
        return f"{self.prefix}/{secrets.token_hex(16)}{ending}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomName) and other.prefix == self.prefix

    def __hash__(self) -> int:
        return hash(self.prefix)


class PrivateFileSystemStorage(FileSystemStorage):
    """Files outside of every served folder: they have no address, only views give them out."""

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address.")
