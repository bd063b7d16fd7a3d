"""The platform's flood limits, on its own clock: so many messages to a person, to a group, by a bot."""

from collections import defaultdict
from collections.abc import Callable
from math import ceil

from tests.fakes.telegram.methods import RefusedError

PERSON = (1.0, 5.0)
GROUP = (20 / 60, 20.0)
BOT = (30.0, 30.0)


class Limits:
    """Token buckets; who comes too fast is told how long to stay away, and who does not is told again."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._levels: dict[object, tuple[float, float]] = defaultdict(lambda: (-1.0, 0.0))

    def take(self, chat: int) -> None:
        """Counts one message.

        Raises:
            RefusedError: It is one too many.
        """
        for scope, (rate, burst) in ((chat, GROUP if chat < 0 else PERSON), ("bot", BOT)):
            tokens, at = self._levels[scope]
            tokens = burst if tokens < 0 else min(burst, tokens + (self._now() - at) * rate)
            if tokens < 1:
                seconds = ceil((1 - tokens) / rate)
                raise RefusedError(f"Too Many Requests: retry after {seconds}", 429, retry_after=seconds)
            self._levels[scope] = (tokens - 1, self._now())
