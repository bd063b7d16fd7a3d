"""How a message looks in a customer's private chat: its parts as HTML, its buttons, its files. Pure.

People's words are escaped and stay what they typed. How it looks on a desk is in `render_desk`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from adapters.markdown import render_telegram
from adapters.telegram.styled import MOST_PARTS, split
from bot.model import HUMAN, Attachment, AuthorKind, Choice, Does, Message, MessageKind

SHORT_LABEL = 18
"""Characters up to which two buttons share a row."""

Keyboard = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as it goes out."""

    parts: tuple[str, ...]
    """Texts as HTML, each within the limit; none for a message that is only a file."""
    keyboard: Keyboard
    """Below the last part."""
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
    body = words_of(message)
    if message.author.kind is AuthorKind.AGENT and message.author.name:
        body = f"<b>{escape(message.author.name, quote=False)}:</b> {body}"
    return assemble(with_ending(body, message), keyboard_of(message, number), message.attachments, message.text)


def assemble(html: str, keyboard: Keyboard, files: Sequence[Attachment], whole: str) -> Rendered:
    """Puts a message together, cut into parts; one that is too long is its first part and a file."""
    linked = [file for file in files if file.url]
    html += "".join(f'\n<a href="{escape(file.url)}">{escape(file.name or file.url)}</a>' for file in linked)
    parts = split(html) if html.strip() else []
    is_long = len(parts) > MOST_PARTS
    return Rendered(
        parts=tuple(parts[:1] if is_long else parts),
        keyboard=keyboard,
        files=tuple(file for file in files if not file.url),
        whole=whole if is_long else "",
    )


def words_of(message: Message) -> str:
    """The text as HTML: the bot speaks Markdown, people speak plainly."""
    is_bots = message.kind in (MessageKind.ANSWER, MessageKind.STATE)
    return render_telegram(message.text) if is_bots else escape(message.text, quote=False)


def with_ending(html: str, message: Message) -> str:
    """The words with the label that was chosen of their buttons."""
    return f"{html}\n\n→ <b>{escape(message.chosen, quote=False)}</b>" if message.chosen else html


def keyboard_of(message: Message, number: int) -> Keyboard:
    """The buttons of a message, two in a row where both are short."""
    buttons: list[dict[str, str]] = []
    position = 0
    for choice in message.choices:
        if choice.url:
            buttons.append({"text": choice.label, "url": choice.url})
            continue
        buttons.append({"text": choice.label, "callback_data": _value_of(choice, message, number, position)})
        position += 1
    return rows_of(buttons)


def rows_of(buttons: Sequence[Mapping[str, str]]) -> Keyboard:
    """Buttons in rows: two where both are short, else one."""
    rows: Keyboard = []
    for button in buttons:
        is_short = len(button["text"]) <= SHORT_LABEL
        if rows and len(rows[-1]) == 1 and is_short and len(rows[-1][0]["text"]) <= SHORT_LABEL:
            rows[-1].append(dict(button))
        else:
            rows.append([dict(button)])
    return rows


def _value_of(choice: Choice, message: Message, number: int, position: int) -> str:
    return HUMAN if choice.does is Does.HUMAN else f"{number}.{message.number}:{position}"
