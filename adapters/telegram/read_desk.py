"""Makes events of what happens in the topics of an agents' group. Pure.

Who is an agent is known before; anybody else's words become no message at all, so that they can reach nobody. The
topic names the conversation, through the place that is stored: nothing is taken from texts or from a button's value.
"""

import re

from adapters.telegram.payload import CHANNEL, Json, Known, files_of, text_of, topic_of, unreadable_kind
from adapters.typed_acts import read_card_act, read_typed_act
from bot.model import Address, Author, Body, Commanded, Deleted, Edited, Said

Found = tuple[Address, Author, Body]

_COMMAND = re.compile(r"[/!]([a-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_CARD = re.compile(r"card:([a-z_]+):(\d{1,18})")


def read_desk_message(message: Json, known: Known, *, is_edit: bool) -> Found | None:
    """What somebody wrote in a topic; None if it is nothing that can have an effect."""
    topic = topic_of(message)
    author = _agent_of(message, known)
    if not topic or author is None or "sender_chat" in message:
        return None
    at = Address(channel=CHANNEL, chat=str(int(message["chat"]["id"])), thread=topic)
    own_id = str(int(message["message_id"]))
    text, files = text_of(message), files_of(message)
    if is_edit:
        return at, author, Edited(target=own_id, text=text)
    if "forum_topic_closed" in message or "forum_topic_reopened" in message:
        return at, author, Commanded(name="resolve" if "forum_topic_closed" in message else "reopen")
    if not text and not files:
        kind = unreadable_kind(message)
        return (at, author, _inside(f"[{kind}]", own_id)) if kind else None
    if "forward_origin" in message or "forward_date" in message:
        return at, author, _inside(text or f"[{files[0].name}]", own_id)
    if not files and (act := _read_act(message, text, known)) is not None:
        return at, author, act
    return at, author, Said(text=text, attachments=files, external_id=own_id)


def read_desk_press(query: Json, message: Json, data: str, known: Known) -> Found | None:
    """A button of a card or a hint. The message may be too old to name its topic; then nothing can be done."""
    topic = topic_of(message)
    author = _agent_of(query, known)
    found = _CARD.fullmatch(data)
    if not topic or author is None or found is None:
        return None
    at = Address(channel=CHANNEL, chat=str(int(message["chat"]["id"])), thread=topic)
    name, number = found[1], found[2]
    return at, author, Commanded(name=name, args=read_card_act(name, number))


def _agent_of(value: Json, known: Known) -> Author | None:
    person: Json = value.get("from") or {}
    return None if person.get("is_bot") else known.agents.get(str(person.get("id")))


def _inside(text: str, own_id: str) -> Commanded:
    return Commanded(name="note", args={"text": text, "external_id": own_id}, external_id=own_id)


def _read_act(message: Json, text: str, known: Known) -> Body | None:
    """What a line that begins with a stroke or an exclamation mark asks for; None if it is no known command."""
    found = _COMMAND.fullmatch(text)
    if found is None or (found[2] and found[2].casefold() != known.username.casefold()):
        return None
    name, rest = found[1].lower(), (found[3] or "").strip()
    own_id = str(int(message["message_id"]))
    if name == "recall":
        answered = message.get("reply_to_message")
        return Deleted(target=str(int(answered["message_id"]))) if answered else None
    known_act = read_typed_act(name, rest)
    if known_act is None:
        return None
    act, args = known_act
    if act == "note":
        args["external_id"] = own_id
    return Commanded(name=act, args=args, text=text, external_id=own_id)
