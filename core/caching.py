"""The caches' back ends: Redis behind a circuit breaker, and a table that is quick to write."""

import base64
import pickle
import time
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone
from redis.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from core.circuit_breaker import CircuitBreaker


class BreakerPool(ConnectionPool):
    """The connections of all caches in a process. After a failure none is tried for a while.

    The caches take that for a miss.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.breaker = CircuitBreaker()
        super().__init__(*args, **kwargs)

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        if self.breaker.is_open:
            raise RedisConnectionError("Redis did not answer a moment ago.")
        try:
            return super().get_connection(*args, **kwargs)
        except (RedisConnectionError, RedisTimeoutError):
            self.breaker.trip()
            raise


KEPT_KEYS = {"wagtail_site_root_paths"}
"""Where the sites' pages begin: Wagtail asks for it whenever an address is made."""
KEPT_SECONDS = 5.0
"""For so long other processes may not know that a site was changed."""

_kept: dict[tuple[str, str, Any], tuple[float, Any]] = {}


class UpsertDatabaseCache(DatabaseCache):
    """Django's database cache, whose writes take one statement however many rows there are.

    Django's own counts all rows in each write, to remove some when there are too many. Here rows
    are removed only when they have expired: when one is read, or by `clear_expired`, which the
    periodic table calls. So each value needs a timeout that suits its number.
    """

    _table: str
    """The table's name, which Django's class stores."""

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """What every page asks for and hardly ever changes is kept in the process, for seconds."""
        if key not in KEPT_KEYS:
            return super().get(key, default, version)
        kept = _kept.get((self._table, key, version))
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        value = super().get(key, None, version)
        if value is None:
            return default
        _kept[self._table, key, version] = (time.monotonic() + KEPT_SECONDS, value)
        return value

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        _kept.pop((self._table, key, version), None)
        self._upsert(key, value, timeout, version)

    def delete(self, key: Any, version: Any = None) -> bool:
        _kept.pop((self._table, key, version), None)
        return bool(super().delete(key, version))

    def clear(self) -> None:
        _kept.clear()
        super().clear()

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        return self._upsert(key, value, timeout, version, only_expired=True)

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        cache_key = self.make_and_validate_key(key, version=version)
        expires, now = self._expiry(timeout), self._adapt(timezone.now())
        sql = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= %s"
        return self._execute(sql, [expires, cache_key, now]) > 0

    def clear_expired(self) -> int:
        """Removes what has expired and returns how many rows that were."""
        now = self._adapt(timezone.now())
        return self._execute("DELETE FROM {table} WHERE expires < %s", [now])

    def _upsert(
        self, key: Any, value: Any, timeout: Any, version: Any, *, only_expired: bool = False
    ) -> bool:
        """True: the value was stored. `only_expired` leaves a value in force as it is."""
        cache_key = self.make_and_validate_key(key, version=version)
        pickled = pickle.dumps(value, self.pickle_protocol)
        text = base64.b64encode(pickled).decode("ascii")
        sql = (
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
            " ON CONFLICT (cache_key) DO UPDATE"
            " SET value = excluded.value, expires = excluded.expires"
        )
        parameters = [cache_key, text, self._expiry(timeout)]
        if only_expired:
            sql += " WHERE {table}.expires < %s"
            parameters.append(self._adapt(timezone.now()))
        return self._execute(sql, parameters) > 0

    def _expiry(self, timeout: Any) -> Any:
        at = self.get_backend_timeout(timeout)
        return self._adapt(
            datetime.max.replace(tzinfo=UTC, microsecond=0)
            if at is None
            else datetime.fromtimestamp(at, tz=UTC)
        )

    def _adapt(self, moment: datetime) -> Any:
        return self._connection.ops.adapt_datetimefield_value(moment)

    def _execute(self, sql: str, parameters: list[Any]) -> int:
        """Returns how many rows were written."""
        table = self._connection.ops.quote_name(self._table)
        with self._connection.cursor() as cursor:
            cursor.execute(sql.format(table=table), parameters)
            return int(cursor.rowcount)

    @property
    def _connection(self) -> Any:
        return connections[router.db_for_write(self.cache_model_class)]
