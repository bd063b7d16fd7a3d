"""What comes in: one thing that happened, as it stands in the inbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.people import Address, Attachment, Author, PlaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody wrote: a customer in his chat or an agent on a desk."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    external_id: str = ""
    """The platform's id of this message; on the web the client's own id."""
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commanded:
    """A known command: `/human` of a customer, claim or transfer of an agent (from a button, a key or typed)."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    """The words as typed, for the transcript."""
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The author changed a message he had sent."""

    target: str
    """The message's external id at this source, or its number."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The author withdrew a message he had sent."""

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """Somebody put a reaction on a message or took it off."""

    target: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A customer pressed a button."""

    value: str
    """`question:choice`, or `human`; see `Question.value_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A customer opened the chat without saying anything yet."""

    entry: str = ""
    """Where he came from: a start payload, `home`, `widget`."""
    language: str = ""
    """The channel's hint, a language code."""


class Reach(StrEnum):
    """Whether a person can be written to."""

    REACHABLE = "reachable"
    BLOCKED = "blocked"
    LEFT = "left"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged:
    """A person can be reached no more, or again."""

    reach: Reach


class SendOutcome(StrEnum):
    """What became of a send that matters to the conversation."""

    SHOWN = "shown"
    PARKED = "parked"
    """Unsure, and only a person may decide whether to send it again."""
    FAILED = "failed"
    PERSON_GONE = "person_gone"
    PLACE_GONE = "place_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The sender tells what became of a message in a place."""

    message: int
    place: PlaceId
    outcome: SendOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke:
    """The moment that the conversation asked to be looked at has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """A call that the Turn asked for has been made, or has failed."""

    call: int
    result: Mapping[str, object] | None
    """The declared fields of the reply; none if the call failed."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The platform sent something we have no word for; it is kept and counted."""

    kind: str


Body = (
    Said
    | Commanded
    | Edited
    | Deleted
    | Reacted
    | Pressed
    | Opened
    | ContactChanged
    | Delivered
    | Woke
    | CallAnswered
    | Unknown
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that came in, as it stands in the inbox."""

    key: str
    """The platform's own id of the event: unique per channel and account."""
    content_key: str = ""
    """Names what the event speaks of, where a platform tells the same thing twice."""
    at: Address
    """Where it happened; keys of order compare only within one address."""
    order: str = ""
    """Sorts within its source; empty: in the order of acceptance."""
    author: Author
    body: Body
    sent_at: datetime
    language: str = ""
    """The channel's hint at the author's language."""
    album: str = ""
    """Names parts that a platform sends one by one; they are taken as one message a moment after the last."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What a signed identity or the channel vouches for about the customer."""
    greeted: bool = False
    """Whether a page shows the greeting before a customer's first word, so that it belongs before it."""
