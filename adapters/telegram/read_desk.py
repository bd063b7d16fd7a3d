"""Makes events of what happens in the topics of an agents' group. Pure.

Who is an agent is known before; anybody else's words become no message at all, so that they can reach nobody. The
topic names the conversation, through the place that is stored: nothing is taken from texts or from a button's value.
"""

import re
from dataclasses import replace

from adapters.telegram.payload import CHANNEL, Json, Known, files_of, text_of, topic_of, unreadable_kind
from adapters.telegram.sheets import Sheet, read_act, read_question, read_sheet
from adapters.typed_acts import read_card_act, read_typed_act
from bot.model import Address, Author, Body, Commanded, Deleted, Edited, Said, Unknown

Found = tuple[Address, Author, Body]

_COMMAND = re.compile(r"[/!]([a-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
_CARD = re.compile(r"card:([a-z_]+):(\d{1,18})")
_NOWHERE = Address(channel=CHANNEL, chat="")
"""For what speaks of no conversation, or only asks to be shown something."""
ASKED = Unknown(kind="asked")
"""Somebody wants to be shown something; nothing follows from it but the answer."""

OF_AGENTS = frozenset({"next", "mine", "away", "back"})
"""Orders that are about the agent, and can be typed anywhere in the group."""
OF_TOPICS = {
    "more": Sheet.MORE,
    "transfer": Sheet.TEAMS,
    "take_over": Sheet.TAKE_OVER,
    "assign": Sheet.COLLEAGUES,
    "r": Sheet.REPLIES,
    "article": Sheet.ARTICLES,
    "find": Sheet.ARTICLES,
    "steps": Sheet.STEPS,
    "history": Sheet.HISTORY,
}
"""Orders that show a sheet, where nothing is said that could be done at once."""


def read_desk_message(message: Json, known: Known, *, is_edit: bool) -> Found | None:
    """What somebody wrote in a topic; None if it is nothing that can have an effect."""
    topic = topic_of(message)
    author = _agent_of(message, known)
    if author is None or "sender_chat" in message:
        return None
    if not is_edit and read_order(message, known) is not None:
        return _NOWHERE, author, ASKED
    if not topic:
        return None
    at = Address(channel=CHANNEL, chat=str(int(message["chat"]["id"])), thread=topic)
    own_id = str(int(message["message_id"]))
    text, files = text_of(message), files_of(message)
    if is_edit:
        return at, author, Edited(target=own_id, text=text)
    if "forum_topic_closed" in message or "forum_topic_reopened" in message:
        return at, author, Commanded(name="resolve" if "forum_topic_closed" in message else "reopen")
    asked = read_question(message, known.bot)
    if asked is not None:
        return at, author, _answer(*asked, text.strip())
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
    if not topic or author is None:
        return None
    if read_sheet(data) is not None:
        return _NOWHERE, author, ASKED
    at = Address(channel=CHANNEL, chat=str(int(message["chat"]["id"])), thread=topic)
    act, found = read_act(data), _CARD.fullmatch(data)
    if act is not None:
        name = known.colleagues.get(act.args.get("agent", ""), "")
        return at, author, replace(act, args={**act.args, "agent_name": name}) if name else act
    return (at, author, Commanded(name=found[1], args=read_card_act(found[1], found[2]))) if found else None


def read_order(message: Json, known: Known) -> tuple[str, str] | None:
    """What an agent asks to be shown by a typed word, and the rest of the line; None if it is none of these words."""
    asked = read_question(message, known.bot)
    if asked is not None and asked[0] is Sheet.ARTICLES:
        return "find", text_of(message).strip()
    found = None if asked is not None or files_of(message) else _COMMAND.fullmatch(text_of(message))
    if found is None or not _is_ours(found[2], known):
        return None
    name, rest = found[1].lower(), (found[3] or "").strip()
    is_of_topic = bool(topic_of(message)) and name in OF_TOPICS and (not rest or name in ("find", "assign"))
    return (name, rest) if name in OF_AGENTS or is_of_topic else None


def _answer(sheet: Sheet, about: str, words: str) -> Body:
    """What the answer to a sheet asks for; words that answer a sheet never reach a customer."""
    if sheet is Sheet.TEAM:
        return Commanded(name="transfer", args={"team": about, "reason": words})
    if sheet in (Sheet.TAKE_OVER, Sheet.DENY):
        return Commanded(name=sheet.value, args={"reason": words})
    return ASKED


def _agent_of(value: Json, known: Known) -> Author | None:
    person: Json = value.get("from") or {}
    return None if person.get("is_bot") else known.agents.get(str(person.get("id")))


def _is_ours(username: str | None, known: Known) -> bool:
    """Whether a command is meant for this bot, and not by name for another one."""
    return not username or username.casefold() == known.username.casefold()


def _inside(text: str, own_id: str) -> Commanded:
    return Commanded(name="note", args={"text": text, "external_id": own_id}, external_id=own_id)


def _read_act(message: Json, text: str, known: Known) -> Body | None:
    """What a line that begins with a stroke or an exclamation mark asks for; None if it is no known command."""
    found = _COMMAND.fullmatch(text)
    if found is None or not _is_ours(found[2], known):
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
