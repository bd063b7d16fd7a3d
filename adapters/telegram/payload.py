"""What customers' and desks' updates have in common: who wrote, when, what it is called and which files it holds.

Pure functions of the platform's JSON. A field of the wrong type raises; `read` makes an `unknown` event of it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.names import clean_file_name, clean_name
from bot.model import Attachment, Author, AuthorKind, Trust

CHANNEL = "telegram"
FILE = "telegram:"
"""Before the kind and the platform's own id of a file, in an attachment's id."""

Json = Mapping[str, Any]
"""One object of the platform's JSON."""

_NAMES = {"photo": "photo.jpg", "video": "video.mp4", "audio": "audio.mp3", "document": "file.bin"}
_TYPES = {"photo": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg", "document": "application/octet-stream"}
UNREADABLE_KINDS = (
    "voice",
    "video_note",
    "sticker",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "game",
    "story",
    "checklist",
    "paid_media",
    "invoice",
    "giveaway",
)
"""What people send that neither the bot nor a colleague elsewhere can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must be known to read an update."""

    bot: str
    """The bot's own id."""
    username: str = ""
    """The bot's own name, without the sign before it."""
    desks: frozenset[str] = frozenset()
    """The groups in which agents work."""
    agents: Mapping[str, Author] = field(default_factory=dict)
    """The agents among those who speak in this update, by the platform's id of the person."""
    colleagues: Mapping[str, str] = field(default_factory=dict)
    """Names of the agents whom this update names, by their own id."""


def text_of(message: Json) -> str:
    """Its words: a text, or what stands below a file."""
    text = message.get("text", message.get("caption", ""))
    if not isinstance(text, str):
        raise TypeError("text is no text")
    return text


def files_of(message: Json) -> tuple[Attachment, ...]:
    """Its file; the name and type are those that the message gives."""
    kind = next((each for each in ("document", "photo", "video", "audio") if message.get(each)), None)
    if kind is None:
        return ()
    file: Json = message["photo"][-1] if kind == "photo" else message[kind]
    name = file.get("file_name") or _NAMES[kind]
    return (
        Attachment(
            id=f"{FILE}{kind}:{file['file_id']}",
            name=clean_file_name(str(name), str(name).rpartition(".")[2] or "bin"),
            media_type=str(file.get("mime_type") or _TYPES[kind]),
            size=int(file.get("file_size") or 0),
        ),
    )


def unreadable_kind(message: Json) -> str:
    """Which kind it is of those that nobody can read; empty if it is none of them."""
    return next((kind for kind in UNREADABLE_KINDS if kind in message), "")


def customer_of(person: Json) -> Author:
    """Who writes in a private chat; the platform vouches for him."""
    return Author(kind=AuthorKind.CUSTOMER, key=str(int(person["id"])), name=name_of(person), trust=Trust.KNOWN)


def name_of(person: Json) -> str:
    """What a person calls himself, made harmless."""
    return clean_name(f"{person.get('first_name') or ''} {person.get('last_name') or ''}")


def moment_of(seconds: object, otherwise: datetime) -> datetime:
    """A moment as the platform gives it; another one where it gives none."""
    if isinstance(seconds, int) and 0 < seconds < 2**33:
        return datetime.fromtimestamp(seconds, UTC)
    return otherwise


def content_key(bot: str, message: Json) -> str:
    """Names the message that an update brings."""
    return f"{bot}:{int(message['chat']['id'])}:{int(message['message_id'])}"


def edit_key(bot: str, message: Json) -> str:
    """Names one edit: the moment counts in seconds only, so the words are a part of it."""
    words = hashlib.sha256(text_of(message).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{content_key(bot, message)}:{int(message.get('edit_date') or 0)}:{words}"


def topic_of(message: Json) -> str:
    """The topic a message stands in; empty for none. The number alone is not to be trusted: replies have one too."""
    thread = message.get("message_thread_id")
    return str(int(thread)) if thread and message.get("is_topic_message") else ""
