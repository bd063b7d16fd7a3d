"""The frozen record of a conversation up to a hand-off, as plain text for a desk, a file or an export."""

from collections.abc import Iterable

from bot.model import AuthorKind, Message, MessageKind
from escalation.redaction import hide_secrets

_SIGNS = {
    AuthorKind.CUSTOMER: "◦",
    AuthorKind.BOT: "▪",
    AuthorKind.AGENT: "●",
    AuthorKind.SYSTEM: "·",
    AuthorKind.UNKNOWN: "?",
}


def render_transcript(messages: Iterable[Message], upto: int) -> str:
    """Every message up to a number, one block each, oldest first; secrets hidden, cards left out."""
    kept = (m for m in messages if m.number <= upto and m.kind not in (MessageKind.CARD, MessageKind.TRANSCRIPT))
    return "\n".join(_entry(message) for message in sorted(kept, key=lambda m: m.number))


def _entry(message: Message) -> str:
    who = message.author.name or message.author.kind.value
    text = "✗" if message.withdrawn else hide_secrets(message.text)
    files = "".join(f" [{attachment.name}]" for attachment in message.attachments)
    buttons = f" → {message.chosen}" if message.chosen else ""
    note = " //" if message.kind is MessageKind.NOTE else ""
    return f"{message.at:%H:%M} {_SIGNS[message.author.kind]} {who}{note}: {text}{files}{buttons}"
