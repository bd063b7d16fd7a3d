"""Who owns a conversation, derived from its stored facts, the opening hours and the moment. Nobody sets it by hand.

Called by `bot.decide` before anything is said, by the sender before anything goes out, and by the console.
"""

from datetime import datetime
from enum import StrEnum

from bot.model import Conversation
from escalation.hours import is_open
from escalation.policy import Policy


class Owner(StrEnum):
    """Who has the conversation."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


def owner_of(conversation: Conversation, policy: Policy, now: datetime) -> Owner:
    """Who has the conversation at this moment."""
    handoff = conversation.handoff
    if conversation.closed_at is not None:
        return Owner.CLOSED
    if handoff is None:
        return Owner.BOT
    if handoff.agent is not None:
        return Owner.AGENT
    return Owner.BOT if is_parked(conversation, policy, now) else Owner.QUEUE


def is_parked(conversation: Conversation, policy: Policy, now: datetime) -> bool:
    """Whether a hand-off waits while the bot answers: its team is closed, or the customer asked for the bot."""
    handoff = conversation.handoff
    if conversation.closed_at is not None or handoff is None or handoff.agent is not None:
        return False
    return handoff.asked_bot or not is_open(policy, handoff.team, now)


def waits_for_customer(conversation: Conversation) -> bool:
    """Whether the last word was an agent's."""
    return conversation.handoff is not None and conversation.agent_spoke_last
