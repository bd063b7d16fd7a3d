"""What customers' and desks' payloads have in common: whose they are, when, their words and files.

Pure functions of the platform's JSON. A field of the wrong type raises; `read` makes an `unknown` event of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.names import clean_file_name, clean_name
from bot.model import Attachment, Author, AuthorKind, Trust

CHANNEL = "slack"
FILE = "slack:"
"""Before the platform's own id of a file, in an attachment's id."""
LONGEST_TEXT = 40_000

Json = Mapping[str, Any]
"""One object of the platform's JSON."""

_CONTROL = re.compile(r"<([^<>]*)>")
_ENTITY = re.compile("&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_TS = re.compile(r"(\d{1,18})\.(\d{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must be known to read a payload."""

    team: str
    """The workspace."""
    user: str
    """The bot's own user."""
    bot: str = ""
    app: str = ""
    desks: frozenset[str] = frozenset()
    """The channels in which agents work."""
    agents: Mapping[str, Author] = field(default_factory=dict)
    """The agents among those who speak in this payload, by the platform's id of the person."""
    colleagues: Mapping[str, str] = field(default_factory=dict)
    """Names of the agents whom this payload names, by their own id."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Display names of people, as far as they are known."""
    guests: frozenset[str] = frozenset()
    """People who are known to be guests, or from another organisation."""
    customers: Mapping[str, str] = field(default_factory=dict)
    """Whose conversation stands in a thread of a channel: `chat:thread` to the person."""
    direct: str = ""
    """The direct chat with who typed a command, if it could be had."""
    site: str = ""
    """Where the workspace is on the web, with a slash at its end."""
    direct_messages: bool = True
    mentions: bool = True


def dicts_in(value: object) -> list[Json]:
    """The objects in a list of the platform's; none where there is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def team_of(payload: Json) -> object:
    """The workspace that a payload names by itself."""
    team = payload.get("team")
    return payload.get("team_id") or (team.get("id") if isinstance(team, dict) else None)


def text_of(message: Json, names: Mapping[str, str]) -> str:
    """Its words as plain text; those of its blocks where it has no text."""
    text = message.get("text") or ""
    if not isinstance(text, str):
        raise TypeError("text is no text")
    plain = read_mrkdwn(text, names)
    if not plain.strip() and message.get("blocks"):
        plain = "\n".join(line for line in (_words_of(block) for block in message["blocks"]) if line)
    return plain[:LONGEST_TEXT]


def read_mrkdwn(text: str, names: Mapping[str, str]) -> str:
    """Plain text of the platform's: names for people and channels, links as they are read, signs decoded once."""
    parts: list[str] = []
    end = 0
    for found in _CONTROL.finditer(text):
        parts += (_decode(text[end : found.start()]), _read_control(found[1], names))
        end = found.end()
    parts.append(_decode(text[end:]))
    return "".join(parts)


def without_mention(text: str, user: str) -> tuple[str, bool]:
    """The raw text without the mention of the bot, and whether it was mentioned."""
    mention = re.compile(rf"<@{re.escape(user)}(?:\|[^<>]*)?>[ :,]*")
    return mention.sub("", text).strip(), bool(user) and mention.search(text) is not None


def files_of(message: Json) -> tuple[Attachment, ...]:
    """Its files, which are fetched later if somebody needs them."""
    return tuple(
        Attachment(
            id=f"{FILE}{file['id']}",
            name=clean_file_name(str(file.get("name") or "file"), str(file.get("filetype") or "bin")),
            media_type=str(file.get("mimetype") or "application/octet-stream"),
            size=int(file.get("size") or 0),
        )
        for file in message.get("files") or ()
    )


def customer_of(user: str, known: Known) -> Author:
    """Who asks; the workspace vouches for its members, not for its guests."""
    trust = Trust.EXTERNAL if user in known.guests else Trust.KNOWN
    return Author(kind=AuthorKind.CUSTOMER, key=user, name=clean_name(known.names.get(user, "")), trust=trust)


def is_own(message: Json, known: Known) -> bool:
    """Whether we have written it ourselves."""
    app = message.get("app_id") or (message.get("bot_profile") or {}).get("app_id")
    return (
        (message.get("user") == known.user and bool(known.user))
        or (message.get("bot_id") == known.bot and bool(known.bot))
        or (app == known.app and bool(known.app))
    )


def order_of(ts: object) -> str:
    """A moment of the platform's as a text that sorts; empty if it is none."""
    found = _TS.fullmatch(str(ts))
    return f"{int(found[1]):020d}.{found[2]:0<9}" if found else ""


def moment_of(ts: object, otherwise: datetime) -> datetime:
    """A moment as the platform gives it; another one where it gives none."""
    found = _TS.fullmatch(str(ts))
    if found and 0 < int(found[1]) < 2**33:
        return datetime.fromtimestamp(int(found[1]), UTC)
    return otherwise


def id_of(value: object) -> str:
    """An id of the platform's.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value):
        raise ValueError("no id")
    return value


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _read_control(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    label = _decode(label)
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:]) or label.removeprefix('@') or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            word = target[1:].partition("^")[0]
            return label or ("everyone" if word == "everyone" else word)
    address = _decode(target)
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == bare:
        return bare
    return label if re.sub(r"^https?://|/$", "", address) == label.rstrip("/") else f"{label} ({bare})"


def _words_of(block: Any) -> str:  # noqa: ANN401 -- any JSON
    """The words in a block, wherever they stand."""
    match block:
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case {"type": "link", "url": str(url)}:
            return str(block.get("text") or url)
        case {"text": str(text)}:
            return text
        case {"text": dict(text)}:
            return _words_of(text)
        case {"elements": list(elements)}:
            glue = "\n" if block.get("type") in ("rich_text", "rich_text_list") else ""
            return glue.join(_words_of(each) for each in elements)
    return ""
