"""The conversation as it is shown: its head, its messages, and what may be done with it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.desk.formats import hue_of, initials_of, language_name
from adapters.desk.reader import Reader
from adapters.web.console.messages import SendingState, ShownMessage, show_messages
from bot.model import Audience, AuthorKind, Conversation, Message, MessageKind
from escalation.handoff import Owner, is_parked, owner_of
from escalation.rights import Act, find_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The middle pane."""

    id: str
    number: int
    name: str
    initials: str
    hue: int
    language: str
    language_name: str
    team: str
    priority: str
    owner: str
    is_parked: bool
    agent: str
    is_mine: bool
    version: int
    last_number: int
    can: frozenset[str]
    """Names of the acts that are good for this reader now."""
    gate: str
    """Why nothing can be written to the customer: `claim`, `other`, `bot`, `closed`, or empty if it can."""
    gate_words: str
    can_write: bool
    is_read: bool
    """Whether the customer has had the newest words of an agent before him; known on the web only."""
    messages: tuple[ShownMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A talk of which the browser has the rest: what is new, and what has changed."""

    talk: Talk
    fresh: tuple[ShownMessage, ...]
    changed: tuple[ShownMessage, ...]


def build_talk(
    conversation: Conversation,
    messages: Sequence[Message],
    sends: Mapping[int, Sequence[SendingState]],
    reader: Reader,
    *,
    seen: int = 0,
) -> Talk:
    """The conversation for a reader.

    Args:
        conversation: Its state.
        messages: All of its messages, oldest first.
        sends: How far each message is where it must be sent, by its number.
        reader: Who looks.
        seen: The last message that the customer has had before him, where that is known.
    """
    handoff = conversation.handoff
    owner = owner_of(conversation, reader.desk.policy, reader.now)
    is_mine = owner is Owner.AGENT and handoff is not None and handoff.agent == reader.agent.key
    can = frozenset(act.value for act in Act if find_refusal(act, reader.agent, conversation, owner) is None)
    gate = "" if is_mine else _gate_of(owner, conversation)
    return Talk(
        id=conversation.id,
        number=conversation.number,
        name=reader.name_of(conversation),
        initials=initials_of(conversation.customer.name),
        hue=hue_of(conversation.customer.key),
        language=conversation.language,
        language_name=language_name(conversation.language, reader.language),
        team=reader.team_title(handoff.team) if handoff else "",
        priority=handoff.priority if handoff else "",
        owner=owner,
        is_parked=is_parked(conversation, reader.desk.policy, reader.now),
        agent=handoff.agent_name if handoff else "",
        is_mine=is_mine,
        version=conversation.version,
        last_number=max((message.number for message in messages), default=0),
        can=can,
        gate=gate,
        gate_words=reader.say(f"console_gate_{gate}", agent=handoff.agent_name if handoff else "") if gate else "",
        can_write="note" in can,
        is_read=0 < max((each.number for each in messages if _is_by_agent(each)), default=0) <= seen,
        messages=tuple(show_messages(messages, sends, conversation, reader)),
    )


def pick_news(talk: Talk, version: int, number: int) -> News:
    """What a browser lacks that has seen the talk at a version, up to a message."""
    return News(
        talk=talk,
        fresh=tuple(each for each in talk.messages if each.number > number),
        changed=tuple(each for each in talk.messages if each.number <= number and each.version > version),
    )


def unseen_by_agent(messages: Iterable[Message], seen: int) -> bool:
    """Whether the customer has written or changed something after the version that the agent has seen."""
    return any(message.kind is MessageKind.CUSTOMER and message.version > seen for message in messages)


def _is_by_agent(message: Message) -> bool:
    return message.author.kind is AuthorKind.AGENT and message.audience is Audience.CUSTOMER


def _gate_of(owner: Owner, conversation: Conversation) -> str:
    match owner:
        case Owner.AGENT:
            return "other"
        case Owner.QUEUE:
            return "claim"
        case Owner.BOT:
            return "claim" if conversation.handoff else "bot"
        case Owner.CLOSED:
            return "closed"
