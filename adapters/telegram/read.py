"""Makes events of updates. Pure: the same update gives the same events, whatever it holds.

Here are the updates of customers in their private chats; what happens in an agents' group is read by `read_desk`.
What is not understood becomes `unknown`, never an error: an update that could not be read would come for ever.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from adapters.storable import storable
from adapters.telegram.payload import (
    CHANNEL,
    Json,
    Known,
    content_key,
    customer_of,
    edit_key,
    files_of,
    moment_of,
    text_of,
    unreadable_kind,
)
from adapters.telegram.read_desk import read_desk_message, read_desk_press
from bot.knowing import LINK
from bot.model import (
    SYSTEM,
    Address,
    Author,
    AuthorKind,
    Body,
    Commanded,
    ContactChanged,
    Edited,
    Event,
    Opened,
    Pressed,
    Reach,
    Reacted,
    Said,
    Unknown,
)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
COMMANDS = ("help", "human", "cancel", "language", "privacy")
_COMMAND = re.compile(r"/([a-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REACH = {"member": Reach.REACHABLE, "kicked": Reach.BLOCKED, "left": Reach.LEFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What an update says, before it has the keys that every event has."""

    at: Address
    author: Author
    body: Body
    sent_at: datetime
    content: str = ""
    language: str = ""
    album: str = ""


def read_update(update: Json, known: Known, now: datetime) -> list[Event]:
    """The events of an update: one for each that is understood, one `unknown` for any other.

    Args:
        update: As the platform sent it, with an integer `update_id`.
        known: The bot, the agents' groups and the agents who speak.
        now: When it came in, for what has no moment of its own.
    """
    kind = next((name for name in update if name != "update_id"), "")[:64]
    try:
        found = _read(kind, storable(update[kind]), known, now) if kind else None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError):
        found = None
    if found is None:
        nowhere = Address(channel=CHANNEL, account=known.bot, chat="")
        found = Happening(at=nowhere, author=SYSTEM, body=Unknown(kind=kind or "empty"), sent_at=now)
    number = int(update["update_id"])
    return [
        Event(
            key=f"{known.bot}:{number}:{kind}:{_object_id(update.get(kind))}",
            content_key=found.content,
            at=found.at,
            order=f"{number:020d}",
            author=found.author,
            body=found.body,
            sent_at=found.sent_at,
            language=found.language,
            album=found.album,
        )
    ]


def is_named_elsewhere(update: Json, known: Known) -> bool:
    """Whether somebody names the bot in a group where no agents work."""
    message = update.get("message")
    if not isinstance(message, dict) or not known.username or chat_of(update) in known.desks:
        return False
    is_group = (message.get("chat") or {}).get("type") in ("group", "supergroup")
    words = message.get("text") or message.get("caption")
    return is_group and isinstance(words, str) and f"@{known.username}".casefold() in words.casefold()


def chat_of(update: Json) -> str:
    """The chat an update speaks of; empty if it names none."""
    for value in update.values():
        message = value.get("message") or value if isinstance(value, dict) else {}
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return str(chat["id"])
    return ""


def person_of(update: Json) -> Json | None:
    """The person who did what an update speaks of, if it is one."""
    for value in update.values():
        person = value.get("from") if isinstance(value, dict) else None
        if isinstance(person, dict) and isinstance(person.get("id"), int):
            return person
    return None


