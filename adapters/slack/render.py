"""How a message looks in a customer's chat: its parts, its buttons, its files. Pure.

The bot's Markdown becomes the platform's marks; people's words stay what they typed. How it looks on a desk is in
`render_desk`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.markdown import escape_mrkdwn, render_mrkdwn
from adapters.slack.blocks import (
    MOST_PARTS,
    Button,
    Part,
    buttons_block,
    marks_block,
    parts_of_mrkdwn,
    parts_of_words,
)
from bot.model import HUMAN, Attachment, AuthorKind, Choice, Does, Message, MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as it goes out."""

    parts: tuple[Part, ...]
    """None for a message that is only a file."""
    files: tuple[Attachment, ...] = ()
    whole: str = ""
    """The whole text, to be sent as a file, where it is too long for messages."""
    whole_name: str = "message.txt"


def render_message(message: Message, number: int) -> Rendered:
    """What a customer sees of a message.

    Args:
        message: In the revision to be shown.
        number: The case number, for the values of the buttons.
    """
    links = "".join(
        f"\n<{escape_mrkdwn(file.url)}|{escape_mrkdwn(file.name or file.url)}>"
        for file in message.attachments
        if file.url
    )
    if is_bots(message):
        parts = parts_of_mrkdwn(f"{render_mrkdwn(message.text)}{links}")
    else:
        named = f"{message.author.name}: " if message.author.kind is AuthorKind.AGENT and message.author.name else ""
        parts = [*(parts_of_words(f"{named}{message.text}") if message.text.strip() else []), *parts_of_mrkdwn(links)]
    if message.chosen:
        parts = with_block(parts, marks_block(f"→ *{escape_mrkdwn(message.chosen)}*"), f"→ {message.chosen}")
    buttons = buttons_of(message, number)
    if buttons:
        block = buttons_block(buttons, f"{number}.{message.number}")
        parts = with_block(parts, block, " · ".join(button.label for button in buttons))
    return assemble(parts, message)


def is_bots(message: Message) -> bool:
    """Whether the bot says it, in Markdown."""
    return message.kind in (MessageKind.ANSWER, MessageKind.STATE)


def with_block(parts: Sequence[Part], block: object, said: str) -> list[Part]:
    """The parts with one more block below the last; a part of its own if there is none."""
    last = parts[-1] if parts else Part(text=escape_mrkdwn(said))
    blocks = (*last.blocks, block) if isinstance(block, dict) else last.blocks
    return [*parts[:-1], replace(last, blocks=blocks)]


def assemble(parts: Sequence[Part], message: Message) -> Rendered:
    """Puts a message together; one that is too long is its first part and a file, its buttons below."""
    files = tuple(file for file in message.attachments if not file.url)
    if len(parts) <= MOST_PARTS:
        return Rendered(parts=tuple(parts), files=files)
    first = replace(parts[0], blocks=(*parts[0].blocks[:1], *parts[-1].blocks[1:]))
    return Rendered(parts=(first,), files=files, whole=message.text)


def buttons_of(message: Message, number: int) -> list[Button]:
    """The buttons of a message."""
    buttons: list[Button] = []
    position = 0
    for choice in message.choices:
        if choice.url:
            buttons.append(Button(label=choice.label, url=choice.url))
            continue
        buttons.append(Button(label=choice.label, value=_value_of(choice, message, number, position)))
        position += 1
    return buttons


def _value_of(choice: Choice, message: Message, number: int, position: int) -> str:
    return HUMAN if choice.does is Does.HUMAN else f"{number}.{message.number}:{position}"
