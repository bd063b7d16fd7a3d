"""The queue as it is shown: which conversations a view holds, in which order, and one line about each. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.desk.formats import age_of, hue_of, initials_of, language_name
from adapters.desk.reader import Reader
from adapters.desk.scope import is_in_scope
from bot.model import Conversation
from config.values import Priority
from escalation.handoff import Owner, owner_of, waits_for_customer
from escalation.rights import Act, find_refusal

MOST = 200
"""Lines of one view; who is further down waits less urgently."""
_URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}


class View(StrEnum):
    """One tab of the queue."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    """Everything that is with people, of the reader's teams."""
    ALL = "all"
    """Also what the bot talks about, and what was closed lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One conversation in the queue."""

    id: str
    number: int
    name: str
    initials: str
    hue: int
    language: str
    language_name: str
    priority: str
    """Empty without a hand-off."""
    team: str
    words: str
    age: str
    since: str
    """The moment as ISO 8601."""
    owner: str
    agent: str
    is_mine: bool
    is_owed: bool
    """The customer waits for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A view with how many stand in it."""

    view: View
    count: int
    is_hot: bool
    """Somebody in it waits for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The left pane."""

    view: View
    tabs: tuple[Tab, ...]
    lines: tuple[Line, ...]
    current: str
    owed: int
    """How many wait for this reader or for anybody of his teams."""
    asked: str = ""
    """What was looked for, where the lines are what was found instead of a view."""


def build_queue(conversations: Sequence[Conversation], view: View, current: str, reader: Reader) -> Queue:
    """The queue of a reader.

    Args:
        conversations: Open ones and lately closed ones, without their messages.
        view: The tab that is open.
        current: Id of the conversation that is open beside it, or nothing.
        reader: Who looks.
    """
    seen = [each for each in conversations if is_in_scope(reader.agent, each)]
    of_view = {each: [c for c in seen if _belongs(c, each, reader)] for each in View}
    owed = {each: sum(_is_owed(c, reader) for c in of_view[each]) for each in View}
    counts = {View.MINE: len(of_view[View.MINE]), View.UNASSIGNED: len(of_view[View.UNASSIGNED])}
    return Queue(
        view=view,
        tabs=tuple(Tab(view=each, count=counts.get(each, 0), is_hot=owed[each] > 0) for each in View),
        lines=tuple(build_line(each, reader) for each in _in_order(of_view[view], reader)[:MOST]),
        current=current,
        owed=owed[View.MINE] + owed[View.UNASSIGNED],
    )


def waiting_since(conversation: Conversation) -> datetime:
    """Since when the customer has been waiting, or the talk has been quiet."""
    return conversation.customer_at or conversation.opened_at


def _belongs(conversation: Conversation, view: View, reader: Reader) -> bool:
    handoff = conversation.handoff
    owner = owner_of(conversation, reader.desk.policy, reader.now)
    match view:
        case View.MINE:
            return owner is Owner.AGENT and handoff is not None and handoff.agent == reader.agent.key
        case View.UNASSIGNED:
            unclaimed = handoff is not None and handoff.agent is None
            return not conversation.is_closed and (unclaimed or _awaits_approval(conversation, reader))
        case View.TEAM:
            return not conversation.is_closed and (handoff is not None or _awaits_approval(conversation, reader))
        case View.ALL:
            return True


def _is_owed(conversation: Conversation, reader: Reader) -> bool:
    owner = owner_of(conversation, reader.desk.policy, reader.now)
    if _awaits_approval(conversation, reader):
        return True
    return owner is Owner.QUEUE or (owner is Owner.AGENT and not waits_for_customer(conversation))


def _awaits_approval(conversation: Conversation, reader: Reader) -> bool:
    """Whether a flow waits for this reader to allow something."""
    owner = owner_of(conversation, reader.desk.policy, reader.now)
    return find_refusal(Act.APPROVE, reader.agent, conversation, owner) is None


def _in_order(conversations: Iterable[Conversation], reader: Reader) -> list[Conversation]:
    """Who waits for us first: by priority, then who has waited longest; the rest by who spoke last."""

    def rank(conversation: Conversation) -> tuple[int, int, float]:
        since = waiting_since(conversation).timestamp()
        if conversation.is_closed:
            return (3, 0, -since)
        if _is_owed(conversation, reader):
            return (0, _urgency(conversation), since)
        return (1 if conversation.handoff else 2, _urgency(conversation), -since)

    return sorted(conversations, key=rank)


def _urgency(conversation: Conversation) -> int:
    return _URGENCY[conversation.handoff.priority] if conversation.handoff else len(_URGENCY)


def build_line(conversation: Conversation, reader: Reader) -> Line:
    """One line about a conversation."""
    handoff = conversation.handoff
    since = waiting_since(conversation)
    return Line(
        id=conversation.id,
        number=conversation.number,
        name=reader.name_of(conversation),
        initials=initials_of(conversation.customer.name),
        hue=hue_of(conversation.customer.key),
        language=conversation.language,
        language_name=language_name(conversation.language, reader.language),
        priority=handoff.priority if handoff else "",
        team=reader.team_title(handoff.team) if handoff else "",
        words=" ".join(conversation.last_words.split())[:200],
        age=age_of(since, reader.now, reader.language),
        since=since.isoformat(),
        owner=owner_of(conversation, reader.desk.policy, reader.now),
        agent=handoff.agent_name if handoff else "",
        is_mine=handoff is not None and handoff.agent == reader.agent.key,
        is_owed=_is_owed(conversation, reader),
    )
