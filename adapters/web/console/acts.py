"""What an agent does becomes an event in the inbox; its outcome is waited for, briefly, and told.

Nothing is decided here: who may do what to whom is the core's to say, under the conversation's version. A look
beforehand only spares the agent a message that would stay inside.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import Response

from adapters.storage import views
from adapters.storage.errors import OverloadedError, StorageDownError
from adapters.web.console.sheets import read_colleagues
from adapters.web.console.showing import told
from adapters.web.console.talks import build_talk, unseen_by_agent
from adapters.web.console.visit import Visit
from adapters.web.console.workspace import get_in_scope, read_messages
from bot.model import Address, Body, Commanded, Conversation, Deleted, Edited, Event, Said
from bot.ports import Receipt

LONGEST_TEXT = 16_000
PATIENCE = 3.0
"""Seconds to wait for the outcome; after that the agent hears that it will come."""
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")


async def say(visit: Visit) -> Response:
    """Sends a text to the customer, unless he has written something that the agent has not seen."""
    text = visit.field("text", LONGEST_TEXT)
    conversation = await get_in_scope(visit)
    talk = build_talk(conversation, (), {}, visit.reader)
    if talk.gate:
        return _refused(talk.gate_words)
    messages = await read_messages(visit, conversation)
    if visit.fields.get("anyway") != "yes" and unseen_by_agent(messages, _number(visit.fields.get("seen", ""))):
        return told({"unread": {}, "news": {}}, status=409)
    key = _key(visit)
    body: Body = Said(text=text, external_id=key)
    if reply := visit.fields.get("reply", ""):
        body = Commanded(name="reply", args={"id": reply[:64], "text": text}, external_id=key)
    return await _put(visit, conversation, body, key, {"sent": {}, "news": {}})


async def save_note(visit: Visit) -> Response:
    """Keeps a text inside."""
    text = visit.field("text", LONGEST_TEXT)
    conversation = await get_in_scope(visit)
    key = _key(visit)
    return await _put(visit, conversation, Commanded(name="note", args={"text": text}), key, {"sent": {}, "news": {}})


async def edit(visit: Visit) -> Response:
    """Changes an own message."""
    body = Edited(target=visit.field("message", 12), text=visit.field("text", LONGEST_TEXT))
    return await _put(visit, await get_in_scope(visit), body, _key(visit), {"news": {}})


async def delete(visit: Visit) -> Response:
    """Withdraws an own message."""
    body = Deleted(target=visit.field("message", 12))
    return await _put(visit, await get_in_scope(visit), body, _key(visit), {"news": {}})


async def assign(visit: Visit) -> Response:
    """Gives the conversation to a colleague who works for its team."""
    conversation = await get_in_scope(visit)
    id_ = visit.field("agent", 64)
    agent = next((each for each in await read_colleagues(visit, conversation) if each.id == id_), None)
    if agent is None:
        raise visit.refuse("invalid", "console_invalid")
    args = {"agent": agent.id, "agent_name": agent.name}
    return await _put(visit, conversation, Commanded(name="assign", args=args), _key(visit), {"news": {}})


async def tell_typing(visit: Visit) -> Response:
    """Lets the customer see that the agent who has the conversation is writing to him; a note never calls this."""
    conversation = await get_in_scope(visit)
    handoff = conversation.handoff
    if handoff is not None and handoff.agent == visit.agent.key and not conversation.is_closed:
        visit.services.signals.agent_types(str(conversation.key), visit.agent.name, visit.reader.now)
    return told({})


def act(name: str, *fields: str) -> Callable[[Visit], Awaitable[Response]]:
    """A handler for an act of the core that takes these fields of the form."""

    async def handler(visit: Visit) -> Response:
        conversation = await get_in_scope(visit)
        args = {field: visit.field(field) for field in fields}
        return await _put(visit, conversation, Commanded(name=name, args=args), _key(visit), {"news": {}})

    return handler


async def put_event(visit: Visit, conversation: Conversation, body: Body, key: str = "") -> views.EventOutcome | None:
    """Puts an act into the inbox and waits a little for what became of it; none if that is not known yet.

    Raises:
        RefusedError: `unavailable` if nothing can be stored now, `not_found` if the conversation is gone.
    """
    event = Event(
        key=f"{visit.agent.key}:{key or secrets.token_hex(16)}",
        at=Address(channel="console", chat=conversation.id),
        author=visit.agent,
        body=body,
        sent_at=visit.reader.now,
    )
    try:
        receipts = await visit.services.store.accept([event])
    except (OverloadedError, StorageDownError) as error:
        raise visit.refuse("unavailable", "console_unavailable") from error
    if receipts == [Receipt.ORPHAN]:
        raise visit.refuse("not_found", "console_not_found")
    return await _wait(visit, event)


async def _put(
    visit: Visit, conversation: Conversation, body: Body, key: str, done: Mapping[str, Mapping[str, object]]
) -> Response:
    outcome = await put_event(visit, conversation, body, key)
    if outcome is None or outcome.state == "new":
        return told({**done, "told": {"words": visit.reader.say("console_pending"), "wrong": False}})
    if outcome.state == "quarantined":
        return _refused(visit.reader.say("console_unavailable"))
    return _refused(outcome.refused) if outcome.refused else told(done)


async def _wait(visit: Visit, event: Event) -> views.EventOutcome | None:
    """Waits until the worker has taken the event: it rings when it commits."""
    services, waited = visit.services, 0.0
    with services.bell.listen(event.at.chat) as listener:
        while True:
            outcome = await services.db.read(lambda conn: views.outcome(conn, event.at.channel, "", event.key))
            if waited >= PATIENCE or (outcome is not None and outcome.state != "new"):
                return outcome
            await listener.wait(0.1)
            waited += 0.1


def _refused(words: str) -> Response:
    return told({"told": {"words": words, "wrong": True}, "news": {}}, status=409)


def _key(visit: Visit) -> str:
    """The browser's own id of this act, so that a repeat has no second effect."""
    key = visit.fields.get("key", "")
    return key if _KEY.fullmatch(key) else secrets.token_hex(16)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
