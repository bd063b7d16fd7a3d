"""What the engine needs from the world, as protocols.

`adapters` implements them; tests hold the in-memory fakes to the same contract.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.model import Address, CallAnswered, Conversation, ConversationId, Event, Message, Place, SendOutcome, Turn
from config.errors import FirstlineError
from config.settings import Action
from escalation.waits import NO_QUEUES, Queues


class Clock(Protocol):
    """Tells the time; a test turns it by hand."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Receipt(StrEnum):
    """What became of an event at the inbox."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """An event with the same key was accepted before; it has no further effect."""
    ORPHAN = "orphan"
    """It speaks of a conversation that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One event of one conversation, loaded and ready to be decided."""

    rows: tuple[int, ...]
    """Inbox rows it is made of; none for a wake-up."""
    lane: str
    """The conversation key as text: events of one lane are worked one at a time."""
    event: Event
    conversation: Conversation | None
    """The newest conversation of this key, open or closed; for a desk event the one it names."""
    fresh: tuple[ConversationId, int]
    """Id and case number for a new conversation, should one be needed."""
    tries: int = 0
    """Tries that are known to have begun and not to have ended well."""
    suspect: bool = False
    """It was waiting when the process started, or failed before: its tries are counted before they begin."""
    error: str = ""
    """What went wrong the last time."""
    more: bool = False
    """Whether more was waiting in the lane when this was loaded."""
    queues: Queues = NO_QUEUES
    """How the teams' lines stand."""


class UnavailableError(FirstlineError):
    """The storage cannot be used just now; nothing was stored, try again."""


class Inbox(Protocol):
    """Where everything that comes in is put."""

    async def accept(self, events: Sequence[Event]) -> list[Receipt]:
        """Commits events; only afterwards may the platform get its acknowledgement.

        Raises:
            UnavailableError: Too much is waiting, or the database cannot be written; nothing was stored.
        """


class Lanes(Protocol):
    """Where everything that came in stands until it has taken effect; a lane is what one customer's chat sees."""

    async def wait(self, seconds: float) -> Collection[str]:
        """Waits until something has come in, at most so long, and returns the lanes it is in."""

    async def lanes(self, now: datetime, limit: int) -> list[str]:
        """Lanes with a waiting event or a due wake-up, the one that has waited longest first."""

    async def load(self, lane: str, now: datetime) -> Job | None:
        """The lane's next event with its conversation; rows go before the wake-up, none left gives None."""

    async def note_desk(self, version: str, now: datetime) -> None:
        """Lets all open conversations be looked at anew if their wake-ups were set by another desk."""

    async def count_try(self, job: Job) -> None:
        """Commits that a suspect is tried once more, so that a crash in it counts too."""

    async def commit(self, job: Job, turn: Turn, wake_at: datetime | None, now: datetime, error: str = "") -> bool:
        """Makes the Turn true in one transaction; False if the conversation changed meanwhile (nothing was written).

        With an error the event is quarantined, and the Turn is what the customer is told instead.
        """

    async def set_aside(self, job: Job, error: str, now: datetime, *, for_good: bool = False) -> None:
        """Counts a failed try; the lane goes on, and the event comes again in a while.

        With `for_good` it is quarantined: it waits for a person, and the customer is told nothing.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class CallJob:
    """One thing to be done outside, taken for doing."""

    conversation: ConversationId
    lane: str
    number: int
    action: str
    values: Mapping[str, object]
    key: str
    """Idempotency key: the same for every try."""
    attempt: int
    """From 1; a later one may have been made already, by a process that ended before it knew."""


class Calls(Protocol):
    """Where calls wait to be made, and where their answers go."""

    async def wait_calls(self, seconds: float) -> None:
        """Waits until there may be a call to make, at most so long."""

    async def take_call(self) -> CallJob | None:
        """The call that has waited longest, marked as being made and committed before it is returned."""

    async def record_call(self, job: CallJob, answered: CallAnswered, now: datetime) -> None:
        """Writes what came of a call, with the event that tells the conversation, in one transaction."""

    async def put_aside_call(self, job: CallJob) -> None:
        """Leaves a call to people; what they do answers it."""

    async def recover_calls(self) -> None:
        """At start: calls that were being made are taken again, known to be in doubt by their attempt."""


class CallFailedError(FirstlineError):
    """The call could not be made, or its answer cannot be used."""


class CallMaker(Protocol):
    """Makes calls to one kind of place outside."""

    async def make(self, action: Action, job: CallJob) -> Mapping[str, object]:
        """Makes a call, as often as the action allows, within its patience.

        Returns:
            The declared fields of the reply, as JSON says them.

        Raises:
            CallFailedError: With the reason, in words for an admin.
        """


class SendState(StrEnum):
    """How far a delivery is."""

    IDLE = "idle"
    SENDING = "sending"
    UNSURE = "unsure"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A message that a place does not show in its latest revision, taken for sending."""

    delivery: int
    attempt: int
    """The result counts only while this is still the delivery's attempt."""
    conversation: ConversationId
    number: int
    """The case number."""
    language: str
    place: Place
    message: Message
    """As the place may show it: withdrawn and without words if it is not for this place any more."""
    external_ids: tuple[str, ...] = ()
    """Ids of the parts that stand there."""
    failures: int = 0
    """Failed tries since it last showed the latest revision."""
    behind_since: datetime
    """Since when the place has not shown the latest revision."""

    shown_revision: int = 0
    """The revision the place shows; 0 before the first post."""

    @property
    def is_first(self) -> bool:
        """Whether the message does not stand in the place yet: only then can a send be in doubt."""
        return self.shown_revision == 0


