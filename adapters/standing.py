"""What showing a message on Slack and on Telegram has in common: what it reads, and what stands in a place afterwards.

How parts come there is `posting`'s of each channel, which message is next is the sender's.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from adapters.desk.view import DeskView
from bot.model import Attachment, Conversation, ConversationId, Message
from bot.ports import Shipment

OpenFile = Callable[[Attachment], Awaitable[bytes | None]]
"""Reads a file that a message carries; none if it is not to be had."""
SHORT_WAIT = 1.5
"""Seconds that a send waits for its turn by itself; for more the place is set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a desk needs to see beyond one message."""

    talk: Callable[[ConversationId], Awaitable[Conversation | None]]
    """A conversation as it stands."""
    messages: Callable[[ConversationId], Awaitable[tuple[Message, ...]]]
    """All its messages."""
    view: Callable[[], DeskView]
    """The desk in force, now."""
    open_file: OpenFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in a place of one message."""

    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """As they are stored: the id of a file has an `f` before it."""
        return (*(f"f{each}" for each in self.files), *self.parts)


def correct(shipment: Shipment, view: DeskView) -> Message | None:
    """The new words of a message that can be changed no more, as a line of its own; none if only buttons changed."""
    message = shipment.message
    if not message.former:
        return None
    text = view.desk.phrases.plain("correction", shipment.language, text=message.text)
    return replace(message, text=text, attachments=())


def read_ids(ids: Sequence[str]) -> Standing:
    """What stands there, of the ids as they are stored."""
    return Standing(
        parts=tuple(each for each in ids if not each.startswith("f")),
        files=tuple(each.removeprefix("f") for each in ids if each.startswith("f")),
    )
