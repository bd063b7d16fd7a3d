"""What is said: messages with their buttons, why the bot said them, and the one open question."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.people import Attachment, Author


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
    ABOUT_CASE = "about_case"
    SOMETHING_NEW = "something_new"
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
    part: str = ""
    """The part of the message that it answers or offers to answer; empty if that is all of it."""
    rest: str = ""
    """What became of the other parts, for agents."""
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
    ALSO = "also"
    """Shall I also help with the other thing that you asked?"""
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
    ABOUT_CASE = "about_case"
    """The same case again, or something new?"""
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
