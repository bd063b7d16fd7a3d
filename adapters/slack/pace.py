"""How fast we may ask: posts a channel and a workspace, anything else a workspace. Pure arithmetic on moments."""

from dataclasses import dataclass

POST, CHANGE, MARK, READ = "post", "change", "mark", "read"
RATES = {POST: (1.0, 3.0), CHANGE: (40 / 60, 10.0), MARK: (40 / 60, 10.0), READ: (40 / 60, 10.0)}
"""Requests a second, and how many at once; posts by channel, the rest by workspace."""
WORKSPACE = (5.0, 5.0)
"""The same for the posts of all channels."""
DEFAULT_WAIT = 5.0
LONGEST_WAIT = 15 * 60.0
MOST_KNOWN = 1_000


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    at: float
    held_until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more request fits."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return max(self.held_until - now, (1 - self.tokens) / self.rate, 0.0)


class Pace:
    """The pace of one app in one workspace."""

    def __init__(self, speed: float = 1.0) -> None:
        """Takes by how much it is faster than the platform allows; tests are in a hurry."""
        self._speed = speed
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def ask(self, kind: str, chat: str, now: float) -> float:
        """Asks to make one request; the seconds to wait and ask again, 0 to make it at once.

        Args:
            kind: `POST`, `CHANGE`, `MARK` or `READ`.
            chat: The channel it speaks of.
            now: Seconds on any clock that only moves on.
        """
        buckets = [self._bucket(kind, chat, now)]
        if kind == POST:
            buckets.append(self._bucket(POST, "", now))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait <= 1e-9:
            for bucket in buckets:
                bucket.tokens -= 1
            return 0.0
        return wait

    def hold(self, kind: str, chat: str, seconds: float, now: float) -> float:
        """Takes note that the platform asks us to wait; returns for how long we shall."""
        seconds = min(seconds, LONGEST_WAIT) if seconds > 0 else DEFAULT_WAIT
        bucket = self._bucket(kind, chat, now)
        bucket.held_until = max(bucket.held_until, now + seconds)
        return seconds

    def _bucket(self, kind: str, chat: str, now: float) -> _Bucket:
        key = (kind, chat if kind == POST else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget(now)
            rate, burst = WORKSPACE if key == (POST, "") else RATES[kind]
            rate, burst = rate * self._speed, burst * self._speed
            bucket = self._buckets[key] = _Bucket(rate, burst, burst, now)
        return bucket

    def _forget(self, now: float) -> None:
        """Lets go of channels that are full again and held by nobody."""
        if len(self._buckets) >= MOST_KNOWN:
            full = [
                key
                for key, each in self._buckets.items()
                if each.wait(now) <= 0 and each.tokens >= each.burst and each.held_until <= now
            ]
            for key in full:
                del self._buckets[key]
