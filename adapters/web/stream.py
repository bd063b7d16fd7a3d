"""The stream that goes down to a chat: "message N of this conversation is now this HTML", and nothing else that counts.

It tails the conversation's messages by their version: whoever was cut off asks again from the version he has, so a
cursor never expires and nothing hangs on the life of a connection. A repeat changes nothing on the screen. The server's
clock comes first, as a reader's own may be years off.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.storage.bell import Listener
from adapters.storage.chats import Chat, Cursor, read_chats
from adapters.web.identity import TOKEN_SECONDS
from adapters.web.rates import Limit, Rates
from adapters.web.reading import address_from, read_visitor
from adapters.web.render import render_message
from adapters.web.services import Services
from adapters.web.site import Site, address_for, site_of
from bot.flowing import is_calling
from bot.model import MessageKind
from escalation.handoff import Owner, owner_of

HEARTBEAT_SECONDS = 20.0
STREAMS_BEGUN = Limit(burst=120, per_second=2.0)
"""How often one address may begin a stream: reconnecting is fine, hammering is not."""
_BEAT = b": \n\n"


async def open_stream(request: Request) -> Response:
    """Follows a visitor's conversations from where he stands, until his token runs out."""
    site, visitor = read_visitor(request)
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")
    language = site.choose_language(request.headers.get("accept-language", ""), visitor.language)
    lane = str(address_for(visitor.key))
    known = read_cursor(request.headers.get("last-event-id", ""))
    address = address_from(request, site)
    site.services.rates.take(f"streams:{address}", STREAMS_BEGUN, site.services.clock.now())
    tail = _Tail(services=site.services, lane=lane, language=language, known=known)
    return _CountedStream(tail.follow(), site.services.rates, address)


def read_cursor(text: str) -> dict[str, int]:
    """Reads `conversation:version`; anything else counts as no cursor, so that everything is sent."""
    conversation, _, version = text.partition(":")
    if len(conversation) == 32 and version.isdecimal() and len(version) < 10:
        return {conversation: int(version)}
    return {}


class _CountedStream(StreamingResponse):
    """A stream that counts against its address for exactly as long as it lasts."""

    def __init__(self, events: AsyncIterator[bytes], rates: Rates, address: str) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        self._rates = rates
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._rates.stream(self._address):
            await super().__call__(scope, receive, send)


@dataclass(slots=True, kw_only=True)
class _Tail:
    """One stream: what its reader knows, and what it has to be told."""

    services: Services
    lane: str
    language: str
    known: dict[str, int] = field(default_factory=dict)
    """Version of each conversation that the reader has whole."""

    async def follow(self) -> AsyncIterator[bytes]:
        """Events as bytes, at least one sign of life every 20 seconds."""
        services = self.services
        ends = services.clock.now().timestamp() + TOKEN_SECONDS
        with (
            services.bell.listen(self.lane) as changes,
            services.signals.bell.listen(f"agent:{self.lane}", "stop") as signals,
        ):
            yield _event("clock", {"now": services.clock.now().isoformat()})
            while not services.stopping.is_set() and services.clock.now().timestamp() < ends:
                for event in await self._news():
                    yield event
                heard = await _wait_for_any(changes, signals)
                if not heard:
                    yield _BEAT
                elif signals in heard and (name := services.signals.typing_agent(self.lane, services.clock.now())):
                    yield _event("typing", {"name": name})

    async def _news(self) -> list[bytes]:
        """What has changed since the reader was last told, with a cursor at the end of each conversation's part."""
        cursors = [Cursor(conversation=id_, version=version) for id_, version in self.known.items()]
        chats = await self.services.db.read(lambda conn: read_chats(conn, self.lane, cursors))
        site = site_of(self.services)
        events: list[bytes] = []
        for chat in chats:
            events += self._events_of(chat, site)
            self.known[chat.conversation.id] = chat.conversation.version
        return events

    def _events_of(self, chat: Chat, site: Site) -> Iterator[bytes]:
        conversation = chat.conversation
        for message in chat.changed:
            is_own = message.kind is MessageKind.CUSTOMER
            yield _event(
                "message",
                {
                    "conversation": conversation.id,
                    "order": conversation.number,
                    "client": message.external_id if is_own else "",
                    "html": render_message(message, conversation, site, self.language, by_cookie=False),
                },
            )
        yield _event("state", self._state_of(chat, site), f"{conversation.id}:{conversation.version}")

    def _state_of(self, chat: Chat, site: Site) -> Mapping[str, str | bool]:
        """Who is at the other end now, and whether the bot is about to say something."""
        now = self.services.clock.now()
        owner = owner_of(chat.conversation, site.desk.policy, now)
        handoff = chat.conversation.handoff
        is_person = owner is Owner.AGENT and handoff is not None
        is_at_work = chat.conversation.waiting is not None or is_calling(chat.conversation)
        return {
            "owner": owner,
            "busy": owner is Owner.BOT and is_at_work,
            "name": handoff.agent_name if is_person and handoff else site.bot_name,
            "role": "" if is_person else site.say("web_bot_label", self.language),
        }


async def _wait_for_any(*listeners: Listener) -> list[Listener]:
    """Waits until somebody has heard something; nobody has if it stayed quiet for a heartbeat."""
    waits = {asyncio.ensure_future(listener.wait()): listener for listener in listeners}
    try:
        heard, _ = await asyncio.wait(waits, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return [waits[each] for each in heard]
    finally:
        for wait in waits:
            wait.cancel()


def _event(name: str, data: Mapping[str, object], id_: str = "") -> bytes:
    lines = [f"event: {name}", *([f"id: {id_}"] if id_ else []), f"data: {json.dumps(data, ensure_ascii=False)}"]
    return ("\n".join(lines) + "\n\n").encode()


ROUTES = [Route("/web/v1/stream", open_stream, methods=["GET"])]
