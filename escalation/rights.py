"""What an agent may do with a conversation, by his role, his teams and the hand-off's state. Denied by default."""

from enum import StrEnum

from bot.model import Approval, Author, AuthorKind, Conversation, Role
from escalation.handoff import Owner


class Act(StrEnum):
    """What can be done on a desk, besides writing to the customer."""

    CLAIM = "claim"
    RELEASE = "release"
    NOTE = "note"
    TRANSFER = "transfer"
    BOT = "bot"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    ASSIGN = "assign"
    TAKE_OVER = "take_over"
    ARTICLE = "article"
    REPLY = "reply"
    PRIORITY = "priority"
    SEND = "send"
    APPROVE = "approve"
    """Allows what a flow has asked for."""
    DENY = "deny"
    TICK = "tick"
    """Ticks a step of the flow's checklist."""
    AGAIN = "again"
    """Sends once more what failed or is in doubt."""
    ARRIVED = "arrived"
    """Says that what was in doubt has arrived."""


class Refusal(StrEnum):
    """Why an act had no effect; the value is the key of the phrase that says so."""

    NO_RIGHT = "refused_no_right"
    OTHER_TEAM = "refused_other_team"
    TAKEN = "refused_taken"
    """Somebody else has it."""
    NOT_YOURS = "refused_not_yours"
    NOT_WAITING = "refused_not_waiting"
    CLOSED = "refused_closed"
    NOT_CLOSED = "refused_not_closed"
    UNKNOWN = "refused_unknown"
    """There is no such team, reply, article, message or step."""
    NO_REASON = "refused_no_reason"
    EMPTY = "refused_empty"


_OWN = frozenset({Act.RELEASE, Act.BOT, Act.RESOLVE, Act.ARTICLE, Act.REPLY, Act.TICK})
"""Only the agent who has the conversation; a supervisor may end what others hold, but not speak for them."""
_SUPERVISED = frozenset({Act.RELEASE, Act.BOT, Act.RESOLVE, Act.TRANSFER, Act.ASSIGN, Act.PRIORITY})


def find_refusal(act: Act, author: Author, conversation: Conversation, owner: Owner) -> Refusal | None:
    """Why this person may not do this now; None if he may."""
    if author.kind is not AuthorKind.AGENT or not {Role.AGENT, Role.SUPERVISOR} & set(author.roles):
        return Refusal.NO_RIGHT
    if act in (Act.APPROVE, Act.DENY) and conversation.approval is not None:
        return _refuse_approval(author, conversation.approval, owner)
    handoff = conversation.handoff
    if handoff and author.teams and handoff.team not in author.teams and handoff.agent != author.key:
        return Refusal.OTHER_TEAM
    if act in (Act.NOTE, Act.AGAIN, Act.ARRIVED):
        return None
    if act is Act.REOPEN:
        return None if owner is Owner.CLOSED else Refusal.NOT_CLOSED
    if owner is Owner.CLOSED:
        return Refusal.CLOSED
    if act in (Act.APPROVE, Act.DENY):
        return Refusal.NOT_WAITING
    if act in (Act.CLAIM, Act.SEND):
        return _refuse_claim(act, author, conversation)
    if act is Act.TAKE_OVER:
        return Refusal.TAKEN if handoff and handoff.agent == author.key else None
    if handoff is None:
        return Refusal.NOT_WAITING
    if act is Act.RELEASE and handoff.agent is None:
        return Refusal.NOT_YOURS
    if Role.SUPERVISOR in author.roles and act in _SUPERVISED:
        return None
    if act in _OWN or handoff.agent is not None:
        return None if handoff.agent == author.key else Refusal.TAKEN if handoff.agent else Refusal.NOT_YOURS
    return None


def _refuse_approval(author: Author, approval: Approval, owner: Owner) -> Refusal | None:
    """Only a supervisor of the team that was asked answers for it."""
    if owner is Owner.CLOSED:
        return Refusal.CLOSED
    if Role.SUPERVISOR not in author.roles:
        return Refusal.NO_RIGHT
    return Refusal.OTHER_TEAM if author.teams and approval.team not in author.teams else None


def _refuse_claim(act: Act, author: Author, conversation: Conversation) -> Refusal | None:
    handoff = conversation.handoff
    if handoff is None:
        return Refusal.NOT_WAITING
    if handoff.agent is None or (act is Act.SEND and handoff.agent == author.key):
        return None
    return Refusal.TAKEN
