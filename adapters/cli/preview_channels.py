"""One previewed wording as each channel is sent it, by the adapters' own converters, and side by side for a person.

Called by `firstline preview`; what is said comes from `bot.previewing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.markdown import render_html, render_plain
from adapters.slack import posting as slack_posting
from adapters.slack import render as slack
from adapters.slack.blocks import BlockJson
from adapters.telegram import posting as telegram_posting
from adapters.telegram import render as telegram
from adapters.web import render as web
from adapters.web.site import Speaker
from bot.desk import Desk
from bot.model import Attachment, Message
from bot.previewing import Shown

PLAIN = "plain"
"""What a terminal shows, and a platform that refuses all marks."""
WIDE = 120
"""Columns of a terminal from which on everything stands in one row."""
_BETWEEN = "\n┄┄┄\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message in one channel."""

    payloads: tuple[object, ...]
    """What goes to the platform, one by one; on the web the HTML."""
    parts: int
    """How many messages its words become."""
    read: str
    """The same for a person: words in the channel's marks, buttons in brackets as they stand in rows."""


def convert(shown: Shown, desk: Desk, language: str) -> Mapping[str, tuple[Sent, ...]]:
    """Each message of a wording in each channel that shows it, and without any marks."""
    speaker, number = Speaker(desk), shown.conversation.number
    makers = {
        "slack": lambda message: _for_slack(message, number),
        "telegram": lambda message: _for_telegram(message, number),
        "web": lambda message: _for_web(message, shown, speaker, language),
    }
    sent = {name: tuple(map(make, shown.messages[name])) for name, make in makers.items() if name in shown.messages}
    return {**sent, PLAIN: tuple(map(_in_plain, next(iter(shown.messages.values()))))}


def _for_slack(message: Message, number: int) -> Sent:
    rendered = slack.render_message(message, number)
    contents = [slack_posting.content_of(part) for part in rendered.parts]
    read = [*map(_name_file, rendered.files), *("\n".join(_read_blocks(part.blocks)) for part in rendered.parts)]
    return Sent(payloads=(*_files(rendered.files), *contents), parts=len(contents), read=_BETWEEN.join(read))


def _read_blocks(blocks: Sequence[BlockJson]) -> Iterator[str]:
    for block in blocks:
        match block:
            case {"text": {"text": str(words)}}:
                yield words
            case {"elements": [*elements]}:
                yield " ".join(map(_read_element, elements))


def _read_element(element: object) -> str:
    match element:
        case {"options": [*options]}:
            return "\n".join(f"▾ {_read_element(option)}" for option in options)
        case {"type": _, "text": {"text": str(label)}, **others}:
            return _bracket(label, is_link="url" in others)
        case {"text": {"text": str(label)}}:
            return label
        case _:
            return ""


def _for_telegram(message: Message, number: int) -> Sent:
    rendered = telegram.render_message(message, number)
    contents = [telegram_posting.content_of(rendered, position) for position in range(len(rendered.parts))]
    rows = [" ".join(_bracket(each["text"], is_link="url" in each) for each in row) for row in rendered.keyboard]
    words = _BETWEEN.join([*map(_name_file, rendered.files), *rendered.parts])
    read = "\n".join([words, *rows])
    return Sent(payloads=(*_files(rendered.files), *contents), parts=len(contents), read=read)


def _for_web(message: Message, shown: Shown, speaker: Speaker, language: str) -> Sent:
    html = web.render_message(message, shown.conversation, speaker, language, by_cookie=False)
    choices = [_bracket(each.label, is_link=bool(each.url)) for each in web.show_choices(message, "")]
    words = [*map(_name_file, message.attachments), render_html(message.text).rstrip()]
    return Sent(payloads=(html,), parts=1, read="\n".join([*words, " ".join(choices)]).rstrip())


def _in_plain(message: Message) -> Sent:
    text = render_plain(message.text)
    choices = " ".join(_bracket(each.label, is_link=bool(each.url)) for each in message.choices)
    read = "\n".join(filter(None, [*map(_name_file, message.attachments), text, choices]))
    return Sent(payloads=(text,), parts=1, read=read)


def _bracket(label: str, *, is_link: bool) -> str:
    return f"[{label} ↗]" if is_link else f"[{label}]"


def _name_file(file: Attachment) -> str:
    return f"📎 {file.name}" + (f" ({file.alt})" if file.alt else "") + (f"\n{file.caption}" if file.caption else "")


def _files(files: Sequence[Attachment]) -> Iterator[object]:
    return ({"file": file.id.removeprefix("kb:"), "alt": file.alt, "caption": file.caption} for file in files)


def put_side_by_side(sent: Mapping[str, Sequence[Sent]], console: Console) -> None:
    """Shows the channels beside each other, as many in a row as the terminal is wide for, each message in a line."""
    names, in_a_row = list(sent), len(sent) if console.width >= WIDE else 2
    for first in range(0, len(names), in_a_row):
        columns = names[first : first + in_a_row]
        table = Table(box=box.ROUNDED, expand=True, show_lines=True, border_style="dim")
        for name in columns:
            table.add_column(name, ratio=1, overflow="fold")
        for messages in zip(*(sent[name] for name in columns), strict=True):
            table.add_row(*(Text(each.read) for each in messages))
        console.print(table)
