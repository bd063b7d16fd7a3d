"""The escalation policy as data: teams, triggers, routing, hours, service levels, messages and canned replies.

When a trigger fires, a team is open or a clock runs out is not here but in `escalation.triggers`, `hours` and `sla`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from config.fields import Placed, fields_of
from config.kinds import (
    Examples,
    FromKey,
    IdText,
    Kind,
    Label,
    LanguageCode,
    Number,
    Reading,
    Share,
    TeamRef,
)
from config.opening import DayHours, WeekHours
from config.source import ScalarNode
from config.texts import EMPTY_TEXT, Condition, Text
from config.values import Priority


class Enrol(StrEnum):
    """Who of a Slack channel or Telegram group becomes an Agent."""

    MEMBERS = "members"
    LISTED = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Placed):
    """Agents who share work."""

    id: Annotated[str, FromKey()] = ""
    title: Label
    """Shown to customers and agents."""
    tier: Annotated[int, Number(whole=True, least=1, most=3)] = 1
    """First, second or third line."""
    languages: tuple[LanguageCode, ...] = ()
    """Languages the team speaks; all of the desk if it is left out."""
    slack: str = ""
    """Id of the Slack channel where the team works."""
    telegram: str = ""
    """Id of the Telegram forum group where the team works, in quotes."""
    enrol: Enrol = Enrol.MEMBERS
    """Who becomes an Agent: every member of that place, or only those listed."""
    web: bool | None = None
    """Always there; writing `web: yes` says that the console alone is meant."""


class TriggerKind(StrEnum):
    """What a trigger watches."""

    ASKS_FOR_HUMAN = "asks_for_human"
    SAYS = "says"
    FAILED_ANSWERS = "failed_answers"
    NEGATIVE_WORDS = "negative_words"
    LOW_CONFIDENCE = "low_confidence"
    FLOW_DEAD_END = "flow_dead_end"
    ALWAYS = "always"


ASKS_FIRST = frozenset({TriggerKind.FAILED_ANSWERS, TriggerKind.NEGATIVE_WORDS, TriggerKind.LOW_CONFIDENCE})
"""Triggers that say `offer` first, unless they say otherwise."""
REPEATS = frozenset({TriggerKind.NEGATIVE_WORDS, TriggerKind.LOW_CONFIDENCE})
"""Triggers that fire at the second time in a row, unless they say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Placed):
    """When the Bot hands over by itself."""

    id: IdText
    """Shown on the card and in reports."""
    when: TriggerKind
    """What it watches."""
    if_: Condition | None = None
    """It fires only while this holds."""
    phrases: Examples = EMPTY_TEXT
    """More ways to ask for a person."""
    words: Examples = EMPTY_TEXT
    """Words that fire it; one that ends in * fits every ending."""
    at_least: Annotated[int, Number(whole=True, least=1, most=20)] | None = None
    """How often in a row; 2 for negative_words and low_confidence."""
    below: Annotated[float, Number(least=0, most=1)] | None = None
    """Confidence below which an answer counts."""
    team: TeamRef | None = None
    """The team; routing decides if it is left out."""
    priority: Priority | None = None
    """How urgent it is; routing decides if it is left out."""
    ask_first: bool | None = None
    """Say `offer` and hand over on yes."""
    message: Text = EMPTY_TEXT
    """Said in place of `handed_over`."""

    @property
    def asks(self) -> bool:
        """Whether `offer` is said first."""
        return self.when in ASKS_FIRST if self.ask_first is None else self.ask_first

    @property
    def times(self) -> int:
        """How often in a row it takes."""
        return self.at_least or (2 if self.when in REPEATS else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Placed):
    """One line of routing; the first that fits decides."""

    if_: Condition
    """It fits while this holds."""
    team: TeamRef
    """The team."""
    priority: Priority | None = None
    """How urgent it is; normal if it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours(Placed):
    """When people answer."""

    timezone: str
    """For example Europe/Tallinn; also the desk's own time."""
    open: WeekHours | None = None
    """Days and hours of every team; always open if it is left out."""
    teams: Mapping[TeamRef, WeekHours] = field(default_factory=dict)
    """Days and hours of single teams; `holidays: no` for a team that works on holidays."""