class SendClass(StrEnum):
    """What became of one request to a platform."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    WAIT = "wait"
    UNSURE = "unsure"
    CONTENT = "content"
    PERSON_GONE = "person_gone"
    PLACE_GONE = "place_gone"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """A channel's answer to a shipment."""

    became: SendClass
    external_ids: tuple[str, ...] = ()
    thread: str = ""
    """The thread that a card opened."""
    wait: float = 0.0
    """Seconds the platform asked us to wait."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a delivery stands after a try."""

    state: SendState
    shown: bool = False
    """Whether the place now shows the revision that was sent."""
    external_ids: tuple[str, ...] = ()
    thread: str = ""
    next_try_at: datetime | None = None
    place_waits: datetime | None = None
    """Until then nothing is sent to the place at all."""
    outcome: SendOutcome | None = None
    """What the conversation is told, if it matters to it."""
    doubtful: bool = False
    """It may stand there twice."""
    reason: str = ""


class Brings(StrEnum):
    """What customers do that not every platform tells."""

    DELETES = "deletes"
    """They take back their own words."""
    REACTIONS = "reactions"
    REACH = "reach"
    """They can be written to no more, or again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do; the core chooses the fall-back."""

    buttons: int
    """Most choices on one message; 0: a numbered list instead."""
    edit: bool
    delete: bool
    verify: bool
    """Whether a first post in doubt can be looked up later."""
    settles: timedelta = timedelta(seconds=15)
    """After so long a request that nobody heard of again has run or never will: longer than its client waits."""
    typing: bool
    text_limit: int
    """Longest text of one part, in characters of the platform's counting."""
    brings: frozenset[Brings] = frozenset()


class Deliveries(Protocol):
    """What the sender reads and writes."""

    async def wait_sends(self, channel: str, seconds: float) -> None:
        """Waits until a channel may have something to send, at most so long."""

    async def take(self, channel: str, now: datetime) -> Shipment | None:
        """The next difference to close on a channel, marked `sending` and committed before it is returned."""

    async def take_unsure(self, channel: str, now: datetime) -> Shipment | None:
        """The next first post in doubt whose time to settle is over, put off so that only one asks about it."""

    async def record(self, shipment: Shipment, settlement: Settlement, now: datetime) -> None:
        """Writes what came of an attempt if it is still the same, with the event it leads to, in one transaction."""

    async def recover(self, channel: str, now: datetime, settles: timedelta) -> int:
        """At start: first posts under way become `unsure`, the long behind is held; returns how many were under way."""


class Channel(Protocol):
    """A platform that must be written to. The web needs none: it is read."""

    name: str
    capabilities: Capabilities

    async def send(self, shipment: Shipment) -> SendResult:
        """Shows the message's latest revision: posts, edits or deletes. Never raises for what the platform answers."""

    async def find(self, shipment: Shipment) -> SendResult:
        """Looks a first post in doubt up: `SENT`, or `NOT_SENT` for sure, anything else to be asked again later.

        Asked only where the channel's capabilities say `verify`.
        """

    async def hint(self, at: Address, agent: str, text: str) -> None:
        """Shows one agent a line; best effort."""
