"""Messages as HTML: the same for the stream and for the page that works without script. Pure.

Words pass the gate of `adapters.markdown`; everything else is escaped by the template. This is the one file of the
chat where finished HTML is handed to a template as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.markdown import Html, render_html, render_words
from adapters.web.site import Speaker
from bot.model import HUMAN, Attachment, Conversation, Does, Message, MessageKind
from escalation.hours import zone_of

_SIDES = {
    MessageKind.CUSTOMER: "customer",
    MessageKind.ANSWER: "bot",
    MessageKind.AGENT: "agent",
    MessageKind.STATE: "state",
}
"""The kinds a customer sees, and whose side they stand on."""
_DESK_FILE = "kb:"
"""Begins the id of a file that stands in the desk folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file under a message."""

    name: str
    alt: str
    caption: str
    href: str
    src: str
    """Address of the picture; empty if the page must fetch it with its token."""
    size: str
    own_id: str
    """Its id in the file store; empty for a file of the desk folder or a link."""
    is_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """A button under a message, or a link shown as one."""

    label: str
    value: str
    url: str
    is_human: bool


def render_message(
    message: Message, conversation: Conversation, site: Speaker, language: str, *, by_cookie: bool
) -> str:
    """One message as HTML.

    Args:
        message: For the customer's eyes, in its latest revision.
        conversation: Where it was said.
        site: For names and phrases.
        language: Of the page around it.
        by_cookie: Whether the page itself may load files; else its script does, with a token.
    """
    clock = message.at.astimezone(zone_of(site.desk.policy)) if message.at else None
    return _MESSAGE.render(
        side=_SIDES.get(message.kind, "bot"),
        by=_name_of(message, site, language),
        anchor=f"{conversation.id}-{message.number}",
        number=message.number,
        at=message.at,
        clock=f"{clock:%H:%M}" if clock else "",
        client_id=message.external_id if message.kind is MessageKind.CUSTOMER else "",
        text=message.text,
        words=_as_markup(_words_of(message)),
        withdrawn=message.withdrawn,
        edited=bool(message.former) and not message.withdrawn and message.kind is not MessageKind.STATE,
        files=[_show_file(file, by_cookie) for file in message.attachments],
        choices=show_choices(message, f"{conversation.number}.{message.number}:"),
        chosen=message.chosen,
        say=lambda key, **values: site.say(key, language, **values),
    )


def render_greeting(message: Message, site: Speaker, language: str) -> str:
    """The greeting of a chat in which nothing has been said yet: nothing of it is stored."""
    return _MESSAGE.render(
        side="bot",
        by=site.bot_name,
        anchor="greeting",
        number=0,
        at=None,
        clock="",
        client_id="",
        text=message.text,
        words=_as_markup(render_html(message.text)),
        withdrawn=False,
        edited=False,
        files=[],
        choices=show_choices(message, "start:"),
        chosen="",
        say=lambda key, **values: site.say(key, language, **values),
    )


def render_page(template: str, **values: object) -> str:
    """A whole page."""
    return _ENVIRONMENT.get_template(template).render(**values)


def as_part(html: str) -> Markup:
    """A part that was rendered here, for the page around it."""
    return Markup(html)  # noqa: S704 -- rendered by a template of ours, which has escaped what is foreign


def show_choices(message: Message, prefix: str) -> Sequence[ShownChoice]:
    """The buttons of a message; a press names its question, save for [Talk to a human], which is always good."""
    return [
        ShownChoice(
            label=choice.label,
            value=HUMAN if choice.does is Does.HUMAN else f"{prefix}{position}",
            url=choice.url,
            is_human=choice.does is Does.HUMAN,
        )
        for position, choice in enumerate(message.choices)
    ]


def _words_of(message: Message) -> Html:
    is_ours = message.kind in (MessageKind.ANSWER, MessageKind.STATE)
    return render_html(message.text) if is_ours else render_words(message.text)


def _name_of(message: Message, site: Speaker, language: str) -> str:
    match message.kind:
        case MessageKind.CUSTOMER:
            return site.say("web_you_label", language)
        case MessageKind.AGENT:
            return message.author.name or site.say("web_agent_label", language)
        case _:
            return site.bot_name


def _show_file(file: Attachment, by_cookie: bool) -> ShownFile:
    is_desk_file = file.id.startswith(_DESK_FILE)
    if file.url:
        href = file.url
    elif is_desk_file:
        href = f"/{file.id.removeprefix(_DESK_FILE)}"
    else:
        href = f"/chat/files/{file.id}"
    return ShownFile(
        name=file.name or file.url,
        alt=file.alt,
        caption=file.caption,
        href=href,
        src=href if is_desk_file or by_cookie else "",
        size=_size_of(file.size),
        own_id="" if is_desk_file or file.url else file.id,
        is_picture=file.media_type.startswith("image"),
    )


def _size_of(size: int) -> str:
    if not size:
        return ""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} kB"


def _as_markup(html: Html) -> Markup:
    return Markup(html)  # noqa: S704 -- `Html` is only made by the gate of adapters.markdown


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MESSAGE = _ENVIRONMENT.get_template("message.html")
