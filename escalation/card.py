"""The hand-off card: what an agent needs to know in eight seconds, in that order, from stored facts alone.

Data only; the console and each desk render it their way. Sensitive fields are masked here, so that no renderer
has to remember it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model import Conversation, Tried, Trust
from config.values import Priority
from escalation.handoff import Owner, owner_of
from escalation.policy import Policy
from escalation.redaction import hide_secrets
from kb.flows.checklist import ChecklistStep

MASKED = "•••"
_LONGEST = 240
"""Characters of the wish and of the last words; the whole transcript stands beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known about the customer."""

    name: str
    value: str
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One hand-off at a glance."""

    number: int
    priority: Priority
    team: str
    """Id of the team."""
    wish: str
    """What the customer wants, in his own words."""
    name: str
    """Empty if he has not told it."""
    trust: Trust
    facts: tuple[Fact, ...]
    channel: str
    language: str
    earlier: int
    """Conversations before this one."""
    trigger: str
    reason: str
    summary: str
    steps: tuple[str, ...]
    checklist: tuple[ChecklistStep, ...]
    """Steps of the flow, those that are done ticked."""
    tried: tuple[Tried, ...]
    last_words: str
    owner: Owner
    agent: str
    """Name of the agent who has it; empty if nobody has."""
    waiting_since: datetime | None
    speaks_language: bool
    """Whether the team speaks the customer's language."""


def build_card(conversation: Conversation, policy: Policy, sensitive: Mapping[str, bool], now: datetime) -> Card | None:
    """The card of a conversation that was handed over; None if it never was.

    Args:
        conversation: The conversation with its hand-off.
        policy: The desk's teams and hours.
        sensitive: The desk's customer fields, and whether each is masked.
        now: The moment, for who owns it.
    """
    handoff = conversation.handoff
    if handoff is None:
        return None
    team = policy.teams.get(handoff.team)
    fields = conversation.customer.fields
    return Card(
        number=conversation.number,
        priority=handoff.priority,
        team=handoff.team,
        wish=_short(handoff.summary or conversation.wish or conversation.last_words),
        name=conversation.customer.name,
        trust=conversation.customer.trust,
        facts=tuple(_fact(name, value, sensitive) for name, value in sorted(fields.items()) if value),
        channel=conversation.key.channel,
        language=conversation.language,
        earlier=conversation.customer.conversations,
        trigger=handoff.trigger,
        reason=handoff.reason,
        summary=handoff.summary,
        steps=handoff.steps,
        checklist=handoff.checklist,
        tried=conversation.tried,
        last_words=_short(conversation.last_words),
        owner=owner_of(conversation, policy, now),
        agent=handoff.agent_name,
        waiting_since=None if handoff.agent else handoff.opened_at,
        speaks_language=team is None or not team.languages or conversation.language in team.languages,
    )


def _fact(name: str, value: object, sensitive: Mapping[str, bool]) -> Fact:
    if sensitive.get(name, False):
        return Fact(name=name, value=MASKED, masked=True)
    return Fact(name=name, value=hide_secrets(str(value)))


def _short(text: str) -> str:
    text = " ".join(hide_secrets(text).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
