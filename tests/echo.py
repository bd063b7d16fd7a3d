"""The simplest conversation there is: the customer's words come back. For tests of what stores and sends, not decides.

`echo` is a decide function like `bot.deciding.decide_job`; words with a meaning make it do more than repeat them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from bot.current import CurrentDesk
from bot.model import (
    BOT,
    Address,
    AgentId,
    Attachment,
    Audience,
    Author,
    AuthorKind,
    Commanded,
    Conversation,
    ConversationId,
    Customer,
    Delivered,
    Edited,
    Event,
    Handoff,
    Message,
    MessageKind,
    Place,
    PlaceId,
    PlaceRole,
    Said,
    Trust,
    Turn,
)
from bot.ports import Job

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NO_DESK = cast(CurrentDesk, SimpleNamespace(desk=SimpleNamespace(version="1")))
"""What is decided here needs no desk."""
DESK = Address(channel="desk", account="team", chat="internet")
"""The agent channel that `human` opens a place in."""


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        """The moment it shows."""
        return self.time

    def turn(self, **length: float) -> None:
        """Moves it on by a timedelta's arguments."""
        self.time += timedelta(**length)


def customer_says(
    text: str, key: str, *, chat: str = "anna", channel: str = "web", order: str = "", at: datetime = START
) -> Event:
    """What a customer writes."""
    return Event(
        key=key,
        at=Address(channel=channel, account="site", chat=chat),
        order=order,
        author=Author(kind=AuthorKind.CUSTOMER, key=chat, name=chat.title(), trust=Trust.ANONYMOUS),
        body=Said(text=text, external_id=key),
        sent_at=at,
    )


def agent_says(text: str, key: str, at: Address) -> Event:
    """What an agent writes on a desk or in the console."""
    author = Author(kind=AuthorKind.AGENT, key="liis", name="Liis", trust=Trust.KNOWN)
    return Event(key=key, at=at, author=author, body=Said(text=text, external_id=key), sent_at=START)


def console_of(conversation: Conversation) -> Address:
    """Where an agent in the console writes."""
    return Address(channel="console", chat=conversation.id)


def echo(job: Job, desk: object, now: datetime) -> tuple[Turn, datetime | None]:
    """Repeats what the customer said; relays what an agent said."""
    event = job.event
    old = job.conversation
    if old is None or (old.is_closed and event.author.kind is AuthorKind.CUSTOMER):
        old = begin(event, job.fresh, now)
    new = replace(old, version=old.version + 1)
    match event.body:
        case Said(text=text):
            new, said = _hear(new, event, event.body, now)
            if text == "wake me":
                return Turn(conversation=new, said=said), now + timedelta(minutes=5)
            return Turn(conversation=new, said=said), None
        case Edited(target=target, text=text):
            message = new.find_message(target, str(event.at))
            if message is None:
                return Turn(conversation=new, refused="no such message"), None
            revised = replace(message, text=text, revision=message.revision + 1, former=(*message.former, message.text))
            return Turn(conversation=new, said=(revised,)), None
        case Commanded(name="claim") if new.handoff is not None:
            handoff = replace(
                new.handoff, agent=AgentId(event.author.key), agent_name=event.author.name, claimed_at=now
            )
            return Turn(conversation=replace(new, handoff=handoff)), None
        case Commanded(name="close"):
            return Turn(conversation=replace(new, closed_at=now)), None
        case Commanded(name="refuse"):
            return Turn(conversation=new, refused="that cannot be done"), None
        case Commanded():
            return Turn(conversation=new), None
        case Delivered(outcome=outcome):
            new, said = _say(new, f"delivery {outcome}", MessageKind.STATE, now, audience=Audience.DESK)
            return Turn(conversation=new, said=said), None
        case _:
            new, said = _say(new, type(event.body).__name__.lower(), MessageKind.STATE, now)
            return Turn(conversation=new, said=said), None


def apologise(job: Job, desk: object, now: datetime) -> tuple[Turn, datetime | None]:
    """Says that something went wrong."""
    old = job.conversation or begin(job.event, job.fresh, now)
    new, said = _say(replace(old, version=old.version + 1), "sorry", MessageKind.ANSWER, now)
    return Turn(conversation=new, said=said), None


def begin(event: Event, fresh: tuple[ConversationId, int], now: datetime) -> Conversation:
    """A new conversation; on a channel that must be written to the customer's place is there from the start."""
    place = Place(id=PlaceId("customer"), role=PlaceRole.CUSTOMER, address=event.at)
    return Conversation(
        id=fresh[0],
        number=fresh[1],
        key=event.at,
        customer=Customer(key=event.author.key, name=event.author.name),
        opened_at=now,
        language="en",
        places=() if event.at.channel == "web" else (place,),
    )


def _hear(new: Conversation, event: Event, said: Said, now: datetime) -> tuple[Conversation, tuple[Message, ...]]:
    by_agent = event.author.kind is AuthorKind.AGENT
    inside = by_agent and said.text.startswith("//")
    new, heard = _say(
        new,
        said.text,
        (MessageKind.NOTE if inside else MessageKind.AGENT) if by_agent else MessageKind.CUSTOMER,
        now,
        audience=Audience.DESK if inside else Audience.CUSTOMER,
        author=event.author,
        origin=str(event.at),
        external_id=said.external_id,
        attachments=said.attachments,
    )
    if by_agent:
        return new, heard
    new = replace(new, last_words=said.text, customer_at=now)
    if said.text == "human":
        desk = Place(id=PlaceId("desk"), role=PlaceRole.DESK, address=DESK, since=1, team="internet")
        handoff = Handoff(team="internet", opened_at=now, queued_at=now, upto=new.last_number, card=new.last_number + 1)
        new = replace(new, places=(*new.places, desk), handoff=handoff)
        new, card = _say(new, "card", MessageKind.CARD, now, audience=Audience.DESK)
        return new, (*heard, *card)
    new, answer = _say(new, f"you said {said.text}", MessageKind.ANSWER, now)
    return new, (*heard, *answer)


def _say(
    new: Conversation,
    text: str,
    kind: MessageKind,
    now: datetime,
    *,
    audience: Audience = Audience.CUSTOMER,
    author: Author = BOT,
    origin: str = "",
    external_id: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> tuple[Conversation, tuple[Message, ...]]:
    message = Message(
        number=new.last_number + 1,
        audience=audience,
        kind=kind,
        author=author,
        text=text,
        at=now,
        origin=origin,
        external_id=external_id,
        attachments=attachments,
    )
    return replace(new, last_number=message.number, messages=(*new.messages, message)[-50:]), (message,)
