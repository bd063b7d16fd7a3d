"""Flows and their Steps as data, one class a verb. `kb.flows.program` compiles them, `kb.flows.run` runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from config.fields import Placed
from config.kinds import (
    ArticleRef,
    Examples,
    FlowRef,
    Id,
    IdText,
    ImagePath,
    Label,
    NameText,
    NoteText,
    Number,
    OpenName,
    Ref,
    Sentences,
    TeamRef,
    ValueText,
)
from config.texts import EMPTY_TEXT, Condition, Text
from config.values import Priority
from kb.article import SHOWN_TO_ALL, Button, ShowWhen, Status
from kb.flows.kinds import JUMP_WORDS, JumpText, PatternText, StepRef

StepId = Annotated[str, Id(reserved=JUMP_WORDS)]
"""The id of a Step."""


class Ending(StrEnum):
    """How a Flow may say that it ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFields(Placed):
    """What any Step may have."""

    verb: ClassVar[str] = ""
    """The field that says what the Step does."""
    alone: ClassVar[bool] = False
    """The verb may stand without anything after it."""

    id: StepId | None = None
    """Where a `goto` can jump to."""
    only_if: Condition | None = None
    """The Step is skipped when this is false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(StepFields):
    """Say something."""

    verb: ClassVar[str] = "say"

    say: Text
    """What the Bot says."""
    buttons: tuple[Button, ...] = ()
    """They count until the next question."""
    image: ImagePath | None = None
    """A picture under kb/."""


class AskType(StrEnum):
    """What a question takes."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    FILE = "file"
    DONE = "done"


