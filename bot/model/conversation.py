"""What is remembered: a conversation with its hand-off and places, and the Turn that changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.messages import Because, Message, Question, QuestionKind
from bot.model.people import Address, AgentId, ConversationId, ConversationKey, PlaceId, Trust
from config.values import Priority
from kb.flows.checklist import ChecklistStep
from kb.flows.position import FlowPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An answer the bot gave and how the customer took it, for the card."""

    article: str
    title: str
    confidence: float
    outcome: str = ""
    """`helped`, `not_helped`, `refused` (a suggestion passed over), `handed_over` (a person was needed) or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """The passing to people, as facts; who owns the conversation follows from them."""

    team: str
    priority: Priority = Priority.NORMAL
    trigger: str = ""
    reason: str = ""
    summary: str = ""
    opened_at: datetime
    queued_at: datetime
    """When it last began to wait while its team was open."""
    upto: int
    """The last message before it: the transcript reaches this far."""
    card: int
    """Number of the card message."""
    told: bool = False
    """Whether the customer has been told that the hand-off stands."""
    delay_told: bool = False
    """Whether the customer has been told that it takes longer."""
    wait_shown: int = 0
    """The longest wait that the customer was told, in minutes; 0 if none."""
    asked_bot: bool = False
    """The customer went back to the bot while he waits."""
    agent: AgentId | None = None
    agent_name: str = ""
    claimed_at: datetime | None = None
    replied_at: datetime | None = None
    """When an agent first wrote to the customer."""
    steps: tuple[str, ...] = ()
    """What a flow did, for the card."""
    checklist: tuple[ChecklistStep, ...] = ()
    """The flow's steps, done and to be done, for agents to tick."""


class PlaceRole(StrEnum):
    """Whose view a place is."""

    CUSTOMER = "customer"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a conversation can be seen on a channel that must be written to.

    The web chat and the console need none: they read the messages themselves.
    """

    id: PlaceId
    role: PlaceRole
    address: Address
    """For a desk the agent channel; its thread is the storage's to fill once the card stands."""
    since: int = 1
    """The first message that is shown here."""
    team: str = ""
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What is known about the person who asks, kept across conversations."""

    key: str
    name: str = ""
    trust: Trust = Trust.ANONYMOUS
    fields: Mapping[str, object] = field(default_factory=dict)
    """The desk's customer fields that have a value."""
    language: str = ""
    """A language chosen by name."""
    surveyed_at: datetime | None = None
    conversations: int = 0
    """How many conversations there were before this one."""


class ClosedBy(StrEnum):
    """Who ended a conversation."""

    BOT = "bot"
    """The customer said that it is solved."""
    AGENT = "agent"
    CUSTOMER = "customer"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Words that were not clear alone and wait a moment for their rest."""

    text: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Something to be done outside, asked for by a Turn; its answer is an event."""

    number: int
    action: str
    values: Mapping[str, object]
    key: str
    """Idempotency key: the same for every try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Something a flow may do only if a supervisor allows it."""

    call: int
    """Number of the call that his answer answers."""
    title: str
    """What is to be done."""
    team: str
    """Whose supervisors may answer."""
    asked_at: datetime
    until: datetime
    """After that it counts as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything between one customer and the desk from the first message until it is closed."""

    id: ConversationId
    number: int
    """The case number, counted through; kept on reopening."""
    key: ConversationKey
    customer: Customer
    version: int = 0
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: ClosedBy | None = None
    language: str
    language_chosen: bool = False
    """Chosen by name; what the customer writes no longer changes it."""
    language_hint: tuple[str, int] = ("", 0)
    """Another language seen in short messages, and how often in a row."""
    last_number: int = 0
    """Number of the newest message."""
    question: Question | None = None
    handoff: Handoff | None = None
    flow: FlowPosition | None = None
    """The flow that runs, or was left half-way and may be picked up."""
    approval: Approval | None = None
    """What the flow waits for a supervisor to allow."""
    last_flow: str = ""
    """Id of the flow that runs or ran last."""
    waiting: Waiting | None = None
    places: tuple[Place, ...] = ()
    messages: tuple[Message, ...] = ()
    """The newest messages, oldest first, and the one an edit speaks of; not the whole transcript."""
    tried: tuple[Tried, ...] = ()
    category: str = ""
    """Category of the last article shown."""
    last_answer: str = ""
    """Id of the article that was shown last."""
    tags: tuple[str, ...] = ()
    failed: int = 0
    """Answers in a row that did not help."""
    missed: int = 0
    """Messages in a row that were not understood."""
    negative: int = 0
    """Messages in a row with a word of displeasure."""
    confidences: tuple[float, ...] = ()
    """Of the best match of the last questions, newest last."""
    bot_turns: int = 0
    """The bot's turns in a row without a word of the customer."""
    greeted: bool = False
    apologised: bool = False
    reminded: bool = False
    said_at: Mapping[str, datetime] = field(default_factory=dict)
    """When a phrase was said that must not be repeated soon."""
    wordings: Mapping[str, int] = field(default_factory=dict)
    """How often each text with several wordings was used."""
    customer_at: datetime | None = None
    """When the customer last did something."""
    bot_at: datetime | None = None
    agent_at: datetime | None = None
    """When an agent last wrote, to the customer or inside."""
    agent_spoke_last: bool = False
    last_words: str = ""
    """The customer's last message, verbatim."""
    wish: str = ""
    """The customer's last words that were a question of his own, not an answer or a call for a person."""
    reopened: int = 0
    last_call: int = 0

    @property
    def confidence(self) -> float:
        """Of the best match of the last question; 0 before the first."""
        return self.confidences[-1] if self.confidences else 0.0

    @property
    def question_kind(self) -> QuestionKind | None:
        """What the bot waits for, if it waits for anything."""
        return self.question.kind if self.question else None

    @property
    def is_closed(self) -> bool:
        """Whether it has ended."""
        return self.closed_at is not None

    def find_message(self, target: str, origin: str = "") -> Message | None:
        """Finds a loaded message by its external id at an origin, or by its number where none of its places is meant.

        In a place the platform counts messages itself, and its numbers look like ours.
        """
        by_number = not self.has_place(origin)
        for message in reversed(self.messages):
            is_here = message.external_id == target and message.origin == origin and target
            if is_here or (by_number and str(message.number) == target):
                return message
        return None

    def has_place(self, origin: str) -> bool:
        """Whether an origin is one of the places that are written to."""
        return any(str(place.address) == origin for place in self.places)

    def value_of(self, question: Question, choice: int) -> str:
        """The value of a button: it names conversation, question and position, in under 64 bytes."""
        return f"{self.number}.{question.number}:{choice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One real wait, from the queue to the claim, in open hours."""

    team: str
    seconds: float
    shown: int = 0
    """The upper end that the customer was told, in minutes; 0 if he was told none."""

    @property
    def kept(self) -> bool | None:
        """Whether the range was kept; None where none was shown."""
        return None if not self.shown else self.seconds <= self.shown * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one event leads to. There is no second step: the Turn is the new state."""

    conversation: Conversation
    """The new state; its version is already one higher than that of the one decided on (a new one: 1)."""
    said: tuple[Message, ...] = ()
    """New messages and new revisions of old ones, in order; several revisions of one message are one entry."""
    calls: tuple[Call, ...] = ()
    because: tuple[Because, ...] = ()
    refused: str = ""
    """Why an agent's action had no effect, in words for him; empty if it had one."""
    late: bool = False
    waited: Wait | None = None
    """Set by a claim: how long the customer waited for it."""
