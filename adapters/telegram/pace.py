"""How fast we may write: to one private chat, to one group with all its topics, and as one bot.

Pure arithmetic on moments that the caller gives. A line waits in the order it came, what is urgent before the rest,
and nobody is held up by a chat that is not his.
"""

from dataclasses import dataclass, field

PRIVATE = (1.0, 3.0)
"""Messages a second to one person, and how many at once."""
GROUP = (18 / 60, 5.0)
"""The same for a group, shared by its topics, edits included."""
BOT = (25.0, 25.0)
FORGOTTEN = 60.0
"""Seconds after which somebody who waits and does not ask again has left the line."""
WHOLE_BOT = 60.0
"""A longer wait than this concerns the whole bot."""
TWO_CHATS = 5.0
"""Two chats told to wait within so many seconds concern the whole bot, too."""
DEFAULT_WAIT = 5.0
LONGEST_WAIT = 15 * 60.0


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    at: float
    held_until: float = 0.0
    line: dict[str, tuple[bool, int, float]] = field(default_factory=dict)
    """Who waits: whether he can wait longer than others, when he came in the line, when he asked last."""

    def fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now

    def ahead(self, who: str, now: float) -> int:
        """How many are before this one."""
        self.line = {name: entry for name, entry in self.line.items() if now - entry[2] < FORGOTTEN or name == who}
        mine = self.line[who][:2]
        return sum(1 for entry in self.line.values() if entry[:2] < mine)


class Pace:
    """The pace of one bot."""

    def __init__(
        self,
        private: tuple[float, float] = PRIVATE,
        group: tuple[float, float] = GROUP,
        bot: tuple[float, float] = BOT,
    ) -> None:
        """Takes for each how many messages a second, and how many at once."""
        self._private, self._group, self._bot_pace = private, group, bot
        self._chats: dict[str, _Bucket] = {}
        self._bot: _Bucket | None = None
        self._came = 0
        self._last_wait: tuple[str, float] = ("", -1e9)

    def ask(self, chat: str, who: str, *, urgent: bool, now: float) -> float:
        """Asks to send one message; the seconds to wait and ask again, 0 to send at once.

        Args:
            chat: Where to; a group's number is negative.
            who: Names who waits, so that he keeps his turn when he asks again.
            urgent: Whether others can wait.
            now: Seconds on any clock that only moves on.
        """
        bucket, bot = self._bucket(chat, now), self._whole(now)
        came = bucket.line[who][1] if who in bucket.line else self._next()
        bucket.line[who] = (not urgent, came, now)
        held = max(bucket.held_until, bot.held_until) - now
        if held > 0:
            return held
        missing = bucket.ahead(who, now) + 1 - bucket.tokens
        if missing > 1e-9:
            return missing / bucket.rate
        if bot.tokens < 1:
            return (1 - bot.tokens) / bot.rate
        del bucket.line[who]
        bucket.tokens -= 1
        bot.tokens -= 1
        return 0.0

    def spend(self, chat: str, now: float) -> None:
        """Counts a request that could not wait its turn."""
        self._bucket(chat, now).tokens -= 1
        self._whole(now).tokens -= 1

    def hold(self, chat: str, seconds: float, now: float) -> float:
        """Takes note that the platform asks us to wait; returns for how long we shall."""
        seconds = min(seconds, LONGEST_WAIT) if seconds > 0 else DEFAULT_WAIT
        bucket = self._bucket(chat, now)
        bucket.held_until = max(bucket.held_until, now + seconds)
        other, at = self._last_wait
        if seconds > WHOLE_BOT or (other != chat and now - at <= TWO_CHATS):
            bot = self._whole(now)
            bot.held_until = max(bot.held_until, now + seconds)
        self._last_wait = (chat, now)
        return seconds

    def is_held(self, chat: str, now: float) -> bool:
        """Whether nothing at all may be asked about a chat."""
        return now < max(self._bucket(chat, now).held_until, self._whole(now).held_until)

    def _bucket(self, chat: str, now: float) -> _Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            self._forget(now)
            rate, burst = self._group if chat.startswith("-") else self._private
            bucket = self._chats[chat] = _Bucket(rate, burst, burst, now)
        bucket.fill(now)
        return bucket

    def _whole(self, now: float) -> _Bucket:
        if self._bot is None:
            self._bot = _Bucket(*self._bot_pace, self._bot_pace[1], now)
        self._bot.fill(now)
        return self._bot

    def _forget(self, now: float) -> None:
        """Lets go of chats that are full again and hold nobody."""
        if len(self._chats) < 1_000:
            return
        for chat, bucket in list(self._chats.items()):
            bucket.fill(now)
            if bucket.tokens >= bucket.burst and not bucket.line and bucket.held_until <= now:
                del self._chats[chat]

    def _next(self) -> int:
        self._came += 1
        return self._came