class Remember(StrEnum):
    """How long an answer is kept."""

    CHAT = "chat"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Placed):
    """One answer to choose from."""

    value: OpenName
    """What the Slot becomes."""
    label: Label
    """What the button says."""
    also: Examples = EMPTY_TEXT
    """Other words that mean this choice."""
    goto: StepRef | None = None
    """Go on at this Step."""
    then: tuple[Step, ...] = ()
    """Do these Steps, then go on after the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(StepFields):
    """Ask for one Slot."""

    verb: ClassVar[str] = "ask"

    ask: NameText
    """Name of the Slot, also the Step's id."""
    text: Text
    """The question."""
    type: AskType | None = None
    """What it takes; `choice` if there are choices, else `text`."""
    choices: tuple[Choice, ...] = ()
    """Answers to choose from."""
    help: Text = EMPTY_TEXT
    """Said for "why?" and on the second try."""
    invalid: Text = EMPTY_TEXT
    """Said when an answer is refused."""
    image: ImagePath | None = None
    """A picture under kb/."""
    check: Condition | None = None
    """Tested after the type, with the new value under the Slot's name."""
    optional: bool = False
    """Adds [Skip]."""
    skip_if_known: bool = True
    """Not asked if the Slot has a value."""
    remember: Remember = Remember.CHAT
    """`customer`: kept in the Customer field of the same name."""
    sensitive: bool = False
    """Masked in logs, reports and cards; agents see it only where a `summary` names it."""
    max_tries: Annotated[int, Number(whole=True, least=0, most=10)] = 2
    """Refused answers that get another try."""
    on_give_up: JumpText = "escalate"
    """Done after one more."""
    remind_after: timedelta | None = None
    """Silence until the reminder; that of the desk if it is left out."""
    timeout: timedelta | None = None
    """Silence until `on_timeout`; that of the desk if it is left out."""
    on_timeout: JumpText | None = None
    """Done after that silence; the Flow is closed as abandoned if it is left out."""
    max_length: Annotated[int, Number(whole=True, least=1, most=16_000)] | None = None
    """Of a text: most characters (1000)."""
    pattern: PatternText | None = None
    """Of a text, email or phone: an expression it must fit."""
    example: str = ""
    """Of a text, email or phone: a good answer."""
    min: float | None = None
    """Of a number: the least."""
    max: float | None = None
    """Of a number: the most."""
    yes: StepRef | None = None
    """Of a yes_no: go on at this Step after a yes."""
    no: StepRef | None = None
    """Of a yes_no: go on at this Step after a no."""

    @property
    def takes(self) -> AskType:
        """What it takes, said or not."""
        return self.type or (AskType.CHOICE if self.choices else AskType.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class If(StepFields):
    """One way or the other."""

    verb: ClassVar[str] = "if"

    if_: Condition
    """Decides."""
    then: tuple[Step, ...]
    """Done when it is true."""
    else_: tuple[Step, ...] = ()
    """Done when it is false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchEntry(Placed):
    """One way of a branch."""

    if_: Condition | None = None
    """This way is taken if it is the first that holds."""
    goto: StepRef | None = None
    """Go on at this Step."""
    then: tuple[Step, ...] = ()
    """Do these Steps."""
    otherwise: tuple[Step, ...] = ()
    """Only in the last entry: what is done if nothing holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(StepFields):
    """More than two ways; the first that holds is taken."""

    verb: ClassVar[str] = "branch"

    branch: tuple[BranchEntry, ...]
    """The ways, top to bottom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(StepFields):
    """Give Slots a value."""

    verb: ClassVar[str] = "set"

    set: Mapping[NameText, ValueText]
    """The Slots and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(StepFields):
    """Call an action."""

    verb: ClassVar[str] = "call"

    call: Annotated[str, Ref(targets=("action",))]
    """The action."""
    with_: Mapping[OpenName, ValueText] = field(default_factory=dict)
    """What is handed over."""
    save_as: NameText | None = None
    """The result's fields are `save_as.field`."""
    on_error: JumpText | None = None
    """Done if the call fails; without it the Flow is at a dead end."""
    timeout: timedelta | None = None
    """How long to wait; a webhook never longer than its action's own time, which holds if this is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArticle(StepFields):
    """Show an Article inside the Flow, without "Did that help?"."""

    verb: ClassVar[str] = "article"

    article: ArticleRef
    """The Article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFlow(StepFields):
    """Run another Flow and come back."""

    verb: ClassVar[str] = "flow"

    flow: FlowRef
    """The Flow; its Slots are its own."""
    with_: Mapping[OpenName, ValueText] = field(default_factory=dict)
    """What is handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto(StepFields):
    """Go on somewhere else in this Flow."""

    verb: ClassVar[str] = "goto"

    goto: StepRef
    """A question is asked again even if its value is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved(StepFields):
    """Ask "Did that help?": yes ends as solved, no goes on."""

    verb: ClassVar[str] = "solved"
    alone: ClassVar[bool] = True

    solved: Text = EMPTY_TEXT
    """Asked in place of "Did that help?"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffTo(Placed):
    """To whom a Flow hands over, and with which words."""

    SHORTHAND = "team"

    team: TeamRef | None = None
    """The team; routing decides if it is left out."""
    priority: Priority | None = None
    """How urgent it is; routing decides if it is left out."""
    reason: NoteText | None = None
    """One word for reports."""
    summary: NoteText | None = None
    """For agents."""
    message: Text = EMPTY_TEXT
    """Said in place of `handed_over`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(StepFields):
    """Hand over to people; the Flow ends, and so does the Flow that called it."""

    verb: ClassVar[str] = "escalate"
    alone: ClassVar[bool] = True

    escalate: HandoffTo = HandoffTo()
    """To whom, and with which words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End(StepFields):
    """End the Flow."""

    verb: ClassVar[str] = "end"
    alone: ClassVar[bool] = True

    end: Ending = Ending.UNSOLVED
    """How it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(StepFields):
    """Put tags on the Conversation."""

    verb: ClassVar[str] = "tag"

    tag: tuple[IdText, ...]
    """The tags."""


Step = Say | Ask | If | Branch | Set | Call | ShowArticle | RunFlow | Goto | Solved | Escalate | End | Tag
"""Anything a Flow can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Placed):
    """One scripted dialogue."""

    id: IdText
    """Never changes; links, reports and tests use it."""
    title: Label
    """Shown in suggestions and when the Flow is left or resumed."""
    owner: str = ""
    """Who keeps it true."""
    review_by: date | None = None
    """Day by which it is checked again."""
    status: Status = Status.PUBLISHED
    """Drafts are seen only in `firstline chat --drafts`."""
    show_when: ShowWhen = SHOWN_TO_ALL
    """Who may start it."""
    starts_when: Sentences = EMPTY_TEXT
    """Sentences that start it; without them only buttons, Articles and Flows do."""
    takes: tuple[NameText, ...] = ()
    """What a calling Flow may hand over."""
    on_dead_end: JumpText = "escalate"
    """Done when a call fails, a text cannot be said, or a Step would run a fourth time."""
    steps: tuple[Step, ...]
    """What is done, in order."""
    notes: str = ""
    """For colleagues; never shown, never searched."""
