"""What a Redis that hangs may cost."""

import time
from typing import Any

from redis.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError


class PatientPool(ConnectionPool):
    """The connections of all caches in a process. After a failure none is tried for a while.

    The caches take that for a miss. So a Redis that is down or hangs costs a page one or two
    time-outs, and not one for each thing that it looks up.
    """

    pause = 5.0
    """Seconds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._quiet_until = 0.0
        super().__init__(*args, **kwargs)

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._quiet_until:
            raise RedisConnectionError("Redis did not answer a moment ago.")
        try:
            return super().get_connection(*args, **kwargs)
        except (RedisConnectionError, RedisTimeoutError):
            self._quiet_until = time.monotonic() + self.pause
            raise
