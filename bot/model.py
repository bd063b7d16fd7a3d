"""The nouns of a conversation: what comes in, what is said, and what is remembered.

Only data and what can be derived from it alone. Nothing here decides, stores or sends;
`bot.decide` turns a `Conversation` and an `Event` into a `Turn`, the adapters store and show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from config.values import Priority
from kb.flows.position import FlowPosition

ConversationId = NewType("ConversationId", str)
"""128 random bits in hexadecimal: it cannot be guessed, so it may stand in an address."""

PlaceId = NewType("PlaceId", str)
AgentId = NewType("AgentId", str)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Address:
    """Where something is said: a customer's chat, a thread on a desk, the console."""

    channel: str
    """`web`, `slack`, `telegram`, `console`, or `internal` for what firstline tells itself."""
    account: str = ""
    """The workspace, bot or site."""
    chat: str
    """The chat within the account; for the console and internal events the conversation's id."""
    thread: str = ""
    """The thread or topic within the chat, where there is one."""

    def __str__(self) -> str:
        """The address as one line, used as the name of a source and of a lane."""
        return f"{self.channel}:{self.account}:{self.chat}:{self.thread}"


ConversationKey = Address
"""The address of a customer's chat: it names the one conversation that may be open there."""


class AuthorKind(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    """The platform or firstline itself."""
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """How well we know that a customer is who he says."""

    KNOWN = "known"
    """The channel or the site's signature vouches for him."""
    EXTERNAL = "external"
    """A guest of the workspace."""
    ANONYMOUS = "anonymous"


class Role(StrEnum):
    """What an agent may do; a person may hold several."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person or program that did something, as known at that moment."""

    kind: AuthorKind
    key: str = ""
    """The platform's own id of the person; an agent's is his account id."""
    name: str = ""
    trust: Trust = Trust.ANONYMOUS
    roles: tuple[Role, ...] = ()
    teams: tuple[str, ...] = ()
    """Teams an agent works for; empty for all of them."""


BOT = Author(kind=AuthorKind.BOT, trust=Trust.KNOWN)
SYSTEM = Author(kind=AuthorKind.SYSTEM, trust=Trust.KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file with a message: `id` names it in the file store, or `kb:media/x.png` in the desk folder."""

    id: str
    name: str
    media_type: str
    size: int
    """In bytes; 0 where it is not known."""
    alt: str = ""
    url: str = ""
    """Set for something that is linked, not stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody wrote: a customer in his chat or an agent on a desk."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    external_id: str = ""
    """The platform's id of this message; on the web the client's own id."""
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commanded:
    """A known command: `/human` of a customer, claim or transfer of an agent (from a button, a key or typed)."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    """The words as typed, for the transcript."""
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The author changed a message he had sent."""

    target: str
    """The message's external id at this source, or its number."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The author withdrew a message he had sent."""

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """Somebody put a reaction on a message or took it off."""

    target: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A customer pressed a button."""

    value: str
    """`question:choice`, or `human`; see `Question.value_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A customer opened the chat without saying anything yet."""

    entry: str = ""
    """Where he came from: a start payload, `home`, `widget`."""
    language: str = ""
    """The channel's hint, a language code."""


class Reach(StrEnum):
    """Whether a person can be written to."""

    REACHABLE = "reachable"
    BLOCKED = "blocked"
    LEFT = "left"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged:
    """A person can be reached no more, or again."""

    reach: Reach


class SendOutcome(StrEnum):
    """What became of a send that matters to the conversation."""

    SHOWN = "shown"
    PARKED = "parked"
    """Unsure, and only a person may decide whether to send it again."""
    FAILED = "failed"
    PERSON_GONE = "person_gone"
    PLACE_GONE = "place_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The sender tells what became of a message in a place."""

    message: int
    place: PlaceId
    outcome: SendOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke:
    """The moment that the conversation asked to be looked at has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """A call that the Turn asked for has been made, or has failed."""

    call: int
    result: Mapping[str, object] | None
    """The declared fields of the reply; none if the call failed."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The platform sent something we have no word for; it is kept and counted."""

    kind: str


Body = (
    Said
    | Commanded
    | Edited
    | Deleted
    | Reacted
    | Pressed
    | Opened
    | ContactChanged
    | Delivered
    | Woke
    | CallAnswered
    | Unknown
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that came in, as it stands in the inbox."""

    key: str
    """The platform's own id of the event: unique per channel and account."""
    content_key: str = ""
    """Names what the event speaks of, where a platform tells the same thing twice."""
    at: Address
    """Where it happened; keys of order compare only within one address."""
    order: str = ""
    """Sorts within its source; empty: in the order of acceptance."""
    author: Author
    body: Body
    sent_at: datetime
    language: str = ""
    """The channel's hint at the author's language."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What a signed identity or the channel vouches for about the customer."""


class Audience(StrEnum):
    """Who may see a message."""

    CUSTOMER = "customer"
    """The customer and the desk."""
    DESK = "desk"
    """Agents only."""


class MessageKind(StrEnum):
    """What a message is."""

    CUSTOMER = "customer"
    """The customer's own words."""
    ANSWER = "answer"
    """What the bot says in its own right."""
    AGENT = "agent"
    STATE = "state"
    """A line about who is there and what happens next."""
    CARD = "card"
    """The root message of a hand-off on a desk."""
    TRANSCRIPT = "transcript"
    """Everything said before the hand-off, frozen at that moment."""
    NOTE = "note"
    """An agent's words that stay inside."""


class Does(StrEnum):
    """What a choice leads to."""

    YES = "yes"
    NO = "no"
    HUMAN = "human"
    NONE = "none"
    """None of the suggestions fits."""
    ARTICLE = "article"
    FLOW = "flow"
    SAY = "say"
    """As if the customer had typed `target`."""
    ESCALATE = "escalate"
    """Hand over to the team `target`."""
    ANSWER = "answer"
    """The value `target` for a flow's question, or a mark of the survey."""
    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    GO_ON = "go_on"
    START_AGAIN = "start_again"
    SOMETHING_ELSE = "something_else"
    KEEP_WAITING = "keep_waiting"
    ASK_BOT = "ask_bot"
    SOLVED = "solved"
    LANGUAGE = "language"
    """Go on in the language `target`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One button of a message, or a link shown as one."""

    label: str
    does: Does = Does.SAY
    target: str = ""
    url: str = ""
    """Set for a link; a link is no press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why the bot said something, complete enough to explain it later."""

    rule: str
    """Which question of `decide` settled it, for example `trigger` or `knowledge`."""
    trigger: str = ""
    article: str = ""
    """Id of the article or flow that was found."""
    confidence: float = 0.0
    margin: float = 0.0
    answer_at: float = 0.0
    suggest_at: float = 0.0
    phrase: str = ""
    """The phrasing that hit."""
    place: str = ""
    """`file:line` of that phrasing."""
    step: str = ""
    version: str = ""
    """The version of the desk that decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said. Its number is its place in the conversation and never changes."""

    number: int
    revision: int = 1
    """Rises with every edit, withdrawal and used-up button; a place shows the latest."""
    audience: Audience
    kind: MessageKind
    author: Author
    text: str
    """Markdown if the bot says it; people's own words are plain text."""
    at: datetime
    choices: tuple[Choice, ...] = ()
    """Buttons on show; none once the question is closed."""
    question: bool = False
    """Whether the choices belong to the question that is or was asked with this message."""
    chosen: str = ""
    """Label of the choice that was taken."""
    attachments: tuple[Attachment, ...] = ()
    withdrawn: bool = False
    former: tuple[str, ...] = ()
    """Earlier texts, oldest first; kept for agents and audit."""
    origin: str = ""
    """The address where a person wrote it; it is never repeated there."""
    external_id: str = ""
    """The platform's id at its origin; on the web the client's own id."""
    phrase: str = ""
    """Key of the bot's own phrase, if it is one."""
    because: Because | None = None
    version: int = 0
    """The conversation's version that last changed it."""


class QuestionKind(StrEnum):
    """What the bot waits for."""

    STARTERS = "starters"
    HELPED = "helped"
    """Did that help?"""
    DID_YOU_MEAN = "did_you_mean"
    OFFER = "offer"
    """Shall I bring in a colleague?"""
    FLOW = "flow"
    LEAVE_FOR = "leave_for"
    REALLY_STOP = "really_stop"
    RESUME = "resume"
    WAIT_LONGER = "wait_longer"
    CONTACT = "contact"
    LANGUAGE = "language"
    SURVEY = "survey"
    SURVEY_COMMENT = "survey_comment"
    APOLOGY = "apology"


HUMAN = "human"
"""The value of [Talk to a human], which is always good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The one thing the bot has asked and waits for."""

    number: int
    """Number of the message that asks."""
    kind: QuestionKind
    choices: tuple[Choice, ...] = ()
    about: str = ""
    """What it is about: an article, a trigger, a flow."""
    until: datetime | None = None
    """When it expires by itself; only the survey does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An answer the bot gave and how the customer took it, for the card."""

    article: str
    title: str
    confidence: float
    outcome: str = ""
    """`helped`, `not_helped`, `refused` (a suggestion passed over) or empty."""


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
    def is_closed(self) -> bool:
        """Whether it has ended."""
        return self.closed_at is not None

    def find_message(self, target: str, origin: str = "") -> Message | None:
        """Finds a loaded message by its number or by its external id at an origin."""
        for message in reversed(self.messages):
            if str(message.number) == target or (message.external_id == target and message.origin == origin and target):
                return message
        return None

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
