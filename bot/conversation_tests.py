"""Whole chats as data, written by editors and played by `firstline test`. How they are played lives in `bot.play`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from config.fields import Placed
from config.kinds import ArticleRef, FlowRef, LanguageCode, Ref, TeamRef
from config.values import ChannelName, Priority, Raw


class Sends(StrEnum):
    """What a customer can send besides words."""

    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    STICKER = "sticker"
    LOCATION = "location"


class AgentStep(StrEnum):
    """What an agent can do in a test."""

    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    NOTE = "note"
    RESOLVE = "resolve"
    BACK_TO_BOT = "back_to_bot"


class Ended(StrEnum):
    """How a Flow ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    INFORMED = "informed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class Owner(StrEnum):
    """Who has the Conversation."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Placed):
    """What must hold in one Turn."""

    article: ArticleRef | None = None
    """This Article was shown."""
    smalltalk: Annotated[str, Ref(targets=("small talk",))] | None = None
    """This small talk was answered."""
    not_article: ArticleRef | None = None
    """This Article was not shown."""
    suggests: tuple[Annotated[str, Ref(targets=("article", "flow"))], ...] = ()
    """All of these were offered."""
    understood: bool | None = None
    """Something, or nothing, was found."""
    flow: FlowRef | None = None
    """This Flow runs."""
    step: str | None = None
    """It waits at this Step."""
    slots: Mapping[str, Raw] = field(default_factory=dict)
    """These Slots have these values."""
    retry: int | None = None
    """The waiting question was refused so many times."""
    resumes: FlowRef | None = None
    """The Bot came back to this Flow."""
    calls: tuple[Annotated[str, Ref(targets=("action",))], ...] | None = None
    """Exactly these actions were called."""
    says: tuple[str, ...] = ()
    """Parts of what the Customer was sent; case and Markdown are ignored."""
    says_not: tuple[str, ...] = ()
    """Not part of it."""
    buttons: tuple[str, ...] = ()
    """These labels are on show."""
    message: str | None = None
    """This phrase or message was sent, by key."""
    silent: bool | None = None
    """The Customer was sent nothing."""
    language: LanguageCode | None = None
    """Of the Conversation."""
    tags: tuple[str, ...] = ()
    """Tags of the Conversation; all of these are there."""
    ended: Ended | None = None
    """How the Flow ended."""
    escalated: Annotated[str, Ref(targets=("team", "no"))] | None = None
    """Handed over to this team; `no`: not at all."""
    trigger: Annotated[str, Ref(targets=("trigger",))] | None = None
    """What handed over."""
    priority: Priority | None = None
    """Of that Handoff."""
    reason: str | None = None
    """Of that Handoff."""
    summary: str | None = None
    """Part of its summary."""
    owner: Owner | None = None
    """Who has the Conversation."""
    survey: bool | None = None
    """Was the survey asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine(Placed):
    """One thing that happens, and what must follow. Exactly one of the first six is there."""

    customer: str | None = None
    """The Customer writes."""
    press: str | None = None
    """The Customer presses this label."""
    sends: Sends | None = None
    """The Customer sends something else than words."""
    wait: timedelta | None = None
    """Time passes."""
    agent: str | None = None
    """The Agent who claimed writes to the Customer."""
    agent_does: AgentStep | None = None
    """An Agent does something."""
    team: TeamRef | None = None
    """Of `agent_does: transfer`."""
    text: str | None = None
    """Of `agent_does: note`."""
    expect: Expectation | None = None
    """What must hold in this Turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTest(Placed):
    """One chat."""

    name: str
    """Unique; says what it proves."""
    channel: ChannelName = ChannelName.WEB
    """Where the customer writes."""
    language: LanguageCode | None = None
    """Of the customer; the default language if it is left out."""
    customer: Mapping[str, Raw] = field(default_factory=dict)
    """What is known about the customer."""
    at: datetime | None = None
    """When it begins, desk time; a moment at which the default team is open if it is left out."""
    mock: Mapping[Annotated[str, Ref(targets=("action",))], Raw] = field(default_factory=dict)
    """Results of actions, `fails` or `times_out`, laid over the action's own mock."""
    tags: tuple[str, ...] = ()
    """For `firstline test --tag`."""
    notes: str = ""
    """For colleagues."""
    chat: tuple[ChatLine, ...]
    """What happens, line by line."""
