"""What an outage of another server may cost."""

import time


class CircuitBreaker:
    """Remembers a failure for `pause` seconds, in which nothing is tried.

    So a server that is down or hangs costs a request one or two time-outs, and not one per call.
    Each process has its own.
    """

    def __init__(self, pause: float = 5.0) -> None:
        self.pause = pause
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """A call failed a moment ago: don't try."""
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        """A call failed."""
        self._open_until = time.monotonic() + self.pause
