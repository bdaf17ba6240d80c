"""The way for a lower app to reach a higher one: it owns a registry, the higher one fills it."""

from collections.abc import ItemsView, Iterator, ValuesView
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Values by key, in the order of registration. A key is given once: twice is a mistake."""

    def __init__(self, name: str = "registry") -> None:
        self.name = name
        self._values: dict[str, T] = {}

    def register(self, key: str, value: T) -> T:
        """Raises `ValueError` where the key is taken. Returns the value, to serve decorators."""
        if key in self._values:
            raise ValueError(f"{self.name}: {key!r} is registered already")
        self._values[key] = value
        return value

    @contextmanager
    def restored(self) -> Iterator[None]:
        """For tests: what is registered inside is gone at the end, also after a failure."""
        before = dict(self._values)
        try:
            yield
        finally:
            self._values = before

    def get(self, key: str) -> T | None:
        return self._values.get(key)

    def __getitem__(self, key: str) -> T:
        """Raises `LookupError` that names the key and the registry."""
        try:
            return self._values[key]
        except KeyError:
            raise LookupError(f"{self.name}: nothing is registered as {key!r}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def items(self) -> ItemsView[str, T]:
        return self._values.items()

    def values(self) -> ValuesView[T]:
        return self._values.values()
