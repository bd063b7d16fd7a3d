"""The console's stream: it rings when something has changed, and the page fetches what. It carries no content.

Read with a script that sends the session's token, so a foreign page cannot open it. It ends within seconds of the
session: on signing out, a new password, other roles, disabling, or idleness.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from adapters.desk.scope import is_in_scope
from adapters.storage import views
from adapters.storage.bell import Listener
from adapters.storage.sessions import find_session
from adapters.web.console.rights import Right, may
from adapters.web.console.showing import HEADERS
from adapters.web.console.visit import Visit
from adapters.web.rates import Rates
from bot.model import Conversation

CHECK_EVERY = timedelta(seconds=3)
"""How often a stream makes sure that its session still holds, and looks for what no bell told."""
LISTEN_SECONDS = 1.0
GATHER_SECONDS = 0.2
"""Rings that come close together are told as one."""


class ConsoleStream(StreamingResponse):
    """A stream that counts against its agent for exactly as long as it lasts."""

    def __init__(self, events: AsyncIterator[str], rates: Rates, agent: str) -> None:
        super().__init__(events, media_type="text/event-stream", headers={**HEADERS, "X-Accel-Buffering": "no"})
        self._rates = rates
        self._agent = agent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream.

        Raises:
            RefusedError: `too_many`: the agent has too many open already.
        """
        with self._rates.stream(f"console:{self._agent}"):
            await super().__call__(scope, receive, send)


async def open_stream(visit: Visit) -> Response:
    """Opens the stream of one page; `conversation` names the open one."""
    id_ = visit.request.query_params.get("conversation", "")[:64]
    return ConsoleStream(Ringing(visit=visit, id=id_).follow(), visit.services.rates, visit.agent.key)


@dataclass(slots=True, kw_only=True)
class Ringing:
    """One stream: the page it belongs to, and what that page has been told."""

    visit: Visit
    id: str
    """Of the open conversation, or nothing."""
    version: int = 0
    types: bool = False
    changes: int = -1
    """Of the desk and its problems, as the page was told; none at first, as they may have changed since it was made."""

    async def follow(self) -> AsyncIterator[str]:
        """Events as text, until the session or the server ends."""
        services = self.visit.services
        checked = services.clock.now()
        with services.bell.listen() as listener:
            yield _event("queue", 1)
            conversation = await self._find_open()
            for event in self._tell(conversation, conversation.version if conversation else 0):
                yield event
            while not services.stopping.is_set():
                heard = await _gather(listener)
                if heard:
                    yield _event("queue", 1)
                now = services.clock.now()
                if now - checked >= CHECK_EVERY:
                    checked = now
                    if not await self._still_holds():
                        yield _event("ended", 1)
                        return
                    conversation = await self._find_open()
                    heard[self.id] = conversation.version if conversation else 0
                    yield ": here\n\n"
                for event in self._tell(conversation, heard.get(self.id, 0)):
                    yield event

    def _tell(self, conversation: Conversation | None, version: int) -> list[str]:
        """What the page must hear of: its conversation, a typing customer, another desk."""
        events = []
        services = self.visit.services
        if conversation is not None and version > self.version:
            self.version = version
            events.append(_event("conversation", version))
        types = conversation is not None and services.signals.is_customer_typing(
            str(conversation.key), services.clock.now()
        )
        if types != self.types:
            self.types = types
            events.append(_event("typing", int(types)))
        if services.current.changes != self.changes:
            self.changes = services.current.changes
            events.append(_event("desk", 1))
        return events

    async def _find_open(self) -> Conversation | None:
        """The open conversation as long as it is in scope."""
        if not self.id:
            return None
        found = await self.visit.services.db.read(lambda conn: views.find_talk(conn, self.id))
        return found if found is not None and is_in_scope(self.visit.agent, found) else None

    async def _still_holds(self) -> bool:
        """Whether the session goes on, with the rights it had when the stream began."""
        known, services = self.visit.session, self.visit.services
        if known is None:
            return False
        session = await services.db.read(lambda conn: find_session(conn, known.hash, services.clock.now()))
        return session is not None and session.author == known.author and may(session.author.roles, Right.WORK)


async def _gather(listener: Listener) -> dict[str, int]:
    """Waits a while for rings, and a moment longer once one has come."""
    heard = await listener.wait(LISTEN_SECONDS)
    if heard:
        await asyncio.sleep(GATHER_SECONDS)
        heard |= await listener.wait(0)
    return heard


def _event(name: str, data: int) -> str:
    return f"event: {name}\ndata: {data}\n\n"
