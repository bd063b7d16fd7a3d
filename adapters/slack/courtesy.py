"""Tells an agent why what he did had no effect: one line that only he sees. Best effort, after it has been stored."""

import asyncio

from adapters.slack.payload import CHANNEL, Json
from adapters.slack.people import where_and_who
from adapters.slack.send import SlackChannel
from adapters.storage.store import SqlStore
from adapters.storage.views import outcome
from bot.model import AuthorKind, Commanded, Event

MOST_UNDER_WAY = 100
"""Courtesies at once; what comes on top is left out."""
PATIENCE = 2.0
LOOK = 0.05


class Courtesy:
    """Follows what agents do, in the background."""

    def __init__(self, channel: SlackChannel, store: SqlStore) -> None:
        self._channel, self._store = channel, store
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, payload: Json, event: Event) -> None:
        """Follows one event that has been stored."""
        if event.author.kind is not AuthorKind.AGENT or not isinstance(event.body, Commanded):
            return
        if len(self._tasks) < MOST_UNDER_WAY:
            task = asyncio.create_task(self._tell_refusal(event, where_and_who(payload)[2]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Leaves what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell_refusal(self, event: Event, user: str) -> None:
        for _ in range(round(PATIENCE / LOOK)):
            found = await self._store.db.read(lambda conn: outcome(conn, CHANNEL, event.at.account, event.key))
            if found is None or found.state != "new":
                if found and found.refused:
                    await self._channel.hint(event.at, user, f"⚠ {found.refused}")
                return
            await asyncio.sleep(LOOK)
