"""The `desk:` block: who we are, which languages we speak, what may be known, called and asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from config.fields import Placed
from config.kinds import (
    ArticleRef,
    CategoryPath,
    EnvName,
    FlowRef,
    FromKey,
    Label,
    Language,
    LinkText,
    NameText,
    Number,
    OpenName,
    Share,
    TeamRef,
)
from config.texts import EMPTY_TEXT, Text
from config.values import YES_NO_TYPE, Raw, ValueKind, ValueRefusedError, ValueType, ValueTypeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter(Placed):
    """One quick reply under the greeting."""

    label: Label = EMPTY_TEXT
    """What the button says; the title of the article or flow if it is left out."""
    article: ArticleRef | None = None
    """Answer with this article."""
    flow: FlowRef | None = None
    """Start this flow."""
    say: Label = EMPTY_TEXT
    """Text that is sent as if the customer had typed it; needs a label."""
    human: bool = False
    """The place of [Talk to a human] among the starters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings(Placed):
    """How the Bot introduces itself."""

    name: str = ""
    """The Bot's name; the desk's name if it is left out."""
    greeting: Text = EMPTY_TEXT
    """The first message; it says that this is a bot. Built in."""
    starters: tuple[Starter, ...] = ()
    """Quick replies under the greeting, 5 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering(Placed):
    """How sure the Bot must be."""

    max_wrong_answers: Share = 0.05
    """How many outright answers may be wrong; both cut-offs are computed from it."""
    suggestions: Annotated[int, Number(whole=True, least=1, most=5)] = 3
    """At most so many under "Did you mean"."""
    semantic: bool = False
    """Look at what sentences are about, too, beyond their words; needs the extra `semantic`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing(Placed):
    """How long the Bot waits for a customer."""

    remind_after: timedelta = timedelta(minutes=5)
    """Silence after which the Bot asks once whether the customer is still there."""
    close_after: timedelta = timedelta(minutes=30)
    """Silence after which the chat is closed."""
    resume_for: timedelta = timedelta(hours=24)
    """How long a flow that was left half-way can be picked up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerField(Placed):
    """One thing that may be known about a Customer."""

    SHORTHAND = "type"

    type: ValueTypeName
    """What kind of value it is."""
    sensitive: bool = False
    """Masked in logs, reports and cards."""
    title: str = ""
    """Shown to agents; the name if it is left out."""


class Method(StrEnum):
    """How a webhook is called."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


APPROVAL_RETURNS: Mapping[str, ValueType] = {
    "approved": YES_NO_TYPE,
    "by": ValueType(kind=ValueKind.TEXT),
    "reason": ValueType(kind=ValueKind.TEXT),
}
"""What an approval returns if nothing else is said; a denial always has a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Placed):
    """Something outside that a flow may call."""

    name: Annotated[str, FromKey()] = ""
    webhook: LinkText | None = None
    """Address that gets the values of `with` as JSON (with GET: in the query). Either this or approval."""
    approval: TeamRef | None = None
    """Team whose supervisor presses [Approve] on a card, or [Deny] and says why."""
    title: str = ""
    """Shown to agents."""
    method: Method = Method.POST
    """How the webhook is called."""
    secret: EnvName | None = None
    """Environment variable with the bearer token, which also signs the body."""
    takes: Mapping[OpenName, ValueTypeName] = field(default_factory=dict)
    """What `with` may hand over."""
    returns: Mapping[OpenName, ValueTypeName] = field(default_factory=dict)
    """Fields of the result; anything else in the reply is dropped."""
    mock: Mapping[str, Raw]
    """A complete result, used by chat and test and while the secret is not set."""
    timeout: timedelta | None = None
    """How long to wait for an answer: 5s, at most 30s; an approval 4h."""
    retries: Annotated[int, Number(whole=True, least=0, most=3)] = 0
    """How often a failed call is tried again."""
    repeatable: bool = False
    """Calling twice does no harm."""
    changes: bool = False
    """The call changes something outside, so leaving the flow afterwards asks once."""

    @property
    def result_types(self) -> Mapping[str, ValueType]:
        """The fields of the result and their types."""
        return self.returns or (APPROVAL_RETURNS if self.approval else {})

    @property
    def patience(self) -> timedelta:
        """How long a call may take."""
        return self.timeout or (timedelta(hours=4) if self.approval else timedelta(seconds=5))

    def convert_result(self, raw: Mapping[str, Any]) -> dict[str, object]:
        """A reply, or the mock, as flows hold it: declared fields only, each of its type. An approval needs no reason.

        Raises:
            ValueRefusedError: A field is missing or of another type.
        """
        raw = {"reason": "", **raw} if self.approval else raw
        for name in self.result_types:
            if name not in raw:
                raise ValueRefusedError(f"'{name}' is missing")
        return {name: value_type.convert(raw[name]) for name, value_type in self.result_types.items()}


class SurveyMoment(StrEnum):
    """When the survey is asked."""

    BOT_SOLVED = "bot_solved"
    AGENT_RESOLVED = "agent_resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowScore(Placed):
    """What happens after a bad mark."""

    at_most: Annotated[int, Number(whole=True, least=1, most=5)]
    """Marks up to this one count as bad."""
    notify: TeamRef | None = None
    """Team that is told."""
    reopen: bool = False
    """Put the Conversation back into its Queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Placed):
    """How the customer marks our help: 1 to 5, then one comment if they like."""

    after: tuple[SurveyMoment, ...]
    """When it is asked."""
    question: Text = EMPTY_TEXT
    """Asks for the mark. Built in."""
    comment: Text = EMPTY_TEXT
    """Asks for a comment. Built in."""
    thanks: Text = EMPTY_TEXT
    """Said at the end. Built in."""
    low_score: LowScore | None = None
    """What happens after a bad mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy(Placed):
    """What is kept, and how."""

    keep: timedelta = timedelta(days=365)
    """Older Conversations are erased."""
    mask: bool = True
    """Card numbers, IBANs and passwords are masked in Transcripts too, not only in logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings(Placed):
    """One desk."""

    name: str
    """Shown to customers."""
    format: Annotated[int, Number(whole=True, least=1)] = 1
    """Version of the content format."""
    languages: tuple[Annotated[str, Language(declares=True)], ...]
    """Languages customers may write in."""
    default_language: Annotated[str, Language(declares=True)]
    """The language that every text must have."""
    bot: BotSettings = BotSettings()
    """How the Bot introduces itself."""
    categories: Mapping[CategoryPath, Label] = field(default_factory=dict)
    """Titles for menus and reports, in the order of the menu."""
    answering: Answering = Answering()
    """How sure the Bot must be."""
    timing: Timing = Timing()
    """How long the Bot waits."""
    variables: Mapping[OpenName, Label] = field(default_factory=dict)
    """Facts that many answers repeat, as {{ vars.name }}."""
    customer: Mapping[NameText, CustomerField] = field(default_factory=dict)
    """What may be known about a Customer."""
    actions: Mapping[OpenName, Action] = field(default_factory=dict)
    """Things outside that a flow may call."""
    survey: Survey | None = None
    """How the customer marks our help; off if it is left out."""
    privacy: Privacy = Privacy()
    """What is kept, and how."""
