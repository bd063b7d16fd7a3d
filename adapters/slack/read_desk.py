"""Makes events of what happens in the threads of an agents' channel. Pure.

Who is an agent is known before; anybody else's words become no message at all, so that they can reach nobody. The
thread names the conversation, through the place that is stored: nothing is taken from texts or from a button's value.
"""

import re

from adapters.slack.payload import CHANNEL, Json, Known
from adapters.typed_acts import read_card_act, read_typed_act
from bot.model import Address, Author, Body, Commanded, Said

Found = tuple[Address, Author, Body]

_COMMAND = re.compile(r"[/!]([a-z_]+)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_CARD = re.compile(r"card:([a-z_]+):(\d{1,18})")


def read_desk_message(message: Json, chat: str, body: Body, known: Known) -> Found | None:
    """What somebody wrote, changed or withdrew in a thread; None if it is nothing that can have an effect."""
    thread = str(message.get("thread_ts") or "")
    author = known.agents.get(str(message["user"]))
    if not thread or thread == message["ts"] or author is None:
        return None
    at = Address(channel=CHANNEL, chat=chat, thread=thread)
    if isinstance(body, Said):
        return at, author, body if body.attachments else _read_act(body) or body
    return at, author, body


def read_desk_press(user: str, chat: str, thread: str, value: str, known: Known) -> Found | None:
    """A button of a card or a hint."""
    author, found = known.agents.get(user), _CARD.fullmatch(value)
    if author is None or found is None:
        return None
    name, number = found[1], found[2]
    return (
        Address(channel=CHANNEL, chat=chat, thread=thread),
        author,
        Commanded(name=name, args=read_card_act(name, number)),
    )


def _read_act(said: Said) -> Body | None:
    """What a line that begins with an exclamation mark asks for; None if it is no known command."""
    found = _COMMAND.fullmatch(said.text.strip())
    known_act = read_typed_act(found[1].lower(), (found[2] or "").strip()) if found else None
    if known_act is None:
        return None
    act, args = known_act
    if act == "note":
        args["external_id"] = said.external_id
    return Commanded(name=act, args=args, text=said.text, external_id=said.external_id)
