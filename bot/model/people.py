"""Where something is said and who says it: the words that events, messages and conversations share."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ConversationId = NewType("ConversationId", str)
"""128 random bits in hexadecimal: it cannot be guessed, so it may stand in an address."""


PlaceId = NewType("PlaceId", str)


AgentId = NewType("AgentId", str)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Address:
    """Where something is said: a customer's chat, a thread on a desk, the console."""

    channel: str
    """`web`, `slack`, `telegram`, `console`, or `internal` for what firstline tells itself."""
    account: str = ""
    """The workspace, bot or site."""
    chat: str
    """The chat within the account; for the console and internal events the conversation's id."""
    thread: str = ""
    """The thread or topic within the chat, where there is one."""

    def __str__(self) -> str:
        """The address as one line, used as the name of a source and of a lane."""
        return f"{self.channel}:{self.account}:{self.chat}:{self.thread}"


ConversationKey = Address
"""The address of a customer's chat: it names the one conversation that may be open there."""


class AuthorKind(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    """The platform or firstline itself."""
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """How well we know that a customer is who he says."""

    KNOWN = "known"
    """The channel or the site's signature vouches for him."""
    EXTERNAL = "external"
    """A guest of the workspace."""
    ANONYMOUS = "anonymous"


class Role(StrEnum):
    """What an agent may do; a person may hold several."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person or program that did something, as known at that moment."""

    kind: AuthorKind
    key: str = ""
    """The platform's own id of the person; an agent's is his account id."""
    name: str = ""
    trust: Trust = Trust.ANONYMOUS
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    """Teams an agent works for; empty for all of them."""


BOT = Author(kind=AuthorKind.BOT, trust=Trust.KNOWN)


SYSTEM = Author(kind=AuthorKind.SYSTEM, trust=Trust.KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file with a message: `id` names it in the file store, or `kb:media/x.png` in the desk folder."""

    id: str
    name: str
    media_type: str
    size: int
    """In bytes; 0 where it is not known."""
    alt: str = ""
    """What a picture shows, for people who cannot see it."""
    caption: str = ""
    """Words under it."""
    url: str = ""
    """Set for something that is linked, not stored."""