class DayOfYear(Kind):
    """`MM-DD`."""

    title = "MM-DD"
    absent = (1, 1)

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """Month and day."""
        found = re.fullmatch(r"(\d\d)-(\d\d)", node.text)
        try:
            # 2024 has a 29 February.
            day = date(2024, int(found[1]), int(found[2])) if found else None
        except ValueError:
            day = None
        return (day.month, day.day) if day else reading.report("E20", node.position, value=node.text)

    def schema(self) -> dict[str, Any]:
        """Month and day."""
        return {"type": "string", "pattern": r"^\d\d-\d\d$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Placed):
    """A day with other hours."""

    date: date | None = None
    """This day only."""
    every: Annotated[tuple[int, int], DayOfYear()] | None = None
    """Every year; month and day, written MM-DD."""
    open: DayHours
    """Hours of that day, mostly `closed`."""
    name: Label = EMPTY_TEXT
    """What is celebrated."""
    teams: tuple[TeamRef, ...] = ()
    """Only for these teams; all if it is left out."""


class Count(StrEnum):
    """Which hours a clock counts."""

    OPEN_HOURS = "open_hours"
    ALL_HOURS = "all_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaTimes(Placed):
    """What is promised for one priority."""

    first_reply: timedelta | None = None
    """From the Handoff to the first Agent message."""
    next_reply: timedelta | None = None
    """From a Customer message to the next Agent message."""
    resolve: timedelta | None = None
    """From the Handoff to the closing."""
    count: Count | None = None
    """Open hours of the team, or all hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSla(Placed):
    """What one team promises otherwise."""

    urgent: SlaTimes = SlaTimes()
    """Single times for this priority."""
    high: SlaTimes = SlaTimes()
    """Single times for this priority."""
    normal: SlaTimes = SlaTimes()
    """Single times for this priority."""
    low: SlaTimes = SlaTimes()
    """Single times for this priority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBreach(Placed):
    """What happens when a promise is broken."""

    notify: TeamRef | None = None
    """Team that is told."""
    raise_priority: bool = False
    """One step up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla(Placed):
    """The times within which a Team promises to reply and to solve."""

    urgent: SlaTimes = SlaTimes()
    """Promised for urgent Handoffs."""
    high: SlaTimes = SlaTimes()
    """Promised for high priority."""
    normal: SlaTimes = SlaTimes()
    """Promised for normal priority."""
    low: SlaTimes = SlaTimes()
    """Promised for low priority."""
    teams: Mapping[TeamRef, TeamSla] = field(default_factory=dict)
    """What single teams promise otherwise."""
    warn_at: Share = 0.8
    """Part of a time after which the card changes colour and the Team is reminded once."""
    on_breach: OnBreach = OnBreach()
    """What happens when a promise is broken."""

    def times(self, priority: Priority, team: str) -> SlaTimes:
        """What is promised: single times of the team, else those of the desk."""
        own: SlaTimes = getattr(self.teams.get(team, TeamSla()), priority.value)
        general: SlaTimes = getattr(self, priority.value)
        return SlaTimes(
            first_reply=own.first_reply or general.first_reply,
            next_reply=own.next_reply or general.next_reply,
            resolve=own.resolve or general.resolve,
            count=own.count or general.count or Count.OPEN_HOURS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationMessages(Placed):
    """Phrases that stand with the escalation policy; each is built in."""

    offer: Text = EMPTY_TEXT
    """Shall a colleague be brought in?"""
    handed_over: Text = EMPTY_TEXT
    """After a Handoff while the team is open; knows team and wait."""
    closed: Text = EMPTY_TEXT
    """After a Handoff while the team is closed; knows team and opens_at."""
    contact: Text = EMPTY_TEXT
    """After `closed`, only if the channel cannot reach the Customer later."""
    still_waiting: Text = EMPTY_TEXT
    """The place in the queue; knows position and wait."""
    agent_joined: Text = EMPTY_TEXT
    """An Agent has claimed; knows agent."""
    transferred: Text = EMPTY_TEXT
    """Another team has it now; knows team."""
    back_to_bot: Text = EMPTY_TEXT
    """The Bot answers again."""
    resolved: Text = EMPTY_TEXT
    """An Agent has closed the Conversation."""

    def written(self) -> Iterator[tuple[str, Text]]:
        """The messages that the desk words itself."""
        for name in MESSAGE_KEYS:
            if text := getattr(self, name):
                yield name, text


MESSAGE_KEYS = tuple(name for name in fields_of(EscalationMessages))
"""Keys of the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Placed):
    """When a person takes over, who, how fast, and what the customer is told."""

    teams: Mapping[IdText, Team]
    """Who there is."""
    default_team: TeamRef
    """Who takes what nobody else does; speaks every language of the desk."""
    triggers: tuple[Trigger, ...] = ()
    """Checked top to bottom."""
    routing: tuple[Route, ...] = ()
    """The first line that fits decides; else the default team."""
    hours: OpeningHours | None = None
    """When people answer; always if it is left out."""
    holidays: tuple[Holiday, ...] = ()
    """Days with other hours."""
    sla: Sla = Sla()
    """What is promised."""
    messages: EscalationMessages = EscalationMessages()
    """What the customer is told."""

    @property
    def timezone(self) -> str:
        """The zone of desk time; UTC for a desk without hours."""
        return self.hours.timezone if self.hours else "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterReply(Placed):
    """What is done after a canned reply is sent."""

    resolve: bool = False
    """Close the Conversation as solved."""
    tags: tuple[IdText, ...] = ()
    """Put on the Conversation."""
    team: TeamRef | None = None
    """Transfer to this team."""
    priority: Priority | None = None
    """Set the priority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Placed):
    """A canned reply."""

    id: IdText
    """Never changes."""
    shortcut: str
    """Typed after / in the console; unique."""
    title: str
    """Shown to agents."""
    teams: tuple[TeamRef, ...] = ()
    """Teams who see it; all if it is left out."""
    text: Text
    """What is sent, in the Customer's language."""
    then: AfterReply = AfterReply()
    """What is done after it is sent."""


DEFAULT_TRIGGERS = (
    Trigger(id="asked-for-human", when=TriggerKind.ASKS_FOR_HUMAN),
    Trigger(id="not-understood", when=TriggerKind.FAILED_ANSWERS, at_least=2),
)
"""Triggers of a desk without `escalation`."""
DEFAULT_POLICY = Policy(
    teams={"frontline": Team(id="frontline", title=EMPTY_TEXT, web=True)},
    default_team="frontline",
    triggers=DEFAULT_TRIGGERS,
)
"""A desk without `escalation`: one team in the web console, always open."""
