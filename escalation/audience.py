"""The safe-send rule: the one place that decides whether a customer may see what an agent wrote.

Only words of the agent who has claimed the conversation, that do not begin with `//` or `note:`, reach the customer.
Everything else stays inside. Cards, notes and transcripts are for the desk by kind and never pass through here.
"""

import re
import unicodedata
from enum import StrEnum

from bot.model import Audience, Author, AuthorKind, Conversation
from escalation.handoff import Owner

_NOTE = re.compile(r"(?://|note:)", re.IGNORECASE)
_COMMAND = re.compile(r"[!/][^\W\d_]")


class Kept(StrEnum):
    """Why an agent's words stayed inside."""

    NOTE = "note"
    """He marked them as a note."""
    COMMAND = "command"
    """They look like a command that nobody knows; sent only by [Send as text]."""
    NOT_CLAIMED = "not_claimed"
    """Nobody, or somebody else, has claimed the conversation."""
    NOT_WITH_AGENT = "not_with_agent"
    """The conversation is the bot's or closed."""
    OLD_THREAD = "old_thread"
    """They stand in a thread that the conversation has left: after a transfer it is for notes only."""
    OUTSIDER = "outsider"
    """The author is no agent."""


def is_note(text: str) -> bool:
    """Whether a text is marked as a note, after blanks and invisible characters."""
    return _NOTE.match(_visible(text)) is not None


def is_command(text: str) -> bool:
    """Whether a text begins like a typed command."""
    return _COMMAND.match(_visible(text)) is not None


def audience_of(
    author: Author, text: str, conversation: Conversation, owner: Owner, *, at: str = ""
) -> tuple[Audience, Kept | None]:
    """Who may see what an agent wrote in the conversation's thread or composer.

    Args:
        author: Who wrote it.
        text: The words.
        conversation: What they were written in.
        owner: Who has it.
        at: The address they were written at; none for a composer.

    Returns:
        The audience, and why the words stay inside if they do.
    """
    handoff = conversation.handoff
    if author.kind is not AuthorKind.AGENT:
        return Audience.DESK, Kept.OUTSIDER
    if is_note(text):
        return Audience.DESK, Kept.NOTE
    if owner is not Owner.AGENT or handoff is None:
        return Audience.DESK, Kept.NOT_CLAIMED if owner is Owner.QUEUE else Kept.NOT_WITH_AGENT
    if handoff.agent != author.key:
        return Audience.DESK, Kept.NOT_CLAIMED
    if is_command(text):
        return Audience.DESK, Kept.COMMAND
    if any(str(place.address) == at and not place.live for place in conversation.places):
        return Audience.DESK, Kept.OLD_THREAD
    return Audience.CUSTOMER, None


def audience_after_edit(before: Audience, text: str) -> Audience:
    """The audience of a message whose author changed it: an edit may narrow it, never widen it."""
    return Audience.DESK if is_note(text) else before


def _visible(text: str) -> str:
    """The text from its first visible character on."""
    for position, character in enumerate(text):
        if not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc", "Mn", "Zs", "Cn", "Co"}:
            return text[position:]
    return ""
