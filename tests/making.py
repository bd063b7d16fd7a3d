"""Small conversations, authors and policies for tests of the pure middle; every value is plain and can be replaced."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model import (
    Address,
    AgentId,
    Author,
    AuthorKind,
    Conversation,
    ConversationId,
    Customer,
    Handoff,
    Role,
    Trust,
)

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Ten o'clock in Tallinn."""


def make_conversation(**changes: Any) -> Conversation:
    """An open conversation of one customer on the web."""
    conversation = Conversation(
        id=ConversationId("c" * 32),
        number=1042,
        key=Address(channel="web", account="site", chat="anna"),
        customer=Customer(key="anna", name="Anna K."),
        version=1,
        opened_at=MONDAY,
        language="en",
    )
    return replace(conversation, **changes)


def make_handoff(**changes: Any) -> Handoff:
    """A hand-off that waits in the queue of the first line."""
    handoff = Handoff(team="frontline", opened_at=MONDAY, queued_at=MONDAY, upto=3, card=4, told=True)
    return replace(handoff, **changes)


def make_agent(key: str = "liis", *roles: Role, teams: tuple[str, ...] = ()) -> Author:
    """An agent of the desk."""
    return Author(
        kind=AuthorKind.AGENT,
        key=key,
        name=key.title(),
        trust=Trust.KNOWN,
        roles=roles or (Role.AGENT,),
        teams=teams,
    )


def claimed_by(key: str) -> Handoff:
    """A hand-off that an agent has claimed."""
    return make_handoff(agent=AgentId(key), agent_name=key.title(), claimed_at=MONDAY)
