"""Makes events of what happens in the threads of an agents' channel. Pure.

Who is an agent is known before; anybody else's words become no message at all, so that they can reach nobody. The
thread names the conversation, through the place that is stored: nothing is taken from texts or from a button's value.
"""

import re
from dataclasses import replace

from adapters.slack.forms import act_of, read_filled
from adapters.slack.payload import CHANNEL, Json, Known
from adapters.typed_acts import read_card_act, read_typed_act
from bot.model import Address, Author, Body, Commanded, Said

Found = tuple[Address, Author, Body]

_COMMAND = re.compile(r"[/!]([a-z_]+)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_TICK = re.compile(r"tick:(yes|no):(.+)", re.DOTALL)
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
    """A button of a card or a hint, or a step that was ticked."""
    author, found, ticked = known.agents.get(user), _CARD.fullmatch(value), _TICK.fullmatch(value)
    if author is None or not (found or ticked):
        return None
    if ticked:
        act = Commanded(name="tick", args={"step": ticked[2], "done": ticked[1]})
    elif found:
        act = Commanded(name=found[1], args=read_card_act(found[1], found[2]))
    return Address(channel=CHANNEL, chat=chat, thread=thread), author, act


def read_desk_form(user: str, view: Json, known: Known) -> Found | None:
    """A form that an agent has filled in; None if nothing follows from it."""
    author, filled = known.agents.get(user), read_filled(view)
    act = act_of(filled)
    if author is None or act is None:
        return None
    if name := known.colleagues.get(act.args.get("agent", "")):
        act = replace(act, args={**act.args, "agent_name": name})
    return Address(channel=CHANNEL, chat=filled.chat, thread=filled.thread), author, act


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