def _object_id(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    return str(value.get("id", value.get("message_id", "")))[:64]


def _read(kind: str, value: Json, known: Known, now: datetime) -> Happening | None:
    match kind:
        case "message" | "edited_message":
            return _read_message(kind, value, known, now)
        case "callback_query":
            return _read_press(value, known, now)
        case "my_chat_member" if value["chat"]["type"] == "private":
            reach = _REACH.get(value["new_chat_member"]["status"])
            sent_at = moment_of(value.get("date"), now)
            return _of_customer(value, known, ContactChanged(reach=reach), sent_at) if reach else None
        case "message_reaction" if value["chat"]["type"] == "private":
            old, new = _emojis(value["old_reaction"]), _emojis(value["new_reaction"])
            body = Reacted(
                target=str(int(value["message_id"])),
                added=tuple(each for each in new if each not in old),
                removed=tuple(each for each in old if each not in new),
            )
            return _of_customer({**value, "from": value["user"]}, known, body, moment_of(value.get("date"), now))
    return None


def _read_message(kind: str, message: Json, known: Known, now: datetime) -> Happening | None:
    is_edit = kind == "edited_message"
    sent_at = moment_of(message.get("edit_date" if is_edit else "date"), now)
    content = edit_key(known.bot, message) if is_edit else content_key(known.bot, message)
    if str(int(message["chat"]["id"])) in known.desks:
        found = read_desk_message(message, known, is_edit=is_edit)
        if found is None:
            return None
        at, author, body = found
        return Happening(
            at=at, author=author, body=body, sent_at=sent_at, content=content, album=_album_of(message, body)
        )
    if message["chat"]["type"] != "private" or "from" not in message:
        return None
    body = _edit_of(message) if is_edit else _words_of(message, known)
    return _of_customer(message, known, body, sent_at, content=content, album=_album_of(message, body))


def _of_customer(
    value: Json, known: Known, body: Body, sent_at: datetime, *, content: str = "", album: str = ""
) -> Happening:
    person: Json = value["from"]
    author = customer_of(person)
    if person.get("is_bot") or (isinstance(body, Unknown) and not unreadable_kind(value)):
        author = Author(kind=AuthorKind.BOT if person.get("is_bot") else AuthorKind.SYSTEM, key=author.key)
        body = Unknown(kind="bot" if person.get("is_bot") else body.kind if isinstance(body, Unknown) else "")
    return Happening(
        at=Address(channel=CHANNEL, account=known.bot, chat=str(int(value["chat"]["id"]))),
        author=author,
        body=body,
        sent_at=sent_at,
        content=content,
        language=str(person.get("language_code") or ""),
        album=album,
    )


def _album_of(message: Json, body: Body) -> str:
    return str(message.get("media_group_id") or "") if isinstance(body, Said) else ""


def _words_of(message: Json, known: Known) -> Body:
    text, files = text_of(message), files_of(message)
    own_id = str(int(message["message_id"]))
    command = _COMMAND.fullmatch(text) if not files else None
    if command and (not command[2] or command[2].casefold() == known.username.casefold()):
        name, rest = command[1].lower(), (command[3] or "").strip()
        if name == "start":
            return Opened(entry=f"{LINK}{rest}" if _PAYLOAD.fullmatch(rest) else "")
        if name in COMMANDS:
            return Commanded(name=name, args={"to": rest} if rest else {}, text=text, external_id=own_id)
    if not text and not files:
        return Unknown(kind=unreadable_kind(message) or "service")
    answered = message.get("reply_to_message")
    return Said(
        text=text,
        attachments=files,
        external_id=own_id,
        reply_to=str(int(answered["message_id"])) if answered else "",
    )


def _edit_of(message: Json) -> Body:
    if not (text_of(message) or files_of(message)):
        return Unknown(kind="edit")
    return Edited(target=str(int(message["message_id"])), text=text_of(message))


def _read_press(query: Json, known: Known, now: datetime) -> Happening | None:
    """A press; the message with the button may be gone or too old to be shown."""
    message: Json = query.get("message") or {"chat": {"id": query["from"]["id"], "type": "private"}}
    data = query.get("data")
    if not isinstance(data, str):
        return None
    if str(int(message["chat"]["id"])) in known.desks:
        found = read_desk_press(query, message, data, known)
        return found and Happening(at=found[0], author=found[1], body=found[2], sent_at=now)
    if message["chat"]["type"] != "private":
        return None
    return _of_customer({"from": query["from"], "chat": message["chat"]}, known, Pressed(value=data), now)


def _emojis(reactions: list[Json]) -> tuple[str, ...]:
    return tuple(str(each["emoji"]) for each in reactions if each.get("type") == "emoji")
