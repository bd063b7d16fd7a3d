"""The messages of a conversation as they are shown: who said it, how it looks, what became of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.desk.formats import date_of, full_time_of, hue_of, initials_of, percent, size_of, time_of
from adapters.desk.reader import Reader
from adapters.markdown import Html, render_html, render_words
from bot.model import Attachment, Audience, AuthorKind, Conversation, Message, MessageKind
from bot.ports import SendState

DESK_FILE = "kb:"
"""Begins the id of a file that stands in the desk folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file that came with a message."""

    name: str
    href: str
    size: str
    """Empty where it is not known."""
    alt: str
    is_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """A button that stood under a message."""

    label: str
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingState:
    """How far a message is in a place that must be written to."""

    delivery: int
    channel: str
    state: SendState
    behind: bool
    """Whether the place does not show the latest revision yet."""
    reason: str = ""

    @property
    def became(self) -> str:
        """The word for it: `delivered`, `waiting`, `unsure`, `failed`."""
        if self.is_bad:
            return self.state
        return "waiting" if self.behind else "delivered"

    @property
    def is_bad(self) -> bool:
        """Whether a person has to look at it."""
        return self.state in (SendState.UNSURE, SendState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """One message of the stream."""

    number: int
    version: int
    look: str
    """`customer`, `answer` (the bot), `agent`, `note`, `state` or `passed` (the hand-off's line)."""
    name: str
    initials: str
    hue: int
    language: str
    html: Html
    iso: str
    time: str
    full_time: str
    day: str
    """Set on the first message of a day."""
    confidence: int
    has_why: bool
    choices: tuple[ShownChoice, ...]
    former: tuple[str, ...]
    edited: str
    """In words, who changed it; empty if nobody did."""
    is_withdrawn: bool
    withdrawn_words: str
    is_kept: bool
    """An agent's words that were meant for the customer and stayed inside."""
    can_send: bool
    can_edit: bool
    files: tuple[ShownFile, ...]
    deliveries: tuple[SendingState, ...]

    @property
    def has_foot(self) -> bool:
        """Whether a line stands under it."""
        return bool(self.confidence or self.has_why or self.deliveries or self.can_send)


def show_messages(
    messages: Sequence[Message],
    sends: Mapping[int, Sequence[SendingState]],
    conversation: Conversation,
    reader: Reader,
) -> Iterable[ShownMessage]:
    """Messages as a reader sees them, oldest first; the frozen transcript is left out, as all of it stands here."""
    before: date | None = None
    for message in messages:
        if message.kind is MessageKind.TRANSCRIPT:
            continue
        day = message.at.astimezone(reader.zone).date()
        yield _show(message, tuple(sends.get(message.number, ())), conversation, reader, starts_day=day != before)
        before = day


def _show(
    message: Message,
    sends: tuple[SendingState, ...],
    conversation: Conversation,
    reader: Reader,
    *,
    starts_day: bool,
) -> ShownMessage:
    look = _look_of(message)
    name = _name_of(message, conversation, reader)
    is_own = message.author.kind is AuthorKind.AGENT and message.author.key == reader.agent.key
    is_note = message.kind is MessageKind.NOTE
    because = message.because
    return ShownMessage(
        number=message.number,
        version=message.version,
        look=look,
        name=name,
        initials=initials_of(message.author.name),
        hue=hue_of(message.author.key),
        language="" if is_note else conversation.language,
        html=_html_of(message, look, conversation, reader),
        iso=message.at.isoformat(),
        time=time_of(message.at, reader.zone, reader.language),
        full_time=full_time_of(message.at, reader.zone, reader.language),
        day=date_of(message.at, reader.zone, reader.language) if starts_day else "",
        confidence=percent(because.confidence) if because and look == "answer" else 0,
        has_why=because is not None and look == "answer",
        choices=() if message.withdrawn else _choices_of(message),
        former=message.former,
        edited=_edited_words(message, reader),
        is_withdrawn=message.withdrawn,
        withdrawn_words=_withdrawn_words(message, reader),
        is_kept=is_note and message.phrase.startswith("kept_"),
        can_send=is_note and is_own and message.phrase.startswith("kept_") and not message.withdrawn,
        can_edit=is_own and not message.withdrawn and message.kind in (MessageKind.AGENT, MessageKind.NOTE),
        files=tuple(_show_file(each, conversation) for each in message.attachments),
        deliveries=sends if message.audience is Audience.CUSTOMER else (),
    )


def _look_of(message: Message) -> str:
    match message.kind:
        case MessageKind.CUSTOMER:
            return "customer"
        case MessageKind.ANSWER:
            return "agent" if message.author.kind is AuthorKind.AGENT else "answer"
        case MessageKind.AGENT:
            return "agent"
        case MessageKind.NOTE:
            return "note"
        case MessageKind.STATE | MessageKind.TRANSCRIPT:
            return "state"
        case MessageKind.CARD:
            return "passed"


def _name_of(message: Message, conversation: Conversation, reader: Reader) -> str:
    match message.author.kind:
        case AuthorKind.CUSTOMER:
            return reader.name_of(conversation)
        case AuthorKind.BOT | AuthorKind.SYSTEM:
            bot = reader.say("console_bot")
            return f"{message.author.name} · {bot}" if message.author.name else bot
        case AuthorKind.AGENT | AuthorKind.UNKNOWN:
            return message.author.name or reader.say("console_agent")


def _html_of(message: Message, look: str, conversation: Conversation, reader: Reader) -> Html:
    if look == "passed":
        handoff = conversation.handoff
        if handoff is None or handoff.card != message.number:
            return render_words(reader.say("console_handed_over"))
        return render_words(reader.say("console_event_handed_over", team=reader.team_title(handoff.team)))
    if look in ("customer", "note") or message.kind is MessageKind.AGENT:
        return render_words(message.text)
    return render_html(message.text)


def _show_file(file: Attachment, conversation: Conversation) -> ShownFile:
    href = file.url or f"/console/c/{conversation.id}/files/{file.id}"
    if file.id.startswith(DESK_FILE) and not file.url:
        href = f"/{file.id.removeprefix(DESK_FILE)}"
    return ShownFile(
        name=file.name or file.url,
        href=href,
        size=size_of(file.size) if file.size else "",
        alt=file.alt,
        is_picture=file.media_type.startswith("image") and not file.url,
    )


def _choices_of(message: Message) -> tuple[ShownChoice, ...]:
    """The buttons that are on show, or the one that was taken."""
    labels = [choice.label for choice in message.choices]
    if message.chosen and message.chosen not in labels:
        labels.append(message.chosen)
    return tuple(ShownChoice(label=label, is_taken=label == message.chosen) for label in labels)


def _edited_words(message: Message, reader: Reader) -> str:
    if not message.former or message.withdrawn:
        return ""
    return reader.say("console_customer_edited" if message.kind is MessageKind.CUSTOMER else "console_edited")


def _withdrawn_words(message: Message, reader: Reader) -> str:
    if not message.withdrawn:
        return ""
    return reader.say("console_customer_withdrew" if message.kind is MessageKind.CUSTOMER else "console_withdrawn")
